# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# What gpu-check.sh's parts need of the machine: its libraries, compilers, time
# and device. Sourced by it, after it has set root, prefix, project, nvcc, cuda,
# compute and have_gpu; begin is when the part began.

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
	LIBRARY_PATH=$prefix/lib:$cuda/lib64:$cuda/lib
	LD_LIBRARY_PATH=$prefix/lib:$cuda/lib64:$cuda/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
	export PATH PKG_CONFIG_LIBDIR CMAKE_PREFIX_PATH C_INCLUDE_PATH \
		CPLUS_INCLUDE_PATH LIBRARY_PATH LD_LIBRARY_PATH
	if [ -z "$have_gpu" ]; then
		driver=$(sh "$root/tests/gpu/driver.sh" "$nvcc" "$project/driver")
	else
		driver=$(driver_folder)
	fi
	LD_LIBRARY_PATH=$LD_LIBRARY_PATH${driver:+:$driver}
}

# The driver's libraries, where the loader does not know them: beside its
# nvidia-smi.
driver_folder() {
	! PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null |
		grep -q libcuda.so.1 || return 0
	beside=$(dirname "$(dirname "$(readlink -f "$(command -v nvidia-smi)")")")
	for library in "$beside"/lib64 "$beside"/lib /usr/local/nvidia/lib64; do
		[ ! -e "$library/libcuda.so.1" ] || {
			echo "$library"
			return 0
		}
	done
}

# within SECONDS COMMAND...: whatever may hang has a limit of its own, and no
# part goes on beyond 590 seconds: what it leaves behind is lost where the part
# itself is ended.
within() {
	limit=$1 left=$((begin + 590 - $(date +%s)))
	shift
	[ "$left" -gt 5 ] || {
		echo "gpu-check: no time left for $1" >&2
		return 1
	}
	timeout -k 5 "$((limit < left ? limit : left))" "$@"
}

# configured SOURCE BUILD: by ninja where there is one, there may be no make.
configured() {
	mkdir -p "$2"
	generator=
	[ -f "$2/CMakeCache.txt" ] || ! command -v ninja >/dev/null ||
		generator="-G Ninja"
	# shellcheck disable=SC2086
	cmake -S "$1" -B "$2" $generator -DCMAKE_CUDA_COMPILER="$nvcc" \
		-DCMAKE_CUDA_ARCHITECTURES="${compute:-90}" >"$2/configure.log" 2>&1 || {
		cat "$2/configure.log" >&2
		return 1
	}
	within 590 cmake --build "$2" --parallel "$(nproc)"
}

# The machine's folder in perfmodels, named after its GPU.
machine() {
	gpu=$(nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null |
		sed -n 1p)
	if [ -n "$gpu" ]; then
		echo "$root/perfmodels/$(echo "$gpu" | tr -c 'A-Za-z0-9\n' -)"
	else
		echo "$project/rehearsal"
	fi
}

# The device alone, or, where there is none, other tasks on one CPU worker.
on_device() (
	if [ -n "$have_gpu" ]; then
		export STARPU_NCPU=0 STARCLOAK_LIMBS_PER_BLOCK=16
	else
		export STARPU_NCPU=1 STARCLOAK_LIMBS_PER_BLOCK=3
	fi
	"$@"
)
