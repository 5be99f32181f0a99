#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# One ciphertext, bootstrapped with one set of keys: the same bytes whatever the
# scheduler, the workers, the grain and the instruction set, and with less than
# half of the memory that it asks for.
# bootstrap.sh STARCLOAK STARCLOAK-CLIENT SOURCE-DIR WORK-DIR BOOTSTRAP SET
#   [few]
# few: three combinations instead of eighteen, for large rings.
set -eu
# shellcheck source=tests/integration/common.sh
. "$(dirname "$0")/common.sh"
bootstrap=$5
name=$6
few=${7:-}
STARPU_CALIBRATE=1 # dmda orders by measured times: let it measure
export STARPU_CALIBRATE
unset STARCLOAK_ISA || :

# run FOLDER OPTIONS...: its JSON as last.json; the hash is printed.
run() {
	folder=$1
	shift
	timeout 850 "$bootstrap" --dir "$folder" --set "$name" --run --json \
		"$@" >last.json || die "exit code $? of: $*"
	sed -n 's/^ *"sha256": "\([0-9a-f]*\)".*/\1/p' last.json
}

# same FOLDER OPTIONS...: the bytes are those of the first run in the folder.
same() {
	sum=$(run "$@")
	[ -s "$1/first" ] || echo "$sum" >"$1/first"
	[ "$sum" = "$(cat "$1/first")" ] || die "other bytes with: $*"
	count=$((count + 1))
	echo "$* -> $(echo "$sum" | cut -c 1-16), $(sed -n \
		's/^ *"seconds": \([0-9.]*\).*/\1/p' last.json) s"
}

# three FOLDER OPTIONS...
three() {
	same "$@" --sched eager --workers 1 --limbs-per-block 1
	same "$@" --sched lws --workers 2 --limbs-per-block 4
	same "$@" --sched dmda --workers 2
}

# every FOLDER: eighteen, the default grain among them; instruction sets.
every() {
	for scheduler in eager lws dmda; do
		for workers in 1 2; do
			for grain in "--limbs-per-block 1" \
				"--limbs-per-block 4" ""; do
				# shellcheck disable=SC2086
				same "$1" --sched $scheduler \
					--workers $workers $grain
			done
		done
	done
	for isa in ref avx2 avx512; do
		STARCLOAK_ISA=$isa
		export STARCLOAK_ISA
		echo "STARCLOAK_ISA=$isa"
		same "$1" --workers 2
		unset STARCLOAK_ISA
	done
}

# out_of_core FOLDER RUNS: 45 % of the peak of the last run, a stdio swap.
out_of_core() {
	peak=$(number peak_bytes last.json)
	limit=$((peak * 45 / 100 / 1048576))
	echo "$((peak / 1048576)) MiB wanted, $limit allowed"
	i=0
	while [ $i -lt "$2" ]; do
		i=$((i + 1))
		rm -rf swap
		mkdir swap
		same "$1" --workers 2 --mem $limit --swap "$PWD/swap"
		evicted=$(number evicted_bytes last.json)
		[ "$evicted" -gt 0 ] || die "out of core, run $i: nothing evicted"
		echo "  run $i of $2: $((evicted / 1048576)) MiB evicted," \
			"$(($(number resident_bytes last.json) / 1048576)) MiB resident"
	done
	rm -rf swap
}

count=0
"$bootstrap" --dir real --set "$name" --prepare --seed 1
if [ -z "$few" ]; then
	every real
else
	three real
fi
bits=$(sed -n 's/^ *"bits_worst": \([0-9]*\).*/\1/p' last.json)
[ "$bits" -ge 18 ] || die "worst slot: $bits bits"
[ "$(number levels last.json)" -eq 14 ] || die "other levels than 14 are left"
out_of_core real 5
same real --workers 2 --save-memory
resident=$(number resident_bytes last.json)
echo "$((resident / 1048576)) MiB resident with --save-memory"
[ "$resident" -le 4294967296 ] || die "more than 4 GiB"
if [ -z "$few" ]; then
	# Complex slots, and the bootstrap of a bootstrap's error.
	"$bootstrap" --dir complex --set "$name" --prepare --shape complex
	three complex --shape complex
	"$bootstrap" --dir pair --set "$name" --prepare --shape pair
	three pair --shape pair
	name=b16-45
	"$bootstrap" --dir iterated --set b16-45 --logn 10 --prepare
	three iterated --logn 10 --iterated 20
	# That the comparison can fail: another message gives other bytes.
	[ "$(cat real/first)" != "$(cat complex/first)" ] ||
		die "another message gave the same bytes"
fi
echo "$count runs, byte-identical by message"
