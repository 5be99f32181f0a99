#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# Makes $work anew and goes there: StarPU's files stay in it. The scripts choose
# workers, scheduler and memory: no setting from outside. Sourced.
# shellcheck disable=SC2154
rm -rf "$work"
mkdir -p "$work"
cd "$work" || exit
unset STARPU_NCPU STARPU_NCPUS STARPU_SCHED STARPU_LIMIT_CPU_MEM \
	STARPU_DISK_SWAP STARPU_DISK_SWAP_BACKEND STARPU_DISK_SWAP_SIZE \
	STARCLOAK_LIMBS_PER_BLOCK STARCLOAK_SYNC || :
STARPU_PERF_MODEL_DIR=$PWD/starpu
STARPU_HOME=$PWD/starpu
STARPU_SILENT=1
export STARPU_PERF_MODEL_DIR STARPU_HOME STARPU_SILENT

die() {
	echo "FAILED: $*" >&2
	exit 1
}
