/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Several key switches of one polynomial (hoisting, ePrint 2018/244): a task a
 * destination block raises its digits once for all keys. */
#include "eval_priv.h"

#include "hoisted_switch.h"

#include <string.h>

/* What one call holds. */
struct hoisted {
    sck_run *run;
    sck_evaluator *e;
    const struct sck_digits *digits;
    const struct sck_polynomial *own;
    const struct sck_eval_key *const *keys;
    uint32_t count;
    struct sck_polynomial *const *add; /* NULL: nothing */
    uint32_t product[SCK_MAX_LIMBS];
    struct sck_raised *const *raised;
    struct sck_key_uniform uniform[SCK_MAX_HOISTED];
};

static sck_status submit(struct hoisted *s, uint32_t k, uint32_t run_index,
                         uint32_t run_length)
{
    const struct sck_raised *like = s->raised[0];
    const uint32_t rows = sck_block_rows(like->poly[0]->block[k]);
    struct sck_hoisted_switch_args args = {.keys = s->count};
    struct sck_task task;

    sck_key_switch_prepare(&args.one, s->e, s->digits, like, k, run_length);
    args.one.adds = s->add != NULL && k < like->q_blocks;
    memcpy(args.one.factor, s->product + like->poly[0]->first[k],
           rows * sizeof *s->product);
    sck_task_begin(&task, s->run, SCK_CODELET_hoisted_switch, &args,
                   sizeof args);
    for (uint32_t r = 0; r < s->count; r++)
        for (int h = 0; h < 2; h++)
            sck_task_rows(&task, s->raised[r]->poly[h]->block[k], 0, rows,
                          SCK_WRITE);
    sck_task_next(&task);
    sck_digits_rows(&task, s->digits);
    sck_task_next(&task);
    if (k >= like->q_blocks)
        sck_task_absent(&task, rows);
    else
        sck_task_rows(&task, s->own->block[k], 0, rows, SCK_READ);
    sck_task_next(&task);
    for (uint32_t r = 0; r < s->count; r++)
        sck_key_rows(&task, s->keys[r], run_index, &s->uniform[r]);
    for (int h = 0; h < 2 && args.one.adds; h++) {
        if (h == 0)
            sck_task_next(&task);
        if (s->add[h] != NULL)
            sck_task_rows(&task, s->add[h]->block[k], 0, rows, SCK_READ);
        else
            sck_task_absent(&task, rows);
    }
    return sck_task_submit(&task);
}

static sck_status raise_block(struct hoisted *s, uint32_t k)
{
    const struct sck_raised *like = s->raised[0];
    struct sck_class_layout runs;
    uint32_t open = 0;
    sck_status status = SCK_OK;

    sck_class_layout_of(like->key_class, s->e->grain, &runs);
    /* A run of P starts at row 0 of its own key block. */
    const uint32_t r = k < like->q_blocks ? s->digits->layout.run[k]
                                          : runs.q_runs + k - like->q_blocks;

    for (; open < s->count && status == SCK_OK; open++)
        status =
            sck_key_open(s->run, s->e, s->keys[open], r, &s->uniform[open]);
    if (status == SCK_OK)
        status = submit(s, k, r, runs.length[r]);
    while (open-- > 0)
        sck_key_close(&s->uniform[open]);
    return status;
}

sck_status sck_key_switch_raise_hoisted(sck_run *run, sck_evaluator *evaluator,
                                        const struct sck_digits *digits,
                                        const struct sck_polynomial *own,
                                        const struct sck_eval_key *const *keys,
                                        uint32_t count,
                                        struct sck_polynomial *const *add,
                                        struct sck_raised *const *raised)
{
    struct hoisted s = {.run = run,
                        .e = evaluator,
                        .digits = digits,
                        .own = own,
                        .keys = keys,
                        .count = count,
                        .add = add,
                        .raised = raised};
    sck_status status = SCK_OK;

    for (uint32_t r = 0; r < count; r++)
        memset(raised[r], 0, sizeof *raised[r]);
    for (uint32_t r = 0; r < count && status == SCK_OK; r++)
        status = sck_raised_new(evaluator, digits->level, raised[r]);
    if (status == SCK_OK && count != 0)
        sck_special_product(raised[0], s.product);
    for (uint32_t k = 0; status == SCK_OK && k < raised[0]->poly[0]->blocks;
         k++)
        status = raise_block(&s, k);
    for (uint32_t r = 0; r < count && status != SCK_OK; r++)
        sck_raised_free(raised[r]);
    return status;
}
