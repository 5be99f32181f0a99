/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.base_convert: the centred residue against big integers, for
 * values at 0, 1, -1, D - 1, next to D / 2 and random, and for the largest sum
 * the accumulators can meet. */
#include "convert_kit.h"

#include "modular.h"

#include <stdlib.h>
#include <string.h>

static void make_sources(const uint32_t *q, uint32_t count, int kind,
                         struct oracle_rows *in, mpz_t *x)
{
    mpz_t d, m;

    mpz_inits(d, m, NULL);
    oracle_product(d, q, count);
    for (uint32_t j = 0; j < in->n; j++) {
        mpz_init(x[j]);
        oracle_value(x[j], d, kind);
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t inverse = oracle_inverse(d, q[i]);

        for (uint32_t j = 0; j < in->n; j++) {
            mpz_mul_ui(m, x[j], inverse);
            in->row[i][j] = (uint32_t)mpz_fdiv_ui(m, q[i]);
        }
    }
    for (uint32_t j = 0; j < in->n; j++)
        in->row[count][j] = oracle_v(q, count, oracle_in(in), j);
    mpz_clears(d, m, NULL);
}

static unsigned errors(uint32_t logn, const uint32_t *q, uint32_t count,
                       const uint32_t *t, uint32_t targets, int kind)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_base_convert_args args = {.ring = ring->id};
    struct oracle_rows in, out;
    unsigned wrong = 0;
    mpz_t *x = calloc(ring->n, sizeof *x);
    mpz_t d, k;

    if (x == NULL)
        abort();
    mpz_inits(d, k, NULL);
    oracle_product(d, q, count);
    oracle_rows_new(&in, count + 1, ring->n);
    oracle_rows_new(&out, targets, ring->n);
    make_sources(q, count, kind, &in, x);
    sck_conversion_prepare(&args.conversion, q, count, t, targets);
    sck_base_convert_ref(&args, ring, out.row, oracle_in(&in));
    wrong += convert_differences(sck_base_convert, &args, ring, &in, &out);
    for (uint32_t j = 0; j < ring->n; j++) {
        /* x - D round(x / D): the centred residue. */
        const int neighbour = oracle_round(k, x[j], d);

        mpz_mul(k, k, d);
        mpz_sub(k, x[j], k);
        unsigned exact = 0, other = 0;

        for (uint32_t i = 0; i < targets; i++)
            exact += oracle_is(out.row[i][j], k, 0, t[i]);
        if (neighbour > 0)
            mpz_sub(k, k, d);
        else
            mpz_add(k, k, d);
        for (uint32_t i = 0; i < targets; i++)
            other += oracle_is(out.row[i][j], k, 0, t[i]);
        wrong += exact != targets && !(neighbour != 0 && other == targets);
        mpz_clear(x[j]);
    }
    free(x);
    mpz_clears(d, k, NULL);
    oracle_rows_free(&in);
    oracle_rows_free(&out);
    sck_ring_free(ring);
    return wrong;
}

static void result_is_the_centred_residue(void)
{
    static const uint32_t counts[] = {1, 2, 3, 8, 15};

    for (uint32_t c = 0; c < sizeof counts / sizeof counts[0]; c++)
        for (int kind = 0; kind < 5; kind++) {
            CU_ASSERT_EQUAL(errors(6 + c, oracle_primes, counts[c],
                                   oracle_primes + 32, 16, kind),
                            0);
            CU_ASSERT_EQUAL(errors(10 - c, oracle_primes + 33, counts[c],
                                   oracle_primes + 20, 2, kind),
                            0);
        }
}

static void source_prime_gets_its_own_residue_back(void)
{
    for (int kind = 0; kind < 5; kind++)
        CU_ASSERT_EQUAL(errors(8, oracle_primes, 6, oracle_primes, 8, kind), 0);
}

/* Leaves the reference's results in out. */
static void is_the_reference(const struct sck_base_convert_args *args,
                             const struct sck_ring *ring,
                             const struct oracle_rows *in,
                             struct oracle_rows *out)
{
    sck_base_convert_ref(args, ring, out->row, oracle_in(in));
    CU_ASSERT_EQUAL(convert_differences(sck_base_convert, args, ring, in, out),
                    0);
}

static void done(const struct sck_ring *ring, struct oracle_rows *in,
                 struct oracle_rows *out)
{
    oracle_rows_free(in);
    oracle_rows_free(out);
    sck_ring_free(ring);
}

/* 15 wide primes and 9 narrow ones: 24 sources whose sum stays below 2^34 -
 * 2^8. All y = q - 1 and the largest v, modulo the largest prime. */
static void largest_sum_does_not_wrap(void)
{
    enum { SOURCES = 24, LOGN = 6 };
    const struct sck_ring *ring = oracle_ring(LOGN);
    struct sck_base_convert_args args = {.ring = ring->id};
    const uint32_t t = oracle_primes[20];
    uint32_t q[SOURCES];
    uint64_t total = 0;
    struct oracle_rows in, out;

    for (uint32_t i = 0; i < SOURCES; i++) {
        q[i] = oracle_primes[i < 15 ? i : 36 + i - 15];
        total += q[i];
    }
    CU_ASSERT_TRUE(total < ((uint64_t)1 << 34) - (1 << 8));
    for (int kind = 0; kind < 5; kind++)
        CU_ASSERT_EQUAL(errors(LOGN, q, SOURCES, &t, 1, kind), 0);

    sck_conversion_prepare(&args.conversion, q, SOURCES, &t, 1);
    oracle_rows_new(&in, SOURCES + 1, ring->n);
    oracle_rows_new(&out, 1, ring->n);
    for (uint32_t i = 0; i < SOURCES; i++) {
        sck_test_fill(in.row[i], ring->n, q[i], 1);
        args.conversion.w[i][0] = t - 1;
    }
    sck_test_fill(in.row[SOURCES], ring->n, SOURCES + 1, 1);
    args.conversion.minus_d[0] = t - 1;
    is_the_reference(&args, ring, &in, &out);
    /* Times -1 throughout: minus the sum of all. */
    const uint32_t sum = (uint32_t)((total - SOURCES + SOURCES) % t);

    for (uint32_t j = 0; j < ring->n; j++)
        CU_ASSERT_EQUAL(out.row[0][j], (t - sum) % t);
    done(ring, &in, &out);
}

