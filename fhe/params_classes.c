/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Key classes: for a range of levels, the digits and special primes whose key
 * switch is predicted cheapest within the security bound. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "params_priv.h"

/* A class spans at most this many levels more than one in leveled sets. */
#define LEVELED_SPAN 7

/* One candidate: U in p's order cut at digit_length, P = the first `special` of
 * the fixed special primes and then the primes outside U by size. */
struct shape {
    struct sck_prime primes[SCK_MAX_PRIMES];
    struct sck_prime outside[SCK_MAX_PRIMES];
    uint32_t count, outside_count;
    uint32_t digits, special;
    uint32_t length[SCK_MAX_DIGITS];
    double log2_up, p_over_d;
};

/* Split the order into U, the primes of levels lo..hi, and what may join the
 * special primes: the top level's other primes, largest first. */
static void gather(const sck_params *p, uint32_t lo, uint32_t hi,
                   struct shape *s)
{
    s->count = 0;
    s->outside_count = p->special_count;
    memcpy(s->outside, p->prime + p->order_count,
           p->special_count * sizeof *s->outside);
    for (uint32_t i = 0; i < p->order_count; i++) {
        const struct sck_prime x = p->prime[i];
        int held = 0;

        for (uint32_t l = lo; l <= hi && !held; l++)
            held = sck_has_prime(&p->level[l].primes, x.q);
        if (held) {
            s->primes[s->count++] = x;
        } else if (sck_has_prime(&p->level[p->levels - 1].primes, x.q)) {
            uint32_t at = s->outside_count++;

            for (; at > p->special_count && s->outside[at - 1].q < x.q; at--)
                s->outside[at] = s->outside[at - 1];
            s->outside[at] = x;
        }
    }
}

static double sum_log2(const struct sck_prime *x, uint32_t n)
{
    double sum = 0;

    for (uint32_t i = 0; i < n; i++)
        sum += x[i].log2;
    return sum;
}

/* Fill runs as long as `limit` bits allow. Returns their number (the first
 * SCK_MAX_DIGITS lengths are kept); *next is the least limit that changes
 * anything. */
static uint32_t cut(struct shape *s, double limit, double *next)
{
    double sum = 0;
    uint32_t runs = 0, length = 0;

    *next = INFINITY;
    for (uint32_t i = 0; i < s->count; i++) {
        const double with = sum + s->primes[i].log2;

        if (length > 0 && with > limit) {
            *next = with < *next ? with : *next;
            if (runs < SCK_MAX_DIGITS)
                s->length[runs] = length;
            runs++;
            length = 0;
            sum = s->primes[i].log2;
        } else {
            sum = with;
        }
        length++;
    }
    if (runs < SCK_MAX_DIGITS)
        s->length[runs] = length;
    return runs + 1;
}

/* At most `digits` runs with the smallest possible largest one. Returns its
 * bits. */
static double cut_evenly(struct shape *s, uint32_t digits)
{
    double limit = sum_log2(s->primes, s->count) / digits, next;
    double largest = 0;

    for (uint32_t i = 0; i < s->count; i++)
        if (s->primes[i].log2 > limit)
            limit = s->primes[i].log2;
    while ((s->digits = cut(s, limit, &next)) > digits)
        limit = next;
    for (uint32_t d = 0, at = 0; d < s->digits; at += s->length[d++]) {
        const double bits = sum_log2(s->primes + at, s->length[d]);

        largest = bits > largest ? bits : largest;
    }
    return largest;
}

/* Cut into exactly `digits` and take the fewest special primes that keep the
 * margin. False when no shape of at most SCK_MAX_TERMS primes each exists;
 * the bound is the caller's to check. */
static int make_shape(struct shape *s, uint32_t digits)
{
    const double largest = cut_evenly(s, digits);
    double bits = 0;

    if (s->digits < digits)
        return 0;
    for (uint32_t d = 0; d < digits; d++)
        if (s->length[d] > SCK_MAX_TERMS)
            return 0;
    for (uint32_t k = 0; k < s->outside_count && k < SCK_MAX_TERMS; k++) {
        bits += s->outside[k].log2;
        if (bits - SCK_MARGIN_BITS < largest)
            continue;
        s->special = k + 1;
        s->log2_up = sum_log2(s->primes, s->count) + bits;
        s->p_over_d = bits - largest;
        return 1;
    }
    return 0;
}

/* Predicted time of one key switch at a level, in units of N / 200 ns, on one
 * AVX-512 core: 0.07 ns per butterfly, 0.08 ns per multiply-accumulate, keys
 * streamed at 10 bytes per ns. Integers, so that no tie is broken by rounding.
 */
static uint64_t cost(const sck_params *p, const struct shape *s, uint32_t level)
{
    const struct sck_prime_list *held = &p->level[level].primes;
    const uint64_t k = s->special, limbs = held->count, all = limbs + k;
    uint64_t beta = 0, mac = 2 * k * limbs;

    for (uint32_t d = 0, at = 0; d < s->digits; at += s->length[d++]) {
        uint64_t length = 0;

        for (uint32_t i = 0; i < s->length[d]; i++)
            length += sck_has_prime(held, s->primes[at + i].q) ? 1 : 0;
        beta += length > 0;
        mac += length * (all - length);
    }
    mac += 2 * beta * all;
    return (beta + 2) * all * sck_params_table_logn(p) * 7 + mac * 16 +
           2 * beta * all * 80;
}

/* The cheapest shape at the class's top level within the bound. False when
 * there is none; *least is then the smallest log2(U P) that any shape has. */
static int best_shape(const sck_params *p, uint32_t lo, uint32_t hi,
                      struct shape *best, double *least)
{
    const double limit = sck_params_limit(sck_params_table_logn(p));
    uint64_t best_cost = UINT64_MAX;
    struct shape s;

    *least = INFINITY;
    gather(p, lo, hi, &s);
    for (uint32_t digits = 1; digits <= SCK_MAX_DIGITS; digits++) {
        uint64_t c;

        if (!make_shape(&s, digits))
            continue;
        *least = s.log2_up < *least ? s.log2_up : *least;
        if (s.log2_up > limit || (c = cost(p, &s, hi)) >= best_cost)
            continue;
        best_cost = c;
        *best = s;
    }
    return best_cost != UINT64_MAX;
}

static sck_status add_class(sck_params *p, const char *name, uint32_t lo,
                            uint32_t hi)
{
    struct sck_class_store *at = &p->class_store[p->classes];
    struct shape s;
    double least;

    if (!best_shape(p, lo, hi, &s, &least)) {
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
        struct shape s;
        double least;

        while (lo > 0 && end - 1 - lo < LEVELED_SPAN &&
               best_shape(p, lo - 1, end - 1, &s, &least))
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
