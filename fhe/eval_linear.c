/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Linear maps of the slots by diagonals: baby-step giant-step, babies hoisted
 * (Halevi-Shoup, ePrint 2014/873; hoisting, ePrint 2018/244). */
#include "eval_priv.h"

#include <stdlib.h>
#include <string.h>

struct sck_linear_map {
    sck_evaluator *evaluator;
    uint32_t n, level, baby;  /* diagonal k = giant baby + b */
    sck_plaintext **diagonal; /* n of them, NULL where zero */
};

/* Babies: the power of two at or above the root of n. */
static uint32_t baby_steps(uint32_t n)
{
    uint32_t b = 1;

    while (b * b < n)
        b *= 2;
    return b;
}

static int is_zero(const double *matrix, uint32_t n, uint32_t k)
{
    for (uint32_t i = 0; i < n; i++)
        if (matrix[(size_t)i * n + (i + k) % n] != 0)
            return 0;
    return 1;
}

uint32_t sck_linear_map_steps(const double *matrix, uint32_t n, int64_t *steps)
{
    const uint32_t baby = baby_steps(n);
    uint32_t count = 0;

    for (uint32_t b = 1; b < baby; b++)
        for (uint32_t k = b; k < n; k += baby)
            if (!is_zero(matrix, n, k)) {
                steps[count++] = b;
                break;
            }
    for (uint32_t g = baby; g < n; g += baby)
        for (uint32_t k = g; k < g + baby; k++)
            if (!is_zero(matrix, n, k)) {
                steps[count++] = g;
                break;
            }
    return count;
}

/* Diagonal k, turned back by its giant step, encoded. */
static sck_status encode(sck_linear_map *map, sck_run *run,
                         const double *matrix, uint32_t k, double *values)
{
    const uint32_t n = map->n, giant = k - k % map->baby;

    memset(values, 0, 2 * (size_t)n * sizeof *values);
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t row = (i + n - giant) % n;

        values[2 * i] = matrix[(size_t)row * n + (row + k) % n];
    }
    return sck_plaintext_encode(
        map->evaluator, run, values, n, map->level,
        sck_params_scale(map->evaluator->params, map->level),
        &map->diagonal[k]);
}

sck_status sck_linear_map_new(sck_evaluator *evaluator, sck_run *run,
                              const double *matrix, uint32_t n, uint32_t level,
                              sck_linear_map **map)
{
    return sck_linear_map_new_with(evaluator, run, matrix, n, level,
                                   baby_steps(n), map);
}

sck_status sck_linear_map_new_with(sck_evaluator *evaluator, sck_run *run,
                                   const double *matrix, uint32_t n,
                                   uint32_t level, uint32_t baby,
                                   sck_linear_map **map)
{
    sck_linear_map *m = calloc(1, sizeof *m);
    double *values = calloc(2 * (size_t)n, sizeof *values);
    sck_status status = SCK_OK;

    *map = NULL;
    if (m != NULL)
        m->diagonal = calloc(n, sizeof *m->diagonal);
    if (m == NULL || values == NULL || m->diagonal == NULL) {
        status = SCK_FAIL(SCK_ERR_MEMORY, "a map of %u slots", n);
        goto done;
    }
    m->evaluator = evaluator;
    m->n = n;
    m->level = level;
    m->baby = baby;
    for (uint32_t k = 0; k < n && status == SCK_OK; k++)
        if (!is_zero(matrix, n, k))
            status = encode(m, run, matrix, k, values);
    if (status == SCK_OK) {
        *map = m;
        m = NULL;
    }
done:
    free(values);
    sck_linear_map_free(m);
    return status;
}

void sck_linear_map_free(sck_linear_map *map)
{
    if (map == NULL)
        return;
    for (uint32_t k = 0; map->diagonal != NULL && k < map->n; k++)
        sck_plaintext_free(map->diagonal[k]);
    free(map->diagonal);
    free(map);
}

