/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.elementwise_rings: every operation in the rings of all
 * parameter sets, the largest results past the caches, against the reference.
 */
#include "elementwise_variants.h"
#include "sck_test.h"

#include <stdlib.h>
#include <string.h>

enum { LINE = 16, KINDS = 4, A = 0, B, C, WANT, GOT, ROWS };

/* Lists of rows: inputs, what the reference makes of them, what a variant
 * does. */
struct lists {
    const struct sck_ring *ring;
    uint32_t *words;
    uint32_t *row[ROWS][PRIMES];
};

/* Rows aligned to lines, or `shift` words off them. */
static void lists_new(struct lists *l, const struct sck_ring *ring, int kind,
                      uint32_t shift)
{
    const size_t n = ring->n, stride = n + LINE;

    l->ring = ring;
    l->words = aligned_alloc(64, ROWS * PRIMES * stride * sizeof *l->words);
    CU_ASSERT_PTR_NOT_NULL_FATAL(l->words);
    for (size_t p = 0; p < PRIMES; p++)
        for (size_t i = 0; i < ROWS; i++) {
            l->row[i][p] = l->words + (i * PRIMES + p) * stride + shift;
            if (i < INPUTS)
                sck_test_fill(l->row[i][p], n, primes[p], kind);
        }
}

static const uint32_t *const *list(const struct lists *l, int which)
{
    return (const uint32_t *const *)l->row[which];
}

/* repeat is 0 for operations without a plaintext of that form. */
static void check(const struct lists *l, enum sck_elementwise_op op,
                  uint32_t repeat)
{
    struct sck_elementwise_args args = {
        .ring = l->ring->id, .op = op, .limbs = PRIMES, .repeat = repeat};
    const size_t bytes = l->ring->n * sizeof(uint32_t);

    for (size_t p = 0; p < PRIMES; p++) {
        args.q[p] = primes[p];
        args.scalar[p] = sck_test_below(primes[p]);
    }
    sck_elementwise_ref(&args, l->ring, l->row[WANT], list(l, A), list(l, B),
                        list(l, C));
    for (size_t v = 0; v < VARIANTS; v++) {
        if (variants[v].isa > sck_isa_detect())
            continue;
        for (size_t p = 0; p < PRIMES; p++)
            memset(l->row[GOT][p], 0xff, bytes);
        variants[v].kernel(&args, l->ring, l->row[GOT], list(l, A), list(l, B),
                           list(l, C));
        for (size_t p = 0; p < PRIMES; p++)
            CU_ASSERT_EQUAL(memcmp(l->row[WANT][p], l->row[GOT][p], bytes), 0);
    }
}

static void check_rows(const struct sck_ring *ring, int kind, uint32_t shift)
{
    struct lists l;

    lists_new(&l, ring, kind, shift);
    for (int op = 0; op < SCK_ELEMENTWISE_OPS; op++)
        check(&l, (enum sck_elementwise_op)op, 0);
    for (uint32_t repeat = 1; repeat < ring->logn; repeat += 3) {
        check(&l, SCK_MUL_PLAIN, repeat);
        check(&l, SCK_MUL_PLAIN_ADD, repeat);
        check(&l, SCK_ADD_PLAIN, repeat);
    }
    free(l.words);
}

static void every_ring_has_the_bits_of_ref(void)
{
    for (uint32_t logn = 10; logn <= sck_test_largest(); logn++) {
        const struct sck_ring *ring = NULL;

        CU_ASSERT_EQUAL_FATAL(sck_ring_new(logn, primes, PRIMES, &ring),
                              SCK_OK);
        for (int kind = 0; kind < KINDS; kind++)
            for (uint32_t shift = 0; shift < 2; shift++)
                check_rows(ring, kind, shift);
        sck_ring_free(ring);
    }
}

static CU_TestInfo cases[] = {
    {"every_ring_has_the_bits_of_ref", every_ring_has_the_bits_of_ref},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(elementwise_rings, cases)
