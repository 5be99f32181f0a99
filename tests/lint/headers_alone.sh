#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# Every public header compiles alone, as C11 and as C++17, with nothing but the
# other public headers in sight, flat as they are installed.
# usage: headers_alone.sh SOURCE WORK CC CXX
set -eu
source=$1 work=$2 cc=$3 cxx=$4
rm -rf "$work"
mkdir -p "$work/flat"
for header in "$source"/memory/sck_*.h "$source"/fhe/sck_*.h \
	"$source"/fhe/client/sck_*.h "$source"/graph/sck_*.h \
	"$source"/models/sck_*.h "$source/models/starcloak.h"; do
	to=$work/flat/$(basename "$header")
	[ ! -e "$to" ] || { echo "two headers are named $(basename "$header")"; exit 1; }
	cp "$header" "$to"
done
bad=0 count=0
for header in "$work"/flat/*.h; do
	name=$(basename "$header")
	echo "#include \"$name\"" >"$work/alone.c"
	cp "$work/alone.c" "$work/alone.cc"
	"$cc" -std=c11 -Wall -Wextra -Wpedantic -Wstrict-prototypes -Werror \
		-fsyntax-only -I "$work/flat" "$work/alone.c" || bad=1
	"$cxx" -std=c++17 -Wall -Wextra -Wpedantic -Werror \
		-fsyntax-only -I "$work/flat" "$work/alone.cc" || bad=1
	grep -q 'extern "C"' "$header" || [ "$name" = starcloak.h ] || {
		echo "$name: no extern \"C\""
		bad=1
	}
	grep -q "#include \"$name\"" "$source/models/starcloak.h" ||
		[ "$name" = starcloak.h ] || [ "$name" = sck_client.h ] || {
		echo "models/starcloak.h does not include $name"
		bad=1
	}
	count=$((count + 1))
done
echo "$count headers"
exit $bad