/* The same from rows that lie whole pages apart, in the same sets of every
 * cache, and a line more than that. */
static void is_the_reference_wherever(const struct sck_base_convert_args *args,
                                      const struct sck_ring *ring,
                                      const struct oracle_rows *in,
                                      struct oracle_rows *out)
{
    enum { PAGE = 1024, LINE = 16 };
    const size_t whole = (in->n + PAGE - 1) / PAGE * PAGE;

    is_the_reference(args, ring, in, out);
    for (size_t gap = 0; gap <= LINE; gap += LINE) {
        struct oracle_rows laid = {.count = in->count, .n = in->n};
        uint32_t *const words = aligned_alloc(
            PAGE * sizeof *words, (whole + PAGE) * in->count * sizeof *words);

        CU_ASSERT_PTR_NOT_NULL_FATAL(words);
        for (uint32_t i = 0; i < in->count; i++) {
            laid.row[i] = words + i * (whole + gap);
            memcpy(laid.row[i], in->row[i], in->n * sizeof *words);
        }
        CU_ASSERT_EQUAL(
            convert_differences(sck_base_convert, args, ring, &laid, out), 0);
        free(words);
    }
}

/* No big integers, so that every count of sources and of targets has its turn,
 * and rings of one tile and of many. */
static void every_shape_is_the_reference(void)
{
    for (uint32_t s = 1; s <= SCK_MAX_SOURCES; s++) {
        const uint32_t targets = 1 + 5 * s % SCK_BLOCK_LIMBS;
        const uint32_t logn = s == 13 ? 16 : s == 7 ? 3 : 10 + s % 3;
        const struct sck_ring *ring = oracle_ring(logn);
        struct sck_base_convert_args args = {.ring = ring->id};
        struct oracle_rows in, out;
        /* From the last, narrow primes on: the sum stays below 2^34. */
        const uint32_t *q = oracle_primes + ORACLE_PRIMES - s;

        oracle_rows_new(&in, s + 1, ring->n);
        oracle_rows_new(&out, targets, ring->n);
        sck_conversion_prepare(&args.conversion, q, s, oracle_primes, targets);
        for (int kind = 0; kind < 4; kind++) {
            for (uint32_t i = 0; i < s; i++)
                sck_test_fill(in.row[i], ring->n, q[i], kind);
            for (uint32_t j = 0; j < ring->n; j++)
                in.row[s][j] = oracle_v(q, s, oracle_in(&in), j);
            is_the_reference_wherever(&args, ring, &in, &out);
        }
        done(ring, &in, &out);
    }
}

/* The tile's constants say how large a sum may be: sums of the largest words at
 * that limit and one past it, and an odd number of vectors. */
static void sums_at_their_limit_are_reduced(void)
{
    enum { SOURCES = 15, LOGN = 6 };
    const struct sck_ring *ring = oracle_ring(LOGN);
    const uint32_t t = oracle_primes[20];
    struct sck_base_convert_args args = {.ring = ring->id};
    struct oracle_rows in, out;

    args.conversion.sources = SOURCES;
    args.conversion.targets = 1;
    args.conversion.t[0] = t;
    oracle_rows_new(&in, SOURCES + 1, ring->n);
    oracle_rows_new(&out, 1, ring->n);
    for (uint32_t i = 0; i <= SOURCES; i++)
        for (uint32_t j = 0; j < ring->n; j++)
            in.row[i][j] = (1u << 30) - 1;
    for (uint32_t limit = 4; limit <= 8; limit += 4)
        for (uint32_t past = 0; past < 2; past++) {
            /* limit + 1 weights whose sum is limit t + past, as the tile has
             * them: times 2^32. */
            const struct sck_prime_table *const table = sck_ring_prime(ring, t);

            for (uint32_t i = 0; i < SOURCES; i++) {
                const uint32_t w = i < limit    ? t - 1
                                   : i == limit ? limit + past
                                                : 0;

                args.conversion.w[i][0] =
                    sck_montgomery_mul(w, 1, t, table->minus_q_inverse);
            }
            struct sck_convert_constants constants;

            sck_convert_constants_from(&constants, &args.conversion, ring, 0);
            CU_ASSERT_EQUAL(constants.below[0], (limit == 4 ? 1u : 2u) << past);
            is_the_reference(&args, ring, &in, &out);
        }
    done(ring, &in, &out);
}

static void alike(uint32_t logn, int kind)
{
    CU_ASSERT_EQUAL(
        convert_alike(sck_base_convert_ref, sck_base_convert, logn, kind), 0);
}

static void every_ring_has_the_bits_of_ref(void)
{
    oracle_each_ring(alike);
}

static CU_TestInfo cases[] = {
    {"every_ring_has_the_bits_of_ref", every_ring_has_the_bits_of_ref},
    {"result_is_the_centred_residue", result_is_the_centred_residue},
    {"source_prime_gets_its_own_residue_back",
     source_prime_gets_its_own_residue_back},
    {"largest_sum_does_not_wrap", largest_sum_does_not_wrap},
    {"sums_at_their_limit_are_reduced", sums_at_their_limit_are_reduced},
    {"every_shape_is_the_reference", every_shape_is_the_reference},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(base_convert, cases)
