#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# clang-tidy 14 finds nothing (.clang-tidy); other versions check otherwise, so
# they skip. One process a file: 14 mistakes va_lists in a process's second.
# usage: tidy.sh SOURCE BUILD (with compile_commands.json)
set -eu
cd "$1"
build=$2
program=
for candidate in clang-tidy-14 clang-tidy; do
	if command -v $candidate >/dev/null &&
		$candidate --version | grep -q 'version 14\.'; then
		program=$candidate
		break
	fi
done
[ -n "$program" ] || { echo "no clang-tidy 14"; exit 77; }
[ -f "$build/compile_commands.json" ] || {
	echo "no $build/compile_commands.json"
	exit 1
}
# The files that this configuration compiles; of the tests, what they share.
files=$(sed -n 's/^ *"file": "\(.*\.c\)",*$/\1/p' "$build/compile_commands.json" |
	sort -u | grep -E "^$PWD/(memory|codelets|fhe|graph|models|perfmodels|tests/support)/")
[ -n "$files" ] || { echo "compile_commands.json names no file"; exit 1; }
log=$build/tidy.log
# A file that fails ends neither the others nor xargs's own status of 123.
if echo "$files" | xargs -P "$(nproc)" -n 1 "$program" -p "$build" --quiet \
	>"$log" 2>/dev/null; then
	echo "$(echo "$files" | wc -l) files"
	exit 0
fi
grep -E '(error|warning):' "$log" || cat "$log"
exit 1
