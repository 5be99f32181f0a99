/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Hybrid key switching as two kinds of tasks, destination-major
 * (architecture.md, section 5; Han-Ki, ePrint 2019/688, for the digits). */
#include "eval_priv.h"

#include "key_switch.h"

#include <string.h>

void sck_raised_free(struct sck_raised *raised)
{
    for (int h = 0; h < 2; h++) {
        sck_polynomial_free(raised->poly[h]);
        raised->poly[h] = NULL;
    }
}

static void prepare(struct sck_key_switch_args *args,
                    const sck_evaluator *evaluator,
                    const struct sck_digits *digits, const uint32_t *primes,
                    const uint32_t *targets, uint32_t count)
{
    uint32_t at = 0;

    memset(args, 0, sizeof *args);
    args->ring = evaluator->ring->id;
    args->digits = digits->count;
    args->targets = count;
    memcpy(args->t, targets, count * sizeof *targets);
    for (uint32_t d = 0; d < digits->count; d++) {
        struct sck_conversion conversion;

        sck_conversion_prepare(&conversion, primes + digits->first[d],
                               digits->sources[d], targets, count);
        args->sources[d] = digits->sources[d];
        args->key_digit[d] = digits->number[d];
        for (uint32_t s = 0; s < digits->sources[d]; s++, at++)
            memcpy(args->w[at], conversion.w[s], sizeof args->w[at]);
        memcpy(args->minus_d[d], conversion.minus_d, sizeof args->minus_d[d]);
    }
}

void sck_key_switch_prepare(struct sck_key_switch_args *args,
                            const sck_evaluator *evaluator,
                            const struct sck_digits *digits,
                            const struct sck_raised *raised, uint32_t k,
                            uint32_t run_length)
{
    const uint32_t first = raised->poly[0]->first[k];
    const uint32_t rows = sck_block_rows(raised->poly[0]->block[k]);
    const int special = k >= raised->q_blocks;

    prepare(args, evaluator, digits, raised->primes, raised->primes + first,
            rows);
    args->key_limbs = run_length;
    args->key_digits = raised->key_class->digits;
    for (uint32_t i = 0; i < rows; i++) {
        args->own[i] = SCK_NO_DIGIT;
        args->key_row[i] =
            special ? (uint8_t)i : digits->layout.row_in_run[first + i];
        for (uint32_t d = 0; !special && d < digits->count; d++)
            if (digits->number[d] == digits->layout.digit[first + i])
                args->own[i] = (uint8_t)d;
    }
}

/* Whether a division by P and the level's dropped primes reads limb i of what
 * is raised. */
static int is_divided_by(const struct sck_raised *raised,
                         const sck_params *params, uint32_t i)
{
    uint32_t count;
    const uint32_t *dropped = sck_params_dropped(params, raised->level, &count);

    for (uint32_t k = 0; k < count; k++)
        if (dropped[k] == raised->primes[i])
            return 1;
    return i + raised->key_class->special_count >= raised->limbs;
}

/* What the tasks of one key switch share. */
struct raising {
    sck_run *run;
    sck_evaluator *evaluator;
    const struct sck_digits *digits;
    const struct sck_polynomial *own;
    const struct sck_eval_key *key;
    struct sck_polynomial *const *add; /* NULL: nothing */
    uint32_t product[SCK_MAX_LIMBS];
    struct sck_raised *raised;
};

/* Destination block k as a part of the task: a run of the class, or what the
 * level holds of it. */
static void add_block(const struct raising *r, uint32_t k, uint32_t run_index,
                      uint32_t parts, const struct sck_key_uniform *uniform,
                      struct sck_key_switch_args *args, struct sck_task *task)
{
    const struct sck_raised *const raised = r->raised;
    const uint32_t first = raised->poly[0]->first[k];
    const uint32_t rows = sck_block_rows(raised->poly[0]->block[k]);
    const int special = k >= raised->q_blocks;

    args->adds = r->add != NULL && !special;
    memcpy(args->factor, r->product + first, rows * sizeof *r->product);
    if (parts == 0)
        sck_task_begin(task, r->run, SCK_CODELET_key_switch, args,
                       sizeof *args);
    else
        sck_task_part(task, args);
    /* The division begins while the other blocks are raised. */
    for (uint32_t i = 0; i < rows; i++)
        task->priority |=
            is_divided_by(raised, r->evaluator->params, first + i);
    for (int h = 0; h < 2; h++)
        sck_task_rows(task, raised->poly[h]->block[k], 0, rows, SCK_WRITE);
    sck_task_next(task);
    for (uint32_t d = 0; d < r->digits->count; d++)
        sck_task_rows(task, r->digits->block[d], 0, r->digits->sources[d] + 1u,
                      SCK_READ);
    sck_task_next(task);
    if (special)
        sck_task_absent(task, rows);
    else
        sck_task_rows(task, r->own->block[k], 0, rows, SCK_READ);
    sck_task_next(task);
    sck_key_rows(task, r->key, run_index, uniform);
    for (uint32_t h = 0; h < 2 && args->adds != 0; h++) {
        if (h == 0)
            sck_task_next(task);
        if (r->add[h] != NULL)
            sck_task_rows(task, r->add[h]->block[k], 0, rows, SCK_READ);
        else
            sck_task_absent(task, rows);
    }
}

