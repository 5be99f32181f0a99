/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Encryption with the public key and with the secret one. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "client_priv.h"
#include "decompose.h"
#include "noise.h"
#include "rescale.h"
#include "sampler.h"

sck_status sck_encryptor_new(const sck_params *params,
                             const struct sck_limbs_public_key *key,
                             sck_encryptor **out)
{
    uint32_t q[SCK_MAX_KEY_LIMBS];
    const struct sck_ring *ring;
    sck_encryptor *made;

    if (out == NULL || key == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "an argument is NULL");
    *out = NULL;
    SCK_TRY(sck_client_ring(params, &ring));
    if (key->n != ring->n || key->limbs != sck_public_key_primes(params, q)) {
        sck_ring_free(ring);
        return SCK_FAIL(SCK_ERR_PARAMETERS, "the key is of other parameters");
    }
    if ((made = calloc(1, sizeof *made)) == NULL) {
        sck_ring_free(ring);
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *made);
    }
    made->params = params;
    made->ring = ring;
    made->key = key;
    *out = made;
    return SCK_OK;
}

void sck_encryptor_free(sck_encryptor *encryptor)
{
    if (encryptor == NULL)
        return;
    sck_ring_free(encryptor->ring);
    free(encryptor);
}

/* What one encryption draws, and its rows: all locked. */
struct scratch {
    uint8_t *u;
    int8_t *errors; /* e0, e1 */
    uint32_t *rows; /* u, then x or message, a, then y and v of either half */
    int64_t *message;
};

static void release(struct scratch *w)
{
    sodium_free(w->u);
    sodium_free(w->errors);
    sodium_free(w->rows);
    sodium_free(w->message);
}

static sck_status acquire(struct scratch *w, const struct sck_ring *ring)
{
    w->u = sodium_malloc(SCK_TERNARY_BYTES(ring->n));
    w->errors = sodium_allocarray(2, ring->n);
    w->rows = sck_client_rows(ring, 7);
    if (w->u == NULL || w->errors == NULL || w->rows == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "an encryption at N = %u",
                        (unsigned)ring->n);
    return SCK_OK;
}

/* x = (b or a) u + e for limb i of the public key, NTT form; the half says
 * which. u's transform is in row 0 already. */
static void masked_limb(const sck_encryptor *encryptor, struct scratch *w,
                        uint32_t half, uint32_t i, uint32_t q, uint32_t *x)
{
    const struct sck_limbs_public_key *key = encryptor->key;
    const struct sck_ring *ring = encryptor->ring;
    const uint32_t n = ring->n;
    const uint32_t *by = key->b + (size_t)i * n;

    if (half == 1) {
        sck_client_uniform(ring, q, key->seed, SCK_SEED_PUBLIC,
                           SCK_KEY_NO_CLASS, 0, 0, w->rows + 2 * n);
        by = w->rows + 2 * n;
    }
    sck_client_small(ring, q, w->errors + half * n, x);
    sck_client_mul_add(ring, q, x, by, w->rows);
}

/* Encrypts zero modulo the level's primes and special[0], divides by the
 * latter, adds the message. */
static void encrypt_limbs(const sck_encryptor *encryptor, struct scratch *w,
                          const uint32_t *q, struct sck_limbs_ciphertext *ct)
{
    const struct sck_ring *ring = encryptor->ring;
    const uint32_t n = ring->n, last = ct->limbs;
    uint32_t *x = w->rows + n;
    uint32_t *y[2][2] = {{w->rows + 3 * n, w->rows + 4 * n},
                         {w->rows + 5 * n, w->rows + 6 * n}};
    struct sck_decompose_args split = {0};

    sck_decompose_prepare(&split, ring->id, q + last, 1, NULL, 0);
    sck_client_ternary(ring, q[last], w->u, w->rows);
    for (uint32_t half = 0; half < 2; half++) {
        masked_limb(encryptor, w, half, last, q[last], x);
        sck_decompose(&split, ring, y[half], (const uint32_t *const *)&x);
    }
    for (uint32_t i = 0; i < last; i++) {
        struct sck_rescale_args divide = {0};

        sck_rescale_prepare(&divide, ring->id, q + last, 1, NULL, 0, q + i, 1);
        sck_client_ternary(ring, q[i], w->u, w->rows);
        for (uint32_t half = 0; half < 2; half++) {
            uint32_t *out = sck_limbs_row(ct, half, i);

            masked_limb(encryptor, w, half, i, q[i], x);
            sck_rescale(&divide, ring, &out, (const uint32_t *const *)y[half],
                        (const uint32_t *const *)&x);
        }
        sck_client_add_message(ring, q[i], w->message, x,
                               sck_limbs_row(ct, 0, i));
    }
}

