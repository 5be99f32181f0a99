/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.plaintext: plaintexts of vectors that repeat are held in short
 * form, and give the bits of their whole form in every product. */
#include "encode.h"
#include "eval_priv.h"
#include "noise_kit.h"

#include <stdlib.h>

enum { N = 1024 };

/* The same values as rows of N words, as if none repeated. */
static sck_plaintext *whole(struct noise_kit *k, const sck_plaintext *from,
                            const double *values, uint32_t slots)
{
    uint32_t count;
    const uint32_t *primes = sck_params_primes(k->holder.params, LEVEL, &count);
    sck_plaintext *p = calloc(1, sizeof *p);
    double *repeated = malloc((size_t)N * sizeof *repeated);

    if (p == NULL || repeated == NULL)
        abort();
    *p = *from;
    for (uint32_t i = 0; i < N; i++)
        repeated[i] = values[i % (2 * slots)];
    CU_ASSERT_EQUAL_FATAL(sck_poly_at(k->evaluator, LEVEL, &p->poly), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_encode_values(k->run, k->evaluator, repeated,
                                            N / 2, p->scale, primes, p->poly),
                          SCK_OK);
    free(repeated);
    return p;
}

static sck_plaintext *encoded(struct noise_kit *k, const double *values,
                              uint32_t slots)
{
    sck_plaintext *p = NULL;

    CU_ASSERT_EQUAL_FATAL(
        sck_plaintext_encode(k->evaluator, k->run, values, slots, LEVEL,
                             sck_params_scale(k->holder.params, LEVEL), &p),
        SCK_OK);
    return p;
}

static uint32_t *words_of(struct sck_polynomial *poly)
{
    uint32_t *words = malloc((size_t)poly->limbs * poly->n * sizeof *words);

    if (words == NULL)
        abort();
    CU_ASSERT_EQUAL_FATAL(sck_polynomial_read(poly, words), SCK_OK);
    return words;
}

static void fill(double *values, uint32_t slots, uint32_t period)
{
    for (uint32_t i = 0; i < 2 * slots; i++)
        values[i] = i < 2 * period ? sck_test_real() : values[i - 2 * period];
}

/* Every period in every number of slots, bit for bit. */
static void words_are_those_of_the_vector_repeated(void)
{
    double values[N];
    struct noise_kit k;

    noise_open(&k);
    for (uint32_t slots = 1; slots <= N / 2; slots *= 2)
        for (uint32_t period = 1; period <= slots; period *= 4) {
            unsigned wrong = 0;

            fill(values, slots, period);
            sck_plaintext *p = encoded(&k, values, slots);
            sck_plaintext *full = whole(&k, p, values, slots);
            uint32_t *a = words_of(p->poly), *b = words_of(full->poly);
            const uint32_t n = p->poly->n;

            CU_ASSERT_EQUAL(n, 2 * period < 8 ? 8 : 2 * period);
            for (uint32_t i = 0; i < p->poly->limbs; i++)
                for (uint32_t j = 0; j < N; j++)
                    wrong += a[i * n + j / (N / n)] != b[i * N + j];
            CU_ASSERT_EQUAL(wrong, 0);
            free(a);
            free(b);
            sck_plaintext_free(p);
            sck_plaintext_free(full);
        }
    noise_finish(&k);
}

static void same_bits(sck_ciphertext *a, sck_ciphertext *b)
{
    CU_ASSERT_EQUAL_FATAL(a->size, b->size);
    for (uint32_t h = 0; h < a->size; h++) {
        uint32_t *x = words_of(a->poly[h]), *y = words_of(b->poly[h]);

        CU_ASSERT_EQUAL(memcmp(x, y, (size_t)a->poly[h]->limbs * N * sizeof *x),
                        0);
        free(x);
        free(y);
    }
    sck_ciphertext_free(a);
    sck_ciphertext_free(b);
}

