#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# The precision of a bootstrap at full slots, over every shape of message and
# three seeds: each row's worst slot and average reach the set's bars, half a
# bit less for complex averages; deviations are as the ciphertexts predict; as
# many levels are left as the set has. Iterated, messages are real: two shapes
# fewer.
# bootstrap_precision.sh STARCLOAK STARCLOAK-CLIENT SOURCE-DIR WORK-DIR
#   BOOTSTRAP SET WORST AVERAGE LEVELS [OPTIONS...]
set -eu
# shellcheck source=tests/integration/common.sh
. "$(dirname "$0")/common.sh"
bootstrap=$5
name=$6
worst=$7
average=$8
levels=$9
shift 9
shapes=6
case " $* " in
*" --iterated "*) shapes=4 ;;
esac
"$bootstrap" --dir keys --set "$name" --table "$@" >table.txt
rm -rf keys
cat table.txt
awk -v worst="$worst" -v average="$average" -v levels="$levels" \
	-v shapes="$shapes" '
	NR == 1 { next }
	{
		rows++
		# A complex average has more slots that the cubic error reaches.
		bar = average - ($1 == "complex" ? 0.5 : 0)
		off = $6 - $7
		seeds[$1]++
		if (NF != 9 || $8 != levels || $3 < worst || $4 < bar ||
			off > 1 || off < -1) {
			print "FAILED: " $0
			bad = 1
		}
		if (rows == 1 || $3 < least) least = $3
		if (rows == 1 || $4 < mean) mean = $4
	}
	END {
		print rows " rows: worst slot " least ", least average " mean
		for (shape in seeds) {
			found++
			bad = bad || seeds[shape] != 3
		}
		exit bad || found != shapes
	}' table.txt
