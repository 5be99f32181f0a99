/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Rotations, conjugation and sums of rotations. */
#include "eval_priv.h"

#include "automorphism.h"
#include "sample_uniform.h"

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

/* sigma_g(c0 + u0, u1), u the switched c1: the key is for sigma_g^-1(s). P c0
 * is added before the division by P. */
static sck_status galois_from_digits(sck_run *run, const sck_ciphertext *a,
                                     const struct sck_digits *digits,
                                     uint32_t galois, sck_ciphertext **out)
{
    sck_evaluator *e = a->evaluator;
    struct sck_polynomial *const add[2] = {a->poly[0], NULL};
    const struct sck_eval_key *key;
    struct sck_raised raised;
    sck_status status;

    SCK_TRY(sck_evaluator_key(e, SCK_SEED_GALOIS, galois, a->level, &key));
    SCK_TRY(sck_key_switch_raise_onto(run, e, digits, a->poly[1], key, add,
                                      &raised));
    status = sck_ciphertext_like(a, a->level, 0, a->scale, out);
    if (status == SCK_OK) {
        (*out)->size = 2;
        sck_ciphertext_add_switch_noise(*out);
        status =
            sck_raised_mod_down_both(run, e, &raised, galois, (*out)->poly);
    }
    sck_raised_free(&raised);
    return sck_ciphertext_finish(status, out);
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
    status = galois_from_digits(run, a, &digits, galois, out);
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

sck_status sck_eval_rotate_hoisted(sck_run *run, const sck_ciphertext *a,
                                   const int64_t *steps, uint32_t count,
                                   sck_ciphertext **out)
{
    struct sck_digits digits = {0};
    sck_status status = SCK_OK;

    memset(out, 0, count * sizeof *out);
    if (a->size != 2)
        return SCK_FAIL(SCK_ERR_SHAPE, "%u polynomials: relinearise first",
                        a->size);
    for (uint32_t i = 0; i < count && status == SCK_OK; i++) {
        const int64_t step = wrap(a, steps[i]);

        if (step == 0) {
            status = copy(a, &out[i]);
            continue;
        }
        if (digits.count == 0)
            status = sck_digits_new(run, a->evaluator, a->poly[1], a->level,
                                    &digits);
        if (status == SCK_OK)
            status = galois_from_digits(
                run, a, &digits,
                sck_galois_rotation(a->evaluator->params, step), &out[i]);
    }
    sck_digits_free(&digits);
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
