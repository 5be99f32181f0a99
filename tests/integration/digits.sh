#!/bin/sh
# 100 held-out images, encrypted and in the clear: every prediction equal, the
# worst logit difference below 2^-10, accuracy printed.
# digits.sh STARCLOAK CLIENT SOURCE WORK [SET]
set -eu
sc=$1 client=$2 model=$3/models/digits work=$4 set=${5:-l13-30}
rm -rf "$work" && mkdir -p "$work" && cd "$work"
export STARPU_SILENT=1 STARPU_HOME="$work" STARPU_PERF_MODEL_DIR="$work/models"
"$sc" plan --params "$set" --model "$model/digits.safetensors" --json plan.json
"$client" keygen --params "$set" --plan plan.json --secret secret --public public --keys keys
"$client" encrypt --params "$set" --public public --in "$model/heldout.safetensors" --count 100 --out in
"$sc" run --params "$set" --model "$model/digits.safetensors" --keys keys --in in --out out
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
