/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.decompose: y and v against big integers, for 1 to 24 source
 * primes; rows of 0, q - 1, one spike and random residues. */
#include "decompose.h"
#include "oracle.h"

/* Rows from NTT form in two calls, v in a third. */
static void in_parts(sck_decompose_fn *kernel,
                     const struct sck_decompose_args *args,
                     const struct sck_ring *ring, const struct oracle_rows *out,
                     const struct oracle_rows *in)
{
    const uint32_t half = args->limbs / 2;
    uint32_t *rows[SCK_MAX_SOURCES + 1] = {NULL};
    struct sck_decompose_args part = *args;

    for (uint32_t from = 0; from < args->limbs; from += part.limbs) {
        part.limbs = from < half ? half : args->limbs - half;
        for (uint32_t i = 0; i < part.limbs; i++) {
            part.q[i] = args->q[from + i];
            part.factor[i] = args->factor[from + i];
            rows[i] = out->row[from + i];
        }
        rows[part.limbs] = NULL;
        kernel(&part, ring, rows, oracle_in(in) + from);
    }
    memset(rows, 0, sizeof rows);
    rows[args->limbs] = out->row[args->limbs];
    part = *args;
    part.ntt_domain = SCK_DECOMPOSED;
    kernel(&part, ring, rows, oracle_in(out));
}

/* Rows q, multiplier A; how: 0 coefficients, 1 NTT rows, 2 NTT rows in place,
 * 3 in parts. */
static unsigned errors(sck_decompose_fn *kernel, uint32_t logn,
                       const uint32_t *q, uint32_t count, const uint32_t *added,
                       uint32_t added_count, int kind, int how)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_decompose_args args;
    struct oracle_rows x, in, out;
    unsigned wrong = 0;
    mpz_t d, a;

    mpz_inits(d, a, NULL);
    oracle_product(d, q, count);
    oracle_product(a, added, added_count);
    oracle_rows_new(&x, count, ring->n);
    oracle_rows_new(&in, count + 1, ring->n);
    oracle_rows_new(&out, count + 1, ring->n);
    for (uint32_t i = 0; i < count; i++) {
        sck_test_fill(x.row[i], ring->n, q[i], kind);
        memcpy(in.row[i], x.row[i], ring->n * sizeof(uint32_t));
        if (how != 0)
            oracle_ntt(ring, q[i], in.row[i]);
    }
    sck_decompose_prepare(&args, ring->id, q, count, added, added_count);
    args.ntt_domain = how != 0;
    struct oracle_rows *const got = how == 2 ? &in : &out;

    if (how == 3)
        in_parts(kernel, &args, ring, got, &in);
    else
        kernel(&args, ring, got->row, oracle_in(&in));
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t factor =
            mpz_fdiv_ui(a, q[i]) * oracle_inverse(d, q[i]) % q[i];

        for (uint32_t j = 0; j < ring->n; j++)
            wrong += got->row[i][j] != x.row[i][j] * factor % q[i];
    }
    for (uint32_t j = 0; j < ring->n; j++)
        wrong += got->row[count][j] != oracle_v(q, count, oracle_in(got), j);
    mpz_clears(d, a, NULL);
    oracle_rows_free(&x);
    oracle_rows_free(&in);
    oracle_rows_free(&out);
    sck_ring_free(ring);
    return wrong;
}

static void definitions(void)
{
    static const uint32_t counts[] = {1, 2, 3, 8, 15, 24};

    for (uint32_t c = 0; c < sizeof counts / sizeof counts[0]; c++)
        for (int kind = 0; kind < 4; kind++)
            for (int how = 0; how < 4; how++)
                CU_ASSERT_EQUAL(errors(sck_decompose, 6 + c % 5, oracle_primes,
                                       counts[c], NULL, 0, kind, how),
                                0);
}

static void y_and_v_are_the_definitions(void)
{
    for (int how = 0; how < 4; how++)
        CU_ASSERT_EQUAL(
            errors(sck_decompose_ref, 8, oracle_primes, 9, NULL, 0, 3, how), 0);
    oracle_each_isa(definitions);
}

/* 5 rows: the correction takes 4 together. */
static void by_kernel(uint32_t logn, int kind)
{
    for (int how = 0; how < 4; how++)
        CU_ASSERT_EQUAL(errors(sck_decompose, logn, oracle_primes + 33, 5, NULL,
                               0, kind, how),
                        0);
}

static void by_ref(uint32_t logn, int kind)
{
    CU_ASSERT_EQUAL(
        errors(sck_decompose_ref, logn, oracle_primes, 5, NULL, 0, kind, 1), 0);
}

