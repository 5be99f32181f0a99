/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.modular: arithmetic of one word against division. */
#include "modular.h"
#include "ring.h"
#include "sck_test.h"

static const uint32_t primes[] = {1073479681, 32899073, 1037303809, 265420801};

enum { PRIMES = sizeof primes / sizeof primes[0] };

static void check_words(const struct sck_prime_table *t, uint64_t x, uint32_t a,
                        uint32_t b)
{
    const uint64_t q = t->q;
    const uint32_t word = (uint32_t)x;
    const uint32_t companion = sck_shoup_companion(b, t->q);

    CU_ASSERT_EQUAL(sck_mod_reduce64(x, t), x % q);
    CU_ASSERT_EQUAL(sck_mod_add(a, b, t->q), (a + b) % q);
    CU_ASSERT_EQUAL(sck_mod_sub(a, b, t->q), (a + q - b) % q);
    CU_ASSERT_EQUAL(sck_mod_neg(a, t->q), (q - a) % q);
    CU_ASSERT_EQUAL(sck_mod_mul(a, b, t), (uint64_t)a * b % q);
    CU_ASSERT_EQUAL(sck_mod_mul(word, b, t), (uint64_t)word * b % q);
    CU_ASSERT_EQUAL(sck_shoup(word, b, companion, t->q),
                    (uint64_t)word * b % q);
    CU_ASSERT_TRUE(sck_shoup_lazy(word, b, companion, t->q) < 2 * q);
    const uint32_t up = sck_to_montgomery(word, t);

    CU_ASSERT_EQUAL(up, ((uint64_t)word << 32) % q);
    CU_ASSERT_EQUAL(sck_from_montgomery(up, t), word % q);
    const uint64_t top = x % (q << 32);

    CU_ASSERT_EQUAL(sck_montgomery(top, t->q, t->minus_q_inverse),
                    top % q * t->r_inverse % q);
    CU_ASSERT_TRUE(sck_montgomery_lazy(top, t->q, t->minus_q_inverse) < 2 * q);
    if (a != 0)
        CU_ASSERT_EQUAL((uint64_t)a * sck_mod_inverse(a, t->q) % q, 1);
}

static void modular_arithmetic_agrees_with_division(void)
{
    const struct sck_ring *ring = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_ring_new(3, primes, PRIMES, &ring), SCK_OK);
    for (uint32_t i = 0; i < ring->count; i++) {
        const struct sck_prime_table *t = &ring->tables[i];
        const uint32_t q = t->q;
        const uint64_t wide[] = {0,
                                 1,
                                 q - 1ull,
                                 q,
                                 q + 1ull,
                                 UINT32_MAX,
                                 1ull << 32,
                                 UINT64_MAX,
                                 ((uint64_t)q << 32) - 1,
                                 UINT64_MAX - UINT32_MAX,
                                 (uint64_t)(q - 1) * (q - 1),
                                 sck_test_random(),
                                 sck_test_random()};
        const uint32_t narrow[] = {0, 1, q - 1, q / 2, sck_test_below(q)};

        for (size_t x = 0; x < sizeof wide / sizeof wide[0]; x++)
            for (size_t a = 0; a < 5; a++)
                for (size_t b = 0; b < 5; b++)
                    check_words(t, wide[x], narrow[a], narrow[b]);
    }
    sck_ring_free(ring);
}

static CU_TestInfo cases[] = {
    {"modular_arithmetic_agrees_with_division",
     modular_arithmetic_agrees_with_division},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(modular, cases)
