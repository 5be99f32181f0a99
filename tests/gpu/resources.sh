#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# Every kernel for sm_80 and sm_90: no spill, no stack, registers and shared
# memory within resources.txt (KERNEL REGISTERS SHARED-BYTES; * is any other);
# accesses.txt names what their code has and has not (FILE [!]PATTERN: 16 bytes
# at once, keys evicted first). The table goes to WORK/resources.txt.
# usage: resources.sh SOURCE WORK [NVCC]. Exit status 77: no nvcc.
set -eu
source=$1 work=$2
nvcc=${3:-$(command -v nvcc || echo "${CUDA_HOME:-/usr/local/cuda}/bin/nvcc")}
[ -x "$nvcc" ] || {
	echo "no nvcc"
	exit 77
}
mkdir -p "$work/kept"
: >"$work/resources.txt"
set --
for folder in "$source/memory" "$source/codelets" "$source"/codelets/*/; do
	set -- "$@" -I "$folder"
done
for file in "$source"/codelets/*/*_cuda.cu; do
	for machine in 80 90; do
		"$nvcc" -std=c++17 -O3 --fmad=false -cubin "$@" \
			-gencode "arch=compute_$machine,code=sm_$machine" \
			--keep --keep-dir "$work/kept" \
			-Xptxas -v -o "$work/kernel.cubin" "$file" 2>"$work/ptxas.log" || {
			cat "$work/ptxas.log"
			exit 1
		}
		awk -v machine="sm_$machine" '
			/Compiling entry function/ {
				# The last name of the mangled one, before its arguments.
				name = $0
				sub(/^[^\047]*\047_Z/, "", name)
				sub(/^N[0-9]*_GLOBAL__N__[0-9a-f]*_[0-9]*_[a-z_]*_cu_[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]/, "", name)
				sub(/^[0-9]*/, "", name)
				sub(/(IL|E).*$/, "", name)
			}
			/bytes stack frame/ { stack = $1; spill = $5 + $9 }
			/Used [0-9]+ registers/ {
				shared = 0
				for (i = 1; i < NF; i++)
					if ($(i + 2) ~ /^smem/)
						shared = $i
				print name, machine, $5, shared, stack, spill
			}' "$work/ptxas.log" >>"$work/resources.txt"
	done
done
missing=
while read -r name pattern; do
	case $name in '' | '#'*) continue ;; esac
	kept=$work/kept/${name}_cuda.ptx
	if [ "${pattern#!}" = "$pattern" ]; then
		grep -qE "$pattern" "$kept" && continue
	else
		[ -f "$kept" ] && ! grep -qE "${pattern#!}" "$kept" && continue
	fi
	echo "$name: $pattern does not hold"
	missing=yes
done <"$source/tests/gpu/accesses.txt"
rm -rf "$work/kept"
awk '
	NR == FNR { if (!/^#/) { registers[$1] = $2; bytes[$1] = $3 } next }
	FNR == 1 { printf "%-22s %-6s %9s %7s %6s %6s\n", "kernel", "for", "registers", "shared", "stack", "spills" }
	{
		bound = $1 in registers ? $1 : "*"
		wrong = $3 > registers[bound] || $4 > bytes[bound] || $5 + $6 > 0
		printf "%-22s %-6s %9d %7d %6d %6d%s\n", $1, $2, $3, $4, $5, $6, wrong ? "  too much" : ""
		bad += wrong
	}
	END { print FNR " kernels"; exit bad > 0 || FNR == 0 }
' "$source/tests/gpu/resources.txt" "$work/resources.txt" && [ -z "$missing" ]
