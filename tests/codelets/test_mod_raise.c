/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.mod_raise: the centred lift of level 0 against big integers.
 */
#include "convert_kit.h"
#include "mod_raise.h"

static unsigned errors(uint32_t logn, const uint32_t *q, uint32_t count,
                       const uint32_t *t, uint32_t targets, int kind)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_base_convert_args args = {.ring = ring->id};
    struct oracle_rows in, out;
    unsigned wrong = 0;
    mpz_t d, k, sum, term;

    mpz_inits(d, k, sum, term, NULL);
    oracle_product(d, q, count);
    oracle_rows_new(&in, count + 1, ring->n);
    oracle_rows_new(&out, targets, ring->n);
    for (uint32_t i = 0; i < count; i++)
        sck_test_fill(in.row[i], ring->n, q[i], kind);
    for (uint32_t j = 0; j < ring->n; j++)
        in.row[count][j] = oracle_v(q, count, oracle_in(&in), j);
    sck_conversion_prepare(&args.conversion, q, count, t, targets);
    sck_mod_raise_ref(&args, ring, out.row, oracle_in(&in));
    wrong += convert_differences(sck_mod_raise, &args, ring, &in, &out);
    for (uint32_t i = 0; i < targets; i++)
        oracle_intt(ring, t[i], out.row[i]);
    for (uint32_t j = 0; j < ring->n; j++) {
        /* x = sum of y_i D / q_i; the lift is x - D round(x / D). */
        mpz_set_ui(sum, 0);
        for (uint32_t i = 0; i < count; i++) {
            mpz_divexact_ui(term, d, q[i]);
            mpz_addmul_ui(sum, term, in.row[i][j]);
        }
        const int neighbour = oracle_round(k, sum, d);

        mpz_mul(k, k, d);
        mpz_sub(k, sum, k);
        mpz_add(term, k, d);
        if (neighbour > 0)
            mpz_sub(term, k, d);
        unsigned exact = 0, other = 0;

        for (uint32_t i = 0; i < targets; i++) {
            exact += oracle_is(out.row[i][j], k, 0, t[i]);
            other += oracle_is(out.row[i][j], term, 0, t[i]);
        }
        wrong += exact != targets && !(neighbour != 0 && other == targets);
    }
    mpz_clears(d, k, sum, term, NULL);
    oracle_rows_free(&in);
    oracle_rows_free(&out);
    sck_ring_free(ring);
    return wrong;
}

static void result_is_the_transform_of_the_centred_lift(void)
{
    for (uint32_t logn = 6; logn <= 10; logn++)
        for (int kind = 0; kind < 4; kind++) {
            CU_ASSERT_EQUAL(errors(logn, oracle_primes + 36, 2, oracle_primes,
                                   logn + 6, kind),
                            0);
            CU_ASSERT_EQUAL(
                errors(logn, oracle_primes, 3, oracle_primes + 28, logn, kind),
                0);
        }
}

static void alike(uint32_t logn, int kind)
{
    CU_ASSERT_EQUAL(convert_alike(sck_mod_raise_ref, sck_mod_raise, logn, kind),
                    0);
}

static void every_ring_has_the_bits_of_ref(void)
{
    oracle_each_ring(alike);
}

static CU_TestInfo cases[] = {
    {"every_ring_has_the_bits_of_ref", every_ring_has_the_bits_of_ref},
    {"result_is_the_transform_of_the_centred_lift",
     result_is_the_transform_of_the_centred_lift},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(mod_raise, cases)
