/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A polynomial taken apart into its key class's digits: task 1 of key switching
 * (architecture.md, section 5; Han-Ki, ePrint 2019/688, for the digits). */
#include "eval_batch_priv.h"

#include "decompose.h"

#include <string.h>

/* What one call holds. */
struct taking {
    sck_run *run;
    sck_evaluator *e;
    const struct sck_polynomial *poly;
    const uint32_t *primes;
    struct sck_digits *digits;
};

/* A GPU's are never in parts. */
static uint32_t parts_of(const sck_evaluator *e, uint32_t digits,
                         uint32_t *whole)
{
    const uint32_t most =
        sck_digit_parts_most(sck_session_workers(e->session), digits, whole);

    return sck_session_gpus(e->session) != 0 ? 1 : most;
}

static void prepare(const struct taking *t, uint32_t first, uint32_t count,
                    struct sck_decompose_args *args)
{
    memset(args, 0, sizeof *args);
    sck_decompose_prepare(args, t->e->ring->id, t->primes + first, count, NULL,
                          0);
}

static void source_rows(const struct taking *t, struct sck_task *task,
                        uint32_t first, uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        uint32_t row;
        sck_block *block = sck_polynomial_limb(t->poly, i, &row);

        sck_task_rows(task, block, row, 1, SCK_READ);
    }
}

/* Digit d in one task. */
static sck_status take_whole(const struct taking *t, uint32_t d)
{
    const uint32_t first = t->digits->first[d], count = t->digits->sources[d];
    struct sck_decompose_args args;
    struct sck_task task;

    prepare(t, first, count, &args);
    sck_task_begin(&task, t->run, SCK_CODELET_decompose, &args, sizeof args);
    sck_task_rows(&task, t->digits->block[d], 0, count + 1, SCK_WRITE);
    sck_task_next(&task);
    source_rows(t, &task, first, count);
    return sck_task_submit(&task);
}

/* Rows of digit d, count of them from its row at, as a part. */
static sck_status take_part(const struct taking *t, uint32_t d, uint32_t at,
                            uint32_t count, sck_block *part)
{
    struct sck_decompose_args args, mine;
    struct sck_task task;

    prepare(t, t->digits->first[d], t->digits->sources[d], &args);
    mine = args;
    mine.limbs = count;
    memcpy(mine.q, args.q + at, count * sizeof *args.q);
    memcpy(mine.factor, args.factor + at, count * sizeof *args.factor);
    sck_task_begin(&task, t->run, SCK_CODELET_decompose, &mine, sizeof mine);
    sck_task_rows(&task, part, 0, count, SCK_WRITE);
    sck_task_absent(&task, 1);
    sck_task_next(&task);
    source_rows(t, &task, t->digits->first[d] + at, count);
    return sck_task_submit(&task);
}

/* The correction of digit d, whose parts are submitted. */
static sck_status correct(const struct taking *t, uint32_t d,
                          sck_block *const *part)
{
    const uint32_t count = t->digits->sources[d];
    struct sck_decompose_args args;
    struct sck_task task;

    prepare(t, t->digits->first[d], count, &args);
    args.ntt_domain = SCK_DECOMPOSED;
    sck_task_begin(&task, t->run, SCK_CODELET_decompose, &args, sizeof args);
    sck_task_absent(&task, count);
    sck_task_rows(&task, t->digits->block[d], 0, 1, SCK_WRITE);
    sck_task_next(&task);
    for (uint32_t k = 0; k < t->digits->parts[d]; k++)
        sck_task_rows(&task, part[k], 0, sck_block_rows(part[k]), SCK_READ);
    return sck_task_submit(&task);
}

/* Digit d in parts, whole blocks of the polynomial each; the first is
 * part[0]. */
static sck_status take_parts(const struct taking *t, uint32_t d, uint32_t parts,
                             sck_block **part)
{
    struct sck_digits *const digits = t->digits;
    const uint32_t end = digits->first[d] + digits->sources[d];
    const uint32_t *const first = t->poly->first;
    uint32_t from = 0;

    while (first[from] < digits->first[d])
        from++;
    for (uint32_t k = 0, left = parts; first[from] < end; k++, left--) {
        uint32_t to = from + 1;

        /* At least this part's share of the limbs that are left. */
        while (first[to] < end &&
               (first[to] - first[from]) * left < end - first[from])
            to++;
        SCK_TRY(sck_block_new(t->e->session, t->e->ring->n,
                              first[to] - first[from], &part[k]));
        digits->parts[d]++;
        SCK_TRY(take_part(t, d, first[from] - digits->first[d],
                          first[to] - first[from], part[k]));
        from = to;
    }
    return correct(t, d, part);
}

static uint32_t blocks_in(const struct sck_polynomial *poly, uint32_t first,
                          uint32_t count)
{
    uint32_t blocks = 0;

    for (uint32_t k = 0; k < poly->blocks; k++)
        blocks += poly->first[k] >= first && poly->first[k] < first + count;
    return blocks;
}

