#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
# Writes a new codelet: folder, contract, plain C kernel, glue, its line in
# codelets.def, and a suite that fails until the kernel computes something.
# usage: new-codelet.sh SOURCE NAME
set -eu
cd "$1"
name=${2:-}
case $name in
'' | *[!a-z0-9_]* | [!a-z]*)
	echo "usage: ./dev new-codelet NAME   (a-z, 0-9, _; a letter first)" >&2
	exit 2
	;;
esac
at=codelets/$name
suite=tests/codelets/test_$name.c
for there in "$at" "$suite"; do
	[ ! -e "$there" ] || { echo "$there exists" >&2; exit 1; }
done
guard=SCK_$(echo "$name" | tr '[:lower:]' '[:upper:]')_H

# write FILE: the text of stdin, NAME and GUARD replaced
write() {
	{
		echo '/* SPDX-License-Identifier: LGPL-2.1-or-later'
		echo ' * SPDX-FileCopyrightText: Starcloak contributors */'
		sed "s/@NAME@/$name/g; s/@GUARD@/$guard/g"
	} >"$1"
	# Lines' lengths depend on the name.
	! command -v clang-format >/dev/null || clang-format -i "$1"
	echo "$1"
}

mkdir "$at"
write "$at/$name.h" <<'TEXT'
#ifndef @GUARD@
#define @GUARD@

#include "ring.h"

/** Plain values only: a task's arguments are copied. */
struct sck_@NAME@_args {
    uint32_t ring;
    uint32_t limbs;
    uint32_t q[SCK_BLOCK_LIMBS];
};

/** Kernel: out[i] = in[i] modulo q[i]. in and out in [0, q). out may be in. */
typedef void sck_@NAME@_fn(const struct sck_@NAME@_args *args,
                           const struct sck_ring *ring, uint32_t *const *out,
                           const uint32_t *const *in);
void sck_@NAME@_ref(const struct sck_@NAME@_args *args,
                    const struct sck_ring *ring, uint32_t *const *out,
                    const uint32_t *const *in);
extern sck_@NAME@_fn *sck_@NAME@;

#endif
TEXT
write "$at/${name}_ref.c" <<'TEXT'
#include "@NAME@.h"

sck_@NAME@_fn *sck_@NAME@ = sck_@NAME@_ref;

void sck_@NAME@_ref(const struct sck_@NAME@_args *args,
                    const struct sck_ring *ring, uint32_t *const *out,
                    const uint32_t *const *in)
{
    for (uint32_t i = 0; i < args->limbs; i++)
        for (uint32_t j = 0; j < ring->n; j++)
            out[i][j] = in[i][j] % args->q[i];
}
TEXT
write "$at/${name}_codelet.c" <<'TEXT'
#include "@NAME@.h"
#include "submit_priv.h"

static void on_cpu(void *buffers[], void *argument)
{
    struct sck_rows rows;
    const struct sck_@NAME@_args *a = sck_task_open(buffers, argument, &rows);

    if (a != NULL)
        sck_@NAME@(a, sck_ring_find(a->ring), rows.list[0],
                   (const uint32_t *const *)rows.list[1]);
}

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_@NAME@",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_@NAME@_codelet = {
    .name = "sck_@NAME@",
    .cpu_funcs = {on_cpu},
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
};
TEXT
write "$suite" <<'TEXT'
/* Suite codelets.@NAME@: the plain C kernel against its definition. */
#include "@NAME@.h"
#include "sck_test.h"

enum { LIMBS = 2 };

static void result_is_what_the_definition_says(void)
{
    struct sck_@NAME@_args args = {.limbs = LIMBS, .q = {1073479681, 32899073}};
    const struct sck_ring *ring = NULL;
    uint32_t in[LIMBS][8], out[LIMBS][8];

    CU_ASSERT_EQUAL_FATAL(sck_ring_new(3, args.q, LIMBS, &ring), SCK_OK);
    args.ring = ring->id;
    for (uint32_t i = 0; i < LIMBS; i++)
        sck_test_fill(in[i], ring->n, args.q[i], 3);
    sck_@NAME@_ref(&args, ring, (uint32_t *const[]){out[0], out[1]},
                   (const uint32_t *const[]){in[0], in[1]});
    for (uint32_t i = 0; i < LIMBS; i++)
        for (uint32_t j = 0; j < ring->n; j++)
            CU_ASSERT(out[i][j] < args.q[i]);
    CU_FAIL("compare with an independent computation, then delete this line");
    sck_ring_free(ring);
}

static CU_TestInfo cases[] = {
    {"result_is_what_the_definition_says", result_is_what_the_definition_says},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(@NAME@, cases)
TEXT

# A codelet's number is its line's: new ones come last.
echo "SCK_CODELET($name, \"in one line: what a task does\")" \
	>>codelets/codelets.def
# Among the codelets' suites, in alphabetical order. Written in place at last, so
# that a failure leaves the list as it was.
lines=$(awk -v new="$name" '
	/^codelets / && !done && $2 > new { add() }
	!/^codelets / && !done && seen { add() }
	/^codelets / { seen = 1 }
	{ print }
	END { if (!done) add() }
	function add() { print "codelets " new " unit"; done = 1 }
' tests/suites.def)
echo "$lines" >tests/suites.def
echo "next: ./dev test --suite $name   (red until its test is written)"
