/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Bootstrapping, SlotToCoeff first (algorithms.md, section 2; parameters.md,
 * sections 4 to 6). */
#include "eval_batch_priv.h"
#include "eval_bootstrap_priv.h"

#include <math.h>

#include <stdlib.h>

sck_scale sck_bootstrap_modulus(const sck_params *params)
{
    const sck_scale one = {(uint64_t)1 << 63, -63};
    uint32_t count;
    const uint32_t *q = sck_params_primes(params, 0, &count);

    return sck_scale_ratio(one, q, count, NULL, 0);
}

/* What the slots of the raised ciphertext are multiplied by on the way into
 * EvalMod: the conjugate is added (or subtracted) there. */
static double cts_constant(void)
{
    return 0.5 / sck_evalmod_span();
}

/* How much greater the trace makes sparse slots. The scale takes it up,
 * exactly: as a constant of the last matrix it would be as much of its
 * encoding's rounding. */
static double trace_gain(const sck_evaluator *e, uint32_t slots)
{
    return (double)(e->ring->n / 2) / slots;
}

static sck_scale traced_scale(const sck_evaluator *e, uint32_t slots)
{
    return sck_scale_mul(sck_bootstrap_modulus(e->params),
                         sck_scale_from_double(trace_gain(e, slots)));
}

static sck_status layer(sck_bootstrapper *b, sck_run *run,
                        const struct sck_bootstrap_splits *splits, int cts,
                        uint32_t i, double factor, sck_scale in, sck_scale out)
{
    const struct sck_layer l =
        sck_bootstrap_layer(b->evaluator->params, b->slots, cts, i);
    struct sck_diagonals m;
    sck_status status;

    SCK_TRY(sck_dft_diagonals(b->evaluator->ring, b->slots, !cts, l.first,
                              l.stages, factor, &m));
    status = sck_transform_new(b->evaluator, run, &m,
                               cts ? &splits->cts[i] : &splits->stc[i], l.level,
                               in, out, cts ? &b->cts[i] : &b->stc[i]);
    sck_diagonals_free(&m);
    return status;
}

static sck_status layers(sck_bootstrapper *b, sck_run *run)
{
    const sck_params *params = b->evaluator->params;
    const struct sck_params_literal *shape = sck_params_shape(params);
    const uint32_t stc = shape->levels_stc, cts = shape->levels_cts;
    const sck_scale q0 = sck_bootstrap_modulus(params);
    sck_scale in = sck_params_scale(params, stc);
    struct sck_bootstrap_splits splits;

    sck_bootstrap_splits_of(params, b->slots, &splits);
    for (uint32_t i = 0; i < stc; i++) {
        const sck_scale out =
            i + 1 < stc ? sck_params_scale(params, stc - 1 - i)
                        : sck_scale_quotient(
                              q0, sck_scale_from_double(SCK_MESSAGE_RATIO));

        SCK_TRY(layer(b, run, &splits, 0, i, 1, in, out));
        in = out;
    }
    in = traced_scale(b->evaluator, b->slots);
    /* The greatest scale from the first layer on and the constant in the last:
     * EvalMod magnifies what rounding leaves there by 2^14.7. */
    for (uint32_t i = 0; i < cts; i++) {
        const sck_scale out = sck_evalmod_scale(params);

        SCK_TRY(layer(b, run, &splits, 1, i, i + 1 < cts ? 1 : cts_constant(),
                      in, out));
        in = out;
    }
    return SCK_OK;
}

sck_status sck_bootstrapper_new(sck_evaluator *evaluator, sck_run *run,
                                uint32_t slots, sck_bootstrapper **bootstrapper)
{
    sck_bootstrapper *b;
    sck_status status;

    *bootstrapper = NULL;
    SCK_TRY(sck_bootstrap_check(evaluator->params, slots));
    b = calloc(1, sizeof *b);
    if (b == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *b);
    b->evaluator = evaluator;
    b->slots = slots;
    status = layers(b, run);
    if (status != SCK_OK)
        sck_bootstrapper_free(b);
    else
        *bootstrapper = b;
    return status;
}

void sck_bootstrapper_free(sck_bootstrapper *bootstrapper)
{
    if (bootstrapper == NULL)
        return;
    for (uint32_t i = 0; i < SCK_MAX_LAYERS; i++) {
        sck_transform_free(bootstrapper->stc[i]);
        sck_transform_free(bootstrapper->cts[i]);
    }
    free(bootstrapper);
}

/* *x becomes layers of it; *x is used up. */
static sck_status chain(sck_run *run, struct sck_transform *const *transform,
                        sck_ciphertext **x)
{
    sck_status status = SCK_OK;

    for (uint32_t i = 0;
         i < SCK_MAX_LAYERS && transform[i] != NULL && status == SCK_OK; i++) {
        sck_ciphertext *next = NULL;

        status = sck_transform_apply(run, transform[i], *x, &next);
        sck_ciphertext_free(*x);
        *x = next;
    }
    return status;
}

/* From a's slots to 1/(2 B) of the raised coefficients in slots, EvalMod's
 * level. */
