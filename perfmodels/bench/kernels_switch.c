/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The inner product with a key: one digit's step on four limbs, and the whole
 * switch of level 26 of b16-40 (43 limbs, 4 digits, K = 12) to every
 * destination, the key read from memory. */
#include "kernels_blocks.h"
#include "key_mac.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void key_mac(void *context, uint64_t round)
{
    const struct kernels *k = context;
    struct sck_key_mac_args args = {k->ring->id, KERNEL_GRAIN, {0}, 0};
    uint32_t *out[2 * KERNEL_GRAIN];
    const uint32_t *u[KERNEL_GRAIN], *key[2 * KERNEL_GRAIN];

    memcpy(args.q, k->q, sizeof *args.q * KERNEL_GRAIN);
    for (uint32_t i = 0; i < KERNEL_GRAIN; i++)
        u[i] = kernels_in(k, 3 * KERNEL_GRAIN * round + i);
    for (uint32_t i = 0; i < 2 * KERNEL_GRAIN; i++) {
        key[i] = kernels_in(k, 3 * KERNEL_GRAIN * round + KERNEL_GRAIN + i);
        out[i] = kernels_out(k, 2 * KERNEL_GRAIN * round + i);
    }
    sck_key_mac(&args, k->ring, out, u, key);
}

/* One limb's inner product with a key, all of the key from memory, in the
 * stretches in which fused tasks take it. The more digits, the more streams: a
 * byte takes longer. */
enum { TILE_STRETCH = 8192 };

struct tile {
    const struct kernels *k;
    uint32_t digits;
};

static void tile(void *context, uint64_t round)
{
    const struct tile *tile = context;
    const struct kernels *k = tile->k;
    const uint32_t stretch = k->n < TILE_STRETCH ? k->n : TILE_STRETCH;
    const struct sck_prime_table *const prime =
        sck_ring_prime(k->ring, k->q[0]);
    struct sck_key_tile t = {.digits = tile->digits,
                             .q = prime->q,
                             .inverse = 0u - prime->minus_q_inverse};

    for (uint32_t at = 0; at < k->n; at += stretch) {
        for (uint32_t d = 0; d < tile->digits; d++) {
            const uint64_t first = 2 * tile->digits * round + d;

            t.u[d] = kernels_out(k, 2 + d) + at;
            for (uint32_t h = 0; h < 2; h++)
                t.key[h][d] = kernels_in(k, first + h * tile->digits) + at;
        }
        for (uint32_t h = 0; h < 2; h++)
            t.out[h] = kernels_out(k, h) + at;
        sck_key_tile(&t, stretch);
    }
}

static void tiles(const struct kernels *k)
{
    for (uint32_t digits = 3; digits <= 9; digits += 3) {
        struct tile t = {k, digits};
        struct row row = kernels_row(k, "", KERNEL_LEVEL, 1, 1);

        snprintf(row.name, sizeof row.name, "key_tile.%u", digits);
        row.bytes = 4.0 * k->n * 2 * digits;
        row.operations = row.bytes / 4;
        strcpy(row.kind, "mac");
        bench_row(k->b, row, tile, &t,
                  1e6 * row.bytes / (k->b->floor.read_memory + 1));
    }
}

/* All blocks of a level, and the key. */
struct key_switch {
    const struct kernels *k;
    struct kernels_blocks blocks;
    uint32_t *key;
};

static void key_switch(void *context, uint64_t round)
{
    const struct key_switch *call = context;
    const struct kernels_blocks *s = &call->blocks;
    const struct kernels *k = call->k;
    const uint32_t *in[SCK_MAX_SWITCHED + SCK_MAX_DIGITS];
    size_t at = 0;

    for (uint32_t i = 0; i < s->rows_in; i++)
        in[i] = kernels_in(k, round * s->rows_in + i);
    for (uint32_t j = 0; j < s->blocks; j++) {
        const struct sck_key_switch_args *a = &s->args[j];
        const uint32_t rows = 2 * a->digits * a->targets;
        const uint32_t *own[KERNEL_GRAIN], *key[128];
        uint32_t *out[2 * KERNEL_GRAIN];

        for (uint32_t i = 0; i < a->targets; i++)
            own[i] = a->own[i] == 255 ? NULL : kernels_in(k, s->target[j] + i);
        for (uint32_t i = 0; i < 2 * a->targets; i++)
            out[i] = kernels_out(k, 2 * s->target[j] + i);
        for (uint32_t i = 0; i < rows; i++)
            key[i] = call->key + k->n * at++;
        sck_key_switch(a, k->ring, out, in, own, key, NULL);
    }
}

static void whole_switch(const struct kernels *k)
{
    struct bench *b = k->b;
    struct key_switch s = {.k = k};
    struct row row =
        kernels_row(k, "key_switch", KERNEL_LEVEL, k->limbs, KERNEL_GRAIN);

    if (!bench_wants(b, row.name))
        return;
    kernels_cut(k, &s.blocks);
    struct counted *const count = &s.blocks.count;

    row.operations = count->ntts * b->options.logn / 2 * k->n;
    row.bytes = count->read +
                4.0 * k->n * (s.blocks.rows_in + 2 * (k->limbs + k->special));
    strcpy(row.kind, "butterfly");
    if (!bench_names_only(b)) {
        s.key = bench_alloc((size_t)count->read);
        for (size_t i = 0; i < (size_t)count->read / 4; i += k->n)
            memcpy(s.key + i, kernels_in(k, i / k->n), 4 * (size_t)k->n);
    }
    bench_row(b, row, key_switch, &s,
              counted_us(&b->floor, count, b->options.logn));
    free(s.key);
    free(s.blocks.args);
}

void kernels_bench_switch(const struct kernels *k)
{
    struct bench *b = k->b;
    struct row row =
        kernels_row(k, "key_mac", KERNEL_LEVEL, KERNEL_GRAIN, KERNEL_GRAIN);

    /* u, both halves of the key, both sums read and written. */
    row.bytes = 4.0 * k->n * KERNEL_GRAIN * 7;
    row.operations = 2.0 * k->n * KERNEL_GRAIN;
    strcpy(row.kind, "mac");
    bench_row(b, row, key_mac, (void *)k,
              1e6 * row.bytes / (b->floor.copy_memory + 1));
    tiles(k);
    whole_switch(k);
}
