/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Sparse matrices on encrypted slots, double hoisting (Bossuat et al., ePrint
 * 2020/1203, algorithm 6): every rotation of the input is kept times P over QP,
 * products are summed there, and only a giant step's second half is divided by
 * P on the way. */
#include "eval_dft_priv.h"

#include "sample_uniform.h"

#include <stdlib.h>
#include <string.h>

struct sck_transform {
    sck_evaluator *evaluator;
    uint32_t level, slots;
    sck_scale in, out;
    struct sck_giant_steps steps;
    struct sck_transform_shape shape;
    /* giant-major, encoded over QP; NULL where no diagonal is */
    struct sck_polynomial **plain;
};

/* Two polynomials over QP in the level's blocks and P's. */
typedef struct sck_raised pair;

static sck_status encode(struct sck_transform *t, sck_run *run,
                         const struct sck_diagonals *m, uint32_t i,
                         const pair *like, sck_scale scale, double *turned)
{
    const uint32_t mask = m->n - 1;
    uint32_t g = 0, b = 0;
    uint32_t cut[SCK_MAX_RUNS];

    while (b < t->steps.babies) {
        for (g = 0; g < t->steps.giants; g++)
            if (t->steps.giant[g] + t->steps.baby[b] == m->index[i])
                break;
        if (g < t->steps.giants)
            break;
        b++;
    }
    /* Products come before the giant rotation: turn the diagonal back. */
    for (uint32_t j = 0; j < m->n; j++)
        memcpy(turned + 2 * (size_t)j,
               m->value[i] +
                   2 * (size_t)((j - (uint32_t)t->steps.giant[g]) & mask),
               2 * sizeof *turned);
    struct sck_polynomial **to = &t->plain[g * t->steps.babies + b];

    for (uint32_t k = 0; k < like->poly[0]->blocks; k++)
        cut[k] = sck_block_rows(like->poly[0]->block[k]);
    SCK_TRY(sck_polynomial_new(t->evaluator->session, t->evaluator->ring->n,
                               cut, like->poly[0]->blocks, to));
    return sck_encode_values(run, t->evaluator, turned, m->n, scale,
                             like->primes, *to);
}

sck_status sck_transform_new(sck_evaluator *evaluator, sck_run *run,
                             const struct sck_diagonals *diagonals,
                             uint32_t level, sck_scale in, sck_scale out,
                             struct sck_transform **transform)
{
    const sck_scale plain =
        sck_scale_quotient(sck_scale_above(evaluator->params, level, out), in);
    struct sck_transform *t = calloc(1, sizeof *t);
    double *turned = malloc(2 * (size_t)diagonals->n * sizeof *turned);
    pair like = {0};
    sck_status status = SCK_OK;

    *transform = NULL;
    if (t == NULL || turned == NULL) {
        free(t);
        free(turned);
        return SCK_FAIL(SCK_ERR_MEMORY, "a transform of %u slots",
                        diagonals->n);
    }
    t->evaluator = evaluator;
    t->level = level;
    t->slots = diagonals->n;
    t->in = in;
    t->out = out;
    sck_giant_steps_of(diagonals->index, diagonals->count, diagonals->n,
                       &t->steps);
    sck_transform_shape_of(diagonals, &t->steps, &t->shape);
    t->plain =
        calloc((size_t)t->steps.giants * t->steps.babies, sizeof *t->plain);
    if (t->plain == NULL)
        status = SCK_FAIL(SCK_ERR_MEMORY, "%u diagonals", diagonals->count);
    if (status == SCK_OK)
        status = sck_raised_new(evaluator, level, &like);
    for (uint32_t i = 0; i < diagonals->count && status == SCK_OK; i++)
        status = encode(t, run, diagonals, i, &like, plain, turned);
    sck_raised_free(&like);
    free(turned);
    if (status != SCK_OK)
        sck_transform_free(t);
    else
        *transform = t;
    return status;
}

void sck_transform_free(struct sck_transform *transform)
{
    if (transform == NULL)
        return;
    for (uint32_t i = 0; transform->plain != NULL &&
                         i < transform->steps.giants * transform->steps.babies;
         i++)
        sck_polynomial_free(transform->plain[i]);
    free(transform->plain);
    free(transform);
}

/* What one application holds. */
struct application {
    sck_run *run;
    const struct sck_transform *t;
    sck_evaluator *e;
    const sck_ciphertext *a;
    pair baby[SCK_MAX_DIAGONALS]; /* rotations of a times P */
    pair total;
    int has_total;
};

