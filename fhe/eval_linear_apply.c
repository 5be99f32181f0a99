/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Linear maps applied, double hoisting (Bossuat et al., ePrint 2020/1203,
 * algorithm 6): baby steps are kept times P over QP, a destination block's at a
 * time, and leave at once for the giant steps' sums; only a sum's second half
 * is divided by P before it is switched. Rotations are left unturned: whoever
 * reads them turns them. */
#include "eval_linear_priv.h"

#include "automorphism_sum.h"
#include "diagonals.h"
#include "hoisted_switch.h"
#include "sample_uniform.h"

#include <stdlib.h>
#include <string.h>

static sck_status lift(struct sck_linear_application *s)
{
    struct sck_raised *to = &s->lifted;
    uint32_t product[SCK_MAX_LIMBS];

    SCK_TRY(sck_raised_new(s->e, s->a->level, to));
    sck_special_product(to, product);
    for (uint32_t h = 0; h < 2; h++)
        SCK_TRY(sck_poly_elementwise(s->run, s->e, SCK_SCALAR_MUL, to->primes,
                                     product, to->poly[h], s->a->poly[h], NULL,
                                     NULL, to->q_blocks));
    return SCK_OK;
}

/* Baby steps first to first + count of one destination block. */
struct babies {
    uint32_t k, rows, first, count;
    sck_block *block[2 * SCK_MAX_BABIES]; /* NULL where nothing is switched */
};

static void babies_free(struct babies *b)
{
    for (uint32_t i = 0; i < 2 * b->count; i++) {
        sck_block_free(b->block[i]);
        b->block[i] = NULL;
    }
}

static sck_status switch_babies(struct sck_linear_application *s,
                                struct babies *b,
                                const struct sck_eval_key *const *key,
                                uint32_t keys, uint32_t run,
                                uint32_t run_length)
{
    const int special = b->k >= s->lifted.q_blocks;
    struct sck_key_uniform uniform[SCK_MAX_BABIES];
    struct sck_hoisted_switch_args args = {.keys = keys};
    struct sck_task task;
    uint32_t open = 0;
    sck_status status = SCK_OK;

    for (; open < keys && status == SCK_OK; open++)
        status = sck_key_open(s->run, s->e, key[open], run, &uniform[open]);
    if (status == SCK_OK) {
        sck_key_switch_prepare(&args.one, s->e, &s->digits, &s->lifted, b->k,
                               run_length);
        sck_task_begin(&task, s->run, SCK_CODELET_hoisted_switch, &args,
                       sizeof args);
        for (uint32_t i = 0; i < 2 * b->count; i++)
            if (b->block[i] != NULL)
                sck_task_rows(&task, b->block[i], 0, b->rows, SCK_WRITE);
        sck_task_next(&task);
        for (uint32_t d = 0; d < s->digits.count; d++)
            sck_task_rows(&task, s->digits.block[d], 0,
                          s->digits.sources[d] + 1u, SCK_READ);
        sck_task_next(&task);
        if (special)
            sck_task_absent(&task, b->rows);
        else
            sck_task_rows(&task, s->a->poly[1]->block[b->k], 0, b->rows,
                          SCK_READ);
        sck_task_next(&task);
        for (uint32_t r = 0; r < keys; r++)
            sck_key_rows(&task, key[r], run, &uniform[r]);
        status = sck_task_submit(&task);
    }
    while (open-- > 0)
        sck_key_close(&uniform[open]);
    return status;
}

static sck_status babies_new(struct sck_linear_application *s, struct babies *b)
{
    const struct sck_eval_key *key[SCK_MAX_BABIES];
    struct sck_class_layout runs;
    uint32_t keys = 0;
    sck_status status = SCK_OK;

    for (uint32_t i = 0; i < b->count && status == SCK_OK; i++) {
        const uint32_t step = s->map->split.baby[b->first + i];

        if (step == 0)
            continue;
        status =
            sck_evaluator_key(s->e, SCK_SEED_GALOIS, sck_linear_galois(s, step),
                              s->a->level, &key[keys++]);
        for (uint32_t h = 0; h < 2 && status == SCK_OK; h++)
            status = sck_block_new(s->e->session, s->e->ring->n, b->rows,
                                   &b->block[2 * i + h]);
    }
    if (status != SCK_OK || keys == 0)
        return status;
    sck_class_layout_of(s->lifted.key_class, s->e->grain, &runs);
    /* A run of P starts at row 0 of its own key block. */
    const uint32_t run = b->k < s->lifted.q_blocks
                             ? s->digits.layout.run[b->k]
                             : runs.q_runs + b->k - s->lifted.q_blocks;

    return switch_babies(s, b, key, keys, run, runs.length[run]);
}

