/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Decryption: the phase modulo every prime, then the centred integer. */
#include <math.h>
#include <sodium.h>
#include <string.h>

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
    memcpy(out, sck_limbs_row(ct, 0, i), ct->n * sizeof *out);
    if (ct->seeded) {
        sck_client_uniform(ring, q, ct->seed, SCK_SEED_CIPHERTEXT,
                           SCK_KEY_NO_CLASS, 0, 0, a);
    } else {
        c1 = sck_limbs_row(ct, 1, i);
        if (ct->polys == 3) {
            memcpy(a, c1, ct->n * sizeof *a);
            sck_client_mul_add(ring, q, a, sck_limbs_row(ct, 2, i), s);
            c1 = a;
        }
    }
    sck_client_mul_add(ring, q, out, c1, s);
    sck_client_intt(ring, q, out);
}

/* Digits that a message and its noise fill, with room: 4 x 25 bits and more. */
enum { FEW = 4 };

/* Row i becomes digit v_i in (-q_i/2, q_i/2), stored as two's complement, of
 * x = v_0 + v_1 q_0 + v_2 q_0 q_1 + ...: balanced mixed radix (Garner), which
 * is centred because the primes are odd. Rows before i are digits already. */
static void to_digit(const struct sck_ring *ring, const uint32_t *q, uint32_t i,
                     uint32_t *rows)
{
    const size_t n = ring->n;
    uint32_t *x = rows + i * n;
    /* A multiple of q_i in [2^29, 2^29 + q_i): x + lift - v stays within
     * [0, 2^32) for every digit, |v| < 2^29. */
    const uint32_t lift = ((1u << 29) + q[i] - 1) / q[i] * q[i];

    for (uint32_t j = 0; j < i; j++) {
        const uint32_t *v = rows + j * n;
        const uint32_t w = sck_mod_inverse(q[j] % q[i], q[i]);
        const uint32_t companion = sck_shoup_companion(w, q[i]);

        for (size_t k = 0; k < n; k++)
            x[k] = sck_shoup(x[k] + lift - v[k], w, companion, q[i]);
    }
    for (size_t k = 0; k < n; k++)
        x[k] -= q[i] & (0u - ((q[i] / 2 - x[k]) >> 31));
}

/* Whether row x is, modulo q, what the first digits say: then the digit of x is
 * zero, if those between are. One bit for the whole row; no branch within. */
static int follows(const struct sck_ring *ring, const uint32_t *radix,
                   uint32_t digits, const uint32_t *rows, uint32_t q,
                   const uint32_t *x)
{
    const size_t n = ring->n;
    const uint32_t lift = ((1u << 29) + q - 1) / q * q;
    uint32_t w[FEW] = {0}, companion[FEW] = {0}, off = 0;

    for (uint32_t i = 0; i < digits; i++) {
        w[i] = radix[i] % q;
        companion[i] = sck_shoup_companion(w[i], q);
    }
    for (size_t k = 0; k < n; k++) {
        uint32_t y = rows[(digits - 1) * n + k] + lift;

        for (uint32_t i = digits - 1; i-- > 0;)
            y = sck_shoup(y, w[i], companion[i], q) + rows[i * n + k] + lift;
        off |= sck_shoup(y, 1, sck_shoup_companion(1, q), q) ^ x[k];
    }
    return off == 0;
}

/* Rows to digits; returns how many may be nonzero. A message fits the first
 * few, which the other rows need only confirm; where one does not, all are
 * computed. */
static uint32_t to_digits(const struct sck_ring *ring, const uint32_t *q,
                          uint32_t limbs, uint32_t *rows)
{
    const uint32_t few = limbs < FEW ? limbs : FEW;
    uint32_t i = 0;

    for (; i < few; i++)
        to_digit(ring, q, i, rows);
    while (i < limbs &&
           follows(ring, q, few, rows, q[i], rows + i * (size_t)ring->n))
        i++;
    if (i == limbs)
        return few;
    for (i = few; i < limbs; i++)
        to_digit(ring, q, i, rows);
    return limbs;
}

/* The integers as doubles: the digits' sum from the top. A lower part is at
 * most half its weight, so little cancels. */
static void to_doubles(uint32_t n, const uint32_t *q, uint32_t count,
                       const uint32_t *digits, double *out)
{
    for (uint32_t k = 0; k < n; k++) {
        double x = 0;

        for (uint32_t i = count; i-- > 0;)
            x = x * q[i] + (double)(int32_t)digits[(size_t)i * n + k];
        out[k] = x;
    }
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
    uint32_t limbs, *rows;
    const uint32_t *q;
    double *integers;
    sck_status status = SCK_OK;

    SCK_TRY(check(key, ct, values));
    q = sck_params_primes(key->params, ct->level, &limbs);
    rows = sck_client_rows(key->ring, (size_t)limbs + 2);
    integers = sodium_allocarray(ct->n, sizeof *integers);
    if (rows == NULL || integers == NULL) {
        status = SCK_FAIL(SCK_ERR_MEMORY, "%u limbs", (unsigned)limbs);
        goto done;
    }
    for (uint32_t i = 0; i < limbs; i++)
        phase_limb(key, ct, i, q[i], rows + (size_t)i * ct->n,
                   rows + (size_t)limbs * ct->n,
                   rows + ((size_t)limbs + 1) * ct->n);
    to_doubles(ct->n, q, to_digits(key->ring, q, limbs, rows), rows, integers);
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
done:
    sodium_free(rows);
    sodium_free(integers);
    return status;
}
