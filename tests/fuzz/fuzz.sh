#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# Each fuzzer for SECONDS, with AddressSanitizer and UBSan; what it has found
# before is kept in BUILD/corpus and used again. An input that fails is left in
# BUILD/failed-FUZZER-*. fuzz.sh BUILD [SECONDS]: 60 unless said.
set -eu
build=$1
seconds=${2:-60}
case $seconds in
'' | 0 | *[!0-9]*)
	echo "usage: ./dev fuzz [SECONDS]" >&2
	exit 2
	;;
esac
cmake -S "$(dirname "$0")/../.." -B "$build" -G Ninja \
	-DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=RelWithDebInfo \
	-DSCK_FUZZ=ON -DSCK_WITH_STARPU=OFF >"$build.log"
ninja -C "$build" fuzz_file fuzz_tensors fuzz_seeds
mkdir -p "$build/seeds"
"$build/tests/fuzz/fuzz_seeds" "$build/seeds"
for fuzzer in file tensors; do
	mkdir -p "$build/corpus/$fuzzer"
	echo "== fuzz_$fuzzer, $seconds s"
	"$build/tests/fuzz/fuzz_$fuzzer" -max_total_time="$seconds" \
		-rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
		-artifact_prefix="$build/failed-$fuzzer-" \
		"$build/corpus/$fuzzer" "$build/seeds/$fuzzer" 2>"$build/$fuzzer.log" || {
		tail -n 40 "$build/$fuzzer.log" >&2
		exit 1
	}
	grep -E '^(stat::number_of_executed_units|#.*DONE)' "$build/$fuzzer.log"
done