/* The rows of the babies' diagonals in giant step g. */
static void plain_rows(const struct sck_linear_application *s,
                       struct sck_task *task, const struct babies *b,
                       uint32_t g)
{
    const struct sck_linear_map *map = s->map;

    for (uint32_t i = b->first; i < b->first + b->count; i++) {
        const uint32_t set = i / map->together, first = set * map->together;
        sck_block *block =
            map->plain[((size_t)g * map->sets + set) * map->blocks + b->k];

        if (map->held[(size_t)g * map->split.babies + i])
            sck_task_rows(task, block,
                          b->rows * sck_linear_held(map, g, first, i - first),
                          b->rows, SCK_READ);
        else
            sck_task_absent(task, b->rows);
    }
}

/* The babies' products for giant steps from first on, as many as fit a task;
 * returns how many they are in *done. */
static sck_status sum_giants(struct sck_linear_application *s,
                             const struct babies *b, uint32_t first,
                             uint32_t *done)
{
    const struct sck_linear_map *map = s->map;
    const uint32_t left = map->split.giants - first;
    const struct sck_polynomial *like = s->lifted.poly[0];
    const int special = b->k >= s->lifted.q_blocks;
    struct sck_diagonals_args args = {
        .ring = s->e->ring->id,
        .limbs = b->rows,
        .babies = b->count,
        .giants = left < s->bounds.giants ? left : s->bounds.giants,
        .repeat = sck_repeat_of(s->e, map->words),
        .onto = b->first != 0};
    struct sck_task task;

    *done = args.giants;
    memcpy(args.q, s->lifted.primes + like->first[b->k],
           b->rows * sizeof *args.q);
    for (uint32_t i = 0; i < b->count; i++)
        args.galois[i] = sck_linear_galois(s, map->split.baby[b->first + i]);
    sck_task_begin(&task, s->run, SCK_CODELET_diagonals, &args, sizeof args);
    for (uint32_t g = first; g < first + args.giants; g++)
        for (uint32_t h = 0; h < 2; h++)
            sck_task_rows(&task, s->sum[g].poly[h]->block[b->k], 0, b->rows,
                          args.onto ? SCK_UPDATE : SCK_WRITE);
    sck_task_next(&task);
    for (uint32_t i = 0; i < b->count; i++)
        for (uint32_t h = 0; h < 2; h++)
            sck_linear_rows(
                &task,
                map->split.baby[b->first + i] != 0 ? b->block[2 * i + h]
                : h == 1 && !special ? s->lifted.poly[1]->block[b->k]
                                     : NULL,
                b->rows);
    sck_task_next(&task);
    sck_linear_rows(&task, special ? NULL : like->block[b->k], b->rows);
    sck_task_next(&task);
    for (uint32_t g = first; g < first + args.giants; g++)
        plain_rows(s, &task, b, g);
    return sck_task_submit(&task);
}

/* All giant steps' sums, a destination block after the other. */
static sck_status sums(struct sck_linear_application *s)
{
    const uint32_t babies = s->map->split.babies, giants = s->map->split.giants;
    sck_status status = lift(s);

    for (uint32_t g = 0; g < giants && status == SCK_OK; g++)
        status = sck_raised_new(s->e, s->a->level, &s->sum[g]);
    for (uint32_t k = 0; status == SCK_OK && k < s->map->blocks; k++)
        for (uint32_t at = 0; at < babies && status == SCK_OK;
             at += s->bounds.babies) {
            struct babies b = {
                .k = k,
                .rows = sck_block_rows(s->lifted.poly[0]->block[k]),
                .first = at,
                .count = babies - at < s->bounds.babies ? babies - at
                                                        : s->bounds.babies};
            uint32_t done = 0;

            status = babies_new(s, &b);
            for (uint32_t g = 0; g < giants && status == SCK_OK; g += done)
                status = sum_giants(s, &b, g, &done);
            babies_free(&b);
        }
    sck_raised_free(&s->lifted);
    return status;
}

