/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite client. Keys and encryption against the formulas; precision against
 * the noise they predict. All randomness replays from the seed. */
#include "sck_client.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client_kit.h"
#include "client_priv.h"
#include "modular.h"
#include "sck_test.h"

enum { MAX_N = 1 << 13 };

static double values[MAX_N], back[MAX_N];

static void fill(uint32_t slots)
{
    for (uint32_t i = 0; i < 2 * slots; i++)
        values[i] = sck_test_real();
}

/* The mean of |error| of a real or imaginary part, in bits: 2 slots of the
 * coefficients meet in a slot, half their power in either part. */
static double predicted(double scale, uint32_t slots, double deviation)
{
    return log2(scale / (deviation * sqrt(slots) * sqrt(2 / 3.14159265)));
}

static void expect_precision(const struct kit *kit,
                             const struct sck_limbs_ciphertext *ct,
                             double deviation)
{
    const double scale = sck_scale_to_double(ct->scale);
    const double theory = predicted(scale, ct->slots, deviation);
    /* The mean of 2 slots errors; few slots scatter. A public-key error is a
     * product with s, whose slots differ: its mean magnitude is up to
     * log2(2 / sqrt(pi)) = 0.17 bits below a Gaussian's of equal power. */
    const double slack = ct->slots >= 256 ? 0.35 : ct->slots >= 16 ? 2 : 6;
    double worst, average;

    CU_ASSERT_EQUAL(sck_decrypt(kit->secret, ct, back), SCK_OK);
    sck_precision(back, values, 2 * (size_t)ct->slots, &worst, &average);
    printf("\n    %s level %u, %u slots, %s: worst %.2f average %.2f "
           "theory %.2f bits ",
           sck_params_name(kit->params), (unsigned)ct->level,
           (unsigned)ct->slots, ct->seeded ? "secret" : "public", worst,
           average, theory);
    CU_ASSERT_DOUBLE_EQUAL(average, theory, slack);
    CU_ASSERT_TRUE(worst <= average);
    CU_ASSERT_TRUE(worst > average - 5);
}

/* What the ciphertext says of itself; the public key's own error, divided by a
 * special prime, adds nothing to speak of. */
static void expect_estimate(const struct sck_limbs_ciphertext *ct,
                            double deviation)
{
    const double scale = sck_scale_to_double(ct->scale);

    CU_ASSERT_DOUBLE_EQUAL(log2(ct->error),
                           log2(deviation * sqrt(ct->slots) / scale), 0.001);
}

static void round_trips(const char *name)
{
    static const uint32_t share[] = {2, 8, 512};
    struct kit kit;
    struct sck_limbs_ciphertext *ct;

    if (!kit_open(&kit, name))
        return;
    for (size_t k = 0; k < sizeof share / sizeof share[0]; k++) {
        const uint32_t slots = kit.n / share[k];
        const uint32_t levels[] = {kit.top, 1, 0};

        fill(slots);
        CU_ASSERT_EQUAL(sck_encrypt(kit.encryptor, values, slots, "x", &ct),
                        SCK_OK);
        if (ct == NULL)
            continue;
        /* Division's rounding, 1/12 for each of c0 and the 2 N / 3 nonzero
         * coefficients of s, and the encoder's own 1/12. */
        expect_precision(&kit, ct, sqrt((2 + 2 * kit.n / 3.0) / 12));
        expect_estimate(ct, sqrt((2 + 2 * kit.n / 3.0) / 12));
        sck_limbs_ciphertext_free(ct);
        for (int l = 0; l < 3; l++) {
            if (sck_params_scale(kit.params, levels[l]).integer == 0)
                continue;
            CU_ASSERT_EQUAL(sck_encrypt_secret(kit.secret, levels[l], values,
                                               slots, "x", &ct),
                            SCK_OK);
            if (ct == NULL)
                continue;
            expect_precision(&kit, ct, sqrt(10.24 + 1 / 12.0));
            expect_estimate(ct, sqrt(10.24 + 1 / 12.0));
            sck_limbs_ciphertext_free(ct);
        }
    }
    kit_close(&kit);
}

static void precision_is_what_noise_predicts_small_ring(void)
{
    round_trips("test-10");
}

static void precision_is_what_noise_predicts_leveled(void)
{
    round_trips("l13-30");
}

static void reals_come_back_padded_with_zeros(void)
{
    const double x[5] = {1, -2, 3.5, 0.25, -100};
    struct kit kit;
    struct sck_limbs_ciphertext *ct;

    if (!kit_open(&kit, "test-10"))
        return;
    CU_ASSERT_EQUAL(sck_encrypt_reals(kit.encryptor, x, 5, "reals", &ct),
                    SCK_OK);
    CU_ASSERT_EQUAL(ct->slots, 8);
    CU_ASSERT_STRING_EQUAL(ct->name, "reals");
    CU_ASSERT_EQUAL(sck_decrypt(kit.secret, ct, back), SCK_OK);
    for (int i = 0; i < 8; i++) {
        CU_ASSERT_DOUBLE_EQUAL(back[2 * i], i < 5 ? x[i] : 0, 1e-8);
        CU_ASSERT_DOUBLE_EQUAL(back[2 * i + 1], 0, 1e-8);
    }
    sck_limbs_ciphertext_free(ct);
    kit_close(&kit);
}

