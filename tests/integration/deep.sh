#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# A network of 43 levels on a set of 17: planned with bootstraps, keys made of
# the plan, run, decrypted, compared with the clear run layer by layer.
# deep.sh STARCLOAK STARCLOAK-CLIENT SOURCE-DIR WORK-DIR SET COUNT
set -eu
# shellcheck source=tests/integration/common.sh
. "$(dirname "$0")/common.sh"
set=$5
hidden=20
count=$6

# Floats, the lowest byte first: 0, 1/32, 1/8, 1/2, 29/32, -13/16.
f0='\0000\0000\0000\0000'
f32='\0000\0000\0000\0075'
f8='\0000\0000\0000\0076'
f2='\0000\0000\0000\0077'
f29='\0000\0000\0150\0077'
f13='\0000\0000\0120\0277'

# Entries of the header: tensor NAME SHAPE COUNT.
json=
at=0
tensor() {
	json="$json${json:+,}\"$1\":{\"dtype\":\"F32\",\"shape\":$2,\"data_offsets\":[$at,$((at + 4 * $3))]}"
	at=$((at + 4 * $3))
}

# rows ROWS COLUMNS EQUAL OTHER: EQUAL where the column is the row modulo 4.
rows() {
	i=0
	while [ $i -lt $(($1 * $2)) ]; do
		if [ $((i / $2 % 4)) -eq $((i % $2 % 4)) ]; then
			printf '%b' "$3"
		else
			printf '%b' "$4"
		fi
		i=$((i + 1))
	done
}

# x becomes (29/32 - 13/16 x)^2, of slope -0.99 at its fixed point: values stay
# within [0, 1] and apart.
tensor first.weight '[4,64]' 256
tensor first.bias '[4]' 4
k=1
while [ $k -le $hidden ]; do
	tensor hidden.$k.weight '[4,4]' 16
	tensor hidden.$k.bias '[4]' 4
	k=$((k + 1))
done
tensor last.weight '[10,4]' 40
tensor last.bias '[10]' 10
{
	printf '%b' "\\0$(printf %o $(((${#json} + 2) % 256)))"
	printf '%b' "\\0$(printf %o $(((${#json} + 2) / 256)))"
	printf '\000\000\000\000\000\000{%s}' "$json"
	rows 4 64 "$f32" "$f0"
	rows 4 1 "$f2" "$f2"
	k=1
	while [ $k -le $hidden ]; do
		rows 4 4 "$f13" "$f0"
		rows 4 1 "$f29" "$f29"
		k=$((k + 1))
	done
	rows 4 4 "$f2" "$f8"
	rows 6 4 "$f0" "$f0"
	rows 10 1 "$f0" "$f0"
} >deep.safetensors
model=deep.safetensors

# A set that cannot bootstrap says which ones can.
rc=0
"$evaluator" plan --params l15-40 --model $model >none.txt 2>stderr || rc=$?
[ $rc -eq 5 ] || die "l15-40: exit code $rc"
grep -q 'b16-40' stderr || die "l15-40: $(cat stderr)"

key_round "$set" k
[ "$(number bootstraps k/plan.json)" -eq 2 ] || die "not two bootstraps"
[ "$(grep -c '^  after ' k/plan.txt)" -eq 2 ] || die "no word of them"
sed -n '/^keys/,/^weights/p' k/plan.txt
for group in model StC encapsulation CtS EvalMod; do
	grep -q "\"group\": \"$group\"" k/plan.json || die "no keys for $group"
done
encrypt "$set" k 0 "$count" in.sck
"$evaluator" run --params "$set" --model $model --keys k/keys.sck --in in.sck \
	--out out.sck --keep first,square.7,square.14 --kept kept.sck \
	--json run.json >>k/log
# Seeds expanded and matrices encoded at every use: the same bytes in less.
"$evaluator" run --params "$set" --model $model --keys k/keys.sck --in in.sck \
	--out less.sck --save-memory --json less.json >>k/log
cmp out.sck less.sck || die "other bytes with --save-memory"
all=$(number peak_bytes run.json)
less=$(number peak_bytes less.json)
echo "resident at the peak: $((all / 1048576)) MiB," \
	"$((less / 1048576)) MiB with --save-memory"
[ "$less" -lt "$all" ] || die "no memory saved"
[ "$less" -le 4294967296 ] || die "more than 4 GiB"
agrees "$set" k 0 "$count" out.sck
"$evaluator" run --backend clear --params "$set" --model $model \
	--in "$digits/heldout.safetensors" --count "$count" --out clear.json \
	--keep first,square.7,square.14 >>k/log
"$client" diff kept.sck clear.json --params "$set" --secret k/secret.sck \
	--json >diff.json
"$client" diff kept.sck clear.json --params "$set" --secret k/secret.sck
sed -n 's/^ *"bits_worst": *\([0-9]*\)[.].*/\1/p' diff.json >bits.txt
while read -r agreed; do
	[ "$agreed" -ge 19 ] || die "only $agreed bits agree"
done <bits.txt
[ "$(wc -l <bits.txt)" -ge 3 ] || die "not three layers"
# Gigabytes at full size.
rm -f k/keys.sck
