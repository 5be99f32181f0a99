#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# An upward include does not compile; a control shows that the failure is the
# include's. usage: upward.sh WORK CC KERNELS RUNTIME (folders, joined by colons)
set -eu
work=$1 cc=$2 kernels=$3 runtime=$4
mkdir -p "$work"
bad=0

# compiles FOLDERS HEADER
compiles() {
	echo "#include \"$2\"" >"$work/probe.c"
	echo "$1" | tr ':' '\n' | sed 's/^/-I/' >"$work/folders"
	"$cc" -std=c11 -D_GNU_SOURCE -fsyntax-only "@$work/folders" \
		"$work/probe.c" 2>"$work/why"
}

must() {
	compiles "$2" "$3" && return 0
	echo "$1 cannot include $3, which it may"
	cat "$work/why"
	bad=1
}

must_not() {
	if compiles "$2" "$3"; then
		echo "$1 can include $3"
		bad=1
	elif ! grep -qi 'not found\|no such file' "$work/why"; then
		echo "$1 fails on $3, but not because it is out of sight"
		cat "$work/why"
		bad=1
	fi
}

must kernels "$kernels" ring.h
must kernels "$kernels" ntt.h
must_not kernels "$kernels" sck_eval.h
must_not kernels "$kernels" sck_params.h
must_not kernels "$kernels" starpu.h
must runtime "$runtime" block.h
must runtime "$runtime" runtime_priv.h
must_not runtime "$runtime" sck_params.h
must_not runtime "$runtime" fhe/sck_params.h
must_not runtime "$runtime" submit.h
exit $bad
