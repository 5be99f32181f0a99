/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.encode: embedding against direct evaluation in long double,
 * decoding as its inverse, residues against 64-bit division. */
#include "encode.h"
#include "oracle.h"

#include <math.h>

static const long double pi = 3.14159265358979323846264338327950288L;

static void fill(double *z, uint32_t count)
{
    for (uint32_t i = 0; i < 2 * count; i++)
        z[i] = sck_test_real();
    z[0] = 1;
    z[1] = -1;
}

/* The largest |m(zeta^(5^j)) / scale - z_(j mod n)| over all N/2 slots. */
static double worst(const struct sck_ring *ring, const int64_t *m,
                    const double *z, uint32_t slots, double scale)
{
    long double most = 0;
    uint32_t power = 1;

    for (uint32_t j = 0; j < ring->n / 2; j++) {
        long double re = 0, im = 0;

        for (uint32_t i = 0; i < ring->n; i++) {
            const uint32_t turn =
                (uint32_t)((uint64_t)power * i % (2 * ring->n));
            const long double angle = pi * turn / ring->n;

            if (m[i] != 0) {
                re += (long double)m[i] * cosl(angle);
                im += (long double)m[i] * sinl(angle);
            }
        }
        most = fmaxl(most, fabsl(re / scale - z[2 * (j % slots)]));
        most = fmaxl(most, fabsl(im / scale - z[2 * (j % slots) + 1]));
        power = 5 * power % (2 * ring->n);
    }
    return (double)most;
}

/* Rounding moves a coefficient by at most 1/2 and a slot by at most n; doubles
 * add 2^-52 per stage. */
static void slots_repeat_and_hold_the_values(void)
{
    for (uint32_t logn = 6; logn <= 8; logn++) {
        const struct sck_ring *ring = oracle_ring(logn);
        double *z = malloc(ring->n * sizeof *z);
        int64_t *m = malloc(ring->n * sizeof *m);

        for (uint32_t slots = 1; slots <= ring->n / 2; slots *= 2) {
            const struct sck_encode_args args = {ring->id, slots, 0x1p40};

            fill(z, slots);
            memset(m, 0xff, ring->n * sizeof *m);
            sck_encode_embed_ref(&args, ring, m, z);
            CU_ASSERT_TRUE(worst(ring, m, z, slots, args.scale) <
                           slots * 0x1p-40 + 0x1p-46);
        }
        free(z);
        free(m);
        sck_ring_free(ring);
    }
}

/* At scale 2^55 rounding is below the doubles' own error: at least 44 bits. */
static void decoding_gives_the_values_back(void)
{
    for (uint32_t logn = 6; logn <= 13; logn++) {
        const struct sck_ring *ring = oracle_ring(logn);
        double *z = malloc(ring->n * sizeof *z);
        double *back = malloc(ring->n * sizeof *back);
        double *c = malloc(ring->n * sizeof *c);
        int64_t *m = malloc(ring->n * sizeof *m);

        for (uint32_t slots = 1; slots <= ring->n / 2; slots *= 2) {
            const struct sck_encode_args args = {ring->id, slots, 0x1p55};
            double most = 0;

            fill(z, slots);
            sck_encode_embed_ref(&args, ring, m, z);
            for (uint32_t i = 0; i < ring->n; i++)
                c[i] = (double)m[i];
            sck_decode_embed(&args, ring, back, c);
            for (uint32_t i = 0; i < 2 * slots; i++)
                most = fmax(most, fabs(back[i] - z[i]));
            CU_ASSERT_TRUE(most < 0x1p-44);
        }
        free(z);
        free(back);
        free(c);
        free(m);
        sck_ring_free(ring);
    }
}

static void rounds_to_even(void)
{
    const struct sck_ring *ring = oracle_ring(6);
    const struct sck_encode_args args = {ring->id, 1, 1.0};
    static const double values[4][2] = {
        {0.5, -0.5}, {1.5, -1.5}, {2.5, 0x1p62}, {-0.0, -0x1.fffffffffffffp61}};
    int64_t m[64];

    for (uint32_t i = 0; i < 4; i++) {
        sck_encode_embed_ref(&args, ring, m, values[i]);
        CU_ASSERT_EQUAL(m[0], (int64_t)rint(values[i][0]));
        CU_ASSERT_EQUAL(m[32], (int64_t)rint(values[i][1]));
        for (uint32_t k = 1; k < 64; k++)
            CU_ASSERT_TRUE(m[k] == 0 || k == 32);
    }
    sck_ring_free(ring);
}

/* One slot's value in all of them is coefficient 0: ties, and the ends of the
 * range, through the vectors. */
static void equal_slots_round_to_even(void)
{
    static const double values[] = {
        0.5,          1.5,           -2.5,   0x1p52 + 0.5,
        -0.0,         -0.5,          0x1p62, -0x1.fffffffffffffp61,
        0x1p31 - 0.5, -0x1p31 - 0.5, 0x1p32};
    const struct sck_ring *ring = oracle_ring(8);
    const struct sck_encode_args args = {ring->id, 128, 1.0};
    int64_t m[256];
    double z[256];

    for (size_t v = 0; v < sizeof values / sizeof values[0]; v++) {
        for (uint32_t i = 0; i < 256; i++)
            z[i] = values[v];
        sck_encode_embed(&args, ring, m, z);
        CU_ASSERT_EQUAL(m[0], (int64_t)rint(values[v]));
        CU_ASSERT_EQUAL(m[128], (int64_t)rint(values[v]));
    }
    sck_ring_free(ring);
}

static void coefficients_round_to_even(void)
{
    oracle_each_isa(rounds_to_even);
    oracle_each_isa(equal_slots_round_to_even);
}

