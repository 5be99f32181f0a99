/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Operations without key switching. */
#include "eval_priv.h"

#include "dot.h"

#include <math.h>

static const uint32_t *primes_of(const sck_ciphertext *a, uint32_t *count)
{
    return sck_params_primes(a->evaluator->params, a->level, count);
}

static sck_status same(const char *op, const sck_ciphertext *a, uint32_t level,
                       sck_scale scale, uint32_t slots)
{
    if (a->level != level)
        return sck_fail(SCK_ERR_SHAPE, op,
                        "levels %u and %u differ; lower the higher one",
                        a->level, level);
    if (!sck_scale_equal(a->scale, scale))
        return sck_fail(SCK_ERR_SHAPE, op,
                        "scales 2^%.9f and 2^%.9f differ at level %u",
                        sck_scale_log2(a->scale), sck_scale_log2(scale), level);
    if (a->slots != slots)
        return sck_fail(SCK_ERR_SHAPE, op, "%u slots and %u differ", a->slots,
                        slots);
    return SCK_OK;
}

/* out_i = op(a_i, b_i, -) for i < size. */
static sck_status each(sck_run *run, enum sck_elementwise_op op,
                       const sck_ciphertext *a, const sck_ciphertext *b,
                       const uint32_t *scalar, sck_scale scale,
                       sck_ciphertext **out)
{
    uint32_t count;
    const uint32_t *primes = primes_of(a, &count);

    SCK_TRY(sck_ciphertext_like(a, a->level, a->size, scale, out));
    for (uint32_t i = 0; i < a->size; i++) {
        const sck_status status = sck_poly_elementwise(
            run, a->evaluator, op, primes, scalar, (*out)->poly[i], a->poly[i],
            b != NULL ? b->poly[i] : NULL, NULL, a->poly[i]->blocks);

        if (status != SCK_OK) {
            sck_ciphertext_free(*out);
            *out = NULL;
            return status;
        }
    }
    return SCK_OK;
}

static sck_status add_or_sub(sck_run *run, const char *name,
                             enum sck_elementwise_op op,
                             const sck_ciphertext *a, const sck_ciphertext *b,
                             sck_ciphertext **out)
{
    *out = NULL;
    SCK_TRY(same(name, a, b->level, b->scale, b->slots));
    if (a->size != b->size)
        return sck_fail(SCK_ERR_SHAPE, name,
                        "%u and %u polynomials: relinearise first", a->size,
                        b->size);
    SCK_TRY(each(run, op, a, b, NULL, a->scale, out));
    if (a != b)
        (*out)->noise = sck_noise_sum(a->noise, b->noise);
    else if (op == SCK_ADD)
        (*out)->noise = sck_noise_double(a->noise);
    else
        (*out)->noise = (struct sck_noise){0};
    return SCK_OK;
}

sck_status sck_eval_add(sck_run *run, const sck_ciphertext *a,
                        const sck_ciphertext *b, sck_ciphertext **out)
{
    return add_or_sub(run, __func__, SCK_ADD, a, b, out);
}

sck_status sck_eval_sub(sck_run *run, const sck_ciphertext *a,
                        const sck_ciphertext *b, sck_ciphertext **out)
{
    return add_or_sub(run, __func__, SCK_SUB, a, b, out);
}

sck_status sck_eval_neg(sck_run *run, const sck_ciphertext *a,
                        sck_ciphertext **out)
{
    *out = NULL;
    return each(run, SCK_NEG, a, NULL, NULL, a->scale, out);
}

/* A ciphertext equal to a, its first polynomial replaced by op(a_0, b); the
 * others are a's own, shared. */
static sck_status first_only(sck_run *run, enum sck_elementwise_op op,
                             const sck_ciphertext *a,
                             const struct sck_polynomial *b,
                             const uint32_t *scalar, sck_ciphertext **out)
{
    uint32_t count;
    const uint32_t *primes = primes_of(a, &count);
    sck_status status;

    SCK_TRY(sck_ciphertext_like(a, a->level, 0, a->scale, out));
    (*out)->size = a->size;
    status = sck_poly_at(a->evaluator, a->level, &(*out)->poly[0]);
    if (status == SCK_OK)
        status = sck_poly_elementwise(run, a->evaluator, op, primes, scalar,
                                      (*out)->poly[0], a->poly[0], b, NULL,
                                      a->poly[0]->blocks);
    for (uint32_t i = 1; i < a->size; i++)
        (*out)->poly[i] = sck_polynomial_share(a->poly[i]);
    return sck_ciphertext_finish(status, out);
}

