#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# Every codelet has its folder, its suite, its asynchronous CUDA tasks and a line
# in suites.def; every folder its line in codelets.def. usage: files.sh SOURCE
set -eu
cd "$1"
names=$(sed -n 's/^SCK_CODELET(\([a-z0-9_]*\),.*/\1/p' codelets/codelets.def)
[ -n "$names" ] || { echo "codelets.def names nothing"; exit 1; }
bad=0
say() {
	echo "$*"
	bad=1
}
for name in $names; do
	grep -q "^codelets $name " tests/suites.def ||
		say "$name: no line in tests/suites.def"
	for file in codelets/$name/$name.h codelets/$name/${name}_ref.c \
		codelets/$name/${name}_codelet.c tests/codelets/test_$name.c; do
		[ -f "$file" ] || say "$name: no $file"
	done
	grep -q "\.symbol = \"sck_$name\"" "codelets/$name/${name}_codelet.c" ||
		say "$name: its performance model is not named sck_$name"
	for line in 'cuda_funcs = {on_cuda}' 'cuda_flags = {STARPU_CUDA_ASYNC}' \
		'can_execute = sck_task_can_execute'; do
		grep -q "$line" "codelets/$name/${name}_codelet.c" ||
			say "$name: no $line"
	done
done
# A launcher only launches, and a kernel finds all it needs in its argument.
! grep -nE 'cuda(Malloc|Free|Memcpy|Memset)|Synchronize|__constant__|__managed__|^(static )?__device__ [^(]*;|extern __shared__' \
	codelets/*.h codelets/*/*_cuda.h codelets/*/*_cuda.cu ||
	say "a CUDA launcher allocates, waits or has globals"
for folder in codelets/*/; do
	name=$(basename "$folder")
	echo "$names" | grep -qx "$name" || say "$folder: no line in codelets.def"
done
for file in tests/*/test_*.c; do
	suite=$(basename "$file" .c)
	folder=$(basename "$(dirname "$file")")
	grep -q "^$folder ${suite#test_} " tests/suites.def ||
		say "$file: no line in tests/suites.def"
done
echo "$(echo "$names" | wc -l) codelets"
exit $bad