static void limbs_are_transformed_residues(void)
{
    const struct sck_ring *ring = oracle_ring(10);
    struct sck_encode_limbs_args args = {.ring = ring->id, .limbs = 16};
    int64_t *m = malloc(ring->n * sizeof *m);
    struct oracle_rows out;
    unsigned wrong = 0;

    oracle_rows_new(&out, args.limbs, ring->n);
    for (uint32_t i = 0; i < ring->n; i++)
        m[i] = (int64_t)sck_test_random() >> (i % 63);
    m[0] = INT64_MAX;
    m[1] = -INT64_MAX;
    m[2] = 0;
    m[3] = -1;
    for (args.montgomery = 0; args.montgomery < 2; args.montgomery++) {
        for (uint32_t i = 0; i < args.limbs; i++)
            args.q[i] = oracle_primes[3 * i];
        m[4] = -(int64_t)args.q[0];
        sck_encode_limbs_ref(&args, ring, out.row, m);
        for (uint32_t i = 0; i < args.limbs; i++) {
            const int64_t q = args.q[i];

            oracle_intt(ring, args.q[i], out.row[i]);
            for (uint32_t j = 0; j < ring->n; j++) {
                const uint64_t residue = (uint64_t)((m[j] % q + q) % q);
                const uint64_t want =
                    args.montgomery ? (residue << 32) % args.q[i] : residue;

                wrong += out.row[i][j] != want;
            }
        }
    }
    CU_ASSERT_EQUAL(wrong, 0);
    free(m);
    oracle_rows_free(&out);
    sck_ring_free(ring);
}

/* Bits, not values: the sign of a zero counts too. */
static void same_bits(const struct sck_ring *ring, uint32_t slots, double scale)
{
    const struct sck_encode_args args = {ring->id, slots, scale};
    const size_t n = ring->n;
    double *z = malloc(n * sizeof *z), *c = malloc(n * sizeof *c);
    double *want_z = malloc(n * sizeof *z), *got_z = malloc(n * sizeof *z);
    int64_t *want = malloc(n * sizeof *want), *got = malloc(n * sizeof *got);

    fill(z, slots);
    memset(want, 0xff, n * sizeof *want);
    memset(got, 0xff, n * sizeof *got);
    sck_encode_embed_ref(&args, ring, want, z);
    sck_encode_embed(&args, ring, got, z);
    CU_ASSERT_EQUAL(memcmp(want, got, n * sizeof *got), 0);
    for (size_t i = 0; i < n; i++)
        c[i] = i % 7 == 0 ? 0 : sck_test_real() * scale;
    sck_decode_embed_ref(&args, ring, want_z, c);
    sck_decode_embed(&args, ring, got_z, c);
    CU_ASSERT_EQUAL(memcmp(want_z, got_z, 2 * slots * sizeof *got_z), 0);
    free(z);
    free(c);
    free(want_z);
    free(got_z);
    free(want);
    free(got);
}

static void both_ways_in_every_ring(void)
{
    for (uint32_t logn = 3; logn <= sck_test_largest(); logn++) {
        const struct sck_ring *ring = oracle_ring(logn);

        for (uint32_t slots = 1; slots <= ring->n / 2; slots *= 2) {
            same_bits(ring, slots, 0x1p40);
            same_bits(ring, slots, 1.0);
            same_bits(ring, slots, 0x1.fffffp60);
        }
        sck_ring_free(ring);
    }
}

static void every_variant_gives_the_same_bits(void)
{
    oracle_each_isa(both_ways_in_every_ring);
}

static void limbs_of_every_ring(void)
{
    for (uint32_t logn = 3; logn <= sck_test_largest(); logn++) {
        const struct sck_ring *ring = oracle_ring(logn);
        struct sck_encode_limbs_args args = {.ring = ring->id, .limbs = 3};
        int64_t *m = malloc(ring->n * sizeof *m);
        struct oracle_rows want, got;

        oracle_rows_new(&want, args.limbs, ring->n);
        oracle_rows_new(&got, args.limbs, ring->n);
        for (uint32_t i = 0; i < ring->n; i++)
            m[i] = (int64_t)sck_test_random() >> (i % 63);
        m[0] = INT64_MAX;
        m[1] = -INT64_MAX;
        m[2] = INT64_MIN;
        m[3] = 0;
        m[4] = -1;
        for (args.montgomery = 0; args.montgomery < 2; args.montgomery++) {
            for (uint32_t i = 0; i < args.limbs; i++)
                args.q[i] = oracle_primes[20 * i + args.montgomery];
            m[5] = args.q[0];
            m[6] = -(int64_t)args.q[0];
            sck_encode_limbs_ref(&args, ring, want.row, m);
            sck_encode_limbs(&args, ring, got.row, m);
            CU_ASSERT_TRUE(oracle_rows_equal(&want, &got));
        }
        free(m);
        oracle_rows_free(&want);
        oracle_rows_free(&got);
        sck_ring_free(ring);
    }
}

static void every_variant_gives_the_same_limbs(void)
{
    oracle_each_isa(limbs_of_every_ring);
}

static CU_TestInfo cases[] = {
    {"every_variant_gives_the_same_bits", every_variant_gives_the_same_bits},
    {"every_variant_gives_the_same_limbs", every_variant_gives_the_same_limbs},
    {"slots_repeat_and_hold_the_values", slots_repeat_and_hold_the_values},
    {"decoding_gives_the_values_back", decoding_gives_the_values_back},
    {"coefficients_round_to_even", coefficients_round_to_even},
    {"limbs_are_transformed_residues", limbs_are_transformed_residues},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(encode, cases)