/* The babies that some diagonal uses; baby 0 is a itself, not a copy. */
static sck_status babies(sck_run *run, const sck_ciphertext *a,
                         const sck_linear_map *map, sck_ciphertext **turned)
{
    int64_t *steps = calloc(map->baby, sizeof *steps);
    sck_ciphertext **out = calloc(map->baby, sizeof *out);
    uint32_t count = 0;
    sck_status status = SCK_OK;

    if (steps == NULL || out == NULL)
        status = SCK_FAIL(SCK_ERR_MEMORY, "%u baby steps", map->baby);
    for (uint32_t b = 1; b < map->baby && status == SCK_OK; b++)
        for (uint32_t k = b; k < map->n; k += map->baby)
            if (map->diagonal[k] != NULL) {
                steps[count++] = b;
                break;
            }
    if (status == SCK_OK)
        status = sck_eval_rotate_hoisted(run, a, steps, count, out);
    for (uint32_t i = 0; i < count && status == SCK_OK; i++)
        turned[steps[i]] = out[i];
    free(steps);
    free(out);
    return status;
}

/* One giant step's factors, room for every baby. */
struct terms {
    const sck_ciphertext **c;
    const sck_plaintext **p;
};

/* One giant step: its babies' products, summed and turned. */
static sck_status giant(sck_run *run, const sck_ciphertext *a,
                        const sck_linear_map *map, uint32_t g,
                        sck_ciphertext *const *turned, struct terms *terms,
                        sck_ciphertext **sum)
{
    sck_ciphertext *part = NULL, *moved = NULL, *next = NULL;
    uint32_t count = 0;
    sck_status status;

    for (uint32_t b = 0; b < map->baby && g + b < map->n; b++)
        if (map->diagonal[g + b] != NULL) {
            terms->c[count] = b == 0 ? a : turned[b];
            terms->p[count++] = map->diagonal[g + b];
        }
    if (count == 0)
        return SCK_OK;
    SCK_TRY(sck_eval_dot_plain(run, terms->c, terms->p, count, &part));
    status = g == 0 ? SCK_OK : sck_eval_rotate(run, part, g, &moved);
    if (status == SCK_OK && moved != NULL) {
        sck_ciphertext_free(part);
        part = moved;
    }
    if (status == SCK_OK && *sum != NULL) {
        status = sck_eval_add(run, *sum, part, &next);
        sck_ciphertext_free(part);
        part = next;
        sck_ciphertext_free(*sum);
        *sum = NULL;
    }
    if (status != SCK_OK) {
        sck_ciphertext_free(part);
        return status;
    }
    *sum = part;
    return SCK_OK;
}

sck_status sck_eval_linear(sck_run *run, const sck_ciphertext *a,
                           const sck_linear_map *map, sck_ciphertext **out)
{
    sck_ciphertext **turned, *sum = NULL;
    struct terms terms;
    sck_status status;

    *out = NULL;
    if (a->level != map->level || a->slots != map->n)
        return SCK_FAIL(SCK_ERR_SHAPE,
                        "the map is for %u slots at level %u, the ciphertext "
                        "has %u at level %u",
                        map->n, map->level, a->slots, a->level);
    turned = calloc(map->baby, sizeof *turned);
    terms.c = calloc(map->baby, sizeof *terms.c);
    terms.p = calloc(map->baby, sizeof *terms.p);
    if (turned == NULL || terms.c == NULL || terms.p == NULL)
        status = SCK_FAIL(SCK_ERR_MEMORY, "%u baby steps", map->baby);
    else
        status = babies(run, a, map, turned);
    for (uint32_t g = 0; g < map->n && status == SCK_OK; g += map->baby)
        status = giant(run, a, map, g, turned, &terms, &sum);
    if (status == SCK_OK && sum == NULL) /* the zero map */
        status = sck_eval_mul_scalar(
            run, a, 0.0, sck_params_scale(a->evaluator->params, a->level),
            &sum);
    if (status == SCK_OK)
        status = sck_eval_rescale(run, sum, out);
    for (uint32_t b = 0; turned != NULL && b < map->baby; b++)
        sck_ciphertext_free(turned[b]);
    free(turned);
    free(terms.c);
    free(terms.p);
    sck_ciphertext_free(sum);
    return status;
}
