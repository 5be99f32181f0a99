/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Linear maps applied, double hoisting (Bossuat et al., ePrint 2020/1203,
 * algorithm 6): baby steps, times P over QP, live inside the task that adds
 * their products to the giant steps' sums; only a sum's second half is divided
 * by P before it is switched. */
#include "eval_linear_priv.h"

#include "automorphism_sum.h"
#include "hoisted_diagonals.h"
#include "sample_uniform.h"

#include <stdlib.h>
#include <string.h>

/* Baby steps first to first + count of one destination block. */
struct babies {
    uint32_t k, rows, first, count;
    uint32_t run, run_length; /* of the keys' blocks */
    uint32_t keys;            /* baby steps that are rotations */
    const struct sck_eval_key *key[SCK_MAX_BABIES];
    struct sck_key_uniform uniform[SCK_MAX_BABIES];
};

static void babies_close(struct babies *b)
{
    while (b->keys-- > 0)
        sck_key_close(&b->uniform[b->keys]);
    b->keys = 0;
}

static sck_status babies_open(struct sck_linear_application *s,
                              struct babies *b)
{
    const struct sck_raised *like = &s->sum[0];
    struct sck_class_layout runs;
    sck_status status = SCK_OK;

    sck_class_layout_of(like->key_class, s->e->grain, &runs);
    /* A run of P starts at row 0 of its own key block. */
    b->run = b->k < like->q_blocks ? s->digits.layout.run[b->k]
                                   : runs.q_runs + b->k - like->q_blocks;
    b->run_length = runs.length[b->run];
    for (uint32_t i = 0; i < b->count && status == SCK_OK; i++) {
        const uint32_t step = s->map->split.baby[b->first + i];

        if (step == 0)
            continue;
        status =
            sck_evaluator_key(s->e, SCK_SEED_GALOIS, sck_linear_galois(s, step),
                              s->a->level, &b->key[b->keys]);
        if (status == SCK_OK)
            status = sck_key_open(s->run, s->e, b->key[b->keys], b->run,
                                  &b->uniform[b->keys]);
        b->keys += status == SCK_OK;
    }
    if (status != SCK_OK)
        babies_close(b);
    return status;
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

static void prepare(const struct sck_linear_application *s,
                    const struct babies *b, uint32_t giants,
                    struct sck_hoisted_diagonals_args *args)
{
    const struct sck_raised *like = &s->sum[0];
    const uint32_t first = like->poly[0]->first[b->k];
    struct sck_diagonals_args *d = &args->diagonals;

    memset(args, 0, sizeof *args);
    sck_key_switch_prepare(&args->hoisted.one, s->e, &s->digits, like, b->k,
                           b->run_length);
    memcpy(args->hoisted.one.factor, s->product + first,
           b->rows * sizeof *s->product);
    args->hoisted.keys = b->keys;
    d->ring = s->e->ring->id;
    d->limbs = b->rows;
    memcpy(d->q, like->primes + first, b->rows * sizeof *d->q);
    d->babies = b->count;
    d->giants = giants;
    d->repeat = sck_repeat_of(s->e, s->map->words);
    d->onto = b->first != 0;
    for (uint32_t i = 0; i < b->count; i++)
        d->galois[i] = sck_linear_galois(s, s->map->split.baby[b->first + i]);
}

/* The babies' products for giant steps first to first + giants. */
static sck_status sum_giants(struct sck_linear_application *s,
                             const struct babies *b, uint32_t first,
                             uint32_t giants)
{
    const int special = b->k >= s->sum[0].q_blocks;
    struct sck_hoisted_diagonals_args args;
    struct sck_task task;

    prepare(s, b, giants, &args);
    sck_task_begin(&task, s->run, SCK_CODELET_hoisted_diagonals, &args,
                   sizeof args);
    for (uint32_t g = first; g < first + giants; g++)
        for (uint32_t h = 0; h < 2; h++)
            sck_task_rows(&task, s->sum[g].poly[h]->block[b->k], 0, b->rows,
                          args.diagonals.onto ? SCK_UPDATE : SCK_WRITE);
    sck_task_next(&task);
    sck_digits_rows(&task, &s->digits);
    sck_task_next(&task);
    for (uint32_t h = 2; h-- > 0;)
        sck_linear_rows(&task, special ? NULL : s->a->poly[h]->block[b->k],
                        b->rows);
    sck_task_next(&task);
    for (uint32_t r = 0; r < b->keys; r++)
        sck_key_rows(&task, b->key[r], b->run, &b->uniform[r]);
    sck_task_next(&task);
    for (uint32_t g = first; g < first + giants; g++)
        plain_rows(s, &task, b, g);
    return sck_task_submit(&task);
}

/* All giant steps' sums, a destination block after the other. */
static sck_status sums(struct sck_linear_application *s)
{
    const uint32_t babies = s->map->split.babies, giants = s->map->split.giants;
    const struct sck_linear_bounds *most = &s->bounds;
    sck_status status = SCK_OK;

    for (uint32_t g = 0; g < giants && status == SCK_OK; g++)
        status = sck_raised_new(s->e, s->a->level, &s->sum[g]);
    if (status != SCK_OK)
        return status;
    sck_special_product(&s->sum[0], s->product);
    for (uint32_t k = 0; status == SCK_OK && k < s->map->blocks; k++)
        for (uint32_t at = 0; at < babies && status == SCK_OK;
             at += most->babies) {
            struct babies b = {
                .k = k,
                .rows = sck_block_rows(s->sum[0].poly[0]->block[k]),
                .first = at,
                .count =
                    babies - at < most->babies ? babies - at : most->babies};

            status = babies_open(s, &b);
            for (uint32_t g = 0; g < giants && status == SCK_OK;
                 g += most->giants)
                status = sum_giants(s, &b, g,
                                    giants - g < most->giants ? giants - g
                                                              : most->giants);
            babies_close(&b);
        }
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
    /* A halved key has a block of its own for every digit's other half. */
    const int halved = map->evaluator->saves_memory;
    struct sck_linear_bounds b = {.babies = halved ? 4 : SCK_MAX_BABIES,
                                  .turns = SCK_MAX_TURNS / 2};
    const uint32_t sets = (b.babies + map->together - 1) / map->together;
    /* Keys, digits, the operand. */
    const uint32_t others =
        b.babies * (halved ? SCK_MAX_DIGITS + 1 : 1) + SCK_MAX_DIGITS + 2;

    if (sck_session_is_limited(map->evaluator->session))
        return (struct sck_linear_bounds){1, 2, 2};
    b.giants = (SCK_TASK_BUFFERS - others) / (sets + 2);
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
