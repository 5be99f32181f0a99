#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# ./dev gpu-check: the device's kernels against ref, and their times.
# usage: gpu-check.sh BUILD-FOLDER. Exit status 77: no GPU on this machine.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${1:?usage: gpu-check.sh BUILD-FOLDER}

nvidia-smi -L >/dev/null 2>&1 || {
	echo "no GPU on this machine"
	exit 77
}
nvcc=$(command -v nvcc || echo "${CUDA_HOME:-/usr/local/cuda}/bin/nvcc")
[ -x "$nvcc" ] || {
	echo "gpu-check: no nvcc: set CUDA_HOME or put nvcc on PATH" >&2
	exit 1
}
compute=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader |
	sed -n '1s/\.//p')
mkdir -p "$build"
cmake -S "$root/tests/gpu" -B "$build" -DCMAKE_CUDA_COMPILER="$nvcc" \
	-DCMAKE_CUDA_ARCHITECTURES="${compute:-90}" >"$build/configure.log" || {
	cat "$build/configure.log" >&2
	exit 1
}
cmake --build "$build" --parallel
STARCLOAK_COMMIT=$(git -C "$root" describe --always --dirty 2>/dev/null || :)
export STARCLOAK_COMMIT
status=0
"$build/gpu_check" "$root/perfmodels" || status=$?
[ $status != 77 ] || {
	echo "gpu-check: nvidia-smi lists a GPU that CUDA cannot use" >&2
	exit 1
}
exit $status
