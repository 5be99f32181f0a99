/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.rescale: rational rescaling, alone and fused with mod_down,
 * against exact rounding of big integers; each case also in place. Values are
 * 0, the largest, next to half, random and next to 0. */
#include "oracle.h"

static void result_is_the_rounded_quotient(void)
{
    for (uint32_t logn = 6; logn <= 10; logn++)
        for (int kind = 0; kind < 5; kind++)
            CU_ASSERT_EQUAL(oracle_rescale_errors(sck_rescale_ref, sck_rescale,
                                                  logn, kind, oracle_primes, 6,
                                                  NULL, 0, oracle_primes + 36,
                                                  2),
                            0);
}

static void added_primes_have_no_source_row(void)
{
    for (int kind = 0; kind < 5; kind++) {
        CU_ASSERT_EQUAL(oracle_rescale_errors(sck_rescale_ref, sck_rescale, 8,
                                              kind, oracle_primes, 5,
                                              oracle_primes + 20, 2,
                                              oracle_primes + 36, 4),
                        0);
        CU_ASSERT_EQUAL(oracle_rescale_errors(sck_rescale_ref, sck_rescale, 7,
                                              kind, NULL, 0, oracle_primes + 36,
                                              2, oracle_primes, 3),
                        0);
    }
}

static void one_dropped_prime_is_enough(void)
{
    for (int kind = 0; kind < 5; kind++)
        CU_ASSERT_EQUAL(oracle_rescale_errors(sck_rescale_ref, sck_rescale, 6,
                                              kind, oracle_primes, 16, NULL, 0,
                                              oracle_primes + 20, 1),
                        0);
}

/* Fused with mod_down: 12 special primes and 4 of the level at once. */
static void fused_with_mod_down_rounds_once(void)
{
    uint32_t dropped[16];

    memcpy(dropped, oracle_primes + 20, 12 * sizeof dropped[0]);
    memcpy(dropped + 12, oracle_primes + 36, 4 * sizeof dropped[0]);
    for (int kind = 0; kind < 5; kind++)
        CU_ASSERT_EQUAL(oracle_rescale_errors(sck_rescale_ref, sck_rescale, 9,
                                              kind, oracle_primes, 14,
                                              oracle_primes + 18, 2, dropped,
                                              16),
                        0);
}

/* Tiles of a large ring, and one smaller than a vector. */
static void every_size_is_the_rounded_quotient(void)
{
    CU_ASSERT_EQUAL(oracle_rescale_errors(sck_rescale_ref, sck_rescale, 13, 3,
                                          oracle_primes, 9, NULL, 0,
                                          oracle_primes + 36, 2),
                    0);
    CU_ASSERT_EQUAL(oracle_rescale_errors(sck_rescale_ref, sck_rescale, 3, 3,
                                          oracle_primes, 3, oracle_primes + 20,
                                          2, oracle_primes + 36, 4),
                    0);
}

/* The halves' dropped rows, each half's followed by its corrections. */
static void fill_sources(struct oracle_rows *in, uint32_t sources, uint32_t n)
{
    for (uint32_t i = 0; i < in->count; i++) {
        const uint32_t k = i % (sources + 1);

        sck_test_fill(in->row[i], n,
                      k < sources ? oracle_primes[36 + k] : sources, 3);
    }
}

/* Two halves at once against each alone by ref; 10 targets, one added, more
 * than a conversion takes at a time. */
static void halves(void)
{
    enum { TARGETS = 10, SOURCES = 3, HALVES = 2 };
    const struct sck_ring *ring = oracle_ring(10);
    struct oracle_rows in, c, want, got;
    struct sck_rescale_args args;

    sck_rescale_prepare(&args, ring->id, oracle_primes + 36, SOURCES,
                        oracle_primes, 1, oracle_primes, TARGETS);
    args.halves = HALVES;
    oracle_rows_new(&in, HALVES * (SOURCES + 1), ring->n);
    oracle_rows_new(&c, HALVES * TARGETS, ring->n);
    oracle_rows_new(&want, HALVES * TARGETS, ring->n);
    oracle_rows_new(&got, HALVES * TARGETS, ring->n);
    fill_sources(&in, SOURCES, ring->n);
    for (uint32_t i = 0; i < c.count; i++)
        sck_test_fill(c.row[i], ring->n, oracle_primes[i % TARGETS], 3);
    for (args.galois = 0; args.galois <= 5; args.galois += 5) {
        for (uint32_t h = 0; h < HALVES; h++)
            sck_rescale_ref(&args, ring, want.row + h * TARGETS,
                            oracle_in(&in) + h * (SOURCES + 1),
                            oracle_in(&c) + h * TARGETS);
        sck_rescale_halves(&args, ring, got.row, oracle_in(&in), oracle_in(&c));
        CU_ASSERT(oracle_rows_equal(&want, &got));
    }
    oracle_rows_free(&in);
    oracle_rows_free(&c);
    oracle_rows_free(&want);
    oracle_rows_free(&got);
    sck_ring_free(ring);
}

static void halves_have_the_bits_of_each(void)
{
    oracle_each_isa(halves);
}

/* A sum of multiples that nobody stored against the stored one, halves by ref;
 * the first target is an added prime. */
