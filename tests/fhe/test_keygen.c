/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite keygen. Every key's identity, coefficient by coefficient: b + a s_out -
 * P s_in is one small polynomial, the same modulo every prime. s_out comes from
 * the definition of the automorphism on coefficients. */
#include "sck_client.h"

#include <stdlib.h>
#include <string.h>

#include "client_priv.h"
#include "modular.h"
#include "sampler.h"
#include "sck_test.h"
#include "seeded.h"

static const struct sck_ring *ring;
static sck_params *params;
static sck_secret_key *secret;

static uint32_t *row(void)
{
    return calloc(ring->n, sizeof(uint32_t));
}

/* sigma_{1/g}(s) has at i the coefficient of s at g i mod 2N (X^N = -1). */
static void moved_secret(uint32_t g, uint32_t q, uint32_t *out)
{
    const uint32_t n = ring->n;
    uint32_t *s = row();

    sck_expand_ternary(s, secret->packed, n, q);
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t from = (uint32_t)((uint64_t)g * i % (2 * n));
        const uint32_t x = s[from % n];

        out[i] = from < n ? x : sck_mod_neg(x, q);
    }
    sck_client_ntt(ring, q, out);
    free(s);
}

static void secrets(const struct sck_limbs_key *key, uint32_t q, uint32_t *in,
                    uint32_t *out)
{
    uint32_t *s = row();

    sck_client_ternary(ring, q, secret->packed, s);
    memset(in, 0, ring->n * sizeof *in);
    if (key->kind == SCK_KEY_RELIN) {
        sck_client_mul_add(ring, q, in, s, s);
        memcpy(out, s, ring->n * sizeof *s);
    } else {
        memcpy(in, s, ring->n * sizeof *s);
        moved_secret(key->galois, q, out);
    }
    free(s);
}

/* The error's coefficients, centred; |x| beyond the sampler's reach fails. */
static void error_of(const uint8_t *seed, const struct sck_limbs_key *key,
                     const struct sck_key_shape *shape, uint32_t d, uint32_t i,
                     int32_t *error)
{
    const uint32_t q = shape->q[i], n = ring->n;
    uint32_t *in = row(), *out = row(), *a = row(), *x = row();
    uint64_t p = 1;
    uint32_t beyond = 0;

    secrets(key, q, in, out);
    sck_client_uniform(ring, q, seed, (enum sck_seed_kind)key->kind,
                       key->key_class, d, key->galois, a);
    memcpy(x, key->b + ((size_t)d * key->limbs + i) * n, n * sizeof *x);
    sck_client_mul_add(ring, q, x, a, out);
    for (uint32_t k = shape->own; k < shape->limbs; k++)
        p = p * (shape->q[k] % q) % q;
    if (i >= shape->digit_first[d] &&
        i < shape->digit_first[d] + shape->digit_limbs[d])
        for (uint32_t k = 0; k < n; k++)
            x[k] = sck_mod_sub(x[k], (uint32_t)(in[k] * p % q), q);
    sck_client_intt(ring, q, x);
    for (uint32_t k = 0; k < n; k++) {
        error[k] = x[k] > q / 2 ? (int32_t)(x[k] - q) : (int32_t)x[k];
        beyond += abs(error[k]) > SCK_GAUSSIAN_ENTRIES;
    }
    CU_ASSERT_EQUAL(beyond, 0);
    free(in);
    free(out);
    free(a);
    free(x);
}

static void check_key(const struct sck_limbs_keyset *set,
                      const struct sck_limbs_key *key)
{
    struct sck_key_shape shape;
    int32_t *first = malloc(ring->n * sizeof *first);
    int32_t *error = malloc(ring->n * sizeof *error);

    CU_ASSERT_EQUAL(
        sck_key_shape(params, key->kind, key->key_class, key->galois, &shape),
        SCK_OK);
    CU_ASSERT_EQUAL(shape.digits, key->digits);
    CU_ASSERT_EQUAL(shape.limbs, key->limbs);
    for (uint32_t d = 0; d < key->digits; d++) {
        double squares = 0;

        error_of(set->seed, key, &shape, d, 0, first);
        for (uint32_t i = 1; i < key->limbs; i++) {
            error_of(set->seed, key, &shape, d, i, error);
            CU_ASSERT_EQUAL(memcmp(first, error, ring->n * sizeof *error), 0);
        }
        for (uint32_t k = 0; k < ring->n; k++)
            squares += (double)first[k] * first[k];
        /* Variance 10.24; its own deviation is 10.24 sqrt(2 / N). */
        CU_ASSERT_DOUBLE_EQUAL(squares / ring->n, 10.24, 6 * 10.24 / 22);
    }
    free(first);
    free(error);
}

static int begin(const char *name)
{
    seeded_start();
    if (sck_params_named(name, &params) != SCK_OK ||
        sck_secret_key_new(params, &secret) != SCK_OK) {
        CU_FAIL(sck_last_error());
        return 0;
    }
    ring = secret->ring;
    return 1;
}

static void end(void)
{
    sck_secret_key_free(secret);
    sck_params_free(params);
}