static void products_have_the_bits_of_whole_plaintexts(void)
{
    double values[2 * SLOTS];
    struct noise_kit k;

    noise_open(&k);
    (void)noise_again(&k);
    for (uint32_t period = 1; period <= SLOTS; period *= 2) {
        sck_ciphertext *a, *b, *three = NULL;

        fill(values, SLOTS, period);
        sck_plaintext *p = encoded(&k, values, SLOTS);
        sck_plaintext *q = encoded(&k, k.b, SLOTS);
        sck_plaintext *full[2] = {whole(&k, p, values, SLOTS),
                                  whole(&k, q, k.b, SLOTS)};
        const sck_plaintext *const two[2] = {p, q};
        const sck_ciphertext *const x[2] = {k.x, k.y};

        CU_ASSERT_EQUAL(sck_eval_add_plain(k.run, k.x, p, &a), SCK_OK);
        CU_ASSERT_EQUAL(sck_eval_add_plain(k.run, k.x, full[0], &b), SCK_OK);
        same_bits(a, b);
        CU_ASSERT_EQUAL(sck_eval_mul_plain(k.run, k.x, p, &a), SCK_OK);
        CU_ASSERT_EQUAL(sck_eval_mul_plain(k.run, k.x, full[0], &b), SCK_OK);
        same_bits(a, b);
        CU_ASSERT_EQUAL(sck_eval_mul(k.run, k.x, k.y, &three), SCK_OK);
        CU_ASSERT_EQUAL(sck_eval_mul_plain(k.run, three, p, &a), SCK_OK);
        CU_ASSERT_EQUAL(sck_eval_mul_plain(k.run, three, full[0], &b), SCK_OK);
        same_bits(a, b);
        CU_ASSERT_EQUAL(sck_eval_dot_plain(k.run, x, two, 2, &a), SCK_OK);
        CU_ASSERT_EQUAL(sck_eval_dot_plain(k.run, x,
                                           (const sck_plaintext *const *)full,
                                           2, &b),
                        SCK_OK);
        same_bits(a, b);
        sck_ciphertext_free(three);
        sck_plaintext_free(p);
        sck_plaintext_free(q);
        sck_plaintext_free(full[0]);
        sck_plaintext_free(full[1]);
    }
    noise_finish(&k);
}

/* Encoding takes two rows of a block as one array. */
static void a_long_plaintext_has_the_kernels_bits(void)
{
    enum { LONG = 1 << 15, LOW = 1 };
    sck_params *params = NULL;
    sck_session *session = NULL;
    sck_evaluator *evaluator = NULL;
    sck_plaintext *p = NULL;
    sck_run *run = NULL;
    double *values = malloc(LONG * sizeof *values);
    int64_t *coefficients = malloc(LONG * sizeof *coefficients);
    uint32_t *want = malloc(LONG * sizeof *want), count, wrong = 0;

    if (values == NULL || coefficients == NULL || want == NULL)
        abort();
    for (uint32_t i = 0; i < LONG; i++)
        values[i] = sck_test_real();
    CU_ASSERT_EQUAL_FATAL(sck_params_named("l15-40", &params), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &session), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_evaluator_new(session, params, &evaluator),
                          SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_run_new(session, &run), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_plaintext_encode(evaluator, run, values, LONG / 2, LOW,
                             sck_params_scale(params, LOW), &p),
        SCK_OK);
    const uint32_t *primes = sck_params_primes(params, LOW, &count);
    const struct sck_encode_args embed = {
        .ring = evaluator->ring->id,
        .slots = LONG / 2,
        .scale = sck_scale_to_double(sck_params_scale(params, LOW))};
    uint32_t *const words = words_of(p->poly);

    sck_encode_embed_ref(&embed, evaluator->ring, coefficients, values);
    for (uint32_t i = 0; i < count; i++) {
        const struct sck_encode_limbs_args limbs = {
            .ring = embed.ring, .limbs = 1, .q = {primes[i]}, .montgomery = 1};

        sck_encode_limbs_ref(&limbs, evaluator->ring, &want, coefficients);
        wrong +=
            memcmp(want, words + (size_t)i * LONG, LONG * sizeof *want) != 0;
    }
    CU_ASSERT_EQUAL(wrong, 0);
    free(words);
    sck_plaintext_free(p);
    CU_ASSERT_EQUAL(sck_run_wait(run), SCK_OK);
    sck_run_free(run);
    sck_evaluator_free(evaluator);
    sck_session_free(session);
    sck_params_free(params);
    free(values);
    free(coefficients);
    free(want);
}

static CU_TestInfo cases[] = {
    {"a_long_plaintext_has_the_kernels_bits",
     a_long_plaintext_has_the_kernels_bits},
    {"words_are_those_of_the_vector_repeated",
     words_are_those_of_the_vector_repeated},
    {"products_have_the_bits_of_whole_plaintexts",
     products_have_the_bits_of_whole_plaintexts},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(plaintext, cases)
