#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# What cannot be run is refused: an exit code of options.h, one line that names
# what and where, no output file. And who can see secrets.
# refusals.sh STARCLOAK STARCLOAK-CLIENT SOURCE-DIR WORK-DIR
set -eu
# shellcheck source=tests/integration/common.sh
. "$(dirname "$0")/common.sh"
set=test-10
cases=0

# refused CODE TEXT COMMAND...: TEXT is a basic regular expression.
refused() {
	code=$1
	text=$2
	shift 2
	rm -f out.sck out.sck.part
	rc=0
	timeout 60 "$@" >stdout 2>stderr || rc=$?
	[ $rc -eq "$code" ] ||
		die "exit code $rc, not $code, of: $* ($(cat stderr))"
	# Debian's StarPU 1.4.7 warns of a folder it does not have, silent or not.
	[ "$(grep -vc '^\[starpu\]' stderr)" -eq 1 ] ||
		die "not one line of error of: $* ($(cat stderr))"
	grep -q -e "$text" stderr || die "no \"$text\" in: $(cat stderr)"
	for file in out.sck out.sck.part; do
		[ ! -e $file ] || die "an output file of: $*"
	done
	cases=$((cases + 1))
	sed "s/^/  $rc /" stderr
}

# run_refused CODE TEXT MODEL KEYS IN OPTIONS...
run_refused() {
	code=$1
	text=$2
	on=$3
	with=$4
	in=$5
	shift 5
	refused "$code" "$text" "$evaluator" run --params $set --model "$on" \
		--keys "$with" --in "$in" --out out.sck "$@"
}

key_round $set k
key_round $set other
key_round l13-30 l13
encrypt $set k 0 2 in.sck
encrypt $set other 0 1 other.sck
encrypt l13-30 l13 0 1 l13.sck
keys=k/keys.sck

# A plan with its last key struck out: keys made of it lack one rotation.
mkdir -p less
awk '{ line[NR] = $0 } /^   "kind"/ { last = NR }
	END {
		for (i = 1; i <= NR; i++)
			if (i < last - 2 || i > last + 6)
				print line[i]
			else if (i == last - 2)
				print "  }"
	}' k/plan.json >less/plan.json
"$client" keygen --params $set --plan less/plan.json --secret less/secret.sck \
	--public less/public.sck --keys less/keys.sck >>log
encrypt $set less 0 1 less.sck
missing=$(sed -n 's/^   "element": \([0-9]*\),/\1/p' k/plan.json | tail -n 1)

head -c 100000 in.sck >short.sck
head -c 1000000 "$keys" >short-keys.sck
printf 'text' >text.sck
LC_ALL=C sed 's/\[32,64\]/[64,32]/' "$model" >shape.safetensors
head -c 2000 "$model" >short.safetensors

# The file's last four bytes are the last weight: made NaN.
size=$(wc -c <"$model")
{
	head -c $((size - 4)) "$model"
	printf '\000\000\300\177'
} >nan.safetensors
run_refused 3 'nan.safetensors.*last.weight.*319' nan.safetensors "$keys" in.sck

run_refused 3 'short.sck: ' "$model" "$keys" short.sck
run_refused 3 'text.sck: ' "$model" "$keys" text.sck
run_refused 3 'none.sck: ' "$model" "$keys" none.sck
run_refused 3 'short-keys.sck: ' "$model" short-keys.sck in.sck
run_refused 3 'in.sck: ' "$model" in.sck in.sck
run_refused 4 'l13/keys.sck: ' "$model" l13/keys.sck in.sck
run_refused 5 'l13.sck: ' "$model" "$keys" l13.sck
run_refused 4 'key' "$model" "$keys" other.sck
run_refused 4 "$missing" "$model" less/keys.sck less.sck
run_refused 3 'none.safetensors: ' none.safetensors "$keys" in.sck
run_refused 3 'shape.safetensors: .*shape' shape.safetensors "$keys" in.sck
run_refused 3 'short.safetensors: ' short.safetensors "$keys" in.sck
run_refused 2 'unknown option --frob' "$model" "$keys" in.sck --frob 1
run_refused 2 '--workers' "$model" "$keys" in.sck --workers many
run_refused 2 'bogus' "$model" "$keys" in.sck --sched bogus
run_refused 2 '--mem needs --swap' "$model" "$keys" in.sck --mem 16
run_refused 2 '--mem' "$model" "$keys" in.sck --mem 99999999999999999999
# Beyond a limit: refused, not silently less.
run_refused 2 '100000 workers' "$model" "$keys" in.sck --workers 100000
run_refused 2 '100 limbs per block, not 1 to 16' "$model" "$keys" in.sck \
	--limbs-per-block 100
