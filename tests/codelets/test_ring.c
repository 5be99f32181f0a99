/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "modular.h"
#include "ring_kit.h"

#include <pthread.h>

static void zeta_of_a_smaller_ring_is_every_other_of_the_next(void)
{
    const struct sck_ring *next = ring_of(16);

    for (uint32_t logn = 15; logn >= 3; logn--) {
        const struct sck_ring *ring = ring_of(logn);
        size_t wrong = 0;

        for (uint32_t k = 0; k < 2 * ring->n; k++)
            wrong += ring->zeta[2 * k] != next->zeta[4 * k] ||
                     ring->zeta[2 * k + 1] != next->zeta[4 * k + 1];
        CU_ASSERT_EQUAL(wrong, 0);
        sck_ring_free(next);
        next = ring;
    }
    sck_ring_free(next);
}

static uint64_t power(uint64_t base, uint64_t e, uint64_t q)
{
    uint64_t result = 1;

    for (; e > 0; e /= 2, base = base * base % q)
        if (e % 2 == 1)
            result = result * base % q;
    return result;
}

static void check_table(const struct sck_ring *ring,
                        const struct sck_prime_table *t)
{
    const uint64_t q = t->q;
    uint64_t g = 2;
    size_t wrong = 0;

    while (power(g, (q - 1) / 2, q) != q - 1)
        g++;
    const uint64_t psi = power(g, (q - 1) / (2 * ring->n), q);

    CU_ASSERT_EQUAL(power(psi, ring->n, q), q - 1);
    for (uint32_t i = 0; i < ring->n; i++) {
        wrong += t->psi[i] != power(psi, ring->brv[i], q);
        wrong += (uint64_t)t->psi[i] * t->ipsi[i] % q != 1;
        wrong += t->psi_shoup[i] != ((uint64_t)t->psi[i] << 32) / q;
        wrong += t->ipsi_shoup[i] != ((uint64_t)t->ipsi[i] << 32) / q;
    }
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL((uint64_t)t->n_inverse * ring->n % q, 1);
    CU_ASSERT_EQUAL(t->n_inverse_shoup, ((uint64_t)t->n_inverse << 32) / q);
    CU_ASSERT_EQUAL((uint32_t)(t->minus_q_inverse * t->q), UINT32_MAX);
    CU_ASSERT_EQUAL(t->r, (1ull << 32) % q);
    CU_ASSERT_EQUAL(t->r2, (uint64_t)t->r * t->r % q);
    CU_ASSERT_EQUAL((uint64_t)t->r * t->r_inverse % q, 1);
    CU_ASSERT_EQUAL(t->imaginary, power(psi, ring->n / 2, q));
    CU_ASSERT_EQUAL((uint64_t)t->imaginary * t->imaginary % q, q - 1);
}

static void tables_hold_what_the_contract_says(void)
{
    for (uint32_t logn = 3; logn <= 16; logn++) {
        const struct sck_ring *ring = ring_of(logn);

        CU_ASSERT_EQUAL(ring->n, 1u << logn);
        for (uint32_t i = 0; i < ring->n; i++) {
            uint32_t reversed = 0;

            for (uint32_t b = 0; b < logn; b++)
                reversed |= (i >> b & 1) << (logn - 1 - b);
            if (ring->brv[i] != reversed)
                CU_FAIL("bit reversal");
        }
        for (uint32_t i = 0; i < ring->count; i++) {
            CU_ASSERT_TRUE(i == 0 || ring->tables[i - 1].q < ring->tables[i].q);
            check_table(ring, &ring->tables[i]);
        }
        sck_ring_free(ring);
    }
}