/* Digit d whole, as one of the task's parts. */
static sck_status add_part(const struct taking *t, uint32_t d, uint32_t parts,
                           struct sck_decompose_args *args,
                           struct sck_task *task)
{
    const uint32_t first = t->digits->first[d], count = t->digits->sources[d];
    sck_block **const block = &t->digits->block[d];

    SCK_TRY(sck_block_new(t->e->session, t->e->ring->n, count + 1, block));
    prepare(t, first, count, args);
    if (parts == 0)
        sck_task_begin(task, t->run, SCK_CODELET_decompose, args, sizeof *args);
    else
        sck_task_part(task, args);
    sck_task_rows(task, *block, 0, count + 1, SCK_WRITE);
    sck_task_next(task);
    source_rows(t, task, first, count);
    return SCK_OK;
}

/* Digits in tasks of several, a batch's or what a GPU takes at once. */
static sck_status take_together(const struct taking *t, uint32_t members)
{
    const uint32_t most = sck_batch_parts(t->e, members);
    struct sck_decompose_args args[SCK_TASK_PARTS];
    struct sck_task task;
    uint32_t parts = 0;

    for (uint32_t d = 0; d < t->digits->count; d++) {
        for (uint32_t m = 0; m < members; m++, parts++)
            SCK_TRY(add_part(&t[m], d, parts, &args[parts], &task));
        if (parts + members > most || d + 1 == t->digits->count) {
            SCK_TRY(sck_task_submit(&task));
            parts = 0;
        }
    }
    return SCK_OK;
}

static sck_status take(const struct taking *t)
{
    struct sck_digits *const digits = t->digits;
    uint32_t used = 0, whole;
    const uint32_t most = parts_of(t->e, digits->count, &whole);

    for (uint32_t d = 0; d < digits->count; d++) {
        const uint32_t count = digits->sources[d];
        const uint32_t blocks = blocks_in(t->poly, digits->first[d], count);
        const uint32_t parts = d < whole ? 1 : (blocks < most ? blocks : most);

        SCK_TRY(sck_block_new(t->e->session, t->e->ring->n,
                              parts > 1 ? 1 : count + 1, &digits->block[d]));
        SCK_TRY(parts > 1 ? take_parts(t, d, parts, digits->part + used)
                          : take_whole(t, d));
        used += digits->parts[d];
    }
    return SCK_OK;
}

/* Which digits the level has; no blocks yet. */
static void find_digits(const sck_evaluator *evaluator, uint32_t level,
                        struct sck_digits *digits)
{
    const struct sck_level_layout *const layout = &digits->layout;
    uint32_t limbs;

    memset(digits, 0, sizeof *digits);
    sck_params_primes(evaluator->params, level, &limbs);
    sck_level_layout_of(evaluator->params, level, evaluator->grain,
                        &digits->layout);
    digits->level = level;
    for (uint32_t i = 0; i < limbs; digits->count++) {
        const uint32_t d = digits->count;

        digits->number[d] = layout->digit[i];
        digits->first[d] = i;
        while (i < limbs && layout->digit[i] == digits->number[d])
            i++;
        digits->sources[d] = (uint8_t)(i - digits->first[d]);
    }
}

sck_status sck_digits_new_batch(sck_run *run, sck_evaluator *evaluator,
                                const struct sck_polynomial *const *poly,
                                uint32_t members, uint32_t level,
                                struct sck_digits *digits)
{
    uint32_t limbs;
    const uint32_t *primes =
        sck_params_primes(evaluator->params, level, &limbs);
    struct taking t[SCK_BATCH];

    for (uint32_t m = 0; m < members; m++) {
        find_digits(evaluator, level, &digits[m]);
        t[m] = (struct taking){run, evaluator, poly[m], primes, &digits[m]};
    }
    const sck_status status = members > 1 || evaluator->blocks_per_task > 1
                                  ? take_together(t, members)
                                  : take(t);

    for (uint32_t m = 0; m < members && status != SCK_OK; m++)
        sck_digits_free(&digits[m]);
    return status;
}

sck_status sck_digits_new(sck_run *run, sck_evaluator *evaluator,
                          const struct sck_polynomial *poly, uint32_t level,
                          struct sck_digits *digits)
{
    return sck_digits_new_batch(run, evaluator, &poly, 1, level, digits);
}

void sck_digits_rows(struct sck_task *task, const struct sck_digits *digits)
{
    sck_block *const *part = digits->part;

    for (uint32_t d = 0; d < digits->count; d++) {
        const uint32_t parts = digits->parts[d];

        for (uint32_t k = 0; k < parts; k++, part++)
            sck_task_rows(task, *part, 0, sck_block_rows(*part), SCK_READ);
        sck_task_rows(task, digits->block[d], 0,
                      parts > 0 ? 1 : digits->sources[d] + 1u, SCK_READ);
    }
}

void sck_digits_free(struct sck_digits *digits)
{
    for (uint32_t k = 0; k < SCK_MAX_RUNS; k++)
        sck_block_free(digits->part[k]);
    for (uint32_t d = 0; d < SCK_MAX_DIGITS; d++)
        sck_block_free(digits->block[d]);
    memset(digits, 0, sizeof *digits);
}
