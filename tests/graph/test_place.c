/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite graph.place: placements against all placements there are, on random
 * programs. Times are whole numbers, so that sums are equal in any order. */
#include "place.h"
#include "sck_test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NODES = 10, TOP = 9, PROGRAMS = 3000 };

struct program {
    struct sck_place_problem problem;
    struct sck_place_node node[NODES];
    double work[NODES][TOP + 1], refresh[NODES][TOP + 1];
    double lower[(TOP + 1) * (TOP + 1)];
};

static uint32_t below(uint32_t n)
{
    return (uint32_t)(sck_test_random() % n);
}

static void make(struct program *p)
{
    const uint32_t nodes = 3 + below(NODES - 2), top = 4 + below(TOP - 3);

    memset(p, 0, sizeof *p);
    p->problem.nodes = nodes;
    p->problem.top = top;
    p->problem.node = p->node;
    p->problem.lower_us = p->lower;
    for (uint32_t i = 0; i < (TOP + 1) * (TOP + 1); i++)
        p->lower[i] = 1 + below(4);
    for (uint32_t l = 0; l <= top; l++)
        p->lower[l * (top + 1) + l] = 0;
    for (uint32_t i = 0; i < nodes; i++) {
        struct sck_place_node *n = &p->node[i];

        for (uint32_t l = 0; l <= TOP; l++) {
            p->work[i][l] = below(8) + l;
            p->refresh[i][l] = 20 + below(20);
        }
        n->work_us = p->work[i];
        n->refresh_us = p->refresh[i];
        n->a = n->b = i;
        n->least = below(8) == 0 ? SCK_PLACE_NEVER : 1 + below(3);
        n->whole = below(3) == 0;
        n->source = i == 0 || below(8) == 0;
        if (n->source)
            continue;
        /* Mostly of what came last: deep rather than wide. */
        n->a = below(2) != 0 ? i - 1 : below(i);
        n->b = below(2) != 0 ? n->a : below(i);
        n->depth = below(4);
        n->asked = below(12) == 0;
        if (n->asked)
            n->depth = 0;
        n->from = n->asked ? 1 + below(3) : n->depth + (below(8) == 0);
    }
}

/* Levels and time of one placement, bit i of which refreshes node i.
 * @return 0 when it breaks a rule */
static int evaluate(const struct program *p, uint32_t mask, double *time_us)
{
    const uint32_t top = p->problem.top;
    uint32_t made[NODES], best[NODES];

    *time_us = 0;
    for (uint32_t i = 0; i < p->problem.nodes; i++) {
        const struct sck_place_node *n = &p->node[i];
        const int refreshed = mask >> i & 1;

        made[i] = top;
        if (!n->source) {
            const uint32_t level =
                best[n->a] < best[n->b] ? best[n->a] : best[n->b];

            if (level < n->from)
                return 0;
            for (int k = 0; k < (n->a == n->b ? 1 : 2); k++) {
                const uint32_t x = k == 0 ? n->a : n->b;
                uint32_t read = made[x];

                if ((mask >> x & 1) != 0 &&
                    (p->node[x].whole || made[x] < level))
                    read = top;
                *time_us += p->lower[read * (top + 1) + level];
            }
            *time_us += p->work[i][level];
            made[i] = n->asked ? top : level - n->depth;
        }
        best[i] = refreshed ? top : made[i];
        if (refreshed && (made[i] == top || n->least == SCK_PLACE_NEVER ||
                          made[i] < n->least))
            return 0;
        *time_us += refreshed ? p->refresh[i][made[i]] : 0;
    }
    return 1;
}

static uint32_t bits_of(uint32_t mask)
{
    uint32_t count = 0;

    for (; mask != 0; mask &= mask - 1)
        count++;
    return count;
}

/* Of all 2^nodes. @return 0 when there is none */
static int best_of_all(const struct program *p, uint32_t *count,
                       double *time_us)
{
    uint32_t useful = 0;
    int found = 0;

    for (uint32_t i = 0; i < p->problem.nodes; i++)
        if (!p->node[i].source)
            useful |= UINT32_C(1) << p->node[i].a | UINT32_C(1) << p->node[i].b;
    for (uint32_t mask = 0; mask < UINT32_C(1) << p->problem.nodes; mask++) {
        const uint32_t n = bits_of(mask);
        double time;

        if ((mask & ~useful) != 0 || (found && n > *count) ||
            !evaluate(p, mask, &time))
            continue;
        if (!found || n < *count || time < *time_us) {
            *count = n;
            *time_us = time;
        }
        found = 1;
    }
    return found;
}

