/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Which levels share a key class. Bootstrappable sets have a class or two for
 * each part of the circuit; leveled ones as few as the bound allows. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "params_priv.h"

/* A class of a leveled set reaches at most this many levels down: cheap low
 * levels must not pay for the digits of high ones. */
#define LEVELED_SPAN 7

static sck_status add_class(sck_params *p, const char *name, uint32_t lo,
                            uint32_t hi)
{
    struct sck_class_store *at = &p->class_store[p->classes];
    struct sck_shape s;
    double least;

    if (!sck_best_shape(p, lo, hi, &s, &least)) {
        if (isfinite(least))
            return SCK_FAIL(
                SCK_ERR_PARAMETERS,
                "key class %s (levels %u..%u): log2(UP) is at least %.2f, the "
                "limit for N = 2^%u is %u",
                name, (unsigned)lo, (unsigned)hi, least,
                (unsigned)sck_params_table_logn(p),
                (unsigned)sck_params_limit(sck_params_table_logn(p)));
        return SCK_FAIL(SCK_ERR_PARAMETERS,
                        "key class %s (levels %u..%u): %u special primes give "
                        "no P/D >= 2^%d with at most %d digits",
                        name, (unsigned)lo, (unsigned)hi,
                        (unsigned)p->special_count, SCK_MARGIN_BITS,
                        SCK_MAX_DIGITS);
    }
    snprintf(at->name, sizeof at->name, "%s", name);
    at->shape.first_level = lo;
    at->shape.last_level = hi;
    at->shape.digits = s.digits;
    at->shape.special_count = s.special;
    at->shape.log2_up = s.log2_up;
    at->shape.p_over_d_bits = s.p_over_d;
    memcpy(at->shape.digit_length, s.length, s.digits * sizeof *s.length);
    at->primes.count = s.count;
    for (uint32_t i = 0; i < s.count; i++)
        at->primes.q[i] = s.primes[i].q;
    for (uint32_t i = 0; i < s.special; i++)
        at->special[i] = s.outside[i].q;
    p->classes++;
    return SCK_OK;
}

/* The lower and upper half of levels first..last, the middle as given. */
static sck_status add_halves(sck_params *p, const char *low, const char *high,
                             uint32_t first, uint32_t middle, uint32_t last)
{
    SCK_TRY(add_class(p, low, first, middle));
    return middle < last ? add_class(p, high, middle + 1, last) : SCK_OK;
}

static sck_status bootstrapping_plan(sck_params *p)
{
    const uint32_t stc = p->literal.levels_stc, app = p->app_top;
    const uint32_t em = p->literal.levels_evalmod, cts = p->literal.levels_cts;

    SCK_TRY(add_class(p, "StC", 1, stc));
    SCK_TRY(add_halves(p, "app-low", "app-high", stc + 1, (stc + 1 + app) / 2,
                       app));
    SCK_TRY(add_halves(p, "EvalMod-low", "EvalMod-high", app + 1,
                       app + (em + 1) / 2, app + em));
    return add_halves(p, "CtS-low", "CtS-high", app + em + 1,
                      app + em + (cts + 1) / 2, app + em + cts);
}

/* From the top down, each class as many levels as the bound lets it have. */
static sck_status leveled_plan(sck_params *p)
{
    uint32_t first[SCK_MAX_LEVELS], runs = 0, end = p->levels;

    while (end > 0) {
        uint32_t lo = end - 1;
        struct sck_shape s;
        double least;

        while (lo > 0 && end - 1 - lo < LEVELED_SPAN &&
               sck_best_shape(p, lo - 1, end - 1, &s, &least))
            lo--;
        first[runs++] = lo;
        end = lo;
    }
    while (runs-- > 0) {
        const uint32_t last = (runs > 0 ? first[runs - 1] : p->levels) - 1;
        char name[24];

        snprintf(name, sizeof name, "%u..%u", (unsigned)first[runs],
                 (unsigned)last);
        SCK_TRY(add_class(p, name, first[runs], last));
    }
    return SCK_OK;
}

/* Point the public view at its storage, which no longer moves. */
static void bind_class(sck_params *p, uint32_t index)
{
    struct sck_class_store *at = &p->class_store[index];

    at->shape.name = at->name;
    at->shape.count = at->primes.count;
    at->shape.primes = at->primes.q;
    at->shape.special = at->special;
    for (uint32_t d = 0, from = 0; d < at->shape.digits; d++) {
        at->shape.digit[d] = at->primes.q + from;
        from += at->shape.digit_length[d];
    }
    for (uint32_t l = at->shape.first_level; l <= at->shape.last_level; l++)
        p->level[l].class_index = index;
}

sck_status sck_params_make_classes(sck_params *p)
{
    for (uint32_t l = 0; l < p->levels; l++)
        p->level[l].class_index = UINT32_MAX;
    p->classes = 0;
    if (p->literal.levels_evalmod > 0)
        SCK_TRY(bootstrapping_plan(p));
    else
        SCK_TRY(leveled_plan(p));
    for (uint32_t i = 0; i < p->classes; i++)
        bind_class(p, i);
    return SCK_OK;
}
