/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Division of polynomials: the dropped rows taken apart, then the quotients'
 * blocks. */
#include "eval_batch_priv.h"
#include "eval_combine_priv.h"
#include "eval_joined_priv.h"

static uint32_t find(const uint32_t *primes, uint32_t count, uint32_t q)
{
    uint32_t i = 0;

    while (i < count && primes[i] != q)
        i++;
    return i;
}

/* Adds the row of prime q, or an absent one. */
static void prime_row(struct sck_task *task, const struct sck_polynomial *p,
                      const uint32_t *primes, uint32_t q)
{
    const uint32_t at = find(primes, p->limbs, q);
    uint32_t row;

    if (at == p->limbs) {
        sck_task_absent(task, 1);
        return;
    }
    sck_block *block = sck_polynomial_limb(p, at, &row);

    sck_task_rows(task, block, row, 1, SCK_READ);
}

/* A single worker's two halves follow each other prime by prime; several work
 * on one each. */
static int works_alone(const sck_evaluator *evaluator)
{
    return sck_session_workers(evaluator->session) == 1 &&
           !sck_session_is_limited(evaluator->session);
}

/* What the tasks of one division share. */
struct dividing {
    sck_run *run;
    sck_evaluator *evaluator;
    const struct sck_division *division;
    /* `count` polynomials of each of `members`, which lie `stride` apart. */
    struct sck_polynomial *const *from, **out;
    uint32_t half, count, members, stride; /* half: which the first one is */
    sck_block *digits[2 * SCK_BATCH];
};

/* The dropped rows taken apart, each polynomial's in one block: a task each, a
 * lone worker's of all, or of several parts, a batch's or a GPU's. */
static sck_status digits_of_dropped(struct dividing *d)
{
    const struct sck_division *const division = d->division;
    sck_evaluator *const e = d->evaluator;
    const uint32_t sources = division->dropped_count, rows = sources + 1;
    const uint32_t polys = d->count * d->members;
    const uint32_t halves =
        works_alone(e) && e->blocks_per_task == 1 ? polys : 1;
    const uint32_t most = sck_batch_parts(e, d->members > 1 ? polys : 1);
    struct sck_decompose_args args = {0};
    struct sck_task task;
    uint32_t parts = 0;

    sck_decompose_prepare(&args, e->ring->id, division->dropped, sources,
                          division->added, division->added_count);
    args.ntt_domain = 1;
    args.halves = halves;
    for (uint32_t p = 0; p < polys; p += halves) {
        if (parts == 0)
            sck_task_begin(&task, d->run, SCK_CODELET_decompose, &args,
                           sizeof args);
        else
            sck_task_part(&task, &args);
        for (uint32_t k = p; k < p + halves; k++) {
            SCK_TRY(sck_block_new(e->session, e->ring->n, rows, &d->digits[k]));
            sck_task_rows(&task, d->digits[k], 0, rows, SCK_WRITE);
        }
        sck_task_next(&task);
        for (uint32_t k = p; k < p + halves; k++)
            for (uint32_t i = 0; i < sources; i++)
                prime_row(&task,
                          d->from[k / d->count * d->stride + k % d->count],
                          division->from_primes, division->dropped[i]);
        if (++parts == most || p + halves == polys) {
            SCK_TRY(sck_task_submit(&task));
            parts = 0;
        }
    }
    return SCK_OK;
}

/* The joined blocks of one member's quotients as a part of the task. */
static void add_part(const struct dividing *d, uint32_t member,
                     const struct sck_joined *joined, uint32_t parts,
                     struct sck_rescale_args *args, struct sck_task *task)
{
    const struct sck_division *const division = d->division;
    struct sck_polynomial *const *const out = d->out + member * d->stride;
    uint32_t limbs;
    const uint32_t rows = joined->rows;
    const uint32_t *to =
        sck_params_primes(d->evaluator->params, division->level, &limbs) +
        out[0]->first[joined->first];

