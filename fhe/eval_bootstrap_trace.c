/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The trace that takes the multiple of q0 into the subring of sparse slots: at
 * the top level, where rotations are dearest, so two doublings are one step of
 * three rotations, whose digits are raised once and whose sum is divided by P
 * once. */
#include "eval_bootstrap_priv.h"

#include "automorphism_sum.h"
#include "sample_uniform.h"

#include <string.h>

uint32_t sck_trace_rotations(uint32_t slots, uint32_t all)
{
    return all / slots >= 4 ? SCK_TRACE_ROTATIONS : 1;
}

/* What one step holds: x turned by slots, 2 slots, ..., over QP. */
struct step {
    sck_run *run;
    const sck_ciphertext *x;
    uint32_t count, galois[SCK_TRACE_ROTATIONS];
    struct sck_raised turned[SCK_TRACE_ROTATIONS], sum;
};

/* Rotations not yet turned, P times x's first half added to theirs. */
static sck_status raise(struct step *s)
{
    const sck_ciphertext *const x = s->x;
    sck_evaluator *const e = x->evaluator;
    struct sck_polynomial *const add[2] = {x->poly[0], NULL};
    const struct sck_eval_key *key[SCK_TRACE_ROTATIONS];
    struct sck_raised *to[SCK_TRACE_ROTATIONS];
    /* Tasks of one key: its memory is limited, or it is made for this use. */
    const int alone = sck_session_is_limited(e->session) || e->saves_memory;
    struct sck_digits digits;
    sck_status status = SCK_OK;

    for (uint32_t i = 0; i < s->count; i++) {
        to[i] = &s->turned[i];
        SCK_TRY(sck_evaluator_key(e, SCK_SEED_GALOIS, s->galois[i], x->level,
                                  &key[i]));
    }
    SCK_TRY(sck_digits_new(s->run, e, x->poly[1], x->level, &digits));
    if (!alone)
        status = sck_key_switch_raise_hoisted(s->run, e, &digits, x->poly[1],
                                              key, s->count, add, to);
    for (uint32_t i = 0; i < s->count && alone && status == SCK_OK; i++)
        status = sck_key_switch_raise_onto(s->run, e, &digits, x->poly[1],
                                           key[i], add, to[i]);
    sck_digits_free(&digits);
    return status;
}

static sck_status sum_block(struct step *s, uint32_t h, uint32_t k)
{
    const struct sck_polynomial *const to = s->sum.poly[h];
    const uint32_t rows = sck_block_rows(to->block[k]);
    struct sck_automorphism_sum_args args = {
        .ring = s->x->evaluator->ring->id, .limbs = rows, .terms = s->count};
    struct sck_task task;

    memcpy(args.q, s->sum.primes + to->first[k], rows * sizeof *args.q);
    memcpy(args.galois, s->galois, sizeof s->galois);
    sck_task_begin(&task, s->run, SCK_CODELET_automorphism_sum, &args,
                   sizeof args);
    sck_task_rows(&task, to->block[k], 0, rows, SCK_WRITE);
    sck_task_next(&task);
    for (uint32_t i = 0; i < s->count; i++)
        sck_task_rows(&task, s->turned[i].poly[h]->block[k], 0, rows, SCK_READ);
    sck_task_next(&task);
    sck_task_absent(&task, s->count * rows);
    return sck_task_submit(&task);
}

static sck_status add_up(struct step *s)
{
    sck_status status = sck_raised_new(s->x->evaluator, s->x->level, &s->sum);

    for (uint32_t h = 0; h < 2; h++)
        for (uint32_t k = 0; status == SCK_OK && k < s->sum.poly[h]->blocks;
             k++)
            status = sum_block(s, h, k);
    return status;
}

/* x and all its rotations. */
static sck_status total(struct step *s, uint32_t slots, sck_ciphertext **out)
{
    const sck_ciphertext *const x = s->x;
    sck_ciphertext *turned = NULL;
    sck_status status = sck_ciphertext_like(x, x->level, 0, x->scale, &turned);

    if (status == SCK_OK) {
        turned->size = 2;
        status = sck_raised_mod_down_both(s->run, x->evaluator, &s->sum, 0,
                                          turned->poly);
        status = sck_ciphertext_finish(status, &turned);
    }
    if (status == SCK_OK)
        status = sck_eval_add(s->run, x, turned, out);
    if (status == SCK_OK)
        (*out)->noise = sck_trace_noise(x, slots, s->count);
    sck_ciphertext_free(turned);
    return status;
}

static sck_status take_step(sck_run *run, const sck_ciphertext *x, uint32_t k,
                            uint32_t slots, sck_ciphertext **out)
{
    struct step s = {
        .run = run, .x = x, .count = sck_trace_rotations(k, x->slots)};
    sck_status status;

    for (uint32_t i = 0; i < s.count; i++)
        s.galois[i] = sck_galois_rotation(x->evaluator->params, (i + 1) * k);
    status = raise(&s);
    if (status == SCK_OK)
        status = add_up(&s);
    if (status == SCK_OK)
        status = total(&s, slots, out);
    for (uint32_t i = 0; i < s.count; i++)
        sck_raised_free(&s.turned[i]);
    sck_raised_free(&s.sum);
    return status;
}

sck_status sck_trace(sck_run *run, uint32_t slots, sck_ciphertext **x)
{
    const uint32_t all = (*x)->evaluator->ring->n / 2;
    sck_status status = SCK_OK;

    (*x)->slots = all;
    for (uint32_t k = slots; k < all && status == SCK_OK;
         k *= 1 + sck_trace_rotations(k, all)) {
        sck_ciphertext *sum = NULL;

        status = take_step(run, *x, k, slots, &sum);
        sck_ciphertext_free(*x);
        *x = sum;
    }
    if (*x != NULL)
        (*x)->slots = slots;
    return status;
}