static sck_status apply(struct sck_linear_application *s, sck_ciphertext **out)
{
    const sck_scale scale = sck_params_scale(s->e->params, s->a->level - 1);
    struct sck_raised total = {0};
    sck_status status =
        sck_digits_new(s->run, s->e, s->a->poly[1], s->a->level, &s->digits);

    if (status == SCK_OK)
        status = sums(s);
    sck_digits_free(&s->digits);
    if (status == SCK_OK)
        status = sck_linear_totals(s, &total);
    if (status == SCK_OK)
        status = sck_ciphertext_like(s->a, s->a->level - 1, 0, scale, out);
    if (status == SCK_OK) {
        (*out)->size = 2;
        sck_transform_carry(&s->map->shape, s->a, *out);
        status = sck_raised_rescale_both(s->run, s->e, &total, (*out)->poly);
    }
    sck_raised_free(&total);
    return sck_ciphertext_finish(status, out);
}

/* A task's operands number SCK_TASK_BUFFERS at most, and a list's runs of rows
 * as many: a set of diagonals is a block, each of them at worst a run. */
static struct sck_linear_bounds bounds_of(const struct sck_linear_map *map)
{
    const uint32_t sets = (SCK_MAX_BABIES + map->together - 1) / map->together;
    struct sck_linear_bounds b = {.babies = SCK_MAX_BABIES,
                                  .turns = SCK_MAX_TURNS / 2};

    if (sck_session_is_limited(map->evaluator->session))
        return (struct sck_linear_bounds){1, 2, 2};
    b.giants = (SCK_TASK_BUFFERS - 2 * b.babies - 1) / (sets + 2);
    for (uint32_t g = 0; g < map->split.giants; g++)
        if (sck_linear_held(map, g, 0, map->split.babies) !=
                map->split.babies &&
            b.giants > SCK_TASK_SEGMENTS / SCK_MAX_BABIES)
            b.giants = SCK_TASK_SEGMENTS / SCK_MAX_BABIES;
    if (b.giants > SCK_MAX_GIANTS)
        b.giants = SCK_MAX_GIANTS;
    return b;
}

static sck_status rotate_and_sum(sck_run *run, const sck_ciphertext *a,
                                 const struct sck_linear_map *map,
                                 sck_ciphertext **out)
{
    struct sck_linear_application s = {.run = run,
                                       .map = map,
                                       .e = a->evaluator,
                                       .a = a,
                                       .bounds = bounds_of(map)};
    sck_status status;

    s.sum = calloc(map->split.giants, sizeof *s.sum);
    s.turned = calloc(map->split.giants, sizeof *s.turned);
    if (s.sum == NULL || s.turned == NULL)
        status = SCK_FAIL(SCK_ERR_MEMORY, "%u giant steps", map->split.giants);
    else
        status = apply(&s, out);
    for (uint32_t g = 0;
         s.sum != NULL && s.turned != NULL && g < map->split.giants; g++) {
        sck_raised_free(&s.sum[g]);
        sck_raised_free(&s.turned[g]);
    }
    free(s.sum);
    free(s.turned);
    return status;
}

sck_status sck_eval_linear(sck_run *run, const sck_ciphertext *a,
                           const sck_linear_map *map, sck_ciphertext **out)
{
    const sck_scale scale = sck_params_scale(a->evaluator->params, a->level);
    sck_ciphertext *product = NULL;
    sck_status status;

    *out = NULL;
    if (a->level != map->level || a->slots != map->n || a->size != 2 ||
        !sck_scale_equal(a->scale, scale))
        return SCK_FAIL(SCK_ERR_SHAPE,
                        "the map takes 2 polynomials, %u slots at level %u and "
                        "its scale 2^%.6f; the ciphertext has %u, %u at level "
                        "%u, 2^%.6f",
                        map->n, map->level, sck_scale_log2(scale), a->size,
                        a->slots, a->level, sck_scale_log2(a->scale));
    if (map->plain != NULL)
        return rotate_and_sum(run, a, map, out);
    if (map->only != NULL)
        status = sck_eval_mul_plain(run, a, map->only, &product);
    else /* the zero map */
        status = sck_eval_mul_scalar(run, a, 0.0, scale, &product);
    if (status == SCK_OK)
        status = sck_eval_rescale(run, product, out);
    sck_ciphertext_free(product);
    return status;
}
