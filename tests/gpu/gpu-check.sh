#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# ./dev gpu-check [PART...]: what only a GPU can show, in parts that each end
# within 600 seconds. kernels: the device's against ref, and their times. And
# where FOLDER holds gpu-prefix (./dev setup --gpu-prefix): build, everything
# with that StarPU; device, every kernel's bits; units, the suites with sessions;
# demo; bootstrap, at 2^16 on the device and on the CPU, one SHA-256; sanitizer,
# compute-sanitizer on the small ring; bench, rates and tasks beside the
# predictions, a bootstrap with what StarPU's workers did and what crossed to
# the device, StarPU's models, into perfmodels/MACHINE.
# Writes FOLDER/gpu-check.json, and FOLDER/gpu-results.tar.gz: that and the
# machine's folder, what is to be brought back.
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

for name in "$@"; do
	case $name in
	kernels | build | device | units | demo | bootstrap | sanitizer | bench) ;;
	*)
		echo "gpu-check: parts are kernels build device units demo" \
			"bootstrap sanitizer bench, not $name" >&2
		exit 2
		;;
	esac
done
have_gpu=
if nvidia-smi -L >/dev/null 2>&1; then
	have_gpu=yes
elif [ "${STARPU_NCUDA:-}" != 0 ]; then
	echo "no GPU on this machine"
	exit 77
fi
if [ $# = 0 ]; then
	[ -z "$have_gpu" ] || set -- kernels
	[ ! -d "$prefix" ] ||
		set -- "$@" build device units demo bootstrap sanitizer bench
fi
nvcc=$(command -v nvcc || echo "${CUDA_HOME:-/usr/local/cuda}/bin/nvcc")
[ -x "$nvcc" ] || {
	echo "gpu-check: no nvcc: set CUDA_HOME or put nvcc on PATH" >&2
	exit 1
}
cuda=$(dirname "$(dirname "$(readlink -f "$nvcc")")")
compute=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null |
	sed -n '1s/\.//p')
# A copy of the tree may lack .git: then as its caller says.
STARCLOAK_COMMIT=${STARCLOAK_COMMIT:-$(
	git -C "$root" describe --always --dirty 2>/dev/null || :
)}
export STARCLOAK_COMMIT

. "$root/tests/gpu/machine.sh"

# bootstraps OUTPUT ARGUMENTS...: OUTPUT is the example's JSON
bootstraps() {
	output=$1
	shift
	within 140 "$project/bin/examples/bootstrap" --dir "$work" --set "$set" \
		--run --json "$@" >"$output" && cat "$output"
}

field() {
	sed -n "s/.*\"$2\": \"*\([^\",]*\).*/\1/p" "$1"
}

# A ciphertext and keys to bootstrap: 7 GiB of them at 2^16.
prepare_bootstrap() {
	set=${STARCLOAK_GPU_SET:-b16-40}
	[ -n "$have_gpu" ] || set=${STARCLOAK_GPU_SET:-test-10}
	work=$project/bootstrap-$set
	mkdir -p "$work"
	[ -f "$work/in.sck" ] || within 240 env STARPU_NCUDA=0 \
		"$project/bin/examples/bootstrap" --dir "$work" --set "$set" --prepare
}

same_bits() {
	prepare_bootstrap || return 1
	(
		export STARPU_NCUDA=0
		bootstraps "$work/cpu.json"
	) || return 1
	on_device bootstraps "$work/device.json" || return 1
	cpu=$(field "$work/cpu.json" sha256)
	[ -n "$cpu" ] && [ "$cpu" = "$(field "$work/device.json" sha256)" ] || {
		echo "bootstrap: the device's bits are not the CPU's" >&2
		return 1
	}
	echo "bootstrap: $cpu twice"
}

# Managed memory is initialised by the host, which initcheck does not see. A
# bootstrap without the tool comes first: StarPU measures the machine's buses
# then. What StarPU asks CUDA for in vain is no error of ours.
sanitize() {
	tool=$(command -v compute-sanitizer || echo "$cuda/bin/compute-sanitizer")
	[ -x "$tool" ] || {
		echo "sanitizer: no compute-sanitizer beside nvcc"
		return 77
	}
	for check in memcheck racecheck synccheck; do
		within 150 "$tool" --tool "$check" --error-exitcode 9 \
			"$project/tests/test_gpu_device" --logn 10 --kind 3 || return 1
	done
	set=test-10
	work=$project/bootstrap-$set
	mkdir -p "$work"
	within 60 "$project/bin/examples/bootstrap" --dir "$work" --set "$set" \
		--prepare || return 1
	on_device within 60 "$project/bin/examples/bootstrap" --dir "$work" \
		--set "$set" --run || return 1
	on_device within 120 "$tool" --tool memcheck --error-exitcode 9 \
		--report-api-errors no "$project/bin/examples/bootstrap" \
		--dir "$work" --set "$set" --run
}