sck_status sck_eval_add_plain(sck_run *run, const sck_ciphertext *a,
                              const sck_plaintext *p, sck_ciphertext **out)
{
    *out = NULL;
    SCK_TRY(same(__func__, a, p->level, p->scale, p->slots));
    SCK_TRY(first_only(run, SCK_ADD_PLAIN, a, p->poly, NULL, out));
    (*out)->noise = sck_noise_sum(a->noise, p->noise);
    return SCK_OK;
}

struct sck_noise sck_noise_of_scalar(double value, double x, sck_scale scale)
{
    return (struct sck_noise){.magnitude = fabs(value),
                              .error =
                                  fabs(x / sck_scale_to_double(scale) - value)};
}

sck_status sck_eval_add_scalar(sck_run *run, const sck_ciphertext *a,
                               double value, sck_ciphertext **out)
{
    uint32_t count, scalar[SCK_MAX_LIMBS];
    const uint32_t *primes = primes_of(a, &count);
    const double x = rint(value * sck_scale_to_double(a->scale));

    *out = NULL;
    if (!isfinite(x))
        return SCK_FAIL(SCK_ERR_ARGUMENT, "the scalar is %g", value);
    for (uint32_t i = 0; i < count; i++)
        scalar[i] = sck_residue(x, primes[i]);
    SCK_TRY(first_only(run, SCK_SCALAR_ADD, a, NULL, scalar, out));
    (*out)->noise =
        sck_noise_sum(a->noise, sck_noise_of_scalar(value, x, a->scale));
    return SCK_OK;
}

sck_status sck_eval_mul_scalar(sck_run *run, const sck_ciphertext *a,
                               double value, sck_scale scale,
                               sck_ciphertext **out)
{
    uint32_t count, scalar[SCK_MAX_LIMBS];
    const uint32_t *primes = primes_of(a, &count);
    const double x = rint(value * sck_scale_to_double(scale));

    *out = NULL;
    if (!isfinite(x))
        return SCK_FAIL(SCK_ERR_ARGUMENT, "the scalar is %g", value);
    for (uint32_t i = 0; i < count; i++)
        scalar[i] = sck_residue(x, primes[i]);
    SCK_TRY(each(run, SCK_SCALAR_MUL, a, NULL, scalar,
                 sck_scale_mul(a->scale, scale), out));
    (*out)->noise =
        sck_noise_product(a->noise, sck_noise_of_scalar(value, x, scale));
    return SCK_OK;
}

sck_status sck_eval_mul_i(sck_run *run, const sck_ciphertext *a,
                          sck_ciphertext **out)
{
    uint32_t count, scalar[SCK_MAX_LIMBS];
    const uint32_t *primes = primes_of(a, &count);

    *out = NULL;
    for (uint32_t i = 0; i < count; i++)
        scalar[i] = sck_ring_prime(a->evaluator->ring, primes[i])->imaginary;
    return each(run, SCK_MUL_X, a, NULL, scalar, a->scale, out);
}

