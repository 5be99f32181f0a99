#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# What the integration scripts share. Sourced with their four arguments:
# STARCLOAK STARCLOAK-CLIENT SOURCE-DIR WORK-DIR, the last one made anew.
# shellcheck disable=SC2034
[ $# -ge 4 ] || {
	echo "usage: $0 STARCLOAK STARCLOAK-CLIENT SOURCE-DIR WORK-DIR" >&2
	exit 2
}
evaluator=$1
client=$2
digits=$3/models/digits
work=$4
model=$digits/digits.safetensors
. "$(dirname "$0")/clean.sh"

# key_round SET FOLDER: plan, keys and public key of a set, in FOLDER.
key_round() {
	mkdir -p "$2"
	"$evaluator" plan --params "$1" --model "$model" \
		--json "$2/plan.json" >"$2/plan.txt"
	"$client" keygen --params "$1" --plan "$2/plan.json" \
		--secret "$2/secret.sck" --public "$2/public.sck" \
		--keys "$2/keys.sck" >>"$2/log"
}

# encrypt SET FOLDER FIRST COUNT FILE
encrypt() {
	"$client" encrypt --params "$1" --public "$2/public.sck" \
		--in "$digits/heldout.safetensors" --first "$3" --count "$4" \
		--out "$5" >>"$2/log"
}

# number NAME FILE: a whole number of a JSON file with one member a line.
number() {
	sed -n "s/^ *\"$1\": *\([0-9]*\),*\$/\1/p" "$2" | head -n 1
}

# The decrypted result names the same digits as the model in the clear.
# agrees SET FOLDER FIRST COUNT FILE
agrees() {
	"$evaluator" run --backend clear --params "$1" --model "$model" \
		--in "$digits/heldout.safetensors" --first "$3" --count "$4" \
		--out "$2/clear.json" >>"$2/log"
	"$client" diff --params "$1" --secret "$2/secret.sck" --in "$5" \
		--labels "$2/clear.json" >>"$2/log" ||
		die "$5 decrypts to other digits than the clear model's"
}
