/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The level table. The ladder (levels up to the top application level) holds
 * "main" primes just below 2^30 and at most five "terminals" near 2^25: level l
 * holds the first a mains and the first b terminals, 30 a + 25 b its nominal
 * bits. Each level above adds one pair of primes of about equal size. */
#include <math.h>
#include <stddef.h>

#include "params_priv.h"

struct table {
    uint32_t mains, terminals;
    struct sck_prime main[SCK_MAX_PRIMES];
    struct sck_prime terminal[SCK_MAX_TERMINALS];
    uint32_t pairs; /* levels above the ladder, lowest first */
    struct sck_prime pair[SCK_MAX_LEVELS][2];
};

/* Mains and terminals of a ladder level: in units of 5 bits, 6 a + 5 b = k with
 * b < 6 has one solution, and it is the one with the fewest primes. */
static int rung(const struct sck_params_literal *t, uint32_t level, uint32_t *a,
                uint32_t *b)
{
    const uint32_t k = (t->q0_bits + level * t->scale_bits) / 5;

    *b = (6 - k % 6) % 6;
    if (k < 5 * *b)
        return 0;
    *a = (k - 5 * *b) / 6;
    return 1;
}

static sck_status size_ladder(const struct sck_params_literal *t,
                              uint32_t *mains, uint32_t *terminals)
{
    uint32_t a, b;

    *mains = *terminals = 0;
    for (uint32_t l = 0; l <= t->levels_stc + t->levels; l++) {
        if (!rung(t, l, &a, &b))
            return SCK_FAIL(SCK_ERR_PARAMETERS,
                            "level %u of %u bits is no sum of 30s and at most "
                            "five 25s",
                            (unsigned)l,
                            (unsigned)(t->q0_bits + l * t->scale_bits));
        *mains = a > *mains ? a : *mains;
        *terminals = b > *terminals ? b : *terminals;
    }
    return SCK_OK;
}

static sck_status check_extras(const struct sck_params_literal *t)
{
    const int boots = t->levels_stc || t->levels_evalmod || t->levels_cts;

    if (!boots)
        return SCK_OK;
    if (!t->levels_stc || !t->levels_evalmod || !t->levels_cts)
        return SCK_FAIL(SCK_ERR_PARAMETERS,
                        "%u SlotToCoeff, %u EvalMod and %u CoeffToSlot levels: "
                        "all or none must be 0",
                        (unsigned)t->levels_stc, (unsigned)t->levels_evalmod,
                        (unsigned)t->levels_cts);
    if (t->evalmod_bits < 50 || t->evalmod_bits > 60 || t->cts_bits < 50 ||
        t->cts_bits > 60)
        return SCK_FAIL(SCK_ERR_PARAMETERS,
                        "EvalMod levels of %u and CoeffToSlot levels of %u "
                        "bits, outside 50..60",
                        (unsigned)t->evalmod_bits, (unsigned)t->cts_bits);
    if (t->special < 2)
        return SCK_FAIL(SCK_ERR_PARAMETERS,
                        "%u special primes, encapsulation keys need 2",
                        (unsigned)t->special);
    return SCK_OK;
}

sck_status sck_params_check_literal(const struct sck_params_literal *t)
{
    const uint32_t least = t->insecure_test_only ? 4 : 13;
    uint64_t levels, primes;
    uint32_t mains, terminals;

    if (t->logn < least || t->logn > 16)
        return SCK_FAIL(SCK_ERR_PARAMETERS, "log2 N is %u, outside %u..16",
                        (unsigned)t->logn, (unsigned)least);
    if (t->scale_bits % 5 != 0 || t->scale_bits < 25 || t->scale_bits > 55)
        return SCK_FAIL(SCK_ERR_PARAMETERS,
                        "scale is %u bits, not one of 25, 30, ..., 55",
                        (unsigned)t->scale_bits);
    if (t->q0_bits % 5 != 0 || t->q0_bits <= t->scale_bits || t->q0_bits > 60)
        return SCK_FAIL(SCK_ERR_PARAMETERS,
                        "level 0 is %u bits, not a multiple of 5 in %u..60",
                        (unsigned)t->q0_bits, (unsigned)t->scale_bits + 5);
    if (t->special < 1 || t->special > SCK_MAX_TERMS)
        return SCK_FAIL(SCK_ERR_PARAMETERS, "%u special primes, outside 1..%d",
                        (unsigned)t->special, SCK_MAX_TERMS);
    SCK_TRY(check_extras(t));
    levels = (uint64_t)t->levels_stc + t->levels + t->levels_evalmod +
             t->levels_cts + 1;
    if (t->levels == 0 || levels > SCK_MAX_LEVELS)
        return SCK_FAIL(SCK_ERR_PARAMETERS,
                        "%u application levels of %llu in all, outside 1..%d",
                        (unsigned)t->levels, (unsigned long long)levels,
                        SCK_MAX_LEVELS);
    SCK_TRY(size_ladder(t, &mains, &terminals));
    primes = (uint64_t)mains + terminals + t->special +
             2 * ((uint64_t)t->levels_evalmod + t->levels_cts);
    if (primes > SCK_MAX_PRIMES)
        return SCK_FAIL(SCK_ERR_PARAMETERS, "%llu primes, more than %d",
                        (unsigned long long)primes, SCK_MAX_PRIMES);
    return SCK_OK;
}

/* Order the mains so that every product of the first a stays near mean^a:
 * nearest the mean first, from above and below as the sum so far asks. */
