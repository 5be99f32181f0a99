/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Linear maps of the slots by diagonals, made ready: split into baby and giant
 * steps (Halevi-Shoup, ePrint 2014/873), encoded over QP for double hoisting.
 */
#include "eval_linear_priv.h"
#include "eval_linear_split.h"

#include "diagonals.h"

#include <stdlib.h>
#include <string.h>

/* Bytes that diagonals share a block for: more would be read for the few that a
 * task with little memory works on. */
enum { SET_BYTES = 256 << 10 };

/* What making one map takes. */
struct making {
    sck_linear_map *map;
    sck_run *run;
    const double *matrix;
    int64_t *used;
    double *values;
    struct sck_raised like;
};

static sck_status split(struct making *m, uint32_t stride)
{
    struct sck_linear_split *s = &m->map->split;
    const uint32_t n = m->map->n;

    s->stride = stride;
    s->baby = calloc(stride, sizeof *s->baby);
    s->giant = calloc(n / stride + 1, sizeof *s->giant);
    if (s->baby == NULL || s->giant == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u steps", n);
    for (uint32_t b = 0; b < stride; b++)
        if (sck_linear_has_baby(m->used, n, stride, b))
            s->baby[s->babies++] = b;
    for (uint32_t g = 0; g < n; g += stride)
        if (sck_linear_has_giant(m->used, n, stride, g))
            s->giant[s->giants++] = g;
    return SCK_OK;
}

/* Diagonal giant + baby, turned back by its giant step: products come before
 * that rotation. */
static void read_diagonal(const struct making *m, uint32_t g, uint32_t b)
{
    const struct sck_linear_split *s = &m->map->split;
    const uint32_t n = m->map->n, giant = s->giant[g], k = giant + s->baby[b];

    memset(m->values, 0, 2 * (size_t)n * sizeof *m->values);
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t row = (i + n - giant) % n;

        m->values[2 * (size_t)i] = m->matrix[(size_t)row * n + (row + k) % n];
    }
}

static int is_held(const struct sck_linear_map *map, uint32_t g, uint32_t b)
{
    return map->held[(size_t)g * map->split.babies + b];
}

uint32_t sck_linear_held(const struct sck_linear_map *map, uint32_t g,
                         uint32_t first, uint32_t count)
{
    uint32_t held = 0;

    for (uint32_t b = first; b < first + count && b < map->split.babies; b++)
        held += (uint32_t)is_held(map, g, b);
    return held;
}

/* Which diagonals there are, what their product's noise goes by, and how long
 * their rows are. */
static sck_status survey(struct making *m)
{
    sck_linear_map *map = m->map;
    const struct sck_linear_split *s = &map->split;
    uint32_t longest = 1;

    map->held = calloc((size_t)s->giants * s->babies + 1, 1);
    if (map->held == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u x %u diagonals", s->giants,
                        s->babies);
    for (uint32_t g = 0; g < s->giants; g++) {
        map->shape.turns += s->giant[g] != 0;
        for (uint32_t b = 0; b < s->babies; b++) {
            double square = 0;

            if (s->giant[g] + s->baby[b] >= map->n ||
                !m->used[s->giant[g] + s->baby[b]])
                continue;
            map->held[(size_t)g * s->babies + b] = 1;
            read_diagonal(m, g, b);
            for (uint32_t i = 0; i < map->n; i++)
                square += m->values[2 * (size_t)i] * m->values[2 * (size_t)i];
            square /= map->n;
            const uint32_t period = sck_values_period(m->values, map->n);

            if (period > longest)
                longest = period;
            map->shape.periods += period;
            map->shape.rows += square;
            map->shape.switched += s->baby[b] != 0 ? square : 0;
        }
    }
    map->words = sck_period_words(map->evaluator, longest);
    return SCK_OK;
}

/* A set's blocks. */
static sck_status set_new(const struct making *m, uint32_t diagonals,
                          sck_block **plain)
{
    sck_status status = SCK_OK;

    for (uint32_t k = 0; k < m->map->blocks && status == SCK_OK; k++)
        status = sck_block_new(
            m->map->evaluator->session, m->map->words,
            diagonals * sck_block_rows(m->like.poly[0]->block[k]), &plain[k]);
    return status;
}

