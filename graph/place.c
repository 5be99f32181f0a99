/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Dynamic programming over the nodes in order. All that the rest of a program
 * sees of what came before is the levels of the values still to be read: of
 * two placements that agree on them the better one suffices.
 */
#include "place.h"

#include <stdlib.h>
#include <string.h>

#define REFRESHED 0x80u
/* Entries with the fewest bootstraps that others are compared to. */
enum { WITNESSES = 256 };

/* A way to come this far; key: level and REFRESHED of every live value. */
struct entry {
    double time_us;
    uint32_t count, parent, live, levels;
    uint32_t refresh; /* the last node's result */
    uint8_t key[];
};

struct table {
    uint8_t *bytes;
    size_t stride;
    uint32_t count;
};

/* What leads back: by node, by entry. */
struct trail {
    uint32_t *parent;
    uint8_t *refresh;
};

struct search {
    const struct sck_place_problem *p;
    uint32_t *last;  /* by node: its last reader, or itself */
    uint32_t *place; /* by node: where it is in the key, while it is live */
    struct trail *trail;
    struct table now, next;
    uint32_t live;
    uint32_t *live_node;
};

static struct entry *at(const struct table *t, uint32_t i)
{
    return (struct entry *)(void *)(t->bytes + i * t->stride);
}

static uint32_t best_level(const struct search *s, uint8_t code)
{
    return code & REFRESHED ? s->p->top : code;
}

int sck_place_takes_refreshed(const struct sck_place_node *node, int refreshed,
                              uint32_t level, uint32_t at_level)
{
    return refreshed && (node->whole || level < at_level);
}

static double lowering(const struct search *s, uint32_t value, uint8_t code,
                       uint32_t level)
{
    const uint32_t top = s->p->top, made = code & (REFRESHED - 1);
    const int fresh = sck_place_takes_refreshed(
        &s->p->node[value], (code & REFRESHED) != 0, made, level);

    return s->p->lower_us[(fresh ? top : made) * (top + 1) + level];
}

/* By key, the better of equals first. */
static int by_key(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    const int key = memcmp(x->key, y->key, x->live);

    if (key != 0)
        return key;
    if (x->count != y->count)
        return x->count < y->count ? -1 : 1;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    return (x->parent > y->parent) - (x->parent < y->parent);
}

static int by_promise(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->count != y->count)
        return x->count < y->count ? -1 : 1;
    if (x->levels != y->levels)
        return x->levels > y->levels ? -1 : 1;
    return memcmp(x->key, y->key, x->live);
}

/* Whatever y does x can do too, with fewer bootstraps. */
static int beats(const struct search *s, const struct entry *x,
                 const struct entry *y)
{
    if (x->count >= y->count)
        return 0;
    for (uint32_t i = 0; i < x->live; i++)
        if (best_level(s, x->key[i]) < best_level(s, y->key[i]))
            return 0;
    return 1;
}

static void reduce(struct search *s, struct sck_placement *placement)
{
    const uint32_t most =
        s->p->most_states != 0 ? s->p->most_states : SCK_PLACE_STATES;
    struct table *t = &s->next;
    uint32_t kept = 0;

    qsort(t->bytes, t->count, t->stride, by_key);
    for (uint32_t i = 0; i < t->count; i++)
        if (kept == 0 ||
            memcmp(at(t, kept - 1)->key, at(t, i)->key, at(t, i)->live) != 0)
            memmove(at(t, kept++), at(t, i), t->stride);
    qsort(t->bytes, kept, t->stride, by_promise);
    t->count = 0;
    for (uint32_t i = 0; i < kept; i++) {
        int beaten = 0;

        for (uint32_t k = 0; k < t->count && k < WITNESSES && !beaten; k++)
            beaten = beats(s, at(t, k), at(t, i));
        if (!beaten)
            memmove(at(t, t->count++), at(t, i), t->stride);
    }
    if (t->count > most) {
        t->count = most;
        placement->exact = 0;
    }
}

/* The live values after node i, and where each one's code was before: the
 * node's own is made by the step. */
static uint32_t step_live(struct search *s, uint32_t i, uint32_t *from)
{
    uint32_t live = 0;

    for (uint32_t k = 0; k < s->live; k++)
        if (s->last[s->live_node[k]] > i) {
            s->live_node[live] = s->live_node[k];
            from[live++] = k;
        }
    if (s->last[i] > i) {
        s->live_node[live] = i;
        from[live++] = UINT32_MAX;
    }
    return live;
}

static void emit(struct search *s, const struct entry *old, uint32_t parent,
                 uint8_t code, uint32_t live, const uint32_t *from,
                 double time_us)
{
    struct entry *e = at(&s->next, s->next.count++);

    memset(e, 0, s->next.stride);
    e->refresh = (code & REFRESHED) != 0;
    e->count = old->count + e->refresh;
    e->time_us = old->time_us + time_us;
    e->parent = parent;
    e->live = live;
    for (uint32_t k = 0; k < live; k++) {
        e->key[k] = from[k] == UINT32_MAX ? code : old->key[from[k]];
        e->levels += best_level(s, e->key[k]);
    }
}

