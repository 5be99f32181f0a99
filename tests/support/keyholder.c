/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "keyholder.h"

#include "automorphism.h"
#include "encode.h"
#include "intt.h"
#include "modular.h"
#include "noise.h"
#include "ntt.h"
#include "sample_uniform.h"
#include "sck_test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void keyholder_new(const char *set, struct keyholder *h)
{
    uint32_t count;

    CU_ASSERT_EQUAL_FATAL(sck_params_named(set, &h->params), SCK_OK);
    const uint32_t *primes = sck_params_all_primes(h->params, &count);

    CU_ASSERT_EQUAL_FATAL(
        sck_ring_new(sck_params_logn(h->params), primes, count, &h->ring),
        SCK_OK);
    h->s = calloc(h->ring->n, sizeof *h->s);
    for (uint32_t i = 0; i < h->ring->n; i++)
        h->s[i] = (int)sck_test_below(3) - 1;
    for (int i = 0; i < 32; i++) {
        h->key_id[i] = (uint8_t)sck_test_below(256);
        h->seed[i] = (uint8_t)sck_test_below(256);
    }
}

void keyholder_free(struct keyholder *h)
{
    sck_ring_free(h->ring);
    sck_params_free(h->params);
    free(h->s);
}

/* NTT of a small polynomial modulo q. */
static void lift(const struct sck_ring *ring, const int *a, uint32_t q,
                 uint32_t *out)
{
    for (uint32_t i = 0; i < ring->n; i++)
        out[i] = a[i] < 0 ? q - (uint32_t)-a[i] : (uint32_t)a[i];
    sck_ntt_limb_ref(sck_ring_prime(ring, q), ring->n, out);
}

/* Close to a Gaussian of deviation 3.2: a sum of 12 uniforms. */
static void error(uint32_t n, int *e)
{
    for (uint32_t i = 0; i < n; i++) {
        double x = 0;

        for (int k = 0; k < 12; k++)
            x += 0.5 * sck_test_real();
        e[i] = (int)rint(3.2 * x);
    }
}

static void uniform(const struct keyholder *h, uint32_t kind,
                    uint32_t key_class, uint32_t digit, uint32_t galois,
                    uint32_t q, uint32_t *out)
{
    struct sck_sample_uniform_args args = {.ring = h->ring->id,
                                           .limbs = 1,
                                           .q = {q},
                                           .kind = kind,
                                           .key_class = key_class,
                                           .digit = digit,
                                           .galois = galois};

    memcpy(args.seed, h->seed, 32);
    sck_sample_uniform_ref(&args, h->ring, &out);
}

/* s_out and s_in modulo q, NTT form. */
static void secrets(const struct keyholder *h, uint32_t galois, uint32_t q,
                    uint32_t *out, uint32_t *in)
{
    const uint32_t n = h->ring->n;
    uint32_t inverse = 1;

    lift(h->ring, h->s, q, in);
    if (galois == 0) {
        memcpy(out, in, n * sizeof *out);
        for (uint32_t i = 0; i < n; i++)
            in[i] = (uint32_t)((uint64_t)in[i] * in[i] % q);
        return;
    }
    while (inverse * galois % (2 * n) != 1)
        inverse += 2;
    const struct sck_automorphism_args args = {h->ring->id, 1, inverse};
    const uint32_t *from = in;

    sck_automorphism_ref(&args, h->ring, &out, &from);
}

static void make_key(const struct keyholder *h, uint32_t galois, uint32_t c,
                     struct sck_limbs_key *key)
{
    const uint32_t n = h->ring->n;
    const uint32_t kind = galois == 0 ? SCK_KEY_RELIN : SCK_KEY_GALOIS;
    struct sck_key_shape shape;
    uint32_t *out = calloc(3 * (size_t)n, sizeof *out), *in = out + n,
             *a = in + n;
    int *e = calloc(n, sizeof *e);
    uint32_t *noise = calloc(n, sizeof *noise);

    CU_ASSERT_EQUAL_FATAL(sck_key_shape(h->params, kind, c, galois, &shape),
                          SCK_OK);
    *key = (struct sck_limbs_key){
        kind,
        c,
        galois,
        shape.digits,
        shape.limbs,
        calloc((size_t)shape.digits * shape.limbs * n, sizeof(uint32_t))};
    for (uint32_t d = 0; d < shape.digits; d++) {
        error(n, e);
        for (uint32_t i = 0; i < shape.limbs; i++) {
            const uint32_t q = shape.q[i];
            const int own = i >= shape.digit_first[d] &&
                            i < shape.digit_first[d] + shape.digit_limbs[d];
            uint32_t *b = key->b + ((size_t)d * shape.limbs + i) * n;
            uint64_t p = own;

            for (uint32_t k = shape.own; k < shape.limbs; k++)
                p = p * shape.q[k] % q;
            secrets(h, galois, q, out, in);
            uniform(h, kind, c, d, galois, q, a);
            lift(h->ring, e, q, noise);
            for (uint32_t j = 0; j < n; j++)
                b[j] = (uint32_t)(((uint64_t)(q - a[j]) * out[j] + noise[j] +
                                   p * in[j] % q) %
                                  q);
        }
    }
    free(out);
    free(e);
    free(noise);
}

