/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Rotations, conjugation and sums of rotations. */
#include "eval_priv.h"

#include "automorphism.h"
#include "sample_uniform.h"

#include <stdlib.h>
#include <string.h>

sck_status sck_poly_permute(sck_run *run, sck_evaluator *evaluator,
                            uint32_t galois, const struct sck_polynomial *from,
                            struct sck_polynomial *to)
{
    for (uint32_t k = 0; k < to->blocks; k++) {
        const uint32_t rows = sck_block_rows(to->block[k]);
        const struct sck_automorphism_args args = {
            .ring = evaluator->ring->id, .limbs = rows, .galois = galois};
        struct sck_task task;

        sck_task_begin(&task, run, SCK_CODELET_automorphism, &args,
                       sizeof args);
        sck_task_rows(&task, to->block[k], 0, rows, SCK_WRITE);
        sck_task_next(&task);
        sck_task_rows(&task, from->block[k], 0, rows, SCK_READ);
        SCK_TRY(sck_task_submit(&task));
    }
    return SCK_OK;
}

/* Rotations whose key products one task a block makes. The digits' share of
 * each is a sixteenth of a lone one's then; all sums are held at once. */
enum { TOGETHER = SCK_MAX_HOISTED };

/* Where memory is limited or keys are made for each use, a task has one key. */
static uint32_t together(const sck_evaluator *e)
{
    return sck_session_is_limited(e->session) || e->saves_memory ? 1 : TOGETHER;
}

/* The switched c1 of count rotations, onto P c0: dividing by P then adds c0. */
static sck_status raise(sck_run *run, const sck_ciphertext *a,
                        const struct sck_digits *digits, const uint32_t *galois,
                        uint32_t count, struct sck_raised *raised)
{
    sck_evaluator *e = a->evaluator;
    struct sck_polynomial *const add[2] = {a->poly[0], NULL};
    const struct sck_eval_key *key[TOGETHER];
    struct sck_raised *to[TOGETHER];

    for (uint32_t i = 0; i < count; i++) {
        SCK_TRY(sck_evaluator_key(e, SCK_SEED_GALOIS, galois[i], a->level,
                                  &key[i]));
        to[i] = &raised[i];
    }
    if (count == 1)
        return sck_key_switch_raise_onto(run, e, digits, a->poly[1], key[0],
                                         add, raised);
    return sck_key_switch_raise_hoisted(run, e, digits, a->poly[1], key, count,
                                        add, to);
}

/* sigma_g(c0 + u0, u1), u the switched c1: the key is for sigma_g^-1(s). At
 * most TOGETHER of them; on error some of out may be there. */
static sck_status galois_from_digits(sck_run *run, const sck_ciphertext *a,
                                     const struct sck_digits *digits,
                                     const uint32_t *galois, uint32_t count,
                                     sck_ciphertext **out)
{
    struct sck_raised raised[TOGETHER];
    sck_status status;

    SCK_TRY(raise(run, a, digits, galois, count, raised));
    status = SCK_OK;
    for (uint32_t i = 0; i < count; i++) {
        if (status == SCK_OK)
            status = sck_ciphertext_like(a, a->level, 0, a->scale, &out[i]);
        if (status == SCK_OK) {
            out[i]->size = 2;
            sck_ciphertext_add_switch_noise(out[i]);
            status = sck_raised_mod_down_both(run, a->evaluator, &raised[i],
                                              galois[i], out[i]->poly);
            status = sck_ciphertext_finish(status, &out[i]);
        }
        sck_raised_free(&raised[i]);
    }
    return status;
}

/* An equal ciphertext, which shares a's polynomials. */
static sck_status copy(const sck_ciphertext *a, sck_ciphertext **out)
{
    SCK_TRY(sck_ciphertext_like(a, a->level, 0, a->scale, out));
    (*out)->size = a->size;
    for (uint32_t i = 0; i < a->size; i++)
        (*out)->poly[i] = sck_polynomial_share(a->poly[i]);
    return SCK_OK;
}