/* All that node i can become after one entry. */
static void extend(struct search *s, uint32_t i, uint32_t parent, uint32_t live,
                   const uint32_t *from)
{
    const struct sck_place_node *node = &s->p->node[i];
    const struct entry *old = at(&s->now, parent);
    uint32_t level = s->p->top, made = level;
    double time_us = 0;

    if (!node->source) {
        const uint8_t a = old->key[s->place[node->a]];
        const uint8_t b = old->key[s->place[node->b]];

        level = best_level(s, a);
        if (best_level(s, b) < level)
            level = best_level(s, b);
        if (level < node->from)
            return;
        time_us = node->work_us[level] + lowering(s, node->a, a, level);
        if (node->b != node->a)
            time_us += lowering(s, node->b, b, level);
        made = node->asked ? s->p->top : level - node->depth;
    }
    emit(s, old, parent, (uint8_t)made, live, from, time_us);
    if (s->last[i] > i && node->least != SCK_PLACE_NEVER &&
        made >= node->least && made < s->p->top)
        emit(s, old, parent, (uint8_t)(made | REFRESHED), live, from,
             time_us + node->refresh_us[made]);
}

static int new_table(struct table *t, uint32_t count, uint32_t live)
{
    const size_t unit = sizeof(double);

    t->stride = (sizeof(struct entry) + live + unit - 1) / unit * unit;
    t->count = 0;
    t->bytes = calloc(count, t->stride);
    return t->bytes != NULL;
}

static sck_status step(struct search *s, uint32_t i,
                       struct sck_placement *placement)
{
    uint32_t *from = calloc((size_t)s->live + 1, sizeof *from);
    struct trail *trail = &s->trail[i];

    if (from == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "no memory for a placement");
    const uint32_t live = step_live(s, i, from);
    const int made = new_table(&s->next, 2 * s->now.count, live);

    for (uint32_t k = 0; made && k < s->now.count; k++)
        extend(s, i, k, live, from);
    free(from);
    if (made)
        reduce(s, placement);
    trail->parent = calloc((size_t)s->next.count + 1, sizeof *trail->parent);
    trail->refresh = calloc((size_t)s->next.count + 1, 1);
    if (!made || trail->parent == NULL || trail->refresh == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "no memory for a placement");
    for (uint32_t k = 0; k < s->next.count; k++) {
        trail->parent[k] = at(&s->next, k)->parent;
        trail->refresh[k] = (uint8_t)at(&s->next, k)->refresh;
    }
    s->live = live;
    for (uint32_t k = 0; k < live; k++)
        s->place[s->live_node[k]] = k;
    free(s->now.bytes);
    s->now = s->next;
    s->next.bytes = NULL;
    placement->stuck = i;
    return s->now.count != 0
               ? SCK_OK
               : SCK_FAIL(SCK_ERR_LEVEL, "node %u of %u", i, s->p->nodes);
}

sck_status sck_place(const struct sck_place_problem *problem, uint8_t *refresh,
                     struct sck_placement *placement)
{
    const size_t n = problem->nodes;
    struct search s = {.p = problem};
    sck_status status = SCK_OK;

    *placement = (struct sck_placement){.exact = 1};
    if (problem->top > SCK_PLACE_TOP)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "top level %u", problem->top);
    s.last = calloc(n, sizeof *s.last);
    s.place = calloc(n, sizeof *s.place);
    s.live_node = calloc(n + 1, sizeof *s.live_node);
    s.trail = calloc(n, sizeof *s.trail);
    if (s.last == NULL || s.place == NULL || s.live_node == NULL ||
        s.trail == NULL || !new_table(&s.now, 1, 0)) {
        status = SCK_FAIL(SCK_ERR_MEMORY, "no memory for a placement");
        goto done;
    }
    for (uint32_t i = 0; i < n; i++) {
        s.last[i] = i;
        if (!problem->node[i].source)
            s.last[problem->node[i].a] = s.last[problem->node[i].b] = i;
    }
    s.now.count = 1;
    for (uint32_t i = 0; i < n && status == SCK_OK; i++)
        status = step(&s, i, placement);
    if (status != SCK_OK)
        goto done;
    /* Nothing is live: one entry is left. */
    placement->count = at(&s.now, 0)->count;
    placement->time_us = at(&s.now, 0)->time_us;
    for (uint32_t i = (uint32_t)n, k = 0; i-- > 0;) {
        refresh[i] = s.trail[i].refresh[k];
        k = s.trail[i].parent[k];
    }
done:
    for (uint32_t i = 0; s.trail != NULL && i < n; i++) {
        free(s.trail[i].parent);
        free(s.trail[i].refresh);
    }
    free(s.trail);
    free(s.last);
    free(s.place);
    free(s.live_node);
    free(s.now.bytes);
    free(s.next.bytes);
    return status;
}
