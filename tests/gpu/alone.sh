#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# gpu_check (gpu-check's part kernels) builds by itself, and compares where there
# is a GPU. usage: alone.sh SOURCE WORK NVCC. Exit status 77: no GPU.
set -eu
source=$1 work=$2 nvcc=$3
cmake -S "$source/tests/gpu" -B "$work" -DCMAKE_CUDA_COMPILER="$nvcc" \
	-DCMAKE_CUDA_ARCHITECTURES=90
cmake --build "$work"
"$work/gpu_check" "$work"
