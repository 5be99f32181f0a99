/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Decryption: the phase modulo every prime, then the centred integer. */
#include <math.h>
#include <sodium.h>

#include "base_convert.h"
#include "client_priv.h"
#include "encode.h"
#include "modular.h"

/* out = INTT(c0 + c1 s + c2 s^2) modulo limb i's prime; s and a are scratch. */
static void phase_limb(const sck_secret_key *key,
                       const struct sck_limbs_ciphertext *ct, uint32_t i,
                       uint32_t q, uint32_t *out, uint32_t *s, uint32_t *a)
{
    const struct sck_ring *ring = key->ring;
    const uint32_t *c1 = a;

    sck_client_ternary(ring, q, key->packed, s);
    if (ct->seeded) {
        sck_client_uniform(ring, q, ct->seed, SCK_SEED_CIPHERTEXT,
                           SCK_KEY_NO_CLASS, 0, 0, a);
    } else {
        c1 = sck_limbs_row(ct, 1, i);
        if (ct->polys == 3) {
            sck_client_mul_plus(ring, q, a, sck_limbs_row(ct, 2, i), s, c1);
            c1 = a;
        }
    }
    sck_client_mul_plus(ring, q, out, c1, s, sck_limbs_row(ct, 0, i));
    sck_client_intt(ring, q, out);
}

/* Digits that a message and its noise fill, with room: 4 x 25 bits and more;
 * what digits are stored with, so that they are words in [0, 2^30). */
enum { FEW = 4, LIFT = 1 << 29 };

/* Row i becomes digit v_i + LIFT, v_i in (-q_i/2, q_i/2), of x = v_0 + v_1 q_0
 * + v_2 q_0 q_1 + ...: balanced mixed radix (Garner), which is centred because
 * the primes are odd. Rows before i are digits already. */
static void to_digit(const struct sck_ring *ring, const uint32_t *q, uint32_t i,
                     uint32_t *rows)
{
    const size_t n = ring->n;
    uint32_t *x = rows + i * n;
    /* LIFT and the multiple of q_i in [2^29, 2^29 + q_i): x + lift - digit
     * stays within [0, 2^32) for every digit. */
    const uint32_t lift = LIFT + (LIFT + q[i] - 1) / q[i] * q[i];

    for (uint32_t j = 0; j < i; j++) {
        const uint32_t *v = rows + j * n;
        const uint32_t w = sck_mod_inverse(q[j] % q[i], q[i]);
        const uint32_t companion = sck_shoup_companion(w, q[i]);

        for (size_t k = 0; k < n; k++)
            x[k] = sck_shoup(x[k] + lift - v[k], w, companion, q[i]);
    }
    for (size_t k = 0; k < n; k++)
        x[k] += LIFT - (q[i] & (0u - ((q[i] / 2 - x[k]) >> 31)));
}

/* What the digits weigh modulo a prime, and all their LIFTs together. */
static uint32_t weigh(const struct sck_ring *ring, const uint32_t *q,
                      uint32_t digits, uint32_t modulus,
                      struct sck_convert_constants *weights)
{
    uint32_t w[SCK_MAX_SOURCES][SCK_BLOCK_LIMBS] = {{0}};
    uint32_t last[SCK_BLOCK_LIMBS] = {0};
    uint64_t weight = 1, lifts = 0;

    for (uint32_t i = 0; i < digits; i++) {
        if (i + 1 < digits)
            w[i][0] = (uint32_t)weight;
        else
            last[0] = (uint32_t)weight;
        lifts = (lifts + weight * LIFT) % modulus;
        weight = weight * q[i] % modulus;
    }
    *weights = (struct sck_convert_constants){.sources = digits - 1};
    sck_convert_constants_add(weights, sck_ring_prime(ring, modulus), 1,
                              (const uint32_t(*)[SCK_BLOCK_LIMBS])w, last, 0);
    return (uint32_t)lifts;
}

/* Whether row x is, modulo q[i], what the first digits say: then the digit of x
 * is zero, if those between are. One bit for the whole row; no branch within.
 * The digits' sum is a base conversion's, the last digit being its v. */
static int follows(const struct sck_ring *ring, const uint32_t *q,
                   uint32_t digits, const uint32_t *rows, uint32_t i,
                   const uint32_t *x, uint32_t *scratch)
{
    enum { TILE = 2048 }; /* words that stay in the nearest cache */
    struct sck_convert_constants weights;
    const uint32_t lifts = weigh(ring, q, digits, q[i], &weights);
    const uint32_t *in[FEW] = {NULL};
    uint32_t off = 0;

    for (uint32_t j = 0; j < digits; j++)
        in[j] = rows + j * (size_t)ring->n;
    for (uint32_t at = 0; at < ring->n; at += TILE) {
        const uint32_t count = ring->n - at < TILE ? ring->n - at : TILE;

        sck_convert_tile(&weights, at, count, &scratch, in);
        for (uint32_t k = at; k < at + count; k++) {
            const uint32_t difference = scratch[k] - x[k];

            off |= lifts ^ (difference + (q[i] & (0u - (difference >> 31))));
        }
    }
    return off == 0;
}