static void balance(struct sck_prime *main, uint32_t n, double mean)
{
    struct sck_prime sorted[SCK_MAX_PRIMES];
    uint32_t side[2] = {0, 0}; /* next candidate below and above the mean */
    double sum = 0;

    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = i;

        for (; at > 0 &&
               fabs(sorted[at - 1].log2 - mean) > fabs(main[i].log2 - mean);
             at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = main[i];
    }
    for (uint32_t i = 0; i < n; i++) {
        int above = sum < 0;

        for (int s = 0; s < 2; s++)
            while (side[s] < n && (sorted[side[s]].log2 >= mean) != s)
                side[s]++;
        if (side[above] == n)
            above = !above;
        main[i] = sorted[side[above]++];
        sum += main[i].log2 - mean;
    }
}

static sck_status take_ladder(const struct sck_params_literal *literal,
                              struct sck_prime_pool *pool, struct table *t)
{
    double sum = 0, mean;

    SCK_TRY(size_ladder(literal, &t->mains, &t->terminals));
    SCK_TRY(sck_prime_pool_largest(pool, t->mains, t->main));
    for (uint32_t i = 0; i < t->mains; i++)
        sum += t->main[i].log2;
    mean = t->mains > 0 ? sum / t->mains : 30;
    /* Swapping six terminals for five mains keeps a step's size when terminals
     * lie as far below 2^25, relatively, as mains lie below 2^30. */
    SCK_TRY(sck_prime_pool_nearest(pool, 25 - (30 - mean) * 5 / 6, t->terminals,
                                   t->terminal));
    balance(t->main, t->mains, mean);
    return SCK_OK;
}

/* n levels of `bits`, each one of the smallest with one of the largest primes;
 * the most unequal pair goes to the highest level. */
static sck_status take_pairs(struct sck_prime_pool *pool, uint32_t bits,
                             uint32_t n, struct table *t)
{
    struct sck_prime got[2 * SCK_MAX_LEVELS];

    if (n == 0)
        return SCK_OK;
    SCK_TRY(sck_prime_pool_nearest(pool, bits / 2.0, 2 * n, got));
    for (uint32_t i = 1; i < 2 * n; i++) {
        const struct sck_prime x = got[i];
        uint32_t at = i;

        for (; at > 0 && got[at - 1].q > x.q; at--)
            got[at] = got[at - 1];
        got[at] = x;
    }
    for (uint32_t i = 0; i < n; i++) {
        t->pair[t->pairs][0] = got[n - 1 - i];
        t->pair[t->pairs][1] = got[n + i];
        t->pairs++;
    }
    return SCK_OK;
}

/* Mark which levels hold a prime, and append it to the storage order. */
static void place(sck_params *p, struct sck_prime prime, const uint8_t *held)
{
    p->all[p->order_count] = prime.q;
    p->prime[p->order_count++] = prime;
    for (uint32_t l = 0; l < p->levels; l++) {
        struct sck_level *at = &p->level[l];

        if (held[l])
            at->primes.q[at->primes.count++] = prime.q;
        if (l > 0 && held[l] && !held[l - 1])
            at->dropped.q[at->dropped.count++] = prime.q;
        if (l > 0 && !held[l] && held[l - 1])
            at->added.q[at->added.count++] = prime.q;
    }
}

static void place_rung(sck_params *p, const struct table *t, uint32_t index,
                       int terminal)
{
    uint8_t held[SCK_MAX_LEVELS];

    for (uint32_t l = 0; l < p->levels; l++) {
        uint32_t a = 0, b = 0;

        (void)rung(&p->literal, l < p->app_top ? l : p->app_top, &a, &b);
        held[l] = index < (terminal ? b : a);
    }
    place(p, terminal ? t->terminal[index] : t->main[index], held);
}

/* Storage order: a terminal after every five mains, then the pairs, so that a
 * digit's contiguous run of it mixes sizes at every level. */
static void place_all(sck_params *p, const struct table *t)
{
    uint32_t mains = 0, terminals = 0;
    uint8_t held[SCK_MAX_LEVELS];

    while (mains < t->mains || terminals < t->terminals) {
        for (int i = 0; i < 5 && mains < t->mains; i++)
            place_rung(p, t, mains++, 0);
        if (terminals < t->terminals)
            place_rung(p, t, terminals++, 1);
    }
    for (uint32_t i = 0; i < t->pairs; i++) {
        for (uint32_t l = 0; l < p->levels; l++)
            held[l] = l > p->app_top + i;
        place(p, t->pair[i][0], held);
        place(p, t->pair[i][1], held);
    }
}

sck_status sck_params_make_table(sck_params *p)
{
    const struct sck_params_literal *literal = &p->literal;
    struct sck_prime special[SCK_MAX_TERMS];
    struct sck_prime_pool pool = {0, NULL};
    struct table t = {.pairs = 0};
    sck_status status;

    p->app_top = literal->levels_stc + literal->levels;
    p->levels = p->app_top + literal->levels_evalmod + literal->levels_cts + 1;
    if ((status = sck_prime_pool_new(&pool)) != SCK_OK ||
        (status = sck_prime_pool_largest(&pool, literal->special, special)) !=
            SCK_OK ||
        (status = take_ladder(literal, &pool, &t)) != SCK_OK ||
        (status = take_pairs(&pool, literal->evalmod_bits,
                             literal->levels_evalmod, &t)) != SCK_OK ||
        (status = take_pairs(&pool, literal->cts_bits, literal->levels_cts,
                             &t)) != SCK_OK)
        goto done;
    place_all(p, &t);
    p->special_count = literal->special;
    for (uint32_t i = 0; i < p->special_count; i++) {
        p->prime[p->order_count + i] = special[i];
        p->all[p->order_count + i] = special[i].q;
    }
done:
    sck_prime_pool_free(&pool);
    return status;
}