struct sck_limbs_keyset *keyholder_keys(const struct keyholder *h,
                                        uint32_t level, const uint32_t *galois,
                                        uint32_t count)
{
    const uint32_t c = sck_params_class_of(h->params, level);
    struct sck_limbs_keyset *set = calloc(1, sizeof *set);

    memcpy(set->key_id, h->key_id, 32);
    memcpy(set->seed, h->seed, 32);
    set->n = h->ring->n;
    set->count = count;
    set->keys = calloc(set->count, sizeof *set->keys);
    for (uint32_t i = 0; i < count; i++)
        make_key(h, galois[i], c, &set->keys[i]);
    return set;
}

struct sck_limbs_ciphertext *keyholder_encrypt(const struct keyholder *h,
                                               const double *values,
                                               uint32_t slots, uint32_t level)
{
    const uint32_t n = h->ring->n;
    struct sck_limbs_ciphertext *ct = NULL;
    uint32_t limbs;
    const uint32_t *primes = sck_params_primes(h->params, level, &limbs);
    int64_t *m = calloc(n, sizeof *m);
    int *e = calloc(n, sizeof *e);
    uint32_t *s = calloc(n, sizeof *s), *x = calloc(n, sizeof *x);

    CU_ASSERT_EQUAL_FATAL(sck_limbs_ciphertext_new(h->params, level, 2, 0, &ct),
                          SCK_OK);
    ct->slots = slots;
    ct->scale = sck_params_scale(h->params, level);
    ct->error =
        sck_noise_deviation(sck_noise_secret(h->params), slots, ct->scale);
    memcpy(ct->key_id, h->key_id, 32);
    const struct sck_encode_args embed = {h->ring->id, slots,
                                          sck_scale_to_double(ct->scale)};

    sck_encode_embed_ref(&embed, h->ring, m, values);
    error(n, e);
    for (uint32_t j = 0; j < n; j++)
        m[j] += e[j];
    for (uint32_t i = 0; i < limbs; i++) {
        const struct sck_encode_limbs_args args = {
            h->ring->id, 1, {primes[i]}, 0};
        uint32_t *c0 = sck_limbs_row(ct, 0, i), *c1 = sck_limbs_row(ct, 1, i);

        lift(h->ring, h->s, primes[i], s);
        sck_encode_limbs_ref(&args, h->ring, &x, m);
        sck_test_fill(c1, n, primes[i], 3);
        for (uint32_t j = 0; j < n; j++)
            c0[j] = (uint32_t)(((uint64_t)(primes[i] - c1[j]) * s[j] + x[j]) %
                               primes[i]);
    }
    free(m);
    free(e);
    free(s);
    free(x);
    return ct;
}

/* The centred value of residues modulo at most four primes (mixed radix). */
static double centred(const uint32_t *x, const uint32_t *q, uint32_t count)
{
    __extension__ typedef __int128 wide;
    wide value = x[0], product = q[0];

    for (uint32_t k = 1; k < count; k++) {
        const uint64_t at = (uint64_t)(value % q[k]);
        const uint64_t unit = (uint64_t)(product % q[k]);
        uint64_t inverse = 1, power = unit;

        for (uint32_t e = q[k] - 2; e != 0; e >>= 1) {
            if (e & 1)
                inverse = inverse * power % q[k];
            power = power * power % q[k];
        }
        value += product * (wide)((x[k] + q[k] - at) % q[k] * inverse % q[k]);
        product *= q[k];
    }
    return (double)(value > product / 2 ? value - product : value);
}

void keyholder_decrypt(const struct keyholder *h,
                       const struct sck_limbs_ciphertext *ct, double *values)
{
    const uint32_t n = h->ring->n;
    uint32_t limbs;
    const uint32_t *primes = sck_params_primes(h->params, ct->level, &limbs);
    const uint32_t used = limbs < 4 ? limbs : 4;
    uint32_t *x = calloc(4 * (size_t)n, sizeof *x), *s = calloc(n, sizeof *s);
    double *m = calloc(n, sizeof *m);

    for (uint32_t i = 0; i < used; i++) {
        uint32_t *y = x + (size_t)i * n;
        const uint64_t q = primes[i];

        lift(h->ring, h->s, primes[i], s);
        for (uint32_t p = ct->polys; p-- > 0;) {
            const uint32_t *c = sck_limbs_row(ct, p, i);

            for (uint32_t j = 0; j < n; j++)
                y[j] = (uint32_t)(((uint64_t)y[j] * s[j] + c[j]) % q);
        }
        sck_intt_row_ref(sck_ring_prime(h->ring, primes[i]), n, y, y);
    }
    for (uint32_t j = 0; j < n; j++) {
        uint32_t residue[4] = {0};

        for (uint32_t i = 0; i < used; i++)
            residue[i] = x[(size_t)i * n + j];
        m[j] = centred(residue, primes, used);
    }
    const struct sck_encode_args args = {h->ring->id, ct->slots,
                                         sck_scale_to_double(ct->scale)};

    sck_decode_embed(&args, h->ring, values, m);
    free(x);
    free(s);
    free(m);
}

double worst_bits(const double *a, const double *b, uint32_t slots)
{
    double worst = 0;

    for (uint32_t i = 0; i < 2 * slots; i++)
        worst = fmax(worst, fabs(a[i] - b[i]));
    return worst == 0 ? 99 : -log2(worst);
}