static sck_status encode_set(struct making *m, uint32_t g, uint32_t set)
{
    sck_linear_map *map = m->map;
    sck_evaluator *e = map->evaluator;
    const sck_scale scale = sck_params_scale(e->params, map->level);
    const uint32_t first = set * map->together;
    const uint32_t held = sck_linear_held(map, g, first, map->together);
    sck_block **plain =
        map->plain + ((size_t)g * map->sets + set) * map->blocks;
    sck_status status = held != 0 ? set_new(m, held, plain) : SCK_OK;
    uint32_t place = 0;

    for (uint32_t b = first; place < held && status == SCK_OK; b++) {
        sck_block *coefficients = NULL;

        if (!is_held(map, g, b))
            continue;
        read_diagonal(m, g, b);
        status = sck_encode_short(m->run, e, m->values, map->n, map->words,
                                  scale, &coefficients);
        for (uint32_t k = 0; k < map->blocks && status == SCK_OK; k++) {
            const uint32_t rows = sck_block_rows(m->like.poly[0]->block[k]);

            status = sck_encode_rows(m->run, e, coefficients,
                                     m->like.primes + m->like.poly[0]->first[k],
                                     rows, plain[k], place * rows,
                                     place == 0 ? SCK_WRITE : SCK_UPDATE);
        }
        sck_block_free(coefficients);
        place++;
    }
    for (uint32_t k = 0; held != 0 && k < map->blocks && status == SCK_OK; k++)
        sck_block_seal(plain[k]);
    return status;
}

static sck_status encode(struct making *m)
{
    sck_linear_map *map = m->map;
    uint32_t longest = 0;

    SCK_TRY(sck_raised_new(map->evaluator, map->level, &m->like));
    map->blocks = m->like.poly[0]->blocks;
    for (uint32_t k = 0; k < map->blocks; k++)
        if (sck_block_rows(m->like.poly[0]->block[k]) > longest)
            longest = sck_block_rows(m->like.poly[0]->block[k]);
    map->together = SCK_MAX_BABIES;
    while (map->together > 1 &&
           sizeof(uint32_t) * map->words * longest * map->together > SET_BYTES)
        map->together /= 2;
    map->sets = (map->split.babies + map->together - 1) / map->together;
    map->plain = calloc((size_t)map->split.giants * map->sets * map->blocks + 1,
                        sizeof(sck_block *));
    if (map->plain == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u x %u diagonals", map->split.giants,
                        map->split.babies);
    for (uint32_t g = 0; g < map->split.giants; g++)
        for (uint32_t set = 0; set < map->sets; set++)
            SCK_TRY(encode_set(m, g, set));
    return SCK_OK;
}

/* The diagonal of a map that rotates nothing. */
static sck_status encode_only(struct making *m)
{
    sck_linear_map *map = m->map;

    read_diagonal(m, 0, 0);
    return sck_plaintext_encode(
        map->evaluator, m->run, m->values, map->n, map->level,
        sck_params_scale(map->evaluator->params, map->level), &map->only);
}

/* stride 0: the cheapest. */
static sck_status make(struct making *m, uint32_t stride)
{
    const uint32_t n = m->map->n;

    m->used = malloc(n * sizeof *m->used);
    m->values = malloc(2 * (size_t)n * sizeof *m->values);
    if (m->used == NULL || m->values == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "a map of %u slots", n);
    const uint32_t diagonals = sck_linear_used(m->matrix, n, m->used);

    if (stride == 0)
        stride = sck_linear_stride(m->used, n);
    SCK_TRY(split(m, stride));
    if (diagonals == 0)
        return SCK_OK;
    if (diagonals == 1 && m->used[0])
        return encode_only(m);
    SCK_TRY(survey(m));
    return encode(m);
}

sck_status sck_linear_map_new_with(sck_evaluator *evaluator, sck_run *run,
                                   const double *matrix, uint32_t n,
                                   uint32_t level, uint32_t baby,
                                   sck_linear_map **map)
{
    struct making m = {
        .map = calloc(1, sizeof *m.map), .run = run, .matrix = matrix};

    *map = NULL;
    if (m.map == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "a map of %u slots", n);
    m.map->evaluator = evaluator;
    m.map->n = n;
    m.map->level = level;
    const sck_status status = make(&m, baby);

    sck_raised_free(&m.like);
    free(m.used);
    free(m.values);
    if (status != SCK_OK)
        sck_linear_map_free(m.map);
    else
        *map = m.map;
    return status;
}

sck_status sck_linear_map_new(sck_evaluator *evaluator, sck_run *run,
                              const double *matrix, uint32_t n, uint32_t level,
                              sck_linear_map **map)
{
    const sck_params *params = evaluator->params;

    *map = NULL;
    if (n == 0 || (n & (n - 1)) != 0 ||
        n > UINT32_C(1) << (sck_params_logn(params) - 1))
        return SCK_FAIL(SCK_ERR_SHAPE, "%u slots: not a power of two up to N/2",
                        n);
    if (level == 0 || level > sck_params_app_top(params))
        return SCK_FAIL(SCK_ERR_LEVEL, "level %u, not 1 to %u", level,
                        sck_params_app_top(params));
    return sck_linear_map_new_with(evaluator, run, matrix, n, level, 0, map);
}

void sck_linear_map_free(sck_linear_map *map)
{
    if (map == NULL)
        return;
    const size_t blocks = (size_t)map->split.giants * map->sets * map->blocks;

    for (size_t i = 0; map->plain != NULL && i < blocks; i++)
        sck_block_free(map->plain[i]);
    sck_plaintext_free(map->only);
    free(map->plain);
    free(map->held);
    free(map->split.baby);
    free(map->split.giant);
    free(map);
}
