/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Hybrid key switching as two kinds of tasks, destination-major
 * (architecture.md, section 5; Han-Ki, ePrint 2019/688, for the digits). */
#include "eval_batch_priv.h"
#include "eval_joined_priv.h"

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

void sck_key_switch_prepare_joined(struct sck_key_switch_args *args,
                                   const sck_evaluator *evaluator,
                                   const struct sck_digits *digits,
                                   const struct sck_raised *raised,
                                   const struct sck_joined *joined)
{
    const uint32_t first = raised->poly[0]->first[joined->first];
    const int special = joined->first >= raised->q_blocks;
    uint32_t i = 0, before = 0;

    prepare(args, evaluator, digits, raised->primes, raised->primes + first,
            joined->rows);
    args->key_digits = raised->key_class->digits;
    for (uint32_t b = 0; b < joined->blocks; b++) {
        const uint32_t rows =
            sck_block_rows(raised->poly[0]->block[joined->first + b]);

        for (uint32_t row = 0; row < rows; row++, i++) {
            args->own[i] = SCK_NO_DIGIT;
            args->key_row[i] =
                (uint8_t)(before +
                          (special ? row
                                   : digits->layout.row_in_run[first + i]));
            for (uint32_t d = 0; !special && d < digits->count; d++)
                if (digits->number[d] == digits->layout.digit[first + i])
                    args->own[i] = (uint8_t)d;
        }
        before += joined->length[b];
    }
    args->key_limbs = before;
}

void sck_key_switch_prepare(struct sck_key_switch_args *args,
                            const sck_evaluator *evaluator,
                            const struct sck_digits *digits,
                            const struct sck_raised *raised, uint32_t k,
                            uint32_t run_length)
{
    const struct sck_joined one = {
        .first = k,
        .blocks = 1,
        .rows = sck_block_rows(raised->poly[0]->block[k]),
        .length = {run_length}};

    sck_key_switch_prepare_joined(args, evaluator, digits, raised, &one);
}

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

int sck_raised_is_first(const struct sck_raised *raised,
                        const sck_params *params, uint32_t first, uint32_t rows)
{
    int is_first = 0;

    for (uint32_t i = first; i < first + rows; i++)
        is_first |= is_divided_by(raised, params, i);
    return is_first;
}

/* What the tasks of one key switch share. */
struct raising {
    sck_run *run;
    sck_evaluator *evaluator;
    const struct sck_eval_key *key;
    const struct sck_switched *member; /* of raised alike */
    uint32_t members;
    uint32_t product[SCK_MAX_LIMBS];
};

/* One destination block, a run of the class or what the level holds of it, or
 * several, of one member as a part of the task. */
static void add_part(const struct raising *r, const struct sck_switched *member,
                     const struct sck_joined *joined, uint32_t parts,
                     const struct sck_key_uniform *uniform,
                     struct sck_key_switch_args *args, struct sck_task *task)
{
    const struct sck_raised *const raised = member->raised;
    const uint32_t first = raised->poly[0]->first[joined->first];
    const uint32_t rows = joined->rows;
    const int special = joined->first >= raised->q_blocks;

    sck_key_switch_prepare_joined(args, r->evaluator, member->digits, raised,
                                  joined);
    args->adds = member->add != NULL && !special;
    memcpy(args->factor, r->product + first, rows * sizeof *r->product);
    if (parts == 0)
        sck_task_begin(task, r->run, SCK_CODELET_key_switch, args,
                       sizeof *args);
    else
        sck_task_part(task, args);
    task->priority |=
        sck_raised_is_first(raised, r->evaluator->params, first, rows);
    for (int h = 0; h < 2; h++)
        sck_joined_rows(task, raised->poly[h], joined, SCK_WRITE);
    sck_task_next(task);
    sck_digits_rows(task, member->digits);
    sck_task_next(task);
    if (special)
        sck_task_absent(task, rows);
    else
        sck_joined_rows(task, member->own, joined, SCK_READ);
    sck_task_next(task);
    sck_key_rows_joined(task, r->key, joined, uniform);
    for (uint32_t h = 0; h < 2 && args->adds != 0; h++) {
        if (h == 0)
            sck_task_next(task);
        if (member->add[h] != NULL)
            sck_joined_rows(task, member->add[h], joined, SCK_READ);
        else
            sck_task_absent(task, rows);
    }
}

/* One task, from block *k on: as many parts as it takes, a block's of all
 * members next to one another. */
static sck_status raise_blocks(const struct raising *r, uint32_t *k)
{
    const struct sck_switched *const one = r->member;
    const uint32_t most = sck_batch_parts(r->evaluator, r->members);
    struct sck_key_switch_args args[SCK_TASK_PARTS];
    struct sck_key_uniform uniform[SCK_TASK_PARTS][SCK_JOINED_BLOCKS];
    struct sck_joined joined[SCK_TASK_PARTS];
    struct sck_task task;
    uint32_t blocks = 0, parts = 0;
    sck_status status = SCK_OK;

    while (parts + r->members <= most && *k < one->raised->poly[0]->blocks) {
        sck_raised_join(r->evaluator, one->digits, one->raised, 1, *k,
                        &joined[blocks]);
        status = sck_key_open_joined(r->run, r->evaluator, r->key,
                                     &joined[blocks], uniform[blocks]);
        if (status != SCK_OK)
            break;
        for (uint32_t m = 0; m < r->members; m++, parts++)
            add_part(r, &r->member[m], &joined[blocks], parts, uniform[blocks],
                     &args[parts], &task);
        *k += joined[blocks++].blocks;
    }
    if (status == SCK_OK)
        status = sck_task_submit(&task);
    while (blocks-- > 0)
        for (uint32_t b = 0; b < joined[blocks].blocks; b++)
            sck_key_close(&uniform[blocks][b]);
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

sck_status sck_key_switch_raise_batch(sck_run *run, sck_evaluator *evaluator,
                                      const struct sck_eval_key *key,
                                      const struct sck_switched *member,
                                      uint32_t members)
{
    struct raising r = {.run = run,
                        .evaluator = evaluator,
                        .key = key,
                        .member = member,
                        .members = members};
    sck_status status = SCK_OK;

    for (uint32_t m = 0; m < members; m++)
        memset(member[m].raised, 0, sizeof *member[m].raised);
    for (uint32_t m = 0; m < members && status == SCK_OK; m++)
        status = sck_raised_new(evaluator, member[m].digits->level,
                                member[m].raised);
    if (status == SCK_OK)
        sck_special_product(member->raised, r.product);
    for (uint32_t k = 0;
         status == SCK_OK && k < member->raised->poly[0]->blocks;)
        status = raise_blocks(&r, &k);
    for (uint32_t m = 0; m < members && status != SCK_OK; m++)
        sck_raised_free(member[m].raised);
    return status;
}

sck_status sck_key_switch_raise_onto(sck_run *run, sck_evaluator *evaluator,
                                     const struct sck_digits *digits,
                                     const struct sck_polynomial *own,
                                     const struct sck_eval_key *key,
                                     struct sck_polynomial *const *add,
                                     struct sck_raised *raised)
{
    const struct sck_switched one = {digits, own, add, raised};

    return sck_key_switch_raise_batch(run, evaluator, key, &one, 1);
}