/* The integers as doubles: the digits' sum from the top. A lower part is at
 * most half its weight, so little cancels. */
static void to_doubles(uint32_t n, const uint32_t *q, uint32_t count,
                       const uint32_t *digits, double *out)
{
    for (uint32_t k = 0; k < n; k++)
        out[k] = 0;
    for (uint32_t i = count; i-- > 0;) {
        const uint32_t *v = digits + (size_t)i * n;

        for (uint32_t k = 0; k < n; k++)
            out[k] = out[k] * q[i] + (double)(int32_t)(v[k] - LIFT);
    }
}

/* The integers, from the first limbs where the others confirm them: a message
 * fits those. *fits says whether they do. */
static sck_status few_limbs(const sck_secret_key *key,
                            const struct sck_limbs_ciphertext *ct,
                            const uint32_t *q, double *integers, int *fits)
{
    const uint32_t few = ct->limbs < FEW ? ct->limbs : FEW;
    const size_t n = ct->n;
    uint32_t *rows = sck_client_rows(key->ring, few + 3);
    uint32_t *s, *a, *x;

    if (rows == NULL)
        return SCK_ERR_MEMORY;
    s = rows + few * n, a = s + n, x = a + n;
    for (uint32_t i = 0; i < few; i++) {
        phase_limb(key, ct, i, q[i], rows + i * n, s, a);
        to_digit(key->ring, q, i, rows);
    }
    *fits = 1;
    for (uint32_t i = few; i < ct->limbs && *fits; i++) {
        phase_limb(key, ct, i, q[i], x, s, a);
        *fits = follows(key->ring, q, few, rows, i, x, s);
    }
    if (*fits)
        to_doubles(ct->n, q, few, rows, integers);
    sodium_free(rows);
    return SCK_OK;
}

/* The integers of any size. */
static sck_status all_limbs(const sck_secret_key *key,
                            const struct sck_limbs_ciphertext *ct,
                            const uint32_t *q, double *integers)
{
    const size_t n = ct->n;
    uint32_t *rows = sck_client_rows(key->ring, (size_t)ct->limbs + 2);
    uint32_t *s;

    if (rows == NULL)
        return SCK_ERR_MEMORY;
    s = rows + ct->limbs * n;
    for (uint32_t i = 0; i < ct->limbs; i++) {
        phase_limb(key, ct, i, q[i], rows + i * n, s, s + n);
        to_digit(key->ring, q, i, rows);
    }
    to_doubles(ct->n, q, ct->limbs, rows, integers);
    sodium_free(rows);
    return SCK_OK;
}

static sck_status check(const sck_secret_key *key,
                        const struct sck_limbs_ciphertext *ct,
                        const double *values)
{
    uint32_t limbs;

    if (key == NULL || ct == NULL || values == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "an argument is NULL");
    if (sodium_memcmp(key->key_id, ct->key_id, sizeof ct->key_id) != 0)
        return SCK_FAIL(SCK_ERR_KEY, "'%s' belongs to another key set",
                        ct->name);
    if (ct->n != key->ring->n ||
        sck_params_primes(key->params, ct->level, &limbs) == NULL ||
        limbs != ct->limbs)
        return SCK_FAIL(SCK_ERR_PARAMETERS, "'%s' is of other parameters",
                        ct->name);
    if (ct->slots == 0 || ct->slots > ct->n / 2 ||
        (ct->slots & (ct->slots - 1)) != 0 || ct->seeded > 1 || ct->polys < 2 ||
        ct->polys > (ct->seeded ? 2u : 3u) || !sck_scale_is_valid(ct->scale))
        return SCK_FAIL(SCK_ERR_ARGUMENT,
                        "'%s': %u slots, %u polynomials or "
                        "the scale is wrong",
                        ct->name, (unsigned)ct->slots, (unsigned)ct->polys);
    return SCK_OK;
}

sck_status sck_decrypt(const sck_secret_key *key,
                       const struct sck_limbs_ciphertext *ct, double *values)
{
    struct sck_encode_args args = {0};
    uint32_t limbs;
    const uint32_t *q;
    double *integers;
    int fits = 0;
    sck_status status;

    SCK_TRY(check(key, ct, values));
    q = sck_params_primes(key->params, ct->level, &limbs);
    integers = sodium_allocarray(ct->n, sizeof *integers);
    if (integers == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u doubles", (unsigned)ct->n);
    status = few_limbs(key, ct, q, integers, &fits);
    if (status == SCK_OK && !fits)
        status = all_limbs(key, ct, q, integers);
    /* A modulus above 2^1024 overflows only when it is full of noise. */
    for (uint32_t k = 0; k < ct->n && status == SCK_OK; k++)
        if (!isfinite(integers[k]))
            status = SCK_FAIL(SCK_ERR_KEY, "'%s' decrypts to nothing but noise",
                              ct->name);
    if (status == SCK_OK) {
        args.ring = key->ring->id;
        args.slots = ct->slots;
        args.scale = sck_scale_to_double(ct->scale);
        sck_decode_embed(&args, key->ring, values, integers);
    }
    sodium_free(integers);
    return status;
}