/* (c0, c1, c2) with c2 uniform and c1 -= c2 s has the phase of (c0, c1). */
static void a_third_polynomial_meets_the_square(void)
{
    struct kit kit;
    struct sck_limbs_ciphertext *ct, *three;
    uint32_t limbs, *s;
    const uint32_t *q;

    if (!kit_open(&kit, "test-10"))
        return;
    fill(kit.n / 2);
    CU_ASSERT_EQUAL(sck_encrypt(kit.encryptor, values, kit.n / 2, "x", &ct),
                    SCK_OK);
    CU_ASSERT_EQUAL(sck_limbs_ciphertext_new(kit.params, kit.top, 3, 0, &three),
                    SCK_OK);
    memcpy(three->key_id, ct->key_id, sizeof ct->key_id);
    memcpy(three->data, ct->data, (size_t)2 * ct->limbs * ct->n * 4);
    three->scale = ct->scale;
    q = sck_params_primes(kit.params, kit.top, &limbs);
    s = malloc(kit.n * sizeof *s);
    for (uint32_t i = 0; i < limbs; i++) {
        uint32_t *c1 = sck_limbs_row(three, 1, i);
        uint32_t *c2 = sck_limbs_row(three, 2, i);

        sck_test_fill(c2, kit.n, q[i], 3);
        sck_client_ternary(kit.secret->ring, q[i], kit.secret->packed, s);
        for (uint32_t k = 0; k < kit.n; k++)
            c1[k] = sck_mod_sub(
                c1[k], (uint32_t)((uint64_t)c2[k] * s[k] % q[i]), q[i]);
    }
    expect_precision(&kit, three, sqrt((2 + 2 * kit.n / 3.0) / 12));
    free(s);
    sck_limbs_ciphertext_free(three);
    sck_limbs_ciphertext_free(ct);
    kit_close(&kit);
}

/* Times 2^shift, message and noise: so large that more digits than a message's
 * few are needed, the same values to the last bit of a double. */
static void multiples_of_any_size_decrypt_alike(void)
{
    static double first[MAX_N];
    struct kit kit;
    struct sck_limbs_ciphertext *ct;
    uint32_t limbs;
    const uint32_t *q;

    if (!kit_open(&kit, "test-10"))
        return;
    fill(kit.n / 2);
    CU_ASSERT_EQUAL(sck_encrypt(kit.encryptor, values, kit.n / 2, "x", &ct),
                    SCK_OK);
    CU_ASSERT_EQUAL(sck_decrypt(kit.secret, ct, first), SCK_OK);
    q = sck_params_primes(kit.params, kit.top, &limbs);
    for (uint32_t shift = 20; shift <= 300; shift += 20) {
        for (uint32_t i = 0; i < limbs; i++)
            for (uint32_t h = 0; h < 2; h++)
                for (uint32_t k = 0; k < kit.n; k++) {
                    uint32_t *x = sck_limbs_row(ct, h, i) + k;

                    *x = (uint32_t)(((uint64_t)*x << 20) % q[i]);
                }
        ct->scale.exponent += 20;
        CU_ASSERT_EQUAL(sck_decrypt(kit.secret, ct, back), SCK_OK);
        for (uint32_t k = 0; k < kit.n; k++)
            CU_ASSERT_DOUBLE_EQUAL(back[k], first[k], 0x1p-44);
    }
    sck_limbs_ciphertext_free(ct);
    kit_close(&kit);
}

static void precision_counts_bits(void)
{
    const double a[2] = {1, 2}, b[2] = {1.25, 2};
    const double c[2] = {(double)NAN, 2};
    double worst, average;

    sck_precision(a, b, 2, &worst, &average);
    CU_ASSERT_EQUAL(worst, 2);
    CU_ASSERT_EQUAL(average, 3);
    sck_precision(a, a, 2, &worst, &average);
    CU_ASSERT_TRUE(isinf(worst) && worst > 0);
    sck_precision(c, a, 2, &worst, &average);
    CU_ASSERT_TRUE(isinf(worst) && worst < 0);
}

static CU_TestInfo cases[] = {
    {"precision_is_what_noise_predicts_small_ring",
     precision_is_what_noise_predicts_small_ring},
    {"precision_is_what_noise_predicts_leveled",
     precision_is_what_noise_predicts_leveled},
    {"reals_come_back_padded_with_zeros", reals_come_back_padded_with_zeros},
    {"multiples_of_any_size_decrypt_alike",
     multiples_of_any_size_decrypt_alike},
    {"a_third_polynomial_meets_the_square",
     a_third_polynomial_meets_the_square},
    {"precision_counts_bits", precision_counts_bits},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(client, cases)
