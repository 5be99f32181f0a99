#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# ./dev gpu-check [PART...]: what only a GPU can show, in parts that each end
# within 600 seconds: kernels (the device's against ref, and their times), and
# where FOLDER holds gpu-prefix (./dev setup --gpu-prefix): build (everything,
# with that StarPU), units, demo. Writes FOLDER/gpu-check.json.
# usage: gpu-check.sh FOLDER [PART...]. Exit status 77: no GPU on this machine.
# STARPU_NCUDA=0 rehearses all but the kernels without one.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:?usage: gpu-check.sh FOLDER [PART...]}
shift
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
prefix=$folder/gpu-prefix
project=$folder/gpu-project

have_gpu=
if nvidia-smi -L >/dev/null 2>&1; then
	have_gpu=yes
elif [ "${STARPU_NCUDA:-}" != 0 ]; then
	echo "no GPU on this machine"
	exit 77
fi
if [ $# = 0 ]; then
	[ -z "$have_gpu" ] || set -- kernels
	[ ! -d "$prefix" ] || set -- "$@" build units demo
fi
nvcc=$(command -v nvcc || echo "${CUDA_HOME:-/usr/local/cuda}/bin/nvcc")
[ -x "$nvcc" ] || {
	echo "gpu-check: no nvcc: set CUDA_HOME or put nvcc on PATH" >&2
	exit 1
}
cuda=$(dirname "$(dirname "$(readlink -f "$nvcc")")")
compute=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null |
	sed -n '1s/\.//p')
STARCLOAK_COMMIT=$(git -C "$root" describe --always --dirty 2>/dev/null || :)
export STARCLOAK_COMMIT

# The prefix before the machine's own libraries, for the build and for running.
enter_prefix() {
	[ -d "$prefix" ] || {
		echo "gpu-check: no $prefix: ./dev setup --gpu-prefix makes it" >&2
		exit 1
	}
	PATH=$prefix/bin:$PATH
	PKG_CONFIG_LIBDIR=$prefix/lib/pkgconfig
	CMAKE_PREFIX_PATH=$prefix
	# As system folders: CUDA's and StarPU's headers have warnings of their own.
	C_INCLUDE_PATH=$prefix/include:$cuda/include
	CPLUS_INCLUDE_PATH=$C_INCLUDE_PATH
	LIBRARY_PATH=$prefix/lib:$cuda/lib64
	LD_LIBRARY_PATH=$prefix/lib:$cuda/lib64${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
	export PATH PKG_CONFIG_LIBDIR CMAKE_PREFIX_PATH C_INCLUDE_PATH \
		CPLUS_INCLUDE_PATH LIBRARY_PATH LD_LIBRARY_PATH
	# No driver: the toolkit's libcuda is enough to start, with no device.
	[ -n "$have_gpu" ] || {
		mkdir -p "$project/driver"
		ln -sf "$(find -L "$cuda/lib64/" -maxdepth 2 -name libcuda.so |
			sed -n 1p)" "$project/driver/libcuda.so.1"
		LD_LIBRARY_PATH=$LD_LIBRARY_PATH:$project/driver
	}
}

# configured SOURCE BUILD OPTIONS...
configured() {
	mkdir -p "$2"
	cmake -S "$1" -B "$2" -DCMAKE_CUDA_COMPILER="$nvcc" \
		-DCMAKE_CUDA_ARCHITECTURES="${compute:-90}" >"$2/configure.log" 2>&1 || {
		cat "$2/configure.log" >&2
		return 1
	}
	cmake --build "$2" --parallel "$(nproc)"
}

part() {
	case $1 in
	kernels)
		configured "$root/tests/gpu" "$folder/gpu-check" || return 1
		"$folder/gpu-check/gpu_check" "$root/perfmodels" || {
			[ $? != 77 ] || echo "nvidia-smi lists a GPU that CUDA cannot use"
			return 1
		}
		;;
	build) enter_prefix && configured "$root" "$project" ;;
	units)
		enter_prefix
		ctest --test-dir "$project" --output-on-failure --no-tests=error \
			-L unit -E '^(package|integration)\.' --timeout 120 &&
			{ [ -z "$have_gpu" ] || "$project/tests/test_gpu_device" --times; }
		;;
	demo)
		enter_prefix
		cd "$root" && sh models/cli/demo.sh "${project#"$root"/}"
		;;
	*)
		echo "gpu-check: parts are kernels build units demo, not $1" >&2
		return 2
		;;
	esac
}

status=0 results=
for name in "$@"; do
	begin=$(date +%s)
	verdict=passed
	# In a process of its own: the next part's environment is not this one's.
	if (part "$name"); then :; else
		verdict=failed
		status=1
	fi
	results="$results${results:+,}
  {\"part\": \"$name\", \"result\": \"$verdict\", \"seconds\": $(($(date +%s) - begin))}"
done
gpu=$(nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null | sed -n 1p)
printf '{"commit": "%s", "gpu": "%s", "parts": [%s\n]}\n' "$STARCLOAK_COMMIT" \
	"$gpu" "$results" >"$folder/gpu-check.json"
cat "$folder/gpu-check.json"
exit $status
