#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# The benchmark runs, writes what it measured, and refuses what it does not
# know. No time is judged. usage: bench.sh BENCH WORK
set -eu
bench=$1 work=$2
mkdir -p "$work"
bad=0
say() {
	echo "$*"
	bad=1
}

"$bench" ntt base_convert --quick --logn 13 --json "$work/rows.json" \
	--svg "$work/rows.svg" >"$work/table" || say "it fails"
rows=$(grep -c '"name"' "$work/rows.json")
[ "$rows" = 4 ] || say "$rows rows, not ntt, ntt.l2 and two conversions"
for key in logn level limbs isa workers block median min max unit floor ratio; do
	[ "$(grep -c "^  \"$key\":" "$work/rows.json")" = "$rows" ] ||
		say "not every row has $key"
done
if grep -Eq '"(median|min|max|floor|ratio)": (-|0\.0,?$)' "$work/rows.json"; then
	say "a time or a floor is not above 0"
fi
grep -q '<title>ntt: ' "$work/rows.svg" || say "the picture lacks ntt"

# The picture of the rows in a file is the one that their run drew.
"$bench" --roofline "$work/rows.json" --svg "$work/again.svg" ||
	say "--roofline fails"
titles() {
	grep -o '<title>[^:]*' "$1" | sort
}
[ "$(titles "$work/rows.svg")" = "$(titles "$work/again.svg")" ] ||
	say "the picture of a file's rows shows others"

"$bench" tensor dot diagonals automorphism_sum combination hoisted \
	--quick --logn 13 --json "$work/sums.json" >"$work/table" ||
	say "sums and hoisted tasks fail"
[ "$(grep -c '"name"' "$work/sums.json")" = 7 ] || say "not seven sums"

refused() {
	status=0
	"$bench" "$@" >"$work/table" 2>"$work/why" || status=$?
	[ $status = 2 ] || say "$* ends with $status, not 2"
	[ -s "$work/why" ] || say "$* is not explained"
}
refused --isa sse
refused --logn 12
refused --nonsense x
refused --json
refused --roofline "$work/rows.json"
refused no-such-row --quick --logn 13

"$bench" --list >"$work/names" || say "--list fails"
if grep -q '^op\.rotate$' "$work/names"; then
	"$bench" op.rotate op.keygen.rotation --quick \
		--json "$work/operations.json" >"$work/table" || say "operations fail"
	[ "$(grep -c '"name"' "$work/operations.json")" -ge 5 ] ||
		say "not a rotation, 16 and a key's two ways"
	if grep -Eq '"(median|floor|ratio)": (-|0\.0,?$)' \
		"$work/operations.json"; then
		say "an operation's time or floor is not above 0"
	fi
fi
if grep -q '^op\.rotate$' "$work/names"; then
	"$bench" bootstrap.alone --quick >"$work/table" ||
		say "bootstrap.alone fails"
	awk '$1 == "bootstrap.alone" && $8 > 0 && $13 > 0 { found = 1 }
		END { exit !found }' "$work/table" ||
		say "bootstrap.alone has no time or no ratio"
fi
# The demo's network, whose weights lie in the source folder.
if grep -q '^op\.rotate$' "$work/names"; then
	(cd "$(dirname "$0")/../.." && "$bench" --quick --sched eager) \
		>"$work/sched" || say "--sched fails"
	for row in eager eager.idle eager.starpu eager.moved eager.tasks; do
		grep -q "^sched\.$row " "$work/sched" || say "no sched.$row"
	done
	status=0
	(cd "$work" && "$bench" --quick --sched eager) >"$work/table" \
		2>"$work/why" || status=$?
	[ $status = 1 ] && grep -q 'digits.safetensors is neither' "$work/why" ||
		say "missing weights are not explained"
	(cd "$(dirname "$0")/../.." && "$bench" isa --quick) >"$work/isa" ||
		say "the instruction sets' runs differ or fail"
	grep -q '^isa\.ref\.tasks ' "$work/isa" || say "no isa.ref.tasks"
	[ "$(grep -c '\.same_ciphertexts ' "$work/isa")" = \
		"$(grep -c '\.tasks_faster ' "$work/isa")" ] ||
		say "not every instruction set is compared"
fi
[ -s "$work/names" ] || say "--list names nothing"
# One row and more of every codelet.
def=$(dirname "$0")/../../codelets/codelets.def
codelets=$(sed -n 's/^SCK_CODELET(\([a-z_]*\),.*/\1/p' "$def")
[ -n "$codelets" ] || say "$def names no codelet"
for codelet in $codelets; do
	grep -Eq "^$codelet(\.|\$)" "$work/names" || say "no row of $codelet"
done
if sort "$work/names" | uniq -d | grep .; then
	say "two rows of one name"
fi
exit $bad
