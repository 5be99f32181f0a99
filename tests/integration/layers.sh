#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# Layers kept by each back end and compared; traces; every --json is one object.
# layers.sh STARCLOAK STARCLOAK-CLIENT SOURCE-DIR WORK-DIR
set -eu
# shellcheck source=tests/integration/common.sh
. "$(dirname "$0")/common.sh"
set=test-10
count=3

# one_object FILE: JSON of one object with members.
one_object() {
	[ "$(head -c 1 "$1")" = "{" ] && [ "$(tail -n 1 "$1")" = "}" ] &&
		[ "$(grep -c '^}' "$1")" -eq 1 ] &&
		[ "$(grep -c '^ "' "$1")" -ge 1 ] || {
		cat "$1"
		die "$1 is not one JSON object"
	}
}

# real NAME FILE: members of that name, one a line, as whole bits.
real() {
	sed -n "s/^ *\"$1\": *\(-*[0-9]*\)[.e].*/\1/p" "$2"
}

# doubles BACKEND OUT OPTIONS...
doubles() {
	backend=$1
	out=$2
	shift 2
	"$evaluator" run --backend "$backend" --params $set --model "$model" \
		--in "$digits/heldout.safetensors" --count $count --out "$out" "$@"
}

"$evaluator" doctor --json >doctor.json
one_object doctor.json
[ "$(number workers doctor.json)" -ge 1 ] || die "doctor sees no worker"
[ "$(number b16-40 doctor.json)" -ge 4 ] || die "doctor names no grain"
"$evaluator" info --params $set --json >info.json
one_object info.json
"$evaluator" plan --params $set --model "$model" --json >plan.json
one_object plan.json
"$client" keygen --params $set --plan plan.json --secret secret.sck \
	--public public.sck --keys keys.sck --json >keygen.json
one_object keygen.json
[ "$(number keys_count keygen.json)" -eq "$(number keys plan.json)" ] ||
	die "keygen made other keys than the plan's"
"$client" encrypt --params $set --public public.sck \
	--in "$digits/heldout.safetensors" --count $count --out in.sck \
	--json >encrypt.json
one_object encrypt.json

# Kept layers change nothing of the results.
"$evaluator" run --params $set --model "$model" --keys keys.sck --in in.sck \
	--out plain.sck >log
"$evaluator" run --params $set --model "$model" --keys keys.sck --in in.sck \
	--out out.sck --keep first,square,last --kept kept.sck \
	--trace trace.json --json >run.json
one_object run.json
cmp plain.sck out.sck || die "keeping layers changed the results"

doubles clear clear.json --keep first,square,last
"$client" diff kept.sck clear.json --params $set --secret secret.sck --json \
	>diff.json
one_object diff.json
"$client" diff kept.sck clear.json --params $set --secret secret.sck
[ "$(grep -c '"layer":' diff.json)" -eq 3 ] || die "not three layers"
[ "$(sed -n 's/^ *"layer": "\(.*\)",/\1/p' diff.json | tr '\n' ' ')" = \
	"first square last " ] || die "layers out of order"
# The noise run predicts each layer's bits to within four.
doubles noise noise.json --keep first,square --seed 7 --json >predicted.json
one_object predicted.json
doubles noise again.json --keep first,square --seed 7 >noise.txt
cmp noise.json again.json || die "the same seed gave other noise"
doubles noise other.json --keep first,square --seed 8 >noise.txt
! cmp -s noise.json other.json || die "another seed gave the same noise"
for layer in first square; do
	for file in diff predicted; do
		grep -A 4 "\"layer\": \"$layer\"" $file.json >$file.$layer
	done
	seen=$(real bits_worst diff.$layer)
	said=$(real bits_worst predicted.$layer)
	[ "$seen" -ge $((said - 4)) ] && [ "$seen" -le $((said + 4)) ] ||
		die "$layer: $seen bits agree, $said predicted"
	echo "$layer: $seen bits agree, $said predicted"
done

# A layer's clear values made wrong are found in that layer alone.
sed 's|"name":"image-1/square","values":\[[-0-9.e]*|"name":"image-1/square","values":[99.0|' \
	clear.json >bent.json
! cmp -s clear.json bent.json || die "nothing bent"
"$client" diff kept.sck bent.json --params $set --secret secret.sck --json \
	>bent.diff
for layer in first last; do
	grep -A 4 "\"layer\": \"$layer\"" bent.diff >bent.$layer
	[ "$(real bits_worst bent.$layer)" -gt 20 ] || die "$layer is bent"
done
grep -A 4 '"layer": "square"' bent.diff >bent.square
[ "$(real bits_worst bent.square)" -lt 0 ] || die "the bent layer passes"

# Without --keep the results alone are compared.
"$client" diff plain.sck clear.json --params $set --secret secret.sck --json \
	>results.json
one_object results.json
[ "$(number agree results.json)" -eq $count ] || die "predictions differ"
"$client" decrypt --params $set --secret secret.sck --in plain.sck --count 2 \
	--json >decrypt.json
one_object decrypt.json
[ "$(grep -c '"name"' decrypt.json)" -eq $count ] || die "values are missing"

# The trace accounts for every task and for all of the workers' time.
"$evaluator" trace trace.json --json --out trace.svg >summary.json
one_object summary.json
"$evaluator" trace trace.json >summary.txt
[ "$(number tasks run.json)" -eq "$(number tasks summary.json)" ] ||
	die "the trace has other tasks than the run"
grep -q '^key_switch' summary.txt && grep -q '^square' summary.txt ||
	die "no codelet or layer in the summary"
tail -n 1 trace.svg | grep -q '</svg>' || die "the drawing is not complete"
head -n 12 summary.txt

# What takes long tells how far it is, on a terminal only; a run's result is as
# it was.
if command -v script >/dev/null; then
	script -qec "$evaluator run --params $set --model $model --keys keys.sck \
		--in in.sck --out shown.sck" /dev/null >terminal
	grep -q "run $count/$count" terminal || die "no progress on a terminal"
	grep -q "s left" terminal || die "no time left on a terminal"
	cmp plain.sck shown.sck
fi
"$evaluator" run --params $set --model "$model" --keys keys.sck --in in.sck \
	--out shown.sck >log 2>stderr
[ ! -s stderr ] || die "progress where there is no terminal"

# bench passes its arguments on to the program beside it.
mkdir bin
cp "$evaluator" bin/starcloak
rc=0
bin/starcloak bench 2>stderr || rc=$?
[ $rc -eq 1 ] && grep -q 'starcloak-bench' stderr || die "bench gave $rc"
printf '#!/bin/sh\necho "$# $1 $2"\n' >bin/starcloak-bench
chmod +x bin/starcloak-bench
[ "$(bin/starcloak bench --json 'a b')" = "2 --json a b" ] ||
	die "bench lost its arguments"
