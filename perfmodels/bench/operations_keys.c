/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The operations' keys, and what a rotation key takes: the rows op.keygen.*. */
#include "client_priv.h"
#include "operations.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Times of keys one after another, each beside the floor after it. */
struct generated {
    const struct operations *o;
    struct counted count;
    double begin, us[OPERATIONS_KEYS], floor[OPERATIONS_KEYS];
};

static void start(struct generated *g, const struct operations *o)
{
    *g = (struct generated){.o = o};
    count_keygen(o, &g->count);
    g->begin = bench_now_us(o->b);
}

static void made(struct generated *g, uint32_t i)
{
    const struct operations *o = g->o;

    g->us[i] = bench_now_us(o->b) - g->begin;
    g->floor[i] = bench_floor_now(o->b, &g->count, o->logn);
    g->begin = bench_now_us(o->b);
}

/* Rotation keys: the first of all is another, or is made in memory that is
 * touched for the first time. */
static void add(struct generated *g, const char *name)
{
    const struct operations *o = g->o;
    const size_t count = OPERATIONS_KEYS - 1;
    double ratio[OPERATIONS_KEYS];

    for (size_t i = 1; i <= count; i++)
        ratio[i] = g->us[i] / g->floor[i];
    struct row row = {.logn = o->logn,
                      .level = o->level,
                      .limbs = o->limbs,
                      .workers = 1,
                      .value = report_spread(g->us + 1, count),
                      .floor = report_spread(g->floor + 1, count).median,
                      .ratio = report_spread(ratio + 1, count).median};

    snprintf(row.name, sizeof row.name, "%s", name);
    strcpy(row.unit, "us");
    snprintf(row.isa, sizeof row.isa, "%s", sck_isa_name(o->b->isa));
    report_add(&o->b->report, &row);
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
    operations_check(sck_client_each_key(o->secret, &all, take, &g), "keys");
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
