/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Slot ROW i + f holds feature f of sample i; weights repeat with period ROW,
 * so that a sum over all samples needs no mask and 32 slots are refreshed. */
#include "trainer.h"

#include "sck_encrypted.h"

#include <stdlib.h>

sck_status trainer_new(sck_session *session, const sck_params *params,
                       const struct problem *p,
                       const struct sck_limbs_ciphertext *data,
                       const struct sck_limbs_ciphertext *weights,
                       struct trainer *t)
{
    *t = (struct trainer){.params = params, .rows = p->rows};
    for (int k = 0; k <= DEGREE; k++)
        t->step[k] = p->step[k];
    SCK_TRY(sck_evaluator_new(session, params, &t->evaluator));
    SCK_TRY(sck_run_new(session, &t->run));
    SCK_TRY(sck_ciphertext_upload(t->evaluator, t->run, data, &t->data));
    return sck_ciphertext_upload(t->evaluator, t->run, weights, &t->weights);
}

void trainer_free(struct trainer *t)
{
    sck_ciphertext_free(t->data);
    sck_ciphertext_free(t->weights);
    sck_bootstrapper_free(t->bootstrapper);
    /* What failed has been told; what is left of the tasks must end. */
    if (t->run != NULL)
        (void)sck_run_wait(t->run);
    sck_run_free(t->run);
    sck_evaluator_free(t->evaluator);
    *t = (struct trainer){0};
}

/* *x becomes next, which may be NULL. */
static sck_status become(sck_ciphertext **x, sck_ciphertext *next,
                         sck_status status)
{
    sck_ciphertext_free(*x);
    *x = next;
    return status;
}

/* *x becomes the sum of its width rotations by 0, step, 2 step, ... */
static sck_status fold(sck_run *run, sck_ciphertext **x, int64_t step,
                       uint32_t width)
{
    sck_status status = SCK_OK;

    for (uint32_t k = 1; k < width && status == SCK_OK; k *= 2) {
        sck_ciphertext *turned = NULL, *sum = NULL;

        status = sck_eval_rotate(run, *x, step * k, &turned);
        if (status == SCK_OK)
            status = sck_eval_add(run, *x, turned, &sum);
        sck_ciphertext_free(turned);
        status = become(x, sum, status);
    }
    return status;
}

static sck_status product_with_data(struct trainer *t, const sck_ciphertext *a,
                                    sck_ciphertext **out)
{
    const uint32_t level = sck_ciphertext_level(a);
    sck_ciphertext *lowered = NULL, *three = NULL;
    sck_status status = SCK_OK;

    *out = NULL;
    if (sck_ciphertext_level(t->data) != level)
        status = sck_eval_lower(t->run, t->data, level, &lowered);
    if (status == SCK_OK)
        status = sck_eval_mul(t->run, lowered != NULL ? lowered : t->data, a,
                              &three);
    if (status == SCK_OK)
        status = sck_eval_relinearise_rescale(t->run, three, out);
    sck_ciphertext_free(lowered);
    sck_ciphertext_free(three);
    return status;
}

/* *x keeps every sample's first slot; the others become 0. */
static sck_status keep_first(struct trainer *t, sck_ciphertext **x)
{
    const uint32_t level = sck_ciphertext_level(*x), slots = t->rows * ROW;
    double *ones = calloc(2 * (size_t)slots, sizeof *ones);
    sck_plaintext *mask = NULL;
    sck_ciphertext *product = NULL, *scaled = NULL;
    sck_status status;

    if (ones == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u slots", slots);
    for (uint32_t i = 0; i < t->rows; i++)
        ones[2 * (size_t)i * ROW] = 1;
    status = sck_plaintext_encode(t->evaluator, t->run, ones, slots, level,
                                  sck_params_scale(t->params, level), &mask);
    free(ones);
    if (status == SCK_OK)
        status = sck_eval_mul_plain(t->run, *x, mask, &product);
    if (status == SCK_OK)
        status = sck_eval_rescale(t->run, product, &scaled);
    sck_plaintext_free(mask);
    sck_ciphertext_free(product);
    return become(x, scaled, status);
}

sck_status trainer_step(struct trainer *t)
{
    sck_ciphertext *x = NULL, *y = NULL, *lowered = NULL, *sum = NULL;
    sck_status status;

    /* t_i = sum over the features, in all slots of sample i. */
    sck_run_label(t->run, "products");
    status = product_with_data(t, t->weights, &x);
    if (status == SCK_OK)
        status = fold(t->run, &x, 1, ROW);
    if (status == SCK_OK)
        status = keep_first(t, &x);
    if (status == SCK_OK)
        status = fold(t->run, &x, -1, ROW);
    sck_run_label(t->run, "sigmoid");
    if (status == SCK_OK)
        status = sck_eval_chebyshev(t->run, x, t->step, DEGREE,
                                    (sck_scale){0, 0}, &y);
    status = become(&x, NULL, status);
    /* Rows beyond the samples are zeros and add nothing. */
    sck_run_label(t->run, "gradient");
    if (status == SCK_OK)
        status = product_with_data(t, y, &x);
    status = become(&y, NULL, status);
    if (status == SCK_OK)
        status = fold(t->run, &x, ROW, t->rows);
    if (status == SCK_OK)
        status = sck_eval_lower(t->run, t->weights, sck_ciphertext_level(x),
                                &lowered);
    if (status == SCK_OK)
        status = sck_eval_add(t->run, lowered, x, &sum);
    sck_ciphertext_free(x);
    sck_ciphertext_free(lowered);
    if (status == SCK_OK)
        status = become(&t->weights, sum, SCK_OK);
    return status == SCK_OK ? sck_run_wait(t->run) : status;
}

sck_status trainer_refresh(struct trainer *t)
{
    sck_ciphertext *fresh = NULL;

    sck_run_label(t->run, "refresh");
    if (t->bootstrapper == NULL)
        SCK_TRY(
            sck_bootstrapper_new(t->evaluator, t->run, ROW, &t->bootstrapper));
    SCK_TRY(sck_ciphertext_set_slots(t->weights, ROW));
    SCK_TRY(sck_eval_bootstrap(t->run, t->bootstrapper, t->weights, &fresh));
    (void)become(&t->weights, fresh, SCK_OK);
    SCK_TRY(sck_ciphertext_set_slots(t->weights, t->rows * ROW));
    return sck_run_wait(t->run);
}