    *args = (struct sck_rescale_args){0};
    sck_rescale_prepare(args, d->evaluator->ring->id, division->dropped,
                        division->dropped_count, division->added,
                        division->added_count, to, rows);
    args->halves = d->count;
    args->galois = division->galois;
    if (parts == 0)
        sck_task_begin(task, d->run, division->codelet, args, sizeof *args);
    else
        sck_task_part(task, args);
    for (uint32_t h = 0; h < d->count; h++)
        sck_joined_rows(task, out[h], joined, SCK_WRITE);
    sck_task_next(task);
    for (uint32_t h = 0; h < d->count; h++)
        sck_task_rows(task, d->digits[member * d->count + h], 0,
                      division->dropped_count + 1, SCK_READ);
    sck_task_next(task);
    if (division->sum != NULL) {
        args->half = d->half;
        sck_combined_part(&division->sum[member], to, rows, &args->sum);
        sck_combined_rows(&division->sum[member], to, rows, task);
        return;
    }
    for (uint32_t h = 0; h < d->count; h++)
        for (uint32_t i = 0; i < rows; i++)
            if (find(division->added, division->added_count, to[i]) <
                division->added_count)
                sck_task_absent(task, 1);
            else
                prime_row(task, d->from[member * d->stride + h],
                          division->from_primes, to[i]);
}

/* One task, from block *k on: as many parts as it takes. Those of a member
 * follow one another: they divide the same rows. */
static sck_status divide_blocks(const struct dividing *d, uint32_t *k)
{
    const uint32_t most = sck_batch_parts(d->evaluator, d->members);
    const struct sck_polynomial *const out = d->out[0];
    struct sck_rescale_args args[SCK_TASK_PARTS];
    struct sck_joined joined[SCK_TASK_PARTS];
    struct sck_task task;
    uint32_t blocks = 0, parts = 0;

    while ((blocks + 1) * d->members <= most && *k < out->blocks) {
        sck_blocks_join(d->evaluator, out, *k, SCK_JOINED_BLOCKS,
                        &joined[blocks]);
        *k += joined[blocks++].blocks;
    }
    for (uint32_t m = 0; m < d->members; m++)
        for (uint32_t b = 0; b < blocks; b++, parts++)
            add_part(d, m, &joined[b], parts, &args[parts], &task);
    return sck_task_submit(&task);
}

/* One or two polynomials of every member, quotients' tasks working on all. */
static sck_status divide(struct dividing *d)
{
    sck_status status = digits_of_dropped(d);

    for (uint32_t m = 0; m < d->members; m++)
        for (uint32_t h = 0; h < d->count && status == SCK_OK; h++)
            status = sck_poly_at(d->evaluator, d->division->level,
                                 &d->out[m * d->stride + h]);
    for (uint32_t k = 0; status == SCK_OK && k < d->out[0]->blocks;)
        status = divide_blocks(d, &k);
    for (uint32_t k = 0; k < d->count * d->members; k++)
        sck_block_free(d->digits[k]);
    return status;
}

sck_status sck_polys_divide_batch(sck_run *run, sck_evaluator *evaluator,
                                  const struct sck_division *division,
                                  struct sck_polynomial *const *from,
                                  uint32_t count, uint32_t members,
                                  struct sck_polynomial **out)
{
    const uint32_t step = evaluator->ring->logn <= SCK_JOINED_LOGN ||
                                  works_alone(evaluator) ||
                                  evaluator->blocks_per_task > 1
                              ? 2
                              : 1;
    sck_status status = SCK_OK;

    for (uint32_t k = 0; k < count * members; k++)
        out[k] = NULL;
    for (uint32_t h = 0; h < count && status == SCK_OK; h += step) {
        struct dividing d = {.run = run,
                             .evaluator = evaluator,
                             .division = division,
                             .from = from + h,
                             .out = out + h,
                             .half = h,
                             .count = count - h < step ? count - h : step,
                             .members = members,
                             .stride = count};

        status = divide(&d);
    }
    for (uint32_t k = 0; k < count * members && status != SCK_OK; k++) {
        sck_polynomial_free(out[k]);
        out[k] = NULL;
    }
    return status;
}

sck_status sck_polys_divide(sck_run *run, sck_evaluator *evaluator,
                            const struct sck_division *division,
                            struct sck_polynomial *const *from, uint32_t count,
                            struct sck_polynomial **out)
{
    return sck_polys_divide_batch(run, evaluator, division, from, count, 1,
                                  out);
}

sck_status sck_poly_divide(sck_run *run, sck_evaluator *evaluator,
                           enum sck_codelet codelet,
                           const struct sck_polynomial *from,
                           const uint32_t *from_primes, const uint32_t *dropped,
                           uint32_t dropped_count, const uint32_t *added,
                           uint32_t added_count, uint32_t level,
                           struct sck_polynomial **out)
{
    const struct sck_division division = {
        codelet,     from_primes, dropped, added, dropped_count,
        added_count, level,       0,       NULL};
    struct sck_polynomial *const one = (struct sck_polynomial *)from;

    return sck_polys_divide(run, evaluator, &division, &one, 1, out);
}