# StarPU's summaries, as one string of JSON.
text() {
	printf '"'
	tr -d '\\"' <"$1" | tr '\t' ' ' | awk '{ printf "%s\\n", $0 }'
	printf '"'
}

measure() {
	to=$(machine)
	mkdir -p "$to"
	prepare_bootstrap || return 1
	# Keys and constants are on the device after the first one.
	on_device bootstraps "$work/bench.json" --again 5 || return 1
	seconds=
	[ "$set" != b16-40 ] || seconds=$(field "$work/bench.json" seconds)
	# shellcheck disable=SC2086
	within 120 "$project/tests/test_gpu_device" --bench \
		"$root/perfmodels/gpu/tasks.txt" "$to" $seconds || [ $? = 77 ] || return 1
	(
		export STARPU_PROFILING=1 STARPU_WORKER_STATS=1 STARPU_BUS_STATS=1
		export STARPU_WORKER_STATS_FILE="$work/workers.txt"
		export STARPU_BUS_STATS_FILE="$work/bus.txt"
		on_device bootstraps "$work/profiled.json" --again 5
	) || return 1
	# Four streams: a task's gaps are filled by others.
	(
		export STARPU_NWORKER_PER_CUDA=4
		on_device bootstraps "$work/streams.json" --again 5
	) || return 1
	# Models for dmda, of the device and the cores beside it, under the
	# machine's name.
	rm -rf "$to/starpu"
	(
		STARPU_HOSTNAME=$(basename "$to")
		export STARPU_HOSTNAME
		export STARPU_PERF_MODEL_DIR="$to/starpu" STARPU_CALIBRATE=2
		export STARPU_SCHED=dmda
		bootstraps "$work/calibrated.json" --again 2
	) || return 1
	{
		printf '{"commit": "%s",\n"set": "%s",\n"bootstrap": ' \
			"$STARCLOAK_COMMIT" "$set"
		cat "$work/bench.json"
		printf ',\n"profiled": '
		cat "$work/profiled.json"
		printf ',\n"four_streams": '
		cat "$work/streams.json"
		printf ',\n"dmda": '
		cat "$work/calibrated.json"
		printf ',\n"workers": %s,\n"buses": %s}\n' \
			"$(text "$work/workers.txt")" "$(text "$work/bus.txt")"
	} >"$to/gpu-bootstrap.json"
	cat "$work/workers.txt" "$work/bus.txt"
	echo "report: $to"
}

# The first session of a machine measures its buses: alone. Suites have two
# cores each, any two; those without a session are CI's.
units() {
	within 200 ctest --test-dir "$project" --output-on-failure \
		-R '^memory\.session$' || return 1
	parallel=$(($(nproc) / 3))
	STARPU_WORKERS_NOBIND=1 ctest --test-dir "$project" --output-on-failure \
		--no-tests=error -L '^session$' -LE slow \
		--parallel "$((parallel > 1 ? parallel : 1))" \
		--stop-time "$(date -d "@$((begin + 570))" +%H:%M:%S)"
}

part() {
	case $1 in
	kernels)
		configured "$root/tests/gpu" "$folder/gpu-check" || return 1
		within 300 "$folder/gpu-check/gpu_check" "$root/perfmodels" || {
			[ $? != 77 ] || echo "nvidia-smi lists a GPU that CUDA cannot use"
			return 1
		}
		;;
	build) enter_prefix && configured "$root" "$project" ;;
	device)
		enter_prefix
		[ -n "$have_gpu" ] || return 77
		within 570 "$project/tests/test_gpu_device"
		;;
	units) enter_prefix && units ;;
	demo)
		enter_prefix
		cd "$root" && within 570 sh models/cli/demo.sh "${project#"$root"/}"
		;;
	bootstrap) enter_prefix && same_bits ;;
	sanitizer) enter_prefix && sanitize ;;
	bench) enter_prefix && measure ;;
	esac
}

status=0 results=
for name in "$@"; do
	begin=$(date +%s)
	verdict=passed
	# In a process of its own: the next part's environment is not this one's.
	code=0
	(part "$name") || code=$?
	case $code in
	0) ;;
	77) verdict=skipped ;;
	*) verdict=failed status=1 ;;
	esac
	results="$results${results:+,}
  {\"part\": \"$name\", \"result\": \"$verdict\", \"seconds\": $(($(date +%s) - begin))}"
done
gpu=$(nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null | sed -n 1p)
printf '{"commit": "%s", "gpu": "%s", "parts": [%s\n]}\n' "$STARCLOAK_COMMIT" \
	"$gpu" "$results" >"$folder/gpu-check.json"
cat "$folder/gpu-check.json"
kept=$(machine)
[ -d "$kept" ] || mkdir -p "$kept"
tar -czf "$folder/gpu-results.tar.gz" -C "$folder" gpu-check.json \
	-C "$(dirname "$kept")" "$(basename "$kept")"
exit $status
