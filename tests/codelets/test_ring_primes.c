/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "ring_kit.h"

/* Node i of run r's tree, and where its word is: with a companion, without. */
static size_t wrong_runs(const struct sck_ring *ring,
                         const struct sck_prime_table *t, const uint32_t *runs,
                         const uint32_t *psi, const uint32_t *companions)
{
    size_t wrong = 0;

    for (uint32_t r = 0; r < ring->n / SCK_RUN_WORDS; r++)
        for (uint32_t i = 1; i < SCK_RUN_WORDS; i++) {
            const uint32_t *const words = runs + (size_t)r * SCK_RUN_TWIDDLES;
            uint32_t level = 1;

            while (2 * level <= i)
                level *= 2;
            const uint32_t k =
                (ring->n / SCK_RUN_WORDS + r) * level + (i - level);

            uint32_t at = i;

            if (level == SCK_RUN_WORDS / 2) {
                const uint32_t bit[] = {i & 1, i >> 1 & 1, i >> 2 & 1,
                                        i >> 3 & 1};

                at =
                    i / 16 * 16 + bit[3] * 2 + bit[2] * 8 + bit[1] * 4 + bit[0];
            }
            if (i < SCK_RUN_SHOUP)
                wrong += words[i] != psi[k] ||
                         words[SCK_RUN_SHOUP + i] != companions[k];
            else
                wrong += words[SCK_RUN_SHOUP + at] !=
                         (uint32_t)(((uint64_t)psi[k] << 32) % t->q);
        }
    return wrong;
}

static void check_runs(const struct sck_ring *ring,
                       const struct sck_prime_table *t)
{
    if (ring->n < 2 * SCK_RUN_WORDS) {
        CU_ASSERT_PTR_NULL(t->runs);
        CU_ASSERT_PTR_NULL(t->iruns);
        return;
    }
    CU_ASSERT_EQUAL(wrong_runs(ring, t, t->runs, t->psi, t->psi_shoup), 0);
    CU_ASSERT_EQUAL(wrong_runs(ring, t, t->iruns, t->ipsi, t->ipsi_shoup), 0);
}

static void check_primes(const struct sck_ring *ring)
{
    for (uint32_t i = 0; i < ring->count; i++)
        check_runs(ring, &ring->tables[i]);
}

static void runs_hold_the_twiddles_in_the_order_of_use(void)
{
    for (uint32_t logn = 3; logn <= 16; logn++) {
        const struct sck_ring *ring = ring_of(logn);

        check_primes(ring);
        sck_ring_free(ring);
    }
}

static void a_smaller_ring_has_runs_of_its_own(void)
{
    for (uint32_t logn = 8; logn < 12; logn++) {
        const struct sck_ring *large = ring_of(12), *small = ring_of(logn);

        CU_ASSERT_PTR_EQUAL(small->tables[1].psi, large->tables[1].psi);
        sck_ring_free(large); /* its psi stays */
        check_primes(small);
        sck_ring_free(small);
    }
}

static CU_TestInfo cases[] = {
    {"runs_hold_the_twiddles_in_the_order_of_use",
     runs_hold_the_twiddles_in_the_order_of_use},
    {"a_smaller_ring_has_runs_of_its_own", a_smaller_ring_has_runs_of_its_own},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(ring_primes, cases)