/* The first is smaller than a vector. */
static void sizes(void)
{
    CU_ASSERT_EQUAL(errors(sck_decompose, 3, oracle_primes, 4, NULL, 0, 3, 1),
                    0);
    oracle_each_ring(by_kernel);
}

static void every_size_is_the_definition(void)
{
    oracle_each_ring(by_ref);
    oracle_each_isa(sizes);
}

static void factors(void)
{
    for (int kind = 0; kind < 4; kind++) {
        CU_ASSERT_EQUAL(errors(sck_decompose, 10, oracle_primes + 36, 4,
                               oracle_primes, 2, kind, 1),
                        0);
        CU_ASSERT_EQUAL(errors(sck_decompose, 7, oracle_primes + 20, 12,
                               oracle_primes + 33, 3, kind, 2),
                        0);
    }
}

static void factor_holds_the_added_primes(void)
{
    CU_ASSERT_EQUAL(errors(sck_decompose_ref, 10, oracle_primes + 36, 4,
                           oracle_primes, 2, 3, 1),
                    0);
    oracle_each_isa(factors);
}

/* Two halves at once against each alone by ref, from NTT form, from
 * coefficients, and v alone. */
static void halves(void)
{
    enum { LIMBS = 3, HALVES = 2 };
    const struct sck_ring *ring = oracle_ring(9);
    struct sck_decompose_args args;
    struct oracle_rows in, want, got;

    sck_decompose_prepare(&args, ring->id, oracle_primes, LIMBS, NULL, 0);
    args.halves = HALVES;
    oracle_rows_new(&in, HALVES * LIMBS, ring->n);
    oracle_rows_new(&want, HALVES * (LIMBS + 1), ring->n);
    oracle_rows_new(&got, HALVES * (LIMBS + 1), ring->n);
    for (uint32_t i = 0; i < in.count; i++)
        sck_test_fill(in.row[i], ring->n, oracle_primes[i % LIMBS], 3);
    for (args.ntt_domain = 0; args.ntt_domain <= SCK_DECOMPOSED;
         args.ntt_domain++) {
        for (uint32_t h = 0; h < HALVES; h++)
            sck_decompose_ref(&args, ring, want.row + h * (LIMBS + 1),
                              oracle_in(&in) + h * LIMBS);
        sck_decompose_halves(&args, ring, got.row, oracle_in(&in));
        CU_ASSERT(oracle_rows_equal(&want, &got));
    }
    oracle_rows_free(&in);
    oracle_rows_free(&want);
    oracle_rows_free(&got);
    sck_ring_free(ring);
}

static void halves_have_the_bits_of_each(void)
{
    oracle_each_isa(halves);
}

/* Of rows that lie whole pages apart, in the same sets of every cache, and of
 * rows a line more apart: v is ref's, and it alone is written. */
static void corrections(void)
{
    enum { PAGE = 1024, LINE = 16, WORDS = 3 * PAGE };
    static _Alignas(4096) uint32_t words[SCK_MAX_SOURCES * (WORDS + LINE)];
    static _Alignas(64) uint32_t want[WORDS + 1], got[WORDS + 1];
    const uint32_t *y[SCK_MAX_SOURCES];
    uint32_t share[SCK_MAX_SOURCES];

    for (uint32_t sources = 1; sources <= SCK_MAX_SOURCES; sources++)
        for (uint32_t gap = 0; gap <= LINE; gap += LINE)
            for (uint32_t n = 8; n <= WORDS; n *= n < 2048 ? 2 : WORDS) {
                for (uint32_t i = 0; i < sources; i++) {
                    const uint32_t q = oracle_primes[i];
                    uint32_t *const row = words + (size_t)i * (WORDS + gap);

                    share[i] = (uint32_t)(((uint64_t)1 << 56) / q);
                    sck_test_fill(row, n, q, i % 5 == 4 ? 1 : 3);
                    y[i] = row;
                }
                sck_correction_ref(share, sources, n, want, y);
                want[n] = got[n] = UINT32_MAX;
                sck_correction(share, sources, n, got, y);
                CU_ASSERT_EQUAL(memcmp(want, got, (n + 1) * sizeof *got), 0);
            }
}

static void correction_is_the_reference_wherever_rows_lie(void)
{
    oracle_each_isa(corrections);
}

static CU_TestInfo cases[] = {
    {"y_and_v_are_the_definitions", y_and_v_are_the_definitions},
    {"factor_holds_the_added_primes", factor_holds_the_added_primes},
    {"every_size_is_the_definition", every_size_is_the_definition},
    {"halves_have_the_bits_of_each", halves_have_the_bits_of_each},
    {"correction_is_the_reference_wherever_rows_lie",
     correction_is_the_reference_wherever_rows_lie},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(decompose, cases)
