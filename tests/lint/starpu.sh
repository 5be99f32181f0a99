#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# StarPU is seen by the runtime, submission and glue alone, directly or through
# their private headers. usage: starpu.sh SOURCE
set -eu
cd "$1"
bad=0 seen=0
found=$(find memory codelets fhe graph models tests -name '*.[ch]' -exec grep -lE \
	'^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"](starpu[^">]*\.h|submit_priv\.h|runtime_priv\.h)' \
	{} + | sort)
for file in $found; do
	seen=$((seen + 1))
	case $file in
	memory/session.c | memory/block.c | memory/handles.c) ;;
	memory/runtime*.[ch]) ;;
	codelets/submit*.[ch] | codelets/run*.[ch]) ;;
	codelets/*/*_codelet.c) ;;
	*)
		echo "$file sees StarPU"
		bad=1
		;;
	esac
done
[ $seen -gt 0 ] || { echo "nothing includes StarPU: the search is wrong"; exit 1; }
echo "$seen files see StarPU"
exit $bad
