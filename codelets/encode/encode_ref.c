/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "encode.h"

#include "modular.h"
#include "ntt.h"

#include <math.h>
#include <string.h>

sck_encode_embed_fn *sck_encode_embed = sck_encode_embed_ref;
sck_encode_limbs_fn *sck_encode_limbs = sck_encode_limbs_ref;

/* The slots are transformed inside out, whose words hold doubles meanwhile:
 * real parts at 0, imaginary ones at N/2. A kernel has no memory of its own. */
static double get(const int64_t *word)
{
    double x;

    memcpy(&x, word, sizeof x);
    return x;
}

static void put(int64_t *word, double x)
{
    memcpy(word, &x, sizeof x);
}

/* One block of len slots: (a, b) <- (a + b, (a - b) zeta^k). */
static void butterflies(const struct sck_ring *ring, uint32_t len, int64_t *re,
                        int64_t *im)
{
    const uint32_t h = len / 2, mask = 4 * len - 1;
    const uint32_t stride = 2 * ring->n / (4 * len);
    uint32_t power = 1; /* 5^j mod 4 len */

    for (uint32_t j = 0; j < h; j++) {
        const double *const w = ring->zeta + 2 * (4 * len - power) * stride;
        const double ar = get(re + j), ai = get(im + j);
        const double br = get(re + j + h), bi = get(im + j + h);
        const double dr = ar - br, di = ai - bi;

        put(re + j, ar + br);
        put(im + j, ai + bi);
        put(re + j + h, dr * w[0] - di * w[1]);
        put(im + j + h, dr * w[1] + di * w[0]);
        power = 5 * power & mask;
    }
}

static void swap(int64_t *a, int64_t *b)
{
    const int64_t x = *a;

    *a = *b;
    *b = x;
}

void sck_encode_embed_ref(const struct sck_encode_args *args,
                          const struct sck_ring *ring, int64_t *out,
                          const double *values)
{
    const uint32_t n = args->slots, gap = ring->n / (2 * n);
    int64_t *const re = out, *const im = out + ring->n / 2;

    for (uint32_t i = 0; i < n; i++) {
        put(re + i, values[2 * i]);
        put(im + i, values[2 * i + 1]);
    }
    for (uint32_t len = n; len >= 2; len /= 2)
        for (uint32_t at = 0; at < n; at += len)
            butterflies(ring, len, re + at, im + at);
    for (uint32_t i = 0; i < n; i++) {
        /* The top log2 n bits of brv: n brv(i) / N reverses within n. */
        const uint32_t other = ring->brv[i] / (2 * gap);

        if (other > i) {
            swap(re + i, re + other);
            swap(im + i, im + other);
        }
    }
    /* Spread from the far end, so that nothing is overwritten unread. */
    for (uint32_t i = n; i-- > 0;) {
        const double x = get(re + i), y = get(im + i);

        for (uint32_t k = 1; k < gap; k++)
            re[i * gap + k] = im[i * gap + k] = 0;
        re[i * gap] = (int64_t)rint(x * (1.0 / n) * args->scale);
        im[i * gap] = (int64_t)rint(y * (1.0 / n) * args->scale);
    }
}

/* Residues of signed coefficients: two's complement is the value plus 2^64 if
 * negative. */
static void reduce(const struct sck_prime_table *t, uint32_t n, int montgomery,
                   uint32_t *restrict out, const int64_t *restrict coefficients)
{
    const uint32_t q = t->q;
    const uint32_t factor = montgomery ? t->r : 1;
    const uint32_t companion = sck_shoup_companion(factor, q);

    for (uint32_t k = 0; k < n; k++) {
        const uint32_t borrow = coefficients[k] < 0 ? t->r2 : 0;
        const uint32_t x = sck_mod_reduce64((uint64_t)coefficients[k], t);

        out[k] = sck_shoup(sck_mod_sub(x, borrow, q), factor, companion, q);
    }
}

void sck_encode_limbs_ref(const struct sck_encode_limbs_args *args,
                          const struct sck_ring *ring, uint32_t *const *out,
                          const int64_t *coefficients)
{
    struct sck_ntt_args transform = {args->ring, args->limbs, {0}};

    memcpy(transform.q, args->q, sizeof transform.q);
    for (uint32_t i = 0; i < args->limbs; i++)
        reduce(sck_ring_prime(ring, args->q[i]), ring->n, args->montgomery != 0,
               out[i], coefficients);
    sck_ntt(&transform, ring, out, (const uint32_t *const *)out);
}