/* Rows of the level only: q_blocks; of P as well: all blocks. */
static sck_status each_block(struct application *s, enum sck_elementwise_op op,
                             const pair *like, struct sck_polynomial *to,
                             const struct sck_polynomial *x,
                             const struct sck_polynomial *y,
                             const struct sck_polynomial *z, uint32_t blocks)
{
    return sck_poly_elementwise(s->run, s->e, op, like->primes, NULL, to, x, y,
                                z, blocks);
}

/* (P c0, P c1); the rows of P are zero and not touched. */
static sck_status lift(struct application *s, pair *to)
{
    uint32_t product[SCK_MAX_LIMBS];
    sck_status status = sck_raised_new(s->e, s->a->level, to);

    if (status != SCK_OK)
        return status;
    sck_special_product(to, product);
    for (uint32_t h = 0; h < 2 && status == SCK_OK; h++)
        status = sck_poly_elementwise(s->run, s->e, SCK_SCALAR_MUL, to->primes,
                                      product, to->poly[h], s->a->poly[h], NULL,
                                      NULL, to->q_blocks);
    return status;
}

static sck_status permuted(struct application *s, uint32_t galois,
                           const pair *from, pair *to)
{
    sck_status status = sck_raised_new(s->e, s->a->level, to);

    for (uint32_t h = 0; h < 2 && status == SCK_OK; h++)
        status =
            sck_poly_permute(s->run, s->e, galois, from->poly[h], to->poly[h]);
    return status;
}

/* Raises digits of own with the key of a rotation. */
static sck_status raise(struct application *s, const struct sck_digits *digits,
                        const struct sck_polynomial *own, uint32_t galois,
                        pair *to)
{
    const struct sck_eval_key *key;

    SCK_TRY(
        sck_evaluator_key(s->e, SCK_SEED_GALOIS, galois, s->a->level, &key));
    return sck_key_switch_raise(s->run, s->e, digits, own, key, to);
}

static sck_status babies(struct application *s)
{
    const struct sck_giant_steps *steps = &s->t->steps;
    struct sck_digits digits;
    pair lifted = {0};
    sck_status status;

    SCK_TRY(sck_digits_new(s->run, s->e, s->a->poly[1], s->a->level, &digits));
    status = lift(s, &lifted);
    for (uint32_t b = 0; b < steps->babies && status == SCK_OK; b++) {
        const uint32_t galois =
            sck_galois_rotation(s->e->params, steps->baby[b]);
        pair raised = {0};

        if (steps->baby[b] == 0)
            continue;
        status = raise(s, &digits, s->a->poly[1], galois, &raised);
        if (status == SCK_OK)
            status =
                each_block(s, SCK_ADD, &raised, raised.poly[0], raised.poly[0],
                           lifted.poly[0], NULL, raised.q_blocks);
        if (status == SCK_OK)
            status = permuted(s, galois, &raised, &s->baby[b]);
        sck_raised_free(&raised);
    }
    sck_digits_free(&digits);
    for (uint32_t b = 0; b < steps->babies; b++)
        if (steps->baby[b] == 0) {
            s->baby[b] = lifted;
            return status;
        }
    sck_raised_free(&lifted);
    return status;
}

/* sum over babies of diagonal x baby, over QP. */
static sck_status dot(struct application *s, uint32_t g, pair *sum)
{
    const struct sck_giant_steps *steps = &s->t->steps;
    sck_status status = sck_raised_new(s->e, s->a->level, sum);
    int started = 0;

    /* Baby 0 has no rows of P, so it must not be the first. */
    for (uint32_t pass = 0; pass < 2 && status == SCK_OK; pass++)
        for (uint32_t b = 0; b < steps->babies && status == SCK_OK; b++) {
            const struct sck_polynomial *p = s->t->plain[g * steps->babies + b];
            const int zero = steps->baby[b] == 0;

            if (p == NULL || zero != (int)pass)
                continue;
            for (uint32_t h = 0; h < 2 && status == SCK_OK; h++) {
                const int first = !started && !zero;

                /* Only baby 0: the rows of P are p - p. */
                if (!started && zero)
                    status = each_block(s, SCK_SUB, sum, sum->poly[h], p, p,
                                        NULL, sum->poly[h]->blocks);
                if (status == SCK_OK)
                    status =
                        each_block(s, first ? SCK_MUL_PLAIN : SCK_MUL_PLAIN_ADD,
                                   sum, sum->poly[h], s->baby[b].poly[h], p,
                                   first ? NULL : sum->poly[h],
                                   zero ? sum->q_blocks : sum->poly[h]->blocks);
            }
            started = 1;
        }
    return status;
}

