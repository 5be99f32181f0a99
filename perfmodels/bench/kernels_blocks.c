/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "kernels_blocks.h"

#include <string.h>

static void add_block(const struct kernels *k, struct kernels_blocks *s,
                      uint32_t first, uint32_t rows, uint32_t own)
{
    struct sck_key_switch_args *a = &s->args[s->blocks];
    uint32_t at = 0;

    s->target[s->blocks++] = first;
    a->ring = k->ring != NULL ? k->ring->id : 0;
    a->digits = a->key_digits = s->digits;
    a->targets = a->key_limbs = rows;
    memcpy(a->t, k->q + first, rows * sizeof *a->t);
    for (uint32_t i = 0; i < rows; i++) {
        a->own[i] = (uint8_t)own;
        a->key_row[i] = (uint8_t)i;
    }
    for (uint32_t d = 0; d < s->digits; d++) {
        struct sck_conversion c;

        sck_conversion_prepare(&c, k->q + s->first[d], s->length[d], a->t,
                               rows);
        a->key_digit[d] = (uint8_t)d;
        a->sources[d] = (uint8_t)s->length[d];
        for (uint32_t i = 0; i < s->length[d]; i++)
            memcpy(a->w[at++], c.w[i], sizeof *a->w);
        memcpy(a->minus_d[d], c.minus_d, sizeof *a->minus_d);
        if (d != own) {
            s->count.ntts += rows;
            s->count.macs += (s->length[d] + 1.0) * rows * k->n;
        }
    }
    s->count.macs += 2.0 * s->digits * rows * k->n;
    s->count.read += 4.0 * 2 * s->digits * rows * k->n;
}

/* Runs of a digit's primes, or of P's, as blocks are cut. */
static void add_blocks(const struct kernels *k, struct kernels_blocks *s,
                       uint32_t first, uint32_t length, uint32_t own)
{
    for (uint32_t i = 0; i < length; i += KERNEL_GRAIN)
        add_block(k, s, first + i,
                  length - i < KERNEL_GRAIN ? length - i : KERNEL_GRAIN, own);
}

void kernels_cut(const struct kernels *k, struct kernels_blocks *s)
{
    const struct sck_key_class *c = sck_params_class(
        k->params, sck_params_class_of(k->params, KERNEL_LEVEL));
    uint32_t limb = 0;

    *s = (struct kernels_blocks){0};
    s->args = bench_alloc(KERNEL_LIMBS * sizeof *s->args);
    memset(s->args, 0, KERNEL_LIMBS * sizeof *s->args);
    s->digits = c->digits;
    for (uint32_t d = 0; d < c->digits; d++) {
        s->first[d] = limb;
        for (uint32_t i = 0; i < c->digit_length[d]; i++)
            limb += limb < k->limbs && k->q[limb] == c->digit[d][i];
        s->length[d] = limb - s->first[d];
        s->rows_in += s->length[d] + 1;
    }
    for (uint32_t d = 0; d < c->digits; d++)
        add_blocks(k, s, s->first[d], s->length[d], d);
    add_blocks(k, s, k->limbs, k->special, 255);
}
