#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# For programs linked with a CUDA StarPU on a machine without a driver: makes
# FOLDER/libcuda.so.1 of the toolkit's link-time library, with which they start
# and see no device. Prints FOLDER if it is needed, nothing where there is a
# driver.
# usage: driver.sh NVCC FOLDER
set -eu
nvcc=${1:?usage: driver.sh NVCC FOLDER} folder=${2:?usage: driver.sh NVCC FOLDER}
! PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | grep -q libcuda.so.1 ||
	exit 0
cuda=$(dirname "$(dirname "$(readlink -f "$nvcc")")")
library=$(find -L "$cuda/lib64/" -maxdepth 2 -name libcuda.so | sed -n 1p)
[ -n "$library" ] || {
	echo "driver.sh: no libcuda.so under $cuda/lib64" >&2
	exit 1
}
mkdir -p "$folder"
ln -sf "$library" "$folder/libcuda.so.1"
printf '%s\n' "$folder"
