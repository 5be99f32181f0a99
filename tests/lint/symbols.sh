#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# What the shared libraries export: names that start with sck_, all of them
# declared in public headers; no secret key in the library that evaluates.
# usage: symbols.sh SOURCE WORK NM LIBSTARCLOAK LIBCLIENT
set -eu
source=$1 work=$2 nm=$3 library=$4 client=$5
mkdir -p "$work"
bad=0

# The sanitizers add symbols of their own.
exported() {
	"$nm" -D --defined-only "$1" | awk '{ print $NF }' |
		grep -v '^__\(odr_\)\{0,1\}[at]san' | sed 's/@.*//' | sort -u
}

declared() {
	grep -hv "^#" "$@" | tr '\n' ' ' | grep -o 'SCK_API [^();]*(' |
		sed 's/ *($//; s/.*[ *]//' | sort -u
}

# none MESSAGE FILE: every line of FILE is a fault
none() {
	[ -s "$2" ] || return 0
	echo "$1:"
	cat "$2"
	bad=1
}

exported "$library" >"$work/library"
exported "$client" >"$work/client"
declared "$source"/fhe/client/sck_*.h >"$work/secret"
declared "$source"/memory/sck_*.h "$source"/fhe/sck_*.h \
	"$source"/graph/sck_*.h "$source"/models/sck_*.h >"$work/public"
for name in library client secret public; do
	[ -s "$work/$name" ] || { echo "no symbols of $name"; exit 1; }
done

grep -v '^sck_' "$work/library" "$work/client" >"$work/faults" || :
none "exported without the prefix" "$work/faults"
grep -E '^sck_(secret|decrypt|encrypt)(_|$)' "$work/library" >"$work/faults" || :
none "libstarcloak exports a key holder's symbol" "$work/faults"
comm -12 "$work/library" "$work/secret" >"$work/faults"
none "libstarcloak exports what sck_client.h declares" "$work/faults"
# Hidden ones too, where the library is not stripped.
"$nm" --defined-only "$library" 2>/dev/null | awk '{ print $NF }' |
	grep -E '^sck_(secret|decrypt|encrypt)(_|$)' >"$work/faults" || :
none "libstarcloak contains a key holder's code" "$work/faults"
comm -13 "$work/library" "$work/public" >"$work/faults"
none "public, but missing from libstarcloak" "$work/faults"
comm -13 "$work/client" "$work/secret" >"$work/faults"
none "public, but missing from libstarcloak-client" "$work/faults"
comm -23 "$work/library" "$work/public" >"$work/faults"
none "exported, but in no public header" "$work/faults"
echo "libstarcloak $(wc -l <"$work/library"), client $(wc -l <"$work/client")"
exit $bad