sck_status sck_encrypt(const sck_encryptor *encryptor, const double *values,
                       uint32_t slots, const char *name,
                       struct sck_limbs_ciphertext **out)
{
    struct sck_limbs_ciphertext *ct = NULL;
    struct scratch w = {0};
    uint32_t q[SCK_MAX_KEY_LIMBS], level;
    sck_status status;

    if (encryptor == NULL || values == NULL || out == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "an argument is NULL");
    *out = NULL;
    level = sck_params_app_top(encryptor->params);
    if ((status = sck_client_encode(encryptor->params, encryptor->ring, level,
                                    values, slots, &w.message)) != SCK_OK ||
        (status = acquire(&w, encryptor->ring)) != SCK_OK ||
        (status = sck_limbs_ciphertext_new(encryptor->params, level, 2, 0,
                                           &ct)) != SCK_OK ||
        (status = sck_limbs_ciphertext_name(ct, name)) != SCK_OK)
        goto done;
    ct->slots = slots;
    ct->scale = sck_params_scale(encryptor->params, level);
    ct->error = sck_noise_deviation(sck_noise_public(encryptor->params), slots,
                                    ct->scale);
    memcpy(ct->key_id, encryptor->key->key_id, sizeof ct->key_id);
    sck_public_key_primes(encryptor->params, q);
    sck_sample_ternary(w.u, ct->n);
    sck_sample_gaussian(w.errors, 2 * ct->n);
    encrypt_limbs(encryptor, &w, q, ct);
    *out = ct;
    ct = NULL;
done:
    release(&w);
    sck_limbs_ciphertext_free(ct);
    return status;
}

sck_status sck_encrypt_reals(const sck_encryptor *encryptor,
                             const double *values, uint32_t count,
                             const char *name,
                             struct sck_limbs_ciphertext **out)
{
    uint32_t slots = 1;
    double *complex;
    sck_status status;

    if (encryptor == NULL || values == NULL || out == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "an argument is NULL");
    *out = NULL;
    if (count == 0 || count > encryptor->ring->n / 2)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "%u values, 1 to %u", (unsigned)count,
                        (unsigned)(encryptor->ring->n / 2));
    while (slots < count)
        slots *= 2;
    complex = sodium_allocarray(slots, 2 * sizeof *complex);
    if (complex == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u values", (unsigned)slots);
    for (uint32_t i = 0; i < slots; i++) {
        complex[2 * i] = i < count ? values[i] : 0;
        complex[2 * i + 1] = 0;
    }
    status = sck_encrypt(encryptor, complex, slots, name, out);
    sodium_free(complex);
    return status;
}

sck_status sck_encrypt_secret(const sck_secret_key *key, uint32_t level,
                              const double *values, uint32_t slots,
                              const char *name,
                              struct sck_limbs_ciphertext **out)
{
    struct sck_limbs_ciphertext *ct = NULL;
    struct scratch w = {0};
    const uint32_t *q;
    uint32_t limbs;
    sck_status status;

    if (key == NULL || values == NULL || out == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "an argument is NULL");
    *out = NULL;
    if ((status = sck_client_encode(key->params, key->ring, level, values,
                                    slots, &w.message)) != SCK_OK ||
        (status = acquire(&w, key->ring)) != SCK_OK ||
        (status = sck_limbs_ciphertext_new(key->params, level, 2, 1, &ct)) !=
            SCK_OK ||
        (status = sck_limbs_ciphertext_name(ct, name)) != SCK_OK)
        goto done;
    ct->slots = slots;
    ct->scale = sck_params_scale(key->params, level);
    ct->error =
        sck_noise_deviation(sck_noise_secret(key->params), slots, ct->scale);
    memcpy(ct->key_id, key->key_id, sizeof ct->key_id);
    randombytes_buf(ct->seed, sizeof ct->seed);
    sck_sample_gaussian(w.errors, ct->n);
    q = sck_params_primes(key->params, level, &limbs);
    for (uint32_t i = 0; i < limbs; i++) {
        uint32_t *s = w.rows, *x = s + ct->n, *a = x + ct->n, *m = a + ct->n;

        sck_client_ternary(key->ring, q[i], key->packed, s);
        sck_client_mask_of(key->ring, q[i], s, s);
        sck_client_small(key->ring, q[i], w.errors, x);
        sck_client_uniform(key->ring, q[i], ct->seed, SCK_SEED_CIPHERTEXT,
                           SCK_KEY_NO_CLASS, 0, 0, a);
        sck_client_add_message(key->ring, q[i], w.message, m, x);
        sck_client_mask(key->ring, q[i], sck_limbs_row(ct, 0, i), x, a, s);
    }
    *out = ct;
    ct = NULL;
done:
    release(&w);
    sck_limbs_ciphertext_free(ct);
    return status;
}
