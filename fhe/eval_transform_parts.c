/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The sums as tasks of their own, for workers that do not have them fused: all
 * rotations of the input, then their products. */
#include "eval_transform_priv.h"

#include "diagonals.h"

#include <stdlib.h>
#include <string.h>

/* What one call holds, in pairs over QP. */
struct parts {
    struct sck_application *s;
    struct sck_raised lifted; /* P a, without rows of P: those are zero   */
    struct sck_raised baby[SCK_MAX_BABIES]; /* a's second half switched, not yet
                                               turned */
};

static sck_status lift(struct parts *p)
{
    const struct sck_application *s = p->s;
    struct sck_raised *to = &p->lifted;
    uint32_t product[SCK_MAX_LIMBS];

    SCK_TRY(sck_raised_new(s->e, s->a->level, to));
    sck_special_product(to, product);
    for (uint32_t h = 0; h < 2; h++)
        SCK_TRY(sck_poly_elementwise(s->run, s->e, SCK_SCALAR_MUL, to->primes,
                                     product, to->poly[h], s->a->poly[h], NULL,
                                     NULL, to->q_blocks));
    return SCK_OK;
}

/* All rotations of the second half: its digits are raised once. */
static sck_status babies(struct parts *p, const struct sck_digits *digits,
                         const struct sck_eval_key *const *key, uint32_t keys)
{
    const struct sck_giant_steps *steps = &p->s->t->steps;
    struct sck_raised *to[SCK_MAX_BABIES];
    uint32_t count = 0;

    for (uint32_t b = 0; b < steps->babies; b++)
        if (steps->baby[b] != 0)
            to[count++] = &p->baby[b];
    if (keys == 0)
        return SCK_OK;
    return sck_key_switch_raise_hoisted(p->s->run, p->s->e, digits,
                                        p->s->a->poly[1], key, keys, NULL, to);
}

/* One block of all giant steps' sums. */
static sck_status sum_block(const struct parts *p, uint32_t k,
                            sck_block *const *plain)
{
    const struct sck_application *s = p->s;
    const struct sck_giant_steps *steps = &s->t->steps;
    const struct sck_polynomial *like = p->lifted.poly[0];
    const uint32_t rows = sck_block_rows(like->block[k]);
    const int special = k >= p->lifted.q_blocks;
    struct sck_diagonals_args args = {.ring = s->e->ring->id,
                                      .limbs = rows,
                                      .babies = steps->babies,
                                      .giants = steps->giants,
                                      .repeat =
                                          sck_repeat_of(s->e, s->t->words)};
    struct sck_task task;

    memcpy(args.q, p->lifted.primes + like->first[k], rows * sizeof *args.q);
    for (uint32_t b = 0; b < steps->babies; b++)
        args.galois[b] = sck_application_galois(s, steps->baby[b]);
    sck_task_begin(&task, s->run, SCK_CODELET_diagonals, &args, sizeof args);
    for (uint32_t g = 0; g < steps->giants; g++)
        for (uint32_t h = 0; h < 2; h++)
            sck_task_rows(&task, s->sum[g].poly[h]->block[k], 0, rows,
                          SCK_WRITE);
    sck_task_next(&task);
    for (uint32_t b = 0; b < steps->babies; b++)
        for (uint32_t h = 0; h < 2; h++) {
            sck_block *block = NULL;

            if (steps->baby[b] != 0)
                block = p->baby[b].poly[h]->block[k];
            else if (h == 1 && !special)
                block = p->lifted.poly[1]->block[k];
            sck_transform_rows(&task, block, rows);
        }
    sck_task_next(&task);
    sck_transform_rows(&task, special ? NULL : like->block[k], rows);
    sck_task_next(&task);
    for (uint32_t i = 0; i < steps->giants * steps->babies; i++)
        sck_transform_rows(&task, plain[i], rows);
    return sck_task_submit(&task);
}

sck_status sck_transform_sums_parts(struct sck_application *s,
                                    const struct sck_digits *digits,
                                    const struct sck_eval_key *const *key,
                                    uint32_t keys)
{
    const uint32_t count = s->t->steps.giants * s->t->steps.babies;
    struct parts *p = calloc(1, sizeof *p);
    sck_block **plain = calloc(count, sizeof *plain);
    sck_status status = SCK_OK;

    if (p == NULL || plain == NULL) {
        free(p);
        free(plain);
        return SCK_FAIL(SCK_ERR_MEMORY, "%u diagonals", count);
    }
    p->s = s;
    status = lift(p);
    if (status == SCK_OK)
        status = babies(p, digits, key, keys);
    for (uint32_t k = 0; status == SCK_OK && k < p->lifted.poly[0]->blocks;
         k++) {
        status = sck_transform_plain(s, &p->lifted, k, plain);
        if (status == SCK_OK)
            status = sum_block(p, k, plain);
        sck_transform_plain_close(s, plain);
    }
    for (uint32_t b = 0; b < s->t->steps.babies; b++)
        sck_raised_free(&p->baby[b]);
    sck_raised_free(&p->lifted);
    free(plain);
    free(p);
    return status;
}
