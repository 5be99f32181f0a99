/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "key_switch.h"

#include "key_mac.h"
#include "ntt.h"
#include "rescale.h"

#include <stddef.h>

/* A row of the largest ring: kernels cannot fail, so they do not allocate. */
static _Thread_local _Alignas(64) uint32_t row[1 << 16];

/* u = NTT(conversion of a digit to target i); w are the digit's constants. */
static void convert(const struct sck_key_switch_args *args,
                    const struct sck_ring *ring, uint32_t i, uint32_t digit,
                    const uint32_t (*w)[SCK_BLOCK_LIMBS], uint32_t *u,
                    const uint32_t *const *in)
{
    struct sck_base_convert_args one = {.ring = args->ring};
    const struct sck_ntt_args transform = {args->ring, 1, {args->t[i]}};

    one.conversion.sources = args->sources[digit];
    one.conversion.targets = 1;
    one.conversion.t[0] = args->t[i];
    one.conversion.minus_d[0] = args->minus_d[digit][i];
    for (uint32_t k = 0; k < one.conversion.sources; k++)
        one.conversion.w[k][0] = w[k][i];
    sck_base_convert_ref(&one, ring, &u, in);
    sck_ntt(&transform, ring, &u, (const uint32_t *const *)&u);
}

void sck_key_switch_ref(const struct sck_key_switch_args *args,
                        const struct sck_ring *ring, uint32_t *const *out,
                        const uint32_t *const *in, const uint32_t *const *own,
                        const uint32_t *const *key, const uint32_t *const *add)
{
    const uint32_t half = args->key_digits * args->key_limbs;

    for (uint32_t i = 0; i < args->targets; i++) {
        struct sck_key_mac_args step = {args->ring, 1, {args->t[i]}, 1};
        uint32_t *const sums[2] = {out[i], out[args->targets + i]};
        const uint32_t *const *digit_in = in;
        uint32_t first_source = 0;

        for (uint32_t j = 0; j < args->digits; j++) {
            const uint32_t at =
                args->key_digit[j] * args->key_limbs + args->key_row[i];
            const uint32_t *const keys[2] = {key[at], key[half + at]};
            const uint32_t *u = row;

            if (args->own[i] == j)
                u = own[i];
            else
                convert(args, ring, i, j, args->w + first_source, row,
                        digit_in);
            sck_key_mac_ref(&step, ring, sums, &u, keys);
            step.first = 0;
            first_source += args->sources[j];
            digit_in += args->sources[j] + 1;
        }
        for (uint32_t h = 0; h < 2 && add != NULL; h++)
            if (add[h * args->targets + i] != NULL)
                sck_combine_ref(args->t[i], args->factor[i], ring->n, sums[h],
                                add[h * args->targets + i], sums[h]);
    }
}
