#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# Training on encrypted data: after every step the weights agree with those of
# the same step in the clear to BITS, the loss falls, refreshes come when levels
# run out and not before.
# logistic_regression.sh PROGRAM WORK SET SAMPLES ITERATIONS REFRESHES BITS
# ACCURACY
set -eu
program=$1 work=$2 set=$3 samples=$4 iterations=$5
shift 5
refreshes=$1 bits=$2 accuracy=$3
. "$(dirname "$0")/clean.sh"

"$program" --set "$set" --samples "$samples" --iterations "$iterations" \
	--workers 2 --json train.json | tee train.txt
# 40 bits of scale cannot hold 36 of a sum of products: more would mean that
# the encrypted side was compared with itself.
awk -F'[:,]' -v iterations="$iterations" -v refreshes="$refreshes" \
	-v bits="$bits" -v accuracy="$accuracy" '
	function bad(what) {
		print "step " steps ": " what
		failed = 1
	}
	/"iteration"/ { steps++ }
	/"bits_worst"/ {
		if (!($2 > bits && $2 < 36))
			bad("the weights agree to " $2 " bits")
		agree = agree sprintf(" 2^-%.1f", $2)
		if (steps == 1 || $2 < least)
			least = $2
	}
	/"loss"/ {
		if (steps > 1 && !($2 < loss))
			bad("the loss went from " loss " to " $2)
		loss = $2
	}
	/"accuracy"/ { right = $2 }
	/"accuracy_clear"/ {
		# One of the 143 rows may lie on the border.
		if ($2 - right > 0.8 || right - $2 > 0.8)
			bad(right " % right, " $2 " in the clear")
	}
	/"level"/ { level = $2 }
	/"bootstraps"/ { done = $2 }
	/"refresh_seconds"/ { if ($2 > 0) refreshed++ }
	/"argument_greatest"/ {
		if (!($2 <= 1)) bad("|t| reaches " $2)
	}
	END {
		if (steps != iterations) bad("not " iterations)
		if (done != refreshes || refreshed != refreshes)
			bad(done + 0 " refreshes")
		if (!(right >= accuracy)) bad(right " % right at the end")
		print "weights, worst difference from the clear after each step:" agree
		printf "largest 2^-%.1f, bar 2^-%d\n", least, bits
		exit failed
	}' train.json || die "train.json"

# What is refused, and with which exit code.
refused() {
	code=$1
	said=$2
	shift 2
	set +e
	"$program" "$@" >refused.txt 2>&1
	got=$?
	set -e
	[ "$got" -eq "$code" ] || die "$*: exit code $got, not $code"
	grep -q "$said" refused.txt || die "$*: does not say $said"
}
refused 2 "1 to 1000" --iterations 0
refused 2 "lacks a value" --set
refused 2 "no such option" --rate 1
refused 5 "no levels for bootstrapping" --set l14-40
refused 3 "absent.safetensors" --set test-10 --data absent.safetensors