static void equal_rings_are_one_and_found_until_the_last_user(void)
{
    const uint32_t turned[] = {265420801, 1073479681, 32899073, 1037303809};
    const struct sck_ring *a = ring_of(10);
    const struct sck_ring *b = NULL;
    const struct sck_ring *c = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_ring_new(10, turned, PRIMES, &b), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_ring_new(10, turned, 2, &c), SCK_OK);
    CU_ASSERT_PTR_EQUAL(a, b);
    CU_ASSERT_PTR_NOT_EQUAL(a, c);
    CU_ASSERT_NOT_EQUAL(a->id, c->id);
    const uint32_t id = a->id;

    CU_ASSERT_PTR_EQUAL(sck_ring_find(c->id), c);
    CU_ASSERT_PTR_NULL(sck_ring_prime(c, 32899073));
    CU_ASSERT_EQUAL(sck_ring_prime(c, 1073479681)->q, 1073479681);
    sck_ring_free(a);
    CU_ASSERT_PTR_EQUAL(sck_ring_find(id), b);
    sck_ring_free(b);
    CU_ASSERT_PTR_NULL(sck_ring_find(id));
    sck_ring_free(c);
    sck_ring_free(NULL);
}

static void check_sharing(uint32_t logn)
{
    const struct sck_ring *large = ring_of(12), *small = ring_of(logn);

    CU_ASSERT_PTR_EQUAL(small->tables[1].psi, large->tables[1].psi);
    CU_ASSERT_NOT_EQUAL(small->tables[1].n_inverse, large->tables[1].n_inverse);
    sck_ring_free(large); /* its words stay */
    for (uint32_t i = 0; i < small->count; i++)
        check_table(small, &small->tables[i]);
    sck_ring_free(small);
    small = ring_of(logn);
    for (uint32_t i = 0; i < small->count; i++)
        check_table(small, &small->tables[i]);
    sck_ring_free(small);
}

static void a_smaller_ring_shares_a_larger_ones_twiddles(void)
{
    check_sharing(5);
    check_sharing(10);
}

static void bad_primes_and_sizes_are_refused_and_named(void)
{
    static const struct {
        uint32_t logn, count, q[2];
    } bad[] = {
        {2, 1, {32899073}},
        {17, 1, {32899073}},
        {10, 0, {0}},
        {10, 1, {0}},
        {10, 1, {1}},
        {10, 1, {2147352577}},           /* a prime, 1 mod 2^17, too large */
        {10, 1, {1073741789}},           /* a prime, not 1 mod 2^11        */
        {10, 1, {(1u << 17) * 3 + 1}},   /* 393217 = 11 * 35747            */
        {10, 2, {32899073, 32899073}},   /* twice */
        {16, 2, {32899073, 1073741825}}, /* 2^30 + 1 */
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct sck_ring *ring = (const struct sck_ring *)&bad;

        CU_ASSERT_EQUAL(
            sck_ring_new(bad[i].logn, bad[i].q, bad[i].count, &ring),
            SCK_ERR_ARGUMENT);
        CU_ASSERT_PTR_NULL(ring);
        CU_ASSERT_NOT_EQUAL(sck_last_error()[0], '\0');
    }
}

static void *churn(void *wrong)
{
    for (int i = 0; i < 50; i++) {
        const struct sck_ring *ring = NULL;

        if (sck_ring_new(6, primes, 1 + (uint32_t)i % PRIMES, &ring) != SCK_OK)
            *(int *)wrong += 1;
        else if (sck_ring_find(ring->id) != ring)
            *(int *)wrong += 1;
        sck_ring_free(ring);
    }
    return NULL;
}

static void threads_may_make_find_and_free_at_once(void)
{
    pthread_t threads[4];
    int wrong[4] = {0};

    for (int i = 0; i < 4; i++)
        CU_ASSERT_EQUAL_FATAL(
            pthread_create(&threads[i], NULL, churn, &wrong[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        CU_ASSERT_EQUAL(wrong[i], 0);
    }
}

static CU_TestInfo cases[] = {
    {"zeta_of_a_smaller_ring_is_every_other_of_the_next",
     zeta_of_a_smaller_ring_is_every_other_of_the_next},
    {"tables_hold_what_the_contract_says", tables_hold_what_the_contract_says},
    {"equal_rings_are_one_and_found_until_the_last_user",
     equal_rings_are_one_and_found_until_the_last_user},
    {"a_smaller_ring_shares_a_larger_ones_twiddles",
     a_smaller_ring_shares_a_larger_ones_twiddles},
    {"bad_primes_and_sizes_are_refused_and_named",
     bad_primes_and_sizes_are_refused_and_named},
    {"threads_may_make_find_and_free_at_once",
     threads_may_make_find_and_free_at_once},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(ring, cases)
