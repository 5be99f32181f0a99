#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# With a quarter of the memory it asks for, a run gives the same bytes.
# out_of_core.sh STARCLOAK STARCLOAK-CLIENT SOURCE-DIR WORK-DIR [RUNS [SET...]]
set -eu
# shellcheck source=tests/integration/common.sh
. "$(dirname "$0")/common.sh"
shift 4
runs=${1:-10}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- l13-30 l14-40
workers=2

# run SET OUT OPTIONS...; 120 s are a hundred times what it takes
run() {
	name=$1
	out=$2
	shift 2
	timeout 120 "$evaluator" run --params "$name" --model "$model" \
		--keys "$name/keys.sck" --in "$name/in.sck" --out "$out" \
		--json "$out.json" --workers $workers "$@" >"$out.log"
}

for p; do
	key_round "$p" "$p"
	encrypt "$p" "$p" 0 2 "$p/in.sck"
	run "$p" "$p/free"
	agrees "$p" "$p" 0 2 "$p/free"
	[ "$(number evicted_bytes "$p/free.json")" -eq 0 ] ||
		die "$p: bytes evicted without a limit"

	peak=$(number peak_bytes "$p/plan.json")
	least=$(($(number least_bytes "$p/plan.json") * workers))
	bytes=$((peak / 4 > least ? peak / 4 : least))
	limit=$(((bytes + 1048575) / 1048576))
	[ $((limit * 1048576)) -lt "$peak" ] ||
		die "$p: $limit MiB are no limit for $peak bytes"
	echo "$p: $((peak / 1048576)) MiB wanted, $limit allowed"
	i=0
	while [ $i -lt "$runs" ]; do
		i=$((i + 1))
		rm -rf swap
		mkdir swap
		run "$p" "$p/tight" --mem $limit --swap "$PWD/swap" ||
			die "$p, run $i: exit code $?"
		cmp "$p/free" "$p/tight" || die "$p, run $i differs"
		evicted=$(number evicted_bytes "$p/tight.json")
		[ "$evicted" -gt 0 ] || die "$p, run $i: nothing evicted"
		echo "$p run $i of $runs: identical," \
			"evicted_bytes $evicted, resident peak" \
			"$(($(number peak_bytes "$p/tight.json") / 1048576)) MiB," \
			"$(sed -n 's/.* in \([0-9.]* s\),.*/\1/p' "$p/tight.log")"
		rm -f "$p/tight"
	done

	# The least memory of the plan is enough; 10 % less is refused, by number.
	floor=$(((least + 1048575) / 1048576))
	rm -rf swap
	mkdir swap
	run "$p" "$p/least" --mem $floor --swap "$PWD/swap" ||
		die "$p: exit code $? at the least memory"
	cmp "$p/free" "$p/least" || die "$p differs at the least memory"
	less=$((least * 9 / 10 / 1048576))
	rc=0
	run "$p" "$p/less" --mem $less --swap "$PWD/swap" 2>"$p/stderr" || rc=$?
	[ $rc -eq 6 ] && [ ! -e "$p/less" ] || die "$p: $less MiB gave $rc"
	echo "$p: finishes at $floor MiB; $less MiB: $(cat "$p/stderr")"
done
rm -rf swap