static sck_status apply_galois(sck_run *run, const sck_ciphertext *a,
                               uint32_t galois, sck_ciphertext **out)
{
    struct sck_digits digits;
    sck_status status;

    *out = NULL;
    if (a->size != 2)
        return SCK_FAIL(SCK_ERR_SHAPE, "%u polynomials: relinearise first",
                        a->size);
    SCK_TRY(sck_digits_new(run, a->evaluator, a->poly[1], a->level, &digits));
    status = galois_from_digits(run, a, &digits, &galois, 1, out);
    sck_digits_free(&digits);
    return status;
}

/* Slots repeat with their period, so steps count modulo the slots. */
static int64_t wrap(const sck_ciphertext *a, int64_t steps)
{
    const int64_t n = a->slots;

    return ((steps % n) + n) % n;
}

sck_status sck_eval_rotate(sck_run *run, const sck_ciphertext *a, int64_t steps,
                           sck_ciphertext **out)
{
    return sck_eval_rotate_hoisted(run, a, &steps, 1, out);
}

sck_status sck_eval_conjugate(sck_run *run, const sck_ciphertext *a,
                              sck_ciphertext **out)
{
    return apply_galois(run, a, sck_galois_conjugation(a->evaluator->params),
                        out);
}

/* The rotations of index[0] to index[count - 1], by the same digits. */
static sck_status rotate_from_digits(sck_run *run, const sck_ciphertext *a,
                                     const int64_t *steps,
                                     const uint32_t *index, uint32_t count,
                                     sck_ciphertext **out)
{
    const uint32_t most = together(a->evaluator);
    struct sck_digits digits;
    sck_status status;

    SCK_TRY(sck_digits_new(run, a->evaluator, a->poly[1], a->level, &digits));
    status = SCK_OK;
    for (uint32_t first = 0, n; first < count && status == SCK_OK; first += n) {
        const uint32_t parts = (count - first + most - 1) / most;
        sck_ciphertext *turned[TOGETHER] = {NULL};
        uint32_t galois[TOGETHER];

        n = (count - first + parts - 1) / parts;
        for (uint32_t i = 0; i < n; i++)
            galois[i] = sck_galois_rotation(a->evaluator->params,
                                            wrap(a, steps[index[first + i]]));
        status = galois_from_digits(run, a, &digits, galois, n, turned);
        for (uint32_t i = 0; i < n; i++)
            out[index[first + i]] = turned[i];
    }
    sck_digits_free(&digits);
    return status;
}

sck_status sck_eval_rotate_hoisted(sck_run *run, const sck_ciphertext *a,
                                   const int64_t *steps, uint32_t count,
                                   sck_ciphertext **out)
{
    uint32_t *index, turns = 0;
    sck_status status = SCK_OK;

    memset(out, 0, count * sizeof *out);
    if (a->size != 2)
        return SCK_FAIL(SCK_ERR_SHAPE, "%u polynomials: relinearise first",
                        a->size);
    index = malloc((count + 1) * sizeof *index);
    if (index == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u rotations", count);
    for (uint32_t i = 0; i < count && status == SCK_OK; i++)
        if (wrap(a, steps[i]) == 0)
            status = copy(a, &out[i]);
        else
            index[turns++] = i;
    if (status == SCK_OK && turns != 0)
        status = rotate_from_digits(run, a, steps, index, turns, out);
    free(index);
    for (uint32_t i = 0; i < count && status != SCK_OK; i++) {
        sck_ciphertext_free(out[i]);
        out[i] = NULL;
    }
    return status;
}

sck_status sck_eval_inner_sum(sck_run *run, const sck_ciphertext *a,
                              uint32_t width, sck_ciphertext **out)
{
    sck_ciphertext *sum = NULL;
    sck_status status;

    *out = NULL;
    if (width == 0 || (width & (width - 1)) != 0 || width > a->slots)
        return SCK_FAIL(SCK_ERR_ARGUMENT,
                        "a width of %u is no power of two up to the %u slots",
                        width, a->slots);
    status = copy(a, &sum);
    for (uint32_t k = 1; k < width && status == SCK_OK; k *= 2) {
        sck_ciphertext *turned = NULL, *next = NULL;

        status = sck_eval_rotate(run, sum, k, &turned);
        if (status == SCK_OK)
            status = sck_eval_add(run, sum, turned, &next);
        sck_ciphertext_free(turned);
        sck_ciphertext_free(sum);
        sum = next;
    }
    *out = sum;
    return status;
}
