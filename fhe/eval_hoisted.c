/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Several key switches of one polynomial (hoisting, ePrint 2018/244): a task a
 * destination block raises its digits once for all keys. */
#include "eval_joined_priv.h"

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
    struct sck_key_uniform uniform[SCK_MAX_HOISTED][SCK_JOINED_BLOCKS];
};

static sck_status submit(struct hoisted *s, const struct sck_joined *joined)
{
    const struct sck_raised *like = s->raised[0];
    const uint32_t k = joined->first;
    struct sck_hoisted_switch_args args = {.keys = s->count};
    struct sck_task task;

    sck_key_switch_prepare_joined(&args.one, s->e, s->digits, like, joined);
    args.one.adds = s->add != NULL && k < like->q_blocks;
    memcpy(args.one.factor, s->product + like->poly[0]->first[k],
           joined->rows * sizeof *s->product);
    sck_task_begin(&task, s->run, SCK_CODELET_hoisted_switch, &args,
                   sizeof args);
    task.priority = sck_raised_is_first(like, s->e->params,
                                        like->poly[0]->first[k], joined->rows);
    for (uint32_t r = 0; r < s->count; r++)
        for (int h = 0; h < 2; h++)
            sck_joined_rows(&task, s->raised[r]->poly[h], joined, SCK_WRITE);
    sck_task_next(&task);
    sck_digits_rows(&task, s->digits);
    sck_task_next(&task);
    if (k >= like->q_blocks)
        sck_task_absent(&task, joined->rows);
    else
        sck_joined_rows(&task, s->own, joined, SCK_READ);
    sck_task_next(&task);
    for (uint32_t r = 0; r < s->count; r++)
        sck_key_rows_joined(&task, s->keys[r], joined, s->uniform[r]);
    for (int h = 0; h < 2 && args.one.adds; h++) {
        if (h == 0)
            sck_task_next(&task);
        if (s->add[h] != NULL)
            sck_joined_rows(&task, s->add[h], joined, SCK_READ);
        else
            sck_task_absent(&task, joined->rows);
    }
    return sck_task_submit(&task);
}

static sck_status raise_block(struct hoisted *s,
                              const struct sck_joined *joined)
{
    uint32_t open = 0;
    sck_status status = SCK_OK;

    for (; open < s->count && status == SCK_OK; open++)
        status = sck_key_open_joined(s->run, s->e, s->keys[open], joined,
                                     s->uniform[open]);
    if (status == SCK_OK)
        status = submit(s, joined);
    while (open-- > 0)
        for (uint32_t b = 0; b < joined->blocks; b++)
            sck_key_close(&s->uniform[open][b]);
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
    struct sck_joined joined;
    sck_status status = SCK_OK;

    for (uint32_t r = 0; r < count; r++)
        memset(raised[r], 0, sizeof *raised[r]);
    for (uint32_t r = 0; r < count && status == SCK_OK; r++)
        status = sck_raised_new(evaluator, digits->level, raised[r]);
    if (status == SCK_OK && count != 0)
        sck_special_product(raised[0], s.product);
    for (uint32_t k = 0; status == SCK_OK && k < raised[0]->poly[0]->blocks;
         k += joined.blocks) {
        sck_raised_join(evaluator, digits, raised[0], count, k, &joined);
        status = raise_block(&s, &joined);
    }
    for (uint32_t r = 0; r < count && status != SCK_OK; r++)
        sck_raised_free(raised[r]);
    return status;
}
