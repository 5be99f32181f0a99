/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Raising the modulus with sparse-secret encapsulation (Bossuat, Troncoso,
 * Hubaux, ePrint 2022/024): the multiple of q0 that appears is as small as the
 * secret at level 0 is sparse. */
#include "eval_bootstrap_priv.h"

#include "key_switch.h"
#include "mod_raise.h"
#include "sample_uniform.h"

#include <string.h>

/* The digit's conversion to one block of targets, with one key block. */
static sck_status switch_block(sck_run *run, sck_evaluator *e,
                               const struct sck_digits *digit,
                               const uint32_t *sources,
                               const struct sck_eval_key *key,
                               const struct sck_raised *raised, uint32_t k)
{
    struct sck_polynomial *const *poly = raised->poly;
    const uint32_t rows = sck_block_rows(poly[0]->block[k]);
    struct sck_key_switch_args args = {.ring = e->ring->id,
                                       .digits = 1,
                                       .targets = rows,
                                       .key_limbs = rows,
                                       .key_digits = 1};
    struct sck_conversion conversion;
    struct sck_key_uniform uniform;
    struct sck_task task;
    sck_status status;

    memcpy(args.t, raised->primes + poly[0]->first[k], rows * sizeof *args.t);
    sck_conversion_prepare(&conversion, sources, digit->sources[0], args.t,
                           rows);
    args.sources[0] = digit->sources[0];
    for (uint32_t i = 0; i < digit->sources[0]; i++)
        memcpy(args.w[i], conversion.w[i], sizeof args.w[i]);
    memcpy(args.minus_d[0], conversion.minus_d, sizeof args.minus_d[0]);
    for (uint32_t i = 0; i < rows; i++) {
        args.own[i] = SCK_NO_DIGIT;
        args.key_row[i] = (uint8_t)i;
    }
    SCK_TRY(sck_key_open(run, e, key, k, &uniform));
    sck_task_begin(&task, run, SCK_CODELET_key_switch, &args, sizeof args);
    for (int h = 0; h < 2; h++)
        sck_task_rows(&task, poly[h]->block[k], 0, rows, SCK_WRITE);
    sck_task_next(&task);
    sck_digits_rows(&task, digit);
    sck_task_next(&task);
    sck_task_absent(&task, rows);
    sck_task_next(&task);
    sck_key_rows(&task, key, k, &uniform);
    status = sck_task_submit(&task);
    sck_key_close(&uniform);
    return status;
}

/* (u0, u1) = digit times key, over a level's primes, P divided out. */
static sck_status switch_secret(sck_run *run, sck_evaluator *e,
                                const struct sck_digits *digit, uint32_t kind,
                                uint32_t level, struct sck_polynomial **u)
{
    uint32_t count, specials, zeroth, cut[SCK_MAX_RUNS];
    const uint32_t *q = sck_params_primes(e->params, level, &count);
    const uint32_t *sources = sck_params_primes(e->params, 0, &zeroth);
    const struct sck_key_class p = {
        .special_count = SCK_ENCAPSULATION_SPECIALS,
        .special = sck_params_special(e->params, &specials)};
    struct sck_raised raised = {
        .key_class = &p, .level = level, .limbs = count + p.special_count};
    const struct sck_eval_key *key;
    struct sck_level_layout layout;
    sck_status status = SCK_OK;

    u[0] = u[1] = NULL;
    SCK_TRY(sck_evaluator_key(e, kind, 0, level, &key));
    sck_level_layout_of(e->params, level, e->grain, &layout);
    raised.q_blocks = layout.blocks;
    memcpy(raised.primes, q, count * sizeof *q);
    memcpy(raised.primes + count, p.special, p.special_count * sizeof *q);
    memcpy(cut, layout.cut, layout.blocks * sizeof *cut);
    cut[layout.blocks] = p.special_count;
    for (int h = 0; h < 2 && status == SCK_OK; h++)
        status = sck_polynomial_new(e->session, e->ring->n, cut,
                                    layout.blocks + 1, &raised.poly[h]);
    for (uint32_t k = 0; k <= layout.blocks && status == SCK_OK; k++)
        status = switch_block(run, e, digit, sources, key, &raised, k);
    for (uint32_t h = 0; h < 2 && status == SCK_OK; h++)
        status = sck_raised_mod_down(run, e, &raised, h, &u[h]);
    sck_raised_free(&raised);
    if (status != SCK_OK) {
        sck_polynomial_free(u[0]);
        sck_polynomial_free(u[1]);
        u[0] = u[1] = NULL;
    }
    return status;
}