/* Blocks first to first + count, one task. */
static sck_status raise_blocks(const struct raising *r, uint32_t first,
                               uint32_t count)
{
    struct sck_key_switch_args args[SCK_TASK_PARTS];
    struct sck_key_uniform uniform[SCK_TASK_PARTS];
    struct sck_class_layout runs;
    struct sck_task task;
    uint32_t open = 0;
    sck_status status = SCK_OK;

    sck_class_layout_of(r->raised->key_class, r->evaluator->grain, &runs);
    for (; open < count && status == SCK_OK; open++) {
        const uint32_t k = first + open;
        /* A run of P starts at row 0 of its own key block. */
        const uint32_t at = k < r->raised->q_blocks
                                ? r->digits->layout.run[k]
                                : runs.q_runs + k - r->raised->q_blocks;

        sck_key_switch_prepare(&args[open], r->evaluator, r->digits, r->raised,
                               k, runs.length[at]);
        status = sck_key_open(r->run, r->evaluator, r->key, at, &uniform[open]);
        if (status == SCK_OK)
            add_block(r, k, at, open, &uniform[open], &args[open], &task);
        else
            break;
    }
    if (status == SCK_OK)
        status = sck_task_submit(&task);
    while (open-- > 0)
        sck_key_close(&uniform[open]);
    return status;
}

sck_status sck_raised_new(sck_evaluator *evaluator, uint32_t level,
                          struct sck_raised *raised)
{
    const struct sck_key_class *c = sck_params_class(
        evaluator->params, sck_params_class_of(evaluator->params, level));
    struct sck_level_layout layout;
    struct sck_class_layout runs;
    uint32_t limbs, blocks, cut[SCK_MAX_RUNS];
    const uint32_t *primes =
        sck_params_primes(evaluator->params, level, &limbs);
    sck_status status = SCK_OK;

    memset(raised, 0, sizeof *raised);
    sck_level_layout_of(evaluator->params, level, evaluator->grain, &layout);
    sck_class_layout_of(c, evaluator->grain, &runs);
    blocks = layout.blocks;
    raised->key_class = c;
    raised->level = level;
    raised->limbs = limbs + c->special_count;
    raised->q_blocks = blocks;
    memcpy(raised->primes, primes, limbs * sizeof *primes);
    memcpy(raised->primes + limbs, c->special,
           c->special_count * sizeof *primes);
    memcpy(cut, layout.cut, blocks * sizeof *cut);
    for (uint32_t r = runs.q_runs; r < runs.runs; r++)
        cut[blocks++] = runs.length[r];
    for (int h = 0; h < 2 && status == SCK_OK; h++)
        status = sck_polynomial_new(evaluator->session, evaluator->ring->n, cut,
                                    blocks, &raised->poly[h]);
    if (status != SCK_OK)
        sck_raised_free(raised);
    return status;
}

sck_status sck_key_switch_raise(sck_run *run, sck_evaluator *evaluator,
                                const struct sck_digits *digits,
                                const struct sck_polynomial *own,
                                const struct sck_eval_key *key,
                                struct sck_raised *raised)
{
    return sck_key_switch_raise_onto(run, evaluator, digits, own, key, NULL,
                                     raised);
}

sck_status sck_key_switch_raise_onto(sck_run *run, sck_evaluator *evaluator,
                                     const struct sck_digits *digits,
                                     const struct sck_polynomial *own,
                                     const struct sck_eval_key *key,
                                     struct sck_polynomial *const *add,
                                     struct sck_raised *raised)
{
    struct raising r = {.run = run,
                        .evaluator = evaluator,
                        .digits = digits,
                        .own = own,
                        .key = key,
                        .add = add,
                        .raised = raised};
    sck_status status = sck_raised_new(evaluator, digits->level, raised);
    uint32_t some = 0;

    if (status != SCK_OK)
        return status;
    sck_special_product(raised, r.product);
    for (uint32_t k = 0; k < raised->poly[0]->blocks && status == SCK_OK;
         k += some) {
        some = raised->poly[0]->blocks - k;
        if (some > evaluator->blocks_per_task)
            some = evaluator->blocks_per_task;
        status = raise_blocks(&r, k, some);
    }
    if (status != SCK_OK)
        sck_raised_free(raised);
    return status;
}

sck_status sck_raised_mod_down_both(sck_run *run, sck_evaluator *evaluator,
                                    const struct sck_raised *raised,
                                    uint32_t galois,
                                    struct sck_polynomial **out)
{
    const struct sck_division division = {.codelet = SCK_CODELET_mod_down,
                                          .from_primes = raised->primes,
                                          .dropped = raised->key_class->special,
                                          .dropped_count =
                                              raised->key_class->special_count,
                                          .level = raised->level,
                                          .galois = galois};

    return sck_polys_divide(run, evaluator, &division, raised->poly, 2, out);
}

sck_status sck_raised_mod_down(sck_run *run, sck_evaluator *evaluator,
                               const struct sck_raised *raised, uint32_t half,
                               struct sck_polynomial **out)
{
    return sck_poly_divide(
        run, evaluator, SCK_CODELET_mod_down, raised->poly[half],
        raised->primes, raised->key_class->special,
        raised->key_class->special_count, NULL, 0, raised->level, out);
}
