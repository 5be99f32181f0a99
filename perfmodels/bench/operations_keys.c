/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The operations' keys, and what a rotation key takes: the rows op.keygen.*. */
#include "client_priv.h"
#include "operations.h"
#include "repetitions.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Times of keys one after another, each beside the floor after it. */
struct generated {
    const struct operations *o;
    struct counted count;
    double begin, near;
    struct repetitions r;
};

static void next(struct generated *g)
{
    g->near = bench_near_rate(g->o->b);
    g->begin = bench_now_us(g->o->b);
}

static void start(struct generated *g, const struct operations *o)
{
    *g = (struct generated){.o = o};
    count_keygen(o, &g->count);
    next(g);
}

/* Rotation keys: the first of all is another, or is made in memory that is
 * touched for the first time. */
static void made(struct generated *g, uint32_t i)
{
    const struct operations *o = g->o;
    struct repetitions *const r = &g->r;
    const double us = bench_now_us(o->b) - g->begin;
    const double near = fmin(g->near, bench_near_rate(o->b));

    if (i > 0 && r->count < REPETITIONS_MOST) {
        r->us[r->count] = us;
        r->near[r->count] = near;
        r->floor[r->count++] = bench_floor_now(o->b, &g->count, o->logn);
        r->total += us;
    }
    next(g);
}

static void add(struct generated *g, const char *name)
{
    const struct operations *o = g->o;
    struct row row = {
        .logn = o->logn, .level = o->level, .limbs = o->limbs, .workers = 1};

    snprintf(row.name, sizeof row.name, "%s", name);
    strcpy(row.unit, "us");
    snprintf(row.isa, sizeof row.isa, "%s", sck_isa_name(o->b->isa));
    repetitions_add(o->b, &row, &g->r);
}

static sck_status take(void *context, uint32_t i,
                       const struct sck_limbs_key *key)
{
    (void)key;
    made(context, i);
    return SCK_OK;
}

static struct sck_limbs_key name_key(const struct operations *o,
                                     uint32_t rotation)
{
    return (struct sck_limbs_key){
        .kind = rotation == 0 ? SCK_KEY_RELIN : SCK_KEY_GALOIS,
        .key_class = sck_params_class_of(o->params, o->level),
        .galois = rotation == 0 ? 0 : sck_galois_rotation(o->params, rotation)};
}

static const struct repetitions_wanted stream_keys_wanted = {
    OPERATIONS_KEYS - 1, OPERATIONS_KEYS - 1, 0, 4e6};

/* What the generator that writes keys to a file takes for one, less the
 * writing. */
static void stream_keys(const struct operations *o)
{
    struct sck_limbs_key wanted[OPERATIONS_KEYS];
    const struct sck_limbs_keyset all = {.count = OPERATIONS_KEYS,
                                         .keys = wanted};
    struct generated g;

    for (uint32_t i = 0; i < OPERATIONS_KEYS; i++)
        wanted[i] = name_key(o, i + 1);
    start(&g, o);
    do
        operations_check(sck_client_each_key(o->secret, &all, take, &g),
                         "keys");
    while (repetitions_go_on(o->b, &g.r, &stream_keys_wanted));
    add(&g, "op.keygen.rotation");
}

void operations_make_keys(struct operations *o)
{
    struct generated g;

    start(&g, o);
    for (uint32_t i = 0; i < OPERATIONS_KEYS; i++) {
        const struct sck_limbs_key wanted = name_key(o, i);

        if (isatty(2))
            fprintf(stderr, "\r\033[Kkey %u of %u ...", i + 1, OPERATIONS_KEYS);
        operations_check(sck_keyset_new(o->secret, &wanted, 1, &o->keys[i]),
                         "keys");
        made(&g, i);
    }
    if (bench_wants(o->b, "op.keygen.rotation"))
        stream_keys(o);
    if (bench_wants(o->b, "op.keygen.rotation_fresh"))
        add(&g, "op.keygen.rotation_fresh");
}
