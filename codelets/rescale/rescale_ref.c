/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "rescale.h"

#include "automorphism.h"
#include "modular.h"
#include "ntt.h"

#include <string.h>

/* A row of the largest ring: kernels cannot fail, so they do not allocate. */
static _Thread_local _Alignas(64) uint32_t row[1 << 16], turned[1 << 16];

void sck_rescale_prepare(struct sck_rescale_args *args, uint32_t ring,
                         const uint32_t *dropped, uint32_t dropped_count,
                         const uint32_t *added, uint32_t added_count,
                         const uint32_t *targets, uint32_t target_count)
{
    args->ring = ring;
    args->galois = 0;
    args->halves = 1;
    memset(&args->sum, 0, sizeof args->sum);
    args->half = 0;
    sck_conversion_prepare(&args->conversion, dropped, dropped_count, targets,
                           target_count);
    for (uint32_t j = 0; j < target_count; j++) {
        const uint32_t t = targets[j];
        uint64_t a = 1;

        for (uint32_t i = 0; i < added_count; i++)
            a = a * (added[i] % t) % t; /* 0 where t itself is added */
        args->a[j] = (uint32_t)a;
        args->d_inverse[j] =
            sck_mod_inverse(sck_mod_neg(args->conversion.minus_d[j], t), t);
    }
}

/* r = NTT(conversion of in to target j). */
static void convert(const struct sck_rescale_args *args,
                    const struct sck_ring *ring, uint32_t j, uint32_t *r,
                    const uint32_t *const *in)
{
    struct sck_base_convert_args one = {.ring = args->ring};
    const struct sck_ntt_args transform = {
        args->ring, 1, {args->conversion.t[j]}};

    one.conversion.sources = args->conversion.sources;
    one.conversion.targets = 1;
    one.conversion.t[0] = args->conversion.t[j];
    one.conversion.minus_d[0] = args->conversion.minus_d[j];
    for (uint32_t i = 0; i < args->conversion.sources; i++)
        one.conversion.w[i][0] = args->conversion.w[i][j];
    sck_base_convert(&one, ring, &r, in);
    sck_ntt(&transform, ring, &r, (const uint32_t *const *)&r);
}

/* out = c (A D^-1) + r (-D^-1); the products are below 2 t each. out may be c.
 */
static void combine(const struct sck_prime_table *table, uint32_t n, uint32_t a,
                    uint32_t d_inverse, uint32_t *out, const uint32_t *c,
                    const uint32_t *restrict r)
{
    const uint32_t t = table->q;
    const uint32_t for_c = sck_mod_mul(a, d_inverse, table);
    const uint32_t for_c_companion = sck_shoup_companion(for_c, t);
    const uint32_t for_r = sck_mod_neg(d_inverse, t);
    const uint32_t for_r_companion = sck_shoup_companion(for_r, t);

    for (uint32_t k = 0; k < n; k++) {
        const uint32_t x = sck_shoup_lazy(c[k], for_c, for_c_companion, t) +
                           sck_shoup_lazy(r[k], for_r, for_r_companion, t);

        out[k] = sck_mod_once(sck_mod_once(x, 2 * t), t);
    }
}

void sck_rescale_ref(const struct sck_rescale_args *args,
                     const struct sck_ring *ring, uint32_t *const *out,
                     const uint32_t *const *in, const uint32_t *const *c)
{
    for (uint32_t j = 0; j < args->conversion.targets; j++) {
        const struct sck_prime_table *const table =
            sck_ring_prime(ring, args->conversion.t[j]);

        const struct sck_automorphism_args turn = {args->ring, 1, args->galois};
        uint32_t *const to = args->galois != 0 ? turned : out[j];
        const uint32_t *from = args->a[j] != 0 ? c[j] : row;

        /* An added prime has no c: A = 0 cancels whatever stands in for it. */
        convert(args, ring, j, row, in);
        if (args->a[j] != 0 && args->sum.terms != 0) {
            sck_combination_row_ref(&args->sum, ring, args->half, j, turned,
                                    NULL, c);
            from = turned;
        }
        combine(table, ring->n, args->a[j], args->d_inverse[j], to, from, row);
        if (args->galois != 0)
            sck_automorphism_ref(&turn, ring, &out[j],
                                 (const uint32_t *const *)&to);
    }
}
