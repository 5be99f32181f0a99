/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "decompose.h"

#include "intt.h"
#include "modular.h"

#include <stddef.h>

enum { TILE = 512 };

void sck_decompose_prepare(struct sck_decompose_args *args, uint32_t ring,
                           const uint32_t *sources, uint32_t count,
                           const uint32_t *added, uint32_t added_count)
{
    args->ring = ring;
    args->halves = 1;
    args->limbs = count;
    args->ntt_domain = 1;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t q = sources[i];
        uint64_t others = 1, factor = 1;

        for (uint32_t k = 0; k < count; k++)
            if (k != i)
                others = others * (sources[k] % q) % q;
        for (uint32_t k = 0; k < added_count; k++)
            factor = factor * (added[k] % q) % q;
        args->q[i] = q;
        args->factor[i] =
            (uint32_t)(factor * sck_mod_inverse((uint32_t)others, q) % q);
    }
}

/* One tile of one row: y = x factor, and its term of v. Terms are below 2^56,
 * so 24 of them and the half fit the word. x may be y. */
static void multiply(uint32_t *y, const uint32_t *x, uint64_t *restrict sum,
                     uint32_t count, uint32_t q, uint32_t factor)
{
    const uint32_t companion = sck_shoup_companion(factor, q);
    const uint32_t share = (uint32_t)(((uint64_t)1 << 56) / q);

    for (uint32_t j = 0; j < count; j++) {
        const uint32_t product = sck_shoup(x[j], factor, companion, q);

        y[j] = product;
        sum[j] += (uint64_t)product * share;
    }
}

static void shares(const struct sck_decompose_args *args, uint32_t *share)
{
    for (uint32_t i = 0; i < args->limbs; i++)
        share[i] = (uint32_t)(((uint64_t)1 << 56) / args->q[i]);
}

void sck_decompose_ref(const struct sck_decompose_args *args,
                       const struct sck_ring *ring, uint32_t *const *out,
                       const uint32_t *const *in)
{
    const uint32_t n = ring->n;
    const uint32_t tile = n < TILE ? n : TILE;
    uint32_t share[SCK_MAX_SOURCES], spare[TILE];

    if (args->ntt_domain == SCK_DECOMPOSED) {
        shares(args, share);
        sck_correction_ref(share, args->limbs, n, out[args->limbs], in);
        return;
    }
    for (uint32_t i = 0; args->ntt_domain && i < args->limbs; i++) {
        const struct sck_ntt_args one = {args->ring, 1, {args->q[i]}};

        sck_intt(&one, ring, out + i, in + i);
    }
    for (uint32_t at = 0; at < n; at += tile) {
        uint64_t sum[TILE];
        uint32_t *const v =
            out[args->limbs] != NULL ? out[args->limbs] + at : spare;

        for (uint32_t j = 0; j < tile; j++)
            sum[j] = (uint64_t)1 << 55;
        for (uint32_t i = 0; i < args->limbs; i++)
            multiply(out[i] + at, (args->ntt_domain ? out[i] : in[i]) + at, sum,
                     tile, args->q[i], args->factor[i]);
        for (uint32_t j = 0; j < tile; j++)
            v[j] = (uint32_t)(sum[j] >> 56);
    }
}

/* INTT(in) factor: the transform of a prime whose 1/N is factor / N. */
static void inverse(const struct sck_prime_table *prime, uint32_t factor,
                    uint32_t n, uint32_t *out, const uint32_t *in)
{
    struct sck_prime_table t = *prime;

    t.n_inverse = sck_mod_mul(t.n_inverse, factor, prime);
    t.n_inverse_shoup = sck_shoup_companion(t.n_inverse, t.q);
    sck_intt_row(&t, n, out, in);
}

static void take_apart(const struct sck_decompose_args *args,
                       const struct sck_ring *ring, uint32_t halves,
                       uint32_t *const *out, const uint32_t *const *in)
{
    const uint32_t limbs = args->limbs;
    uint32_t share[SCK_MAX_SOURCES];

    for (uint32_t h = 0; args->ntt_domain == 0 && h < halves; h++)
        sck_decompose_ref(args, ring, out + (size_t)h * (limbs + 1),
                          in + (size_t)h * limbs);
    if (args->ntt_domain == 0)
        return;
    for (uint32_t i = 0; args->ntt_domain != SCK_DECOMPOSED && i < limbs; i++)
        for (uint32_t h = 0; h < halves; h++)
            inverse(sck_ring_prime(ring, args->q[i]), args->factor[i], ring->n,
                    out[h * (limbs + 1) + i], in[h * limbs + i]);
    shares(args, share);
    for (uint32_t h = 0; h < halves; h++) {
        uint32_t *const *const y = out + (size_t)h * (limbs + 1);

        if (y[limbs] != NULL)
            sck_correction(share, limbs, ring->n, y[limbs],
                           args->ntt_domain == SCK_DECOMPOSED
                               ? in + (size_t)h * limbs
                               : (const uint32_t *const *)y);
    }
}

void sck_decompose(const struct sck_decompose_args *args,
                   const struct sck_ring *ring, uint32_t *const *out,
                   const uint32_t *const *in)
{
    take_apart(args, ring, 1, out, in);
}

void sck_decompose_halves(const struct sck_decompose_args *args,
                          const struct sck_ring *ring, uint32_t *const *out,
                          const uint32_t *const *in)
{
    take_apart(args, ring, args->halves, out, in);
}
