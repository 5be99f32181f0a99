/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.elementwise_large: tasks whose results the kernels write past
 * the caches, against the reference. */
#include "elementwise_variants.h"
#include "sck_test.h"

#include <stdlib.h>
#include <string.h>

enum { LINE = 16 };

/* Rows aligned to lines, and not; repeat is 0 for operations without a
 * plaintext of that form. */
static void check_large(const struct sck_ring *ring, enum sck_elementwise_op op,
                        uint32_t repeat, uint32_t shift)
{
    struct sck_elementwise_args args = {
        .ring = ring->id, .op = op, .limbs = PRIMES, .repeat = repeat};
    const size_t n = ring->n, stride = n + LINE;
    uint32_t *const words = aligned_alloc(64, 5 * PRIMES * stride * 4);
    uint32_t *rows[5][PRIMES]; /* a, b, c, expected, got */

    CU_ASSERT_PTR_NOT_NULL_FATAL(words);
    for (size_t l = 0; l < PRIMES; l++) {
        args.q[l] = primes[l];
        args.scalar[l] = sck_test_below(primes[l]);
        for (size_t i = 0; i < 5; i++)
            rows[i][l] = words + (i * PRIMES + l) * stride + shift;
        for (uint32_t i = 0; i < INPUTS; i++)
            sck_test_fill(rows[i][l], (uint32_t)n, primes[l], 3);
    }
    sck_elementwise_ref(&args, ring, rows[3], (const uint32_t *const *)rows[0],
                        (const uint32_t *const *)rows[1],
                        (const uint32_t *const *)rows[2]);
    for (size_t v = 0; v < VARIANTS; v++) {
        if (variants[v].isa > sck_isa_detect())
            continue;
        memset(rows[4][0], 0xff, ((PRIMES - 1) * stride + n) * 4);
        variants[v].kernel(
            &args, ring, rows[4], (const uint32_t *const *)rows[0],
            (const uint32_t *const *)rows[1], (const uint32_t *const *)rows[2]);
        for (size_t l = 0; l < PRIMES; l++)
            CU_ASSERT_EQUAL(memcmp(rows[3][l], rows[4][l], n * 4), 0);
    }
    free(words);
}

static void large_results_are_the_reference(void)
{
    for (uint32_t logn = 15; logn <= 16; logn++) {
        const struct sck_ring *ring = NULL;

        CU_ASSERT_EQUAL_FATAL(sck_ring_new(logn, primes, PRIMES, &ring),
                              SCK_OK);
        for (uint32_t shift = 0; shift < 2; shift++) {
            for (int op = 0; op < SCK_ELEMENTWISE_OPS; op++)
                check_large(ring, (enum sck_elementwise_op)op, 0, shift);
            for (uint32_t repeat = 1; repeat < logn; repeat += 3) {
                check_large(ring, SCK_MUL_PLAIN, repeat, shift);
                check_large(ring, SCK_MUL_PLAIN_ADD, repeat, shift);
                check_large(ring, SCK_ADD_PLAIN, repeat, shift);
            }
        }
        sck_ring_free(ring);
    }
}

static CU_TestInfo cases[] = {
    {"large_results_are_the_reference", large_results_are_the_reference},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(elementwise_large, cases)
