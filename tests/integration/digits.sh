#!/bin/sh
# 100 held-out images, encrypted and in the clear: every prediction equal, the
# worst logit difference below 2^-10; peak memory as predicted.
# digits.sh STARCLOAK CLIENT SOURCE WORK [SET]
set -eu
unset STARPU_NCPU STARPU_SCHED STARPU_LIMIT_CPU_MEM STARPU_DISK_SWAP || :
sc=$1 client=$2 model=$3/models/digits work=$4 set=${5:-l13-30}
rm -rf "$work" && mkdir -p "$work" && cd "$work"
export STARPU_SILENT=1 STARPU_HOME="$work" STARPU_PERF_MODEL_DIR="$work/models"
"$sc" plan --params "$set" --model "$model/digits.safetensors" --json plan.json
"$client" keygen --params "$set" --plan plan.json --secret secret --public public --keys keys
"$client" encrypt --params "$set" --public public --in "$model/heldout.safetensors" --count 100 --out in
# Two grains and worker counts: the same bytes, and a peak within 15 % of what was
# predicted (the program's start measured before and added).
run_within() {
	"$sc" run --params "$set" --model "$model/digits.safetensors" \
		--keys keys --in in --out "$1" --json "$1.json" --workers "$2" \
		--limbs-per-block "$3"
	awk -F'[:,]' -v what="$set, B $3, $2 workers" '/"peak_bytes"/ {seen = $2}
		/"peak_bytes_predicted"/ {said = $2}
		END {printf "%s: peak %.1f MiB, predicted %.1f, ratio %.3f\n", what,
		     seen / 1048576, said / 1048576, seen / said
		     exit !(seen / said < 1.15 && seen / said > 0.85)}' "$1.json"
}
run_within out 1 4
run_within out2 2 1
cmp out out2
"$sc" run --backend clear --params "$set" --model "$model/digits.safetensors" \
	--in "$model/heldout.safetensors" --count 100 --out clear.json
"$client" diff --params "$set" --secret secret --in out --labels clear.json --json diff.json
awk -F'[:,]' '/"agree"/ {agree = $2} /"bits_worst"/ {bits = $2}
	END {printf "agree %d, worst %.1f bits\n", agree, bits
	     exit !(agree == 100 && bits > 10 && bits < 50)}' diff.json
# One input replaced by another image: that prediction must change.
"$client" encrypt --params "$set" --public public --in "$model/heldout.safetensors" --first 1 --count 1 --out other
"$sc" run --params "$set" --model "$model/digits.safetensors" --keys keys --in other --out other.out
a=$("$client" decrypt --params "$set" --secret secret --in out --count 10 | sed -n 1p | cut -d' ' -f2-)
b=$("$client" decrypt --params "$set" --secret secret --in other.out --count 10 | cut -d' ' -f2-)
[ "$a" != "$b" ]
# Encryption is randomised: the same image twice gives different files.
"$client" encrypt --params "$set" --public public --in "$model/heldout.safetensors" --count 100 --out again
! cmp -s in again
