/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The giant steps of a linear map: turned and summed. */
#include "eval_linear_priv.h"

#include "automorphism_sum.h"

#include <string.h>

uint32_t sck_linear_galois(const struct sck_linear_application *s,
                           uint32_t step)
{
    return step == 0 ? 1 : sck_galois_rotation(s->e->params, step);
}

void sck_linear_rows(struct sck_task *task, sck_block *block, uint32_t rows)
{
    if (block != NULL)
        sck_task_rows(task, block, 0, rows, SCK_READ);
    else
        sck_task_absent(task, rows);
}

/* The sum's second half is no longer needed. */
static sck_status turn(struct sck_linear_application *s, uint32_t g)
{
    const sck_status status = sck_raised_turn(
        s->run, s->e, &s->sum[g], s->a->level,
        sck_linear_galois(s, s->map->split.giant[g]), &s->turned[g]);

    sck_polynomial_free(s->sum[g].poly[1]);
    s->sum[g].poly[1] = NULL;
    return status;
}

/* Block k of half h of total: giant steps first to first + count, each turned,
 * and before, what those ahead of them gave. */
static sck_status total_block(struct sck_linear_application *s, uint32_t k,
                              uint32_t h, uint32_t first, uint32_t count,
                              const struct sck_raised *before,
                              const struct sck_raised *total)
{
    const uint32_t *const giant = s->map->split.giant + first;
    const struct sck_polynomial *to = total->poly[h];
    const uint32_t rows = sck_block_rows(to->block[k]);
    struct sck_automorphism_sum_args args = {
        .ring = s->e->ring->id, .limbs = rows, .terms = count};
    struct sck_task task;

    memcpy(args.q, total->primes + to->first[k], rows * sizeof *args.q);
    for (uint32_t g = 0; g < count; g++)
        args.galois[g] = sck_linear_galois(s, giant[g]);
    if (before->poly[h] != NULL)
        args.galois[args.terms++] = 1;
    sck_task_begin(&task, s->run, SCK_CODELET_automorphism_sum, &args,
                   sizeof args);
    sck_task_rows(&task, to->block[k], 0, rows, SCK_WRITE);
    sck_task_next(&task);
    for (uint32_t g = 0; g < count; g++)
        sck_linear_rows(
            &task,
            (giant[g] == 0 ? s->sum : s->turned)[first + g].poly[h]->block[k],
            rows);
    if (before->poly[h] != NULL)
        sck_linear_rows(&task, before->poly[h]->block[k], rows);
    sck_task_next(&task);
    for (uint32_t g = 0; g < count; g++)
        sck_linear_rows(&task,
                        giant[g] != 0 && h == 0
                            ? s->sum[first + g].poly[0]->block[k]
                            : NULL,
                        rows);
    if (before->poly[h] != NULL)
        sck_task_absent(&task, rows);
    return sck_task_submit(&task);
}

/* The sum of all giant steps, some at a time. */
sck_status sck_linear_totals(struct sck_linear_application *s,
                             struct sck_raised *total)
{
    const uint32_t giants = s->map->split.giants;
    sck_status status = SCK_OK;
    uint32_t count;

    for (uint32_t at = 0; at < giants && status == SCK_OK; at += count) {
        struct sck_raised before = *total;

        memset(total, 0, sizeof *total);
        count = giants - at < s->bounds.turns ? giants - at : s->bounds.turns;
        for (uint32_t g = at; g < at + count && status == SCK_OK; g++)
            if (s->map->split.giant[g] != 0)
                status = turn(s, g);
        if (status == SCK_OK)
            status = sck_raised_new(s->e, s->a->level, total);
        for (uint32_t h = 0; h < 2; h++)
            for (uint32_t k = 0; status == SCK_OK && k < s->map->blocks; k++)
                status = total_block(s, k, h, at, count, &before, total);
        for (uint32_t g = at; g < at + count; g++) {
            sck_raised_free(&s->sum[g]);
            sck_raised_free(&s->turned[g]);
        }
        sck_raised_free(&before);
    }
    return status;
}