static void placements_are_the_best_of_all(void)
{
    uint32_t possible = 0, histogram[NODES] = {0};

    for (int i = 0; i < PROGRAMS; i++) {
        struct program p;
        struct sck_placement got;
        uint8_t refresh[NODES];
        uint32_t count = 0, mask = 0;
        double time_us = 0, again = 0;

        make(&p);
        const int exists = best_of_all(&p, &count, &time_us);

        CU_ASSERT_EQUAL(sck_place(&p.problem, refresh, &got),
                        exists ? SCK_OK : SCK_ERR_LEVEL);
        CU_ASSERT_EQUAL(got.exact, 1);
        if (!exists)
            continue;
        for (uint32_t k = 0; k < p.problem.nodes; k++)
            mask |= (uint32_t)refresh[k] << k;
        CU_ASSERT_EQUAL(got.count, count);
        CU_ASSERT_EQUAL(got.time_us, time_us);
        /* And it is what the choice says. */
        CU_ASSERT_EQUAL(bits_of(mask), count);
        CU_ASSERT(evaluate(&p, mask, &again));
        CU_ASSERT_EQUAL(again, time_us);
        possible++;
        histogram[count]++;
    }
    printf("%u possible; of 0, 1, 2, 3 bootstraps: %u %u %u %u ... ", possible,
           histogram[0], histogram[1], histogram[2], histogram[3]);
    CU_ASSERT(histogram[1] > PROGRAMS / 20 && histogram[2] > PROGRAMS / 50);
}

/* Few states: still a placement, never one better than the best, and told. */
static void dropped_states_are_told(void)
{
    uint32_t dropped = 0, worse = 0;

    for (int i = 0; i < PROGRAMS; i++) {
        struct program p;
        struct sck_placement got;
        uint8_t refresh[NODES];
        uint32_t count = 0, mask = 0;
        double time_us = 0, again;

        make(&p);
        p.problem.most_states = 2;
        const int exists = best_of_all(&p, &count, &time_us);
        const sck_status status = sck_place(&p.problem, refresh, &got);

        dropped += got.exact == 0;
        if (status != SCK_OK) {
            CU_ASSERT(!exists || !got.exact);
            continue;
        }
        for (uint32_t k = 0; k < p.problem.nodes; k++)
            mask |= (uint32_t)refresh[k] << k;
        CU_ASSERT(exists && evaluate(&p, mask, &again) && again == got.time_us);
        CU_ASSERT(got.count > count ||
                  (got.count == count && got.time_us >= time_us));
        worse += got.count > count || got.time_us > time_us;
        if (got.count > count || got.time_us > time_us)
            CU_ASSERT_EQUAL(got.exact, 0);
    }
    printf("%u of %d dropped states, %u worse ... ", dropped, PROGRAMS, worse);
    CU_ASSERT(dropped > 0);
}

/* A chain of squares, 1 level each: every bootstrap pays for top - least. */
static void a_chain_takes_as_few_as_its_depth_allows(void)
{
    enum { LONG = 2000, LEAST = 3, HIGH = 17 };
    static struct sck_place_node node[LONG + 1];
    static uint8_t refresh[LONG + 1];
    static double work[HIGH + 1], fresh[HIGH + 1], lower[(HIGH + 1) * 18];
    const struct sck_place_problem problem = {
        .nodes = LONG + 1, .node = node, .top = HIGH, .lower_us = lower};
    struct sck_placement got;

    for (int l = 0; l <= HIGH; l++)
        work[l] = l;
    for (uint32_t i = 0; i <= LONG; i++)
        node[i] = (struct sck_place_node){.a = i > 0 ? i - 1 : 0,
                                          .b = i > 0 ? i - 1 : 0,
                                          .depth = 1,
                                          .from = 1,
                                          .source = i == 0,
                                          .least = LEAST,
                                          .work_us = work,
                                          .refresh_us = fresh};
    CU_ASSERT_EQUAL(sck_place(&problem, refresh, &got), SCK_OK);
    CU_ASSERT_EQUAL(got.count,
                    (LONG - HIGH + HIGH - LEAST - 1) / (HIGH - LEAST));
    CU_ASSERT_EQUAL(got.exact, 1);
}

static CU_TestInfo cases[] = {
    {"placements_are_the_best_of_all", placements_are_the_best_of_all},
    {"dropped_states_are_told", dropped_states_are_told},
    {"a_chain_takes_as_few_as_its_depth_allows",
     a_chain_takes_as_few_as_its_depth_allows},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(place, cases)