/* Adds a pair to the total; the pair is used up. */
static sck_status add_total(struct application *s, pair *part)
{
    sck_status status = SCK_OK;

    if (!s->has_total) {
        s->total = *part;
        s->has_total = 1;
        memset(part, 0, sizeof *part);
        return SCK_OK;
    }
    for (uint32_t h = 0; h < 2 && status == SCK_OK; h++)
        status =
            each_block(s, SCK_ADD, part, s->total.poly[h], s->total.poly[h],
                       part->poly[h], NULL, part->poly[h]->blocks);
    sck_raised_free(part);
    return status;
}

/* sigma_g of a sum: its second half, divided by P, is switched anew. */
static sck_status turn(struct application *s, uint32_t galois, pair *sum)
{
    struct sck_polynomial *second = NULL;
    struct sck_digits digits = {0};
    pair raised = {0}, moved = {0};
    sck_status status = sck_raised_mod_down(s->run, s->e, sum, 1, &second);

    if (status == SCK_OK)
        status = sck_digits_new(s->run, s->e, second, s->a->level, &digits);
    if (status == SCK_OK)
        status = raise(s, &digits, second, galois, &raised);
    if (status == SCK_OK)
        status = each_block(s, SCK_ADD, &raised, raised.poly[0], raised.poly[0],
                            sum->poly[0], NULL, raised.poly[0]->blocks);
    if (status == SCK_OK)
        status = permuted(s, galois, &raised, &moved);
    if (status == SCK_OK)
        status = add_total(s, &moved);
    sck_digits_free(&digits);
    sck_polynomial_free(second);
    sck_raised_free(&raised);
    sck_raised_free(&moved);
    return status;
}

static sck_status finish(struct application *s, sck_ciphertext **out)
{
    sck_status status =
        sck_ciphertext_like(s->a, s->a->level - 1, 0, s->t->out, out);

    if (status != SCK_OK)
        return status;
    (*out)->size = 2;
    sck_transform_carry(&s->t->shape, s->a, *out);
    for (uint32_t h = 0; h < 2 && status == SCK_OK; h++)
        status =
            sck_raised_rescale(s->run, s->e, &s->total, h, &(*out)->poly[h]);
    if (status != SCK_OK) {
        sck_ciphertext_free(*out);
        *out = NULL;
    }
    return status;
}

static sck_status check(const struct sck_transform *t, const sck_ciphertext *a)
{
    if (a->size != 2)
        return SCK_FAIL(SCK_ERR_SHAPE, "%u polynomials: relinearise first",
                        a->size);
    if (a->level != t->level || a->slots != t->slots ||
        !sck_scale_equal(a->scale, t->in))
        return SCK_FAIL(SCK_ERR_SHAPE,
                        "the transform takes %u slots at level %u, scale "
                        "2^%.6f; the ciphertext has %u at level %u, 2^%.6f",
                        t->slots, t->level, sck_scale_log2(t->in), a->slots,
                        a->level, sck_scale_log2(a->scale));
    return SCK_OK;
}

sck_status sck_transform_apply(sck_run *run,
                               const struct sck_transform *transform,
                               const sck_ciphertext *a, sck_ciphertext **out)
{
    struct application *s;
    sck_status status;

    *out = NULL;
    SCK_TRY(check(transform, a));
    s = calloc(1, sizeof *s);
    if (s == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *s);
    s->run = run;
    s->t = transform;
    s->e = a->evaluator;
    s->a = a;
    status = babies(s);
    for (uint32_t g = 0; g < transform->steps.giants && status == SCK_OK; g++) {
        pair sum = {0};

        status = dot(s, g, &sum);
        if (status == SCK_OK)
            status = transform->steps.giant[g] == 0
                         ? add_total(s, &sum)
                         : turn(s,
                                sck_galois_rotation(s->e->params,
                                                    transform->steps.giant[g]),
                                &sum);
        sck_raised_free(&sum);
    }
    for (uint32_t b = 0; b < transform->steps.babies; b++)
        sck_raised_free(&s->baby[b]);
    if (status == SCK_OK)
        status = finish(s, out);
    sck_raised_free(&s->total);
    free(s);
    return status;
}