static void sum_in(uint32_t logn, int kind)
{
    enum { TARGETS = 5, SOURCES = 2, HALVES = 2, TERMS = 3 };
    const struct sck_ring *ring = oracle_ring(logn);
    struct oracle_rows in, x, c, want, got;
    struct sck_rescale_args args, stored;

    sck_rescale_prepare(&args, ring->id, oracle_primes + 36, SOURCES,
                        oracle_primes, 1, oracle_primes, TARGETS);
    args.halves = HALVES;
    stored = args;
    args.sum = (struct sck_combination_args){
        .ring = ring->id, .limbs = TARGETS, .halves = 2, .terms = TERMS};
    oracle_rows_new(&in, HALVES * (SOURCES + 1), ring->n);
    oracle_rows_new(&x, HALVES * TERMS * TARGETS, ring->n);
    oracle_rows_new(&c, HALVES * TARGETS, ring->n);
    oracle_rows_new(&want, HALVES * TARGETS, ring->n);
    oracle_rows_new(&got, HALVES * TARGETS, ring->n);
    for (uint32_t j = 0; j < TARGETS; j++) {
        args.sum.q[j] = oracle_primes[j];
        args.sum.constant[j] = oracle_primes[j] - 1 - j;
        for (uint32_t t = 0; t < TERMS; t++)
            args.sum.scalar[t][j] = t == 0 ? oracle_primes[j] - 1
                                           : sck_test_below(oracle_primes[j]);
    }
    fill_sources(&in, SOURCES, ring->n);
    for (uint32_t i = 0; i < x.count; i++)
        sck_test_fill(x.row[i], ring->n, oracle_primes[i % TARGETS], kind);
    sck_combination_ref(&args.sum, ring, c.row, NULL, oracle_in(&x));
    for (uint32_t h = 0; h < HALVES; h++) {
        sck_rescale_ref(&stored, ring, want.row + h * TARGETS,
                        oracle_in(&in) + h * (SOURCES + 1),
                        oracle_in(&c) + h * TARGETS);
        args.half = h;
        sck_rescale_ref(&args, ring, got.row + h * TARGETS,
                        oracle_in(&in) + h * (SOURCES + 1), oracle_in(&x));
    }
    CU_ASSERT(oracle_rows_equal(&want, &got));
    for (int isa = SCK_ISA_REF; isa <= (int)sck_isa_detect(); isa++) {
        for (uint32_t i = 0; i < got.count; i++)
            memset(got.row[i], 0xff, ring->n * sizeof(uint32_t));
        sck_kernels_use((enum sck_isa)isa);
        args.half = 0;
        sck_rescale_halves(&args, ring, got.row, oracle_in(&in), oracle_in(&x));
        CU_ASSERT(oracle_rows_equal(&want, &got));
        args.half = 1;
        sck_rescale(&args, ring, got.row + TARGETS,
                    oracle_in(&in) + SOURCES + 1, oracle_in(&x));
        CU_ASSERT(oracle_rows_equal(&want, &got));
    }
    sck_kernels_use(SCK_ISA_REF);
    oracle_rows_free(&in);
    oracle_rows_free(&x);
    oracle_rows_free(&c);
    oracle_rows_free(&want);
    oracle_rows_free(&got);
    sck_ring_free(ring);
}

static void sums_are_divided_unstored(void)
{
    for (int kind = 0; kind < 4; kind++)
        sum_in(6 + (uint32_t)kind, kind);
    oracle_each_ring(sum_in);
}

/* 4 targets and one of an added prime. */
static void alike(uint32_t logn, int kind)
{
    CU_ASSERT_EQUAL(oracle_rescale_differences(
                        sck_rescale_ref, sck_rescale, logn, kind, oracle_primes,
                        4, oracle_primes + 20, 1, oracle_primes + 36, 3),
                    0);
}

static void every_ring_has_the_bits_of_ref(void)
{
    oracle_each_ring(alike);
}

/* Sums up to the greatest word, in place or not, of counts that end within a
 * vector: the residue, reduced. */
static void scaled_sums(void)
{
    enum { COUNT = 71 };
    const uint32_t primes[] = {oracle_primes[0], 12289};
    uint32_t c[COUNT], r[COUNT], out[COUNT];

    for (uint32_t i = 0; i < 3 * sizeof primes / sizeof primes[0]; i++) {
        const uint32_t t = primes[i / 3];
        const uint32_t factor = i % 3 == 0 ? 0 : i % 3 == 1 ? 1 : t - 1;

        for (uint32_t count = COUNT - 7; count <= COUNT; count += 7) {
            sck_test_fill(c, COUNT, t, 3);
            sck_test_fill(r, COUNT, 3 * t, 3);
            c[0] = r[1] = 0;
            c[1] = c[2] = c[3] = t - 1;
            r[2] = 3 * t - 1;
            r[3] = UINT32_MAX - c[3];
            sck_scaled_sum(t, factor, count, out, c, r);
            for (uint32_t k = 0; k < count; k++)
                CU_ASSERT_EQUAL(out[k],
                                ((uint64_t)c[k] + r[k]) % t * factor % t);
            sck_scaled_sum(t, factor, count, r, c, r);
            CU_ASSERT_EQUAL(memcmp(r, out, count * sizeof *r), 0);
        }
    }
}

static void scaled_sums_are_reduced(void)
{
    oracle_each_isa(scaled_sums);
}

static CU_TestInfo cases[] = {
    {"every_ring_has_the_bits_of_ref", every_ring_has_the_bits_of_ref},
    {"result_is_the_rounded_quotient", result_is_the_rounded_quotient},
    {"added_primes_have_no_source_row", added_primes_have_no_source_row},
    {"one_dropped_prime_is_enough", one_dropped_prime_is_enough},
    {"fused_with_mod_down_rounds_once", fused_with_mod_down_rounds_once},
    {"every_size_is_the_rounded_quotient", every_size_is_the_rounded_quotient},
    {"halves_have_the_bits_of_each", halves_have_the_bits_of_each},
    {"sums_are_divided_unstored", sums_are_divided_unstored},
    {"scaled_sums_are_reduced", scaled_sums_are_reduced},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(rescale, cases)