/* Block k of terms first to first + count, onto the terms before. */
static sck_status dot_block(sck_run *run, const sck_ciphertext *const *a,
                            const sck_plaintext *const *p, uint32_t first,
                            uint32_t count, uint32_t k,
                            const sck_ciphertext *out)
{
    uint32_t limbs;
    const struct sck_polynomial *to = out->poly[0];
    const uint32_t *primes = primes_of(a[0], &limbs) + to->first[k];
    const uint32_t rows = sck_block_rows(to->block[k]);
    struct sck_dot_args args = {.ring = out->evaluator->ring->id,
                                .terms = count,
                                .onto = first != 0,
                                .limbs = rows};
    struct sck_task task;

    for (uint32_t i = 0; i < rows; i++)
        args.q[i] = primes[i];
    for (uint32_t i = 0; i < count; i++)
        args.repeat[i] =
            (uint8_t)sck_repeat_of(out->evaluator, p[first + i]->poly->n);
    sck_task_begin(&task, run, SCK_CODELET_dot, &args, sizeof args);
    for (uint32_t h = 0; h < 2; h++)
        sck_task_rows(&task, out->poly[h]->block[k], 0, rows,
                      first != 0 ? SCK_UPDATE : SCK_WRITE);
    sck_task_next(&task);
    for (uint32_t i = first; i < first + count; i++)
        sck_poly_rows(&task, p[i]->poly, to->first[k], rows, SCK_READ);
    sck_task_next(&task);
    for (uint32_t i = first; i < first + count; i++)
        for (uint32_t h = 0; h < 2; h++)
            sck_task_rows(&task, a[i]->poly[h]->block[k], 0, rows, SCK_READ);
    return sck_task_submit(&task);
}

/* Ciphertexts of two polynomials: as many terms a task as it takes. */
static sck_status dot_pairs(sck_run *run, const sck_ciphertext *const *a,
                            const sck_plaintext *const *p, uint32_t count,
                            const sck_ciphertext *out)
{
    for (uint32_t first = 0; first < count; first += SCK_DOT_TERMS)
        for (uint32_t k = 0; k < out->poly[0]->blocks; k++)
            SCK_TRY(dot_block(run, a, p, first,
                              count - first < SCK_DOT_TERMS ? count - first
                                                            : SCK_DOT_TERMS,
                              k, out));
    return SCK_OK;
}

sck_status sck_eval_dot_plain(sck_run *run, const sck_ciphertext *const *a,
                              const sck_plaintext *const *p, uint32_t count,
                              sck_ciphertext **out)
{
    uint32_t limbs;
    const uint32_t *primes;
    sck_status status;

    *out = NULL;
    if (count == 0)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "a sum of no products");
    primes = primes_of(a[0], &limbs);
    for (uint32_t k = 0; k < count; k++) {
        if (p[k]->level != a[k]->level)
            return SCK_FAIL(SCK_ERR_SHAPE,
                            "term %u: ciphertext at level %u, plaintext at %u",
                            k, a[k]->level, p[k]->level);
        if (a[k]->size != a[0]->size ||
            !sck_scale_equal(p[k]->scale, p[0]->scale))
            return SCK_FAIL(SCK_ERR_SHAPE, "term %u: size or scale differs", k);
        SCK_TRY(same(__func__, a[k], a[0]->level, a[0]->scale, a[0]->slots));
    }
    SCK_TRY(sck_ciphertext_like(a[0], a[0]->level, a[0]->size,
                                sck_scale_mul(a[0]->scale, p[0]->scale), out));
    (*out)->noise = (struct sck_noise){0};
    for (uint32_t k = 0; k < count; k++)
        (*out)->noise = sck_noise_sum(
            (*out)->noise, sck_noise_product(a[k]->noise, p[k]->noise));
    status = a[0]->size == 2 ? dot_pairs(run, a, p, count, *out) : SCK_OK;
    for (uint32_t k = 0; k < count && a[0]->size != 2 && status == SCK_OK; k++)
        for (uint32_t i = 0; i < a[0]->size && status == SCK_OK; i++) {
            struct sck_polynomial *to = (*out)->poly[i];

            status = sck_poly_elementwise(
                run, a[0]->evaluator,
                k == 0 ? SCK_MUL_PLAIN : SCK_MUL_PLAIN_ADD, primes, NULL, to,
                a[k]->poly[i], p[k]->poly, k == 0 ? NULL : to, to->blocks);
        }
    if (status != SCK_OK) {
        sck_ciphertext_free(*out);
        *out = NULL;
    }
    return status;
}

sck_status sck_eval_mul_plain(sck_run *run, const sck_ciphertext *a,
                              const sck_plaintext *p, sck_ciphertext **out)
{
    return sck_eval_dot_plain(run, &a, &p, 1, out);
}