static void every_class_and_digit_satisfies_its_identity(void)
{
    struct sck_limbs_key wanted[64] = {0};
    struct sck_limbs_keyset *set;
    uint32_t count = 0;

    if (!begin("test-10"))
        return;
    for (uint32_t c = 0; c < sck_params_classes(params); c++) {
        wanted[count].kind = SCK_KEY_RELIN;
        wanted[count++].key_class = c;
        wanted[count].kind = SCK_KEY_GALOIS;
        wanted[count].key_class = c;
        wanted[count++].galois = c % 2 != 0
                                     ? sck_galois_conjugation(params)
                                     : sck_galois_rotation(params, 3 - 7 * c);
    }
    CU_ASSERT_EQUAL(sck_keyset_new(secret, wanted, count, &set), SCK_OK);
    if (set != NULL)
        for (uint32_t k = 0; k < set->count; k++)
            check_key(set, &set->keys[k]);
    sck_limbs_keyset_free(set);
    end();
}

static void leveled_keys_satisfy_their_identity(void)
{
    struct sck_limbs_key wanted[2] = {{.kind = SCK_KEY_RELIN},
                                      {.kind = SCK_KEY_GALOIS, .galois = 5}};
    struct sck_limbs_keyset *set;

    if (!begin("l13-30"))
        return;
    CU_ASSERT_EQUAL(sck_keyset_new(secret, wanted, 2, &set), SCK_OK);
    if (set != NULL)
        for (uint32_t k = 0; k < set->count; k++)
            check_key(set, &set->keys[k]);
    sck_limbs_keyset_free(set);
    end();
}

/* The sparse secret t shows under the dense one: b + a s = e + P t, each
 * coefficient within the errors' reach of 0, P or -P. */
static void encapsulation_keys_come_in_pairs(void)
{
    struct sck_limbs_key wanted[2] = {
        {.kind = SCK_KEY_DENSE_TO_SPARSE, .key_class = SCK_KEY_NO_CLASS},
        {.kind = SCK_KEY_SPARSE_TO_DENSE, .key_class = SCK_KEY_NO_CLASS}};
    struct sck_limbs_keyset *set;
    struct sck_key_shape shape;
    uint32_t *x, *a, *s, weight = 0, beyond = 0;

    if (!begin("test-10"))
        return;
    CU_ASSERT_EQUAL(sck_keyset_new(secret, wanted, 1, &set), SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(sck_keyset_new(secret, wanted, 2, &set), SCK_OK);
    if (set == NULL) {
        end();
        return;
    }
    CU_ASSERT_EQUAL(sck_key_shape(params, SCK_KEY_SPARSE_TO_DENSE,
                                  SCK_KEY_NO_CLASS, 0, &shape),
                    SCK_OK);
    x = row();
    a = row();
    s = row();
    for (uint32_t i = 0; i < shape.limbs; i++) {
        const uint32_t q = shape.q[i], n = ring->n;
        uint64_t p = 1;

        for (uint32_t k = shape.own; k < shape.limbs; k++)
            p = p * (shape.q[k] % q) % q;
        sck_client_ternary(ring, q, secret->packed, s);
        sck_client_uniform(ring, q, set->seed, SCK_SEED_SPARSE_TO_DENSE,
                           SCK_KEY_NO_CLASS, 0, 0, a);
        memcpy(x, set->keys[1].b + (size_t)i * n, n * sizeof *x);
        sck_client_mul_add(ring, q, x, a, s);
        sck_client_intt(ring, q, x);
        weight = 0;
        for (uint32_t k = 0; k < n; k++) {
            uint32_t best = 0;

            for (uint32_t t = 0; t < 3; t++) {
                const uint32_t part = t == 0   ? 0
                                      : t == 1 ? (uint32_t)p
                                               : q - (uint32_t)p;
                const uint32_t e = sck_mod_sub(x[k], part % q, q);

                if (e <= SCK_GAUSSIAN_ENTRIES ||
                    q - e <= SCK_GAUSSIAN_ENTRIES) {
                    best = 1;
                    weight += t != 0;
                    break;
                }
            }
            beyond += !best;
        }
        CU_ASSERT_EQUAL(weight, i < shape.own ? 32 : 0);
    }
    CU_ASSERT_EQUAL(beyond, 0);
    free(x);
    free(a);
    free(s);
    sck_limbs_keyset_free(set);
    end();
}

static void keys_that_cannot_be_are_refused(void)
{
    struct sck_limbs_key wanted[2] = {{.kind = SCK_KEY_GALOIS, .galois = 4},
                                      {.kind = SCK_KEY_GALOIS, .galois = 5}};
    struct sck_limbs_keyset *set;

    if (!begin("test-10"))
        return;
    CU_ASSERT_EQUAL(sck_keyset_new(secret, wanted, 1, &set), SCK_ERR_ARGUMENT);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_key_shape: no key of kind 2 has galois element "
                           "4");
    wanted[0].galois = 5;
    CU_ASSERT_EQUAL(sck_keyset_new(secret, wanted, 2, &set), SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NULL(set);
    wanted[0].key_class = 40;
    CU_ASSERT_EQUAL(sck_keyset_new(secret, wanted, 1, &set), SCK_ERR_ARGUMENT);
    end();
}

static CU_TestInfo cases[] = {
    {"every_class_and_digit_satisfies_its_identity",
     every_class_and_digit_satisfies_its_identity},
    {"leveled_keys_satisfy_their_identity",
     leveled_keys_satisfy_their_identity},
    {"encapsulation_keys_come_in_pairs", encapsulation_keys_come_in_pairs},
    {"keys_that_cannot_be_are_refused", keys_that_cannot_be_are_refused},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(keygen, cases)