static sck_status raise(sck_run *run, const sck_bootstrapper *b,
                        const sck_ciphertext *a, sck_ciphertext **out)
{
    const sck_params *params = b->evaluator->params;
    sck_ciphertext *x = NULL, *raised = NULL;
    sck_status status;

    SCK_TRY(sck_eval_lower(run, a, sck_bootstrap_input_level(params), &x));
    status = chain(run, b->stc, &x);
    if (status == SCK_OK)
        status = sck_raise_modulus(run, x, &raised);
    sck_ciphertext_free(x);
    if (status != SCK_OK)
        return status;
    raised->scale = sck_bootstrap_modulus(params);
    raised->noise = sck_raised_noise(raised);
    status = sck_trace(run, b->slots, &raised);
    if (status == SCK_OK) {
        const double gain = trace_gain(b->evaluator, b->slots);

        raised->scale = traced_scale(b->evaluator, b->slots);
        raised->noise.magnitude /= gain;
        raised->noise.error /= gain;
    }
    if (status == SCK_OK)
        status = chain(run, b->cts, &raised);
    *out = raised;
    return status;
}

sck_status sck_bootstrap_takes(const sck_bootstrapper *b,
                               const sck_ciphertext *a, double most)
{
    const uint32_t level = sck_bootstrap_input_level(b->evaluator->params);

    if (a->size != 2 || a->slots != b->slots)
        return SCK_FAIL(SCK_ERR_SHAPE,
                        "%u polynomials of %u slots, not 2 of %u", a->size,
                        a->slots, b->slots);
    if (a->level < level)
        return SCK_FAIL(SCK_ERR_LEVEL,
                        "level %u is too low: SlotToCoeff starts at level %u",
                        a->level, level);
    if (a->noise.stated && a->noise.magnitude > most * (1 + 1e-6))
        return SCK_FAIL(SCK_ERR_ARGUMENT,
                        "its magnitude was stated as %g, so slots are beyond "
                        "the %g that is refreshed here: "
                        "sck_eval_bootstrap_scaled() divides first",
                        a->noise.magnitude, most);
    return SCK_OK;
}

/* w + conj(w), or -i (w - conj(w)). */
static sck_status part(sck_run *run, const sck_ciphertext *w,
                       const sck_ciphertext *conjugate, int imaginary,
                       sck_ciphertext **x)
{
    sck_ciphertext *y = NULL;
    sck_status status = imaginary ? sck_eval_sub(run, conjugate, w, &y)
                                  : sck_eval_add(run, w, conjugate, x);

    if (status == SCK_OK && imaginary)
        status = sck_eval_mul_i(run, y, x);
    if (status == SCK_OK)
        (*x)->noise = sck_conjugates_noise(w, conjugate);
    sck_ciphertext_free(y);
    return status;
}

/* EvalMod of one or both parts: as a batch, or each when its turn comes, so
 * that the other need not be there. */
static sck_status parts(sck_run *run, const sck_ciphertext *w,
                        const sck_ciphertext *conjugate, uint32_t count,
                        sck_ciphertext **out)
{
    const uint32_t step = sck_evaluator_batches(w->evaluator) ? count : 1;
    sck_status status = SCK_OK;

    for (uint32_t i = 0; i < count && status == SCK_OK; i += step) {
        sck_ciphertext *x[SCK_BATCH] = {NULL};

        for (uint32_t k = 0; k < step && status == SCK_OK; k++)
            status = part(run, w, conjugate, i + k == 1, &x[k]);
        if (status == SCK_OK)
            status = sck_eval_mod_batch(run, (const sck_ciphertext *const *)x,
                                        step, out + i);
        for (uint32_t k = 0; k < step; k++)
            sck_ciphertext_free(x[k]);
    }
    return status;
}

sck_status sck_bootstrap_parts(sck_run *run, const sck_bootstrapper *b,
                               const sck_ciphertext *a, uint32_t count,
                               sck_ciphertext **out)
{
    sck_ciphertext *w = NULL, *conjugate = NULL;
    sck_status status;

    for (uint32_t i = 0; i < count; i++)
        out[i] = NULL;
    /* Both parts within [-1, 1]. */
    SCK_TRY(sck_bootstrap_takes(b, a, count == 2 ? sqrt(2) : 1));
    status = raise(run, b, a, &w);
    if (status == SCK_OK)
        status = sck_eval_conjugate(run, w, &conjugate);
    if (status == SCK_OK)
        status = parts(run, w, conjugate, count, out);
    sck_ciphertext_free(w);
    sck_ciphertext_free(conjugate);
    return sck_batch_finish(status, count, out);
}

sck_status sck_eval_bootstrap(sck_run *run,
                              const sck_bootstrapper *bootstrapper,
                              const sck_ciphertext *a, sck_ciphertext **out)
{
    SCK_TRY(sck_bootstrap_parts(run, bootstrapper, a, 1, out));
    (*out)->noise = sck_bootstrapped_noise(a, (*out)->noise, 0);
    return SCK_OK;
}

sck_status sck_eval_bootstrap_complex(sck_run *run,
                                      const sck_bootstrapper *bootstrapper,
                                      const sck_ciphertext *a,
                                      sck_ciphertext **out)
{
    sck_ciphertext *part_of[2], *turned = NULL;
    sck_status status;

    *out = NULL;
    SCK_TRY(sck_bootstrap_parts(run, bootstrapper, a, 2, part_of));
    status = sck_eval_mul_i(run, part_of[1], &turned);
    if (status == SCK_OK)
        status = sck_eval_add(run, part_of[0], turned, out);
    if (status == SCK_OK)
        (*out)->noise = sck_bootstrapped_noise(a, (*out)->noise, 1);
    sck_ciphertext_free(part_of[0]);
    sck_ciphertext_free(part_of[1]);
    sck_ciphertext_free(turned);
    return status;
}