run_refused 2 '--count' "$model" "$keys" in.sck --count 99999999999
run_refused 2 'no layer "nope", but first, square, last' "$model" "$keys" \
	in.sck --keep nope --kept kept.sck
run_refused 2 'first twice' "$model" "$keys" in.sck --keep first,first \
	--kept kept.sck
run_refused 2 'is an input' "$model" "$keys" in.sck --keep image --kept kept.sck
run_refused 2 '--keep LAYERS and --kept' "$model" "$keys" in.sck --keep first
[ ! -e kept.sck ] || die "kept ciphertexts of a refused run"
STARCLOAK_LIMBS_PER_BLOCK=17
export STARCLOAK_LIMBS_PER_BLOCK
run_refused 2 'STARCLOAK_LIMBS_PER_BLOCK is "17"' "$model" "$keys" in.sck
unset STARCLOAK_LIMBS_PER_BLOCK
run_refused 3 'swap folder /dev/null/x' "$model" "$keys" in.sck \
	--mem 16 --swap /dev/null/x
refused 2 '--keys' "$evaluator" run --params $set --model "$model" \
	--in in.sck --out out.sck
refused 2 "'none', but l13-30" "$evaluator" run --params none --model "$model" \
	--keys "$keys" --in in.sck --out out.sck

# A command takes its own options, and counts from 1.
refused 2 'plan does not take --out' "$evaluator" plan --params $set \
	--model "$model" --out out.sck
refused 2 'keygen does not take --in' "$client" keygen --params $set \
	--in in.sck
refused 2 '--count takes a whole number from 1' "$evaluator" plan \
	--params $set --model "$model" --count 0
refused 2 'no layer "nope"' "$evaluator" plan --params $set --model "$model" \
	--keep nope
refused 2 '--count is not for the back end fhe' "$evaluator" run \
	--params $set --model "$model" --keys "$keys" --in in.sck \
	--out out.sck --count 2
refused 2 '--keys is not for the back end clear' "$evaluator" run \
	--backend clear --params $set --model "$model" --keys "$keys" \
	--in "$digits/heldout.safetensors" --out out.sck
refused 3 'no/such/folder' "$evaluator" plan --params $set --model "$model" \
	--json no/such/folder/plan.json
refused 2 'unknown command frob' "$evaluator" frob
refused 2 'info does not take text.sck' "$evaluator" info text.sck
refused 2 '--params needs a value' "$client" keygen --params --plan k/plan.json
refused 2 "called 'none'" "$evaluator" info --params none
# The sets that the library names are those of --help.
sets=$(sed "s/.*'none', but //; s/,//g" stderr)
# What cannot be written is said before anything is computed, and a device is
# not replaced by a file.
run_refused 3 'none/out.sck cannot be written: none: ' "$model" "$keys" in.sck \
	--trace trace.json --out none/out.sck
run_refused 3 'none/t.json cannot be written' "$model" "$keys" in.sck \
	--trace none/t.json
run_refused 3 '/dev/zero is no plain file' "$model" "$keys" in.sck \
	--out /dev/zero
refused 3 'none/s.sck cannot be written' "$client" keygen --params $set \
	--plan k/plan.json --secret none/s.sck --public p.sck --keys unmade.sck
refused 3 'k/secret.sck: holds a secret key (kind 2), not ciphertexts' \
	"$client" decrypt --params $set --secret k/secret.sck --in k/secret.sck
for file in trace.json unmade.sck p.sck; do
	[ ! -e $file ] || die "$file of a refused command"
done
printf '[{"name": "image-0", "values": [1, "x"]}]' >clear.json
refused 3 'clear value 1 of "image-0" is no number' "$client" diff in.sck \
	clear.json --params $set --secret k/secret.sck
STARCLOAK_SYNC=yes
export STARCLOAK_SYNC
run_refused 2 'STARCLOAK_SYNC is "yes", not 0 or 1' "$model" "$keys" in.sck
unset STARCLOAK_SYNC
for program in "$evaluator" "$client"; do
	"$program" --version | grep -q '^starcloak[a-z-]* [0-9]' ||
		die "$program has no version"
	"$program" --help >help.txt
	for known in $sets; do
		grep -q " $known[,;:]\|^$known," help.txt ||
			die "$program --help does not name $known"
	done
	grep -q '^exit codes: 0 done, 1 failed' help.txt ||
		die "$program --help names no exit codes"
