/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The shape of a key class: the digits and special primes whose key switch is
 * predicted cheapest within the security bound. */
#include <math.h>
#include <string.h>

#include "params_priv.h"

/* Split the order into U, the primes of levels lo..hi, and what may join the
 * special primes: the top level's other primes, largest first. */
static void gather(const sck_params *p, uint32_t lo, uint32_t hi,
                   struct sck_shape *s)
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
static uint32_t cut(struct sck_shape *s, double limit, double *next)
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
static double cut_evenly(struct sck_shape *s, uint32_t digits)
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
static int make_shape(struct sck_shape *s, uint32_t digits)
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
static uint64_t cost(const sck_params *p, const struct sck_shape *s,
                     uint32_t level)
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

int sck_best_shape(const sck_params *p, uint32_t lo, uint32_t hi,
                   struct sck_shape *best, double *least)
{
    const double limit = sck_params_limit(sck_params_table_logn(p));
    uint64_t best_cost = UINT64_MAX;
    struct sck_shape s;

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