/* The digit's centred lift to every prime of the top level. */
static sck_status lift(sck_run *run, sck_evaluator *e,
                       const struct sck_digits *digit, uint32_t top,
                       struct sck_polynomial **out)
{
    uint32_t count, zeroth;
    const uint32_t *q = sck_params_primes(e->params, top, &count);
    const uint32_t *sources = sck_params_primes(e->params, 0, &zeroth);
    sck_status status = sck_poly_at(e, top, out);

    for (uint32_t k = 0; status == SCK_OK && k < (*out)->blocks; k++) {
        const uint32_t rows = sck_block_rows((*out)->block[k]);
        struct sck_base_convert_args args = {.ring = e->ring->id};
        struct sck_task task;

        sck_conversion_prepare(&args.conversion, sources, digit->sources[0],
                               q + (*out)->first[k], rows);
        sck_task_begin(&task, run, SCK_CODELET_mod_raise, &args, sizeof args);
        sck_task_rows(&task, (*out)->block[k], 0, rows, SCK_WRITE);
        sck_task_next(&task);
        sck_digits_rows(&task, digit);
        status = sck_task_submit(&task);
    }
    if (status != SCK_OK) {
        sck_polynomial_free(*out);
        *out = NULL;
    }
    return status;
}

static sck_status add_into(sck_run *run, sck_evaluator *e, uint32_t level,
                           struct sck_polynomial *to,
                           const struct sck_polynomial *x)
{
    uint32_t count;

    return sck_poly_elementwise(run, e, SCK_ADD,
                                sck_params_primes(e->params, level, &count),
                                NULL, to, to, x, NULL, to->blocks);
}

/* a under the sparse secret, at level 0. */
static sck_status to_sparse(sck_run *run, const sck_ciphertext *a,
                            struct sck_polynomial **sparse)
{
    struct sck_digits digit;
    sck_status status;

    SCK_TRY(sck_digits_new(run, a->evaluator, a->poly[1], 0, &digit));
    status = switch_secret(run, a->evaluator, &digit, SCK_SEED_DENSE_TO_SPARSE,
                           0, sparse);
    sck_digits_free(&digit);
    if (status == SCK_OK)
        status = add_into(run, a->evaluator, 0, sparse[0], a->poly[0]);
    return status;
}

sck_status sck_raise_modulus(sck_run *run, const sck_ciphertext *a,
                             sck_ciphertext **out)
{
    sck_evaluator *e = a->evaluator;
    const uint32_t top = sck_params_levels(e->params) - 1;
    struct sck_polynomial *sparse[2] = {NULL, NULL}, *raised = NULL;
    struct sck_digits digit[2] = {{0}, {0}};
    sck_ciphertext *c = NULL;
    sck_status status;

    *out = NULL;
    if (a->level != 0 || a->size != 2)
        return SCK_FAIL(SCK_ERR_LEVEL,
                        "level %u with %u polynomials: only level 0 with two "
                        "is raised",
                        a->level, a->size);
    status = to_sparse(run, a, sparse);
    for (int h = 0; h < 2 && status == SCK_OK; h++)
        status = sck_digits_new(run, e, sparse[h], 0, &digit[h]);
    if (status == SCK_OK)
        status = sck_ciphertext_like(a, top, 0, a->scale, &c);
    if (status == SCK_OK) {
        c->size = 2;
        sck_ciphertext_add_noise(c, sck_noise_encapsulation(e->params));
        status = switch_secret(run, e, &digit[1], SCK_SEED_SPARSE_TO_DENSE, top,
                               c->poly);
    }
    if (status == SCK_OK)
        status = lift(run, e, &digit[0], top, &raised);
    if (status == SCK_OK)
        status = add_into(run, e, top, c->poly[0], raised);
    for (int h = 0; h < 2; h++) {
        sck_digits_free(&digit[h]);
        sck_polynomial_free(sparse[h]);
    }
    sck_polynomial_free(raised);
    if (status != SCK_OK) {
        sck_ciphertext_free(c);
        return status;
    }
    *out = c;
    return SCK_OK;
}