done
"$evaluator" run --help | grep -q '^usage: starcloak' ||
	die "no help behind a command"

# The least memory is the plan's, a worker; the number is in the refusal.
key_round l14-40 l14
encrypt l14-40 l14 0 1 l14.sck
least=$((($(number least_bytes l14/plan.json) + 1048575) / 1048576))
refused 6 "memory.* 1 worker.* $least MiB" "$evaluator" run --params l14-40 \
	--model "$model" --keys l14/keys.sck --in l14.sck --out out.sck \
	--workers 1 --mem $((least - 1)) --swap "$PWD/swap"

# Five levels where l13-30 has three: refused before any key is needed, with
# the layer, its level and what to do.
{
	json='{"first.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"first.bias":{"dtype":"F32","shape":[2],"data_offsets":[16,24]},"hidden.1.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[24,40]},"hidden.1.bias":{"dtype":"F32","shape":[2],"data_offsets":[40,48]},"last.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[48,64]},"last.bias":{"dtype":"F32","shape":[2],"data_offsets":[64,72]}}'
	# Its length in eight bytes, the lowest first; then 18 times 1.0.
	printf "\\$(printf %o $((${#json} % 256)))\\$(printf %o $((${#json} / 256)))"
	printf '\000\000\000\000\000\000%s' "$json"
	i=0
	while [ $i -lt 18 ]; do
		printf '\000\000\200\077'
		i=$((i + 1))
	done
} >deep.safetensors
deep='square.1: square takes 1 level, but its operand is at level 0 of 3; take'
refused 5 "$deep" "$evaluator" plan --params l13-30 --model deep.safetensors
refused 5 "$deep" "$evaluator" run --params l13-30 --model deep.safetensors \
	--keys l13/keys.sck --in l13.sck --out out.sck
"$evaluator" plan --params l14-40 --model deep.safetensors >deep.txt
grep -q '^last ' deep.txt ||
	die "l14-40 has no room for five levels"

# Traces are read as any other file.
printf '{"starcloak_trace": 1, "workers": 1, "codelets": ["a"], "layers": [""], "events": [[0, 0, 1, 0, 1, 0]]}' >bad.json
refused 3 'bad.json: event 0' "$evaluator" trace bad.json
refused 3 'no trace' "$evaluator" trace k/plan.json
refused 2 'FILE' "$evaluator" trace

# The client's side of it.
refused 3 '--count 100000.* holds' "$client" decrypt --params $set \
	--secret k/secret.sck --in in.sck --count 100000
refused 3 '--first 395 --count 10 of 400' "$client" encrypt --params $set \
	--public k/public.sck --in "$digits/heldout.safetensors" --first 395 \
	--count 10 --out out.sck
refused 2 'KEPT' "$client" diff --params $set --secret k/secret.sck
refused 3 'short.sck: ' "$client" decrypt --params $set \
	--secret k/secret.sck --in short.sck
refused 4 'other.sck' "$client" decrypt --params $set \
	--secret k/secret.sck --in other.sck
refused 3 'log' "$client" keygen --params $set --plan log \
	--secret out.sck --public p.sck --keys e.sck

# The evaluator's side holds no secret and cannot: the secret's file is away,
# and the program has neither the client's library nor its functions.
mv k/secret.sck away.sck
"$evaluator" run --params $set --model "$model" --keys "$keys" --in in.sck \
	--out out.sck >>log
mv away.sck k/secret.sck
agrees $set k 0 2 out.sck
ldd "$evaluator" >evaluator.ldd
ldd "$client" >client.ldd
grep -q starpu evaluator.ldd || die "ldd sees no StarPU where it must be"
! grep -q 'sck_client\|starcloak-client\|starcloak_client' evaluator.ldd ||
	die "starcloak links the client's library"
! grep -q starpu client.ldd || die "starcloak-client links StarPU"
nm "$client" >client.nm
nm "$evaluator" >evaluator.nm
grep -q sck_secret client.nm || die "nm sees no secret where one must be"
! grep 'sck_secret\|sck_decrypt' evaluator.nm ||
	die "starcloak holds functions of the secret key"
echo "$cases refusals"
