/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "key_switch.h"

#include "key_mac.h"
#include "ntt.h"
#include "rescale.h"

#include <stddef.h>

#include <string.h>

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

static int same_shape(const struct sck_key_switch_args *a,
                      const struct sck_key_switch_args *b)
{
    return a->ring == b->ring && a->digits == b->digits &&
           a->targets == b->targets && a->key_limbs == b->key_limbs &&
           a->key_digits == b->key_digits &&
           memcmp(a->t, b->t, a->targets * sizeof a->t[0]) == 0 &&
           memcmp(a->own, b->own, a->targets) == 0 &&
           memcmp(a->key_row, b->key_row, a->targets) == 0 &&
           memcmp(a->key_digit, b->key_digit, a->digits) == 0 &&
           memcmp(a->sources, b->sources, a->digits) == 0;
}

int sck_key_switch_same_keys(const struct sck_key_switch_part *a,
                             const struct sck_key_switch_part *b)
{
    const struct sck_key_switch_args *const args = a->args;
    uint32_t sources = 0;

    if (!same_shape(args, b->args))
        return 0;
    for (uint32_t d = 0; d < args->digits; d++)
        sources += args->sources[d];
    if (memcmp(args->w, b->args->w, sources * sizeof args->w[0]) != 0 ||
        memcmp(args->minus_d, b->args->minus_d,
               args->digits * sizeof args->minus_d[0]) != 0)
        return 0;
    for (uint32_t r = 0; r < 2 * args->key_digits * args->key_limbs; r++)
        if (a->key[r] != b->key[r])
            return 0;
    return 1;
}
