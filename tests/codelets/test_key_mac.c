/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.key_mac: both halves against 64-bit division, first digit and
 * later ones, for rows of 0, q - 1, one spike and random residues. */
#include "key_mac.h"
#include "oracle.h"

enum { LIMBS = 5 };

static unsigned errors(uint32_t logn, const uint32_t *q, int kind,
                       uint32_t first)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_key_mac_args args = {.ring = ring->id, .limbs = LIMBS};
    struct oracle_rows u, key, out, montgomery, before;
    unsigned wrong = 0;

    args.first = first;
    oracle_rows_new(&u, LIMBS, ring->n);
    oracle_rows_new(&key, 2 * LIMBS, ring->n);
    oracle_rows_new(&montgomery, 2 * LIMBS, ring->n);
    oracle_rows_new(&out, 2 * LIMBS, ring->n);
    oracle_rows_new(&before, 2 * LIMBS, ring->n);
    for (uint32_t i = 0; i < 2 * LIMBS; i++) {
        const uint32_t prime = args.q[i % LIMBS] = q[i % LIMBS];

        sck_test_fill(u.row[i % LIMBS], ring->n, prime, kind);
        sck_test_fill(key.row[i], ring->n, prime, kind == 2 ? 3 : kind);
        sck_test_fill(before.row[i], ring->n, prime, kind);
        for (uint32_t j = 0; j < ring->n; j++) {
            montgomery.row[i][j] =
                (uint32_t)(((uint64_t)key.row[i][j] << 32) % prime);
            if (!first)
                out.row[i][j] = before.row[i][j];
        }
    }
    sck_key_mac_ref(&args, ring, out.row, oracle_in(&u),
                    oracle_in(&montgomery));
    for (uint32_t i = 0; i < 2 * LIMBS; i++)
        for (uint32_t j = 0; j < ring->n; j++) {
            const uint64_t product =
                (uint64_t)u.row[i % LIMBS][j] * key.row[i][j];
            const uint64_t sum = product + (first ? 0 : before.row[i][j]);

            wrong += out.row[i][j] != sum % q[i % LIMBS];
        }
    oracle_rows_free(&u);
    oracle_rows_free(&key);
    oracle_rows_free(&montgomery);
    oracle_rows_free(&out);
    oracle_rows_free(&before);
    sck_ring_free(ring);
    return wrong;
}

static void first_digit_overwrites(void)
{
    for (uint32_t logn = 6; logn <= 10; logn++)
        for (int kind = 0; kind < 4; kind++)
            CU_ASSERT_EQUAL(
                errors(logn, oracle_primes + 8 * (logn - 6), kind, 1), 0);
}

static void later_digits_accumulate(void)
{
    for (uint32_t logn = 6; logn <= 10; logn++)
        for (int kind = 0; kind < 4; kind++)
            CU_ASSERT_EQUAL(
                errors(logn, oracle_primes + 8 * (logn - 6), kind, 0), 0);
}

static CU_TestInfo cases[] = {
    {"first_digit_overwrites", first_digit_overwrites},
    {"later_digits_accumulate", later_digits_accumulate},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(key_mac, cases)
