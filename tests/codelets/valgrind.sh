#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# Every kernel under valgrind, which knows no AVX-512 (3.19): ref and AVX2.
# usage: valgrind.sh PROGRAM
set -eu
command -v valgrind >/dev/null || {
	echo "no valgrind: './dev check' and './dev test --slow' install it"
	exit 77
}
exec valgrind -q --error-exitcode=9 "$1"
