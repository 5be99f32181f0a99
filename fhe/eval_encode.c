/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Encoding by tasks: slots to coefficients once, then every block's limbs.
 * Values that repeat are encoded in the ring of twice their period: with x = z
 * of period p, the stages of definitions.md down to len = 2 p only double x,
 * exactly, and leave zeros, so that the coefficients are that ring's, gap N /
 * 2p apart; and the bit-reversed transform of a polynomial in X^gap is the
 * smaller ring's with every word gap times. The same bits, so many times less
 * work and memory. */
#include "eval_priv.h"

#include "encode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static sck_status check(const double *values, uint32_t slots, double scale)
{
    int large = 0;

    for (uint32_t i = 0; i < 2 * slots; i++)
        large |= !(fabs(values[i]) * scale < 0x1p61);
    if (!large)
        return SCK_OK;
    for (uint32_t i = 0; i < 2 * slots; i++)
        if (!(fabs(values[i]) * scale < 0x1p61))
            return SCK_FAIL(SCK_ERR_ARGUMENT,
                            "slot %u holds %g, which at scale 2^%.1f does not "
                            "fit 2^61",
                            i / 2, values[i], log2(scale));
    return SCK_OK;
}

uint32_t sck_values_period(const double *values, uint32_t slots)
{
    uint32_t p = slots;

    while (p > 1 && memcmp(values, values + p, p * sizeof *values) == 0)
        p /= 2;
    return p;
}

uint32_t sck_period_words(const sck_evaluator *evaluator, uint32_t period)
{
    const uint32_t n =
        2 * period > SCK_SHORTEST_ROW ? 2 * period : SCK_SHORTEST_ROW;

    return n < evaluator->ring->n ? n : evaluator->ring->n;
}

uint32_t sck_repeat_of(const sck_evaluator *evaluator, uint32_t n)
{
    uint32_t repeat = 0;

    while (n << repeat < evaluator->ring->n)
        repeat++;
    return repeat;
}

/* The ring of n coefficients, kept from its first use on. */
static sck_status ring_of(sck_evaluator *evaluator, uint32_t n,
                          const struct sck_ring **ring)
{
    const uint32_t repeat = sck_repeat_of(evaluator, n);
    uint32_t count;
    const uint32_t *primes = sck_params_all_primes(evaluator->params, &count);

    if (repeat == 0) {
        *ring = evaluator->ring;
        return SCK_OK;
    }
    if (evaluator->shorter[repeat] == NULL)
        SCK_TRY(sck_ring_new(evaluator->ring->logn - repeat, primes, count,
                             &evaluator->shorter[repeat]));
    *ring = evaluator->shorter[repeat];
    return SCK_OK;
}

struct source {
    const double *values;
    uint32_t n, slots;
};

/* Row i of two: its share of the values, four words a slot. */
static void fill_values(void *context, uint32_t i, uint32_t *row)
{
    const struct source *s = context;
    const size_t words = 4 * (size_t)s->slots, begin = (size_t)i * s->n;
    const size_t held = words > begin ? words - begin : 0;
    const size_t here = held < s->n ? held : s->n;

    if (here != 0)
        memcpy(row, (const char *)s->values + begin * sizeof *row,
               here * sizeof *row);
    memset(row + here, 0, (s->n - here) * sizeof *row);
}

/* A block of two rows of n words that holds the values; slots <= n / 2. */
static sck_status values_block(sck_evaluator *evaluator, uint32_t n,
                               const double *values, uint32_t slots,
                               sck_block **block)
{
    struct source s = {values, n, slots};

    SCK_TRY(sck_block_new(evaluator->session, n, 2, block));
    return sck_block_fill(*block, 2, fill_values, &s);
}

sck_status sck_encode_rows(sck_run *run, sck_evaluator *evaluator,
                           sck_block *coefficients, const uint32_t *primes,
                           uint32_t rows, sck_block *block, uint32_t first,
                           enum sck_access access)
{
    struct sck_encode_task args = {.embeds = 0};
    const struct sck_ring *ring;
    struct sck_task task;

    SCK_TRY(ring_of(evaluator, sck_block_n(block), &ring));
    args.limbs = (struct sck_encode_limbs_args){
        .ring = ring->id, .limbs = rows, .montgomery = 1};
    memcpy(args.limbs.q, primes, rows * sizeof *primes);
    sck_task_begin(&task, run, SCK_CODELET_encode, &args, sizeof args);
    sck_task_rows(&task, block, first, rows, access);
    sck_task_next(&task);
    sck_task_rows(&task, coefficients, 0, 2, SCK_READ);
    return sck_task_submit(&task);
}

sck_status sck_encode_block(sck_run *run, sck_evaluator *evaluator,
                            sck_block *coefficients, const uint32_t *primes,
                            uint32_t rows, sck_block *block)
{
    return sck_encode_rows(run, evaluator, coefficients, primes, rows, block, 0,
                           SCK_WRITE);
}

sck_status sck_encode_coefficients(sck_run *run, sck_evaluator *evaluator,
                                   const double *values, uint32_t slots,
                                   sck_scale scale, sck_block **coefficients)
{
    return sck_encode_short(run, evaluator, values, slots, evaluator->ring->n,
                            scale, coefficients);
}

sck_status sck_encode_short(sck_run *run, sck_evaluator *evaluator,
                            const double *values, uint32_t slots, uint32_t n,
                            sck_scale scale, sck_block **coefficients)
{
    const uint32_t period = slots < n / 2 ? slots : n / 2;
    struct sck_encode_task args = {.embeds = 1};
    const struct sck_ring *ring;
    struct sck_task task;
    sck_block *in = NULL;
    sck_status status;

    *coefficients = NULL;
    SCK_TRY(ring_of(evaluator, n, &ring));
    args.embed = (struct sck_encode_args){
        .ring = ring->id, .slots = period, .scale = sck_scale_to_double(scale)};
    SCK_TRY(check(values, period, args.embed.scale));
    status = values_block(evaluator, n, values, period, &in);
    if (status == SCK_OK)
        status = sck_block_new(evaluator->session, n, 2, coefficients);
    if (status == SCK_OK) {
        sck_task_begin(&task, run, SCK_CODELET_encode, &args, sizeof args);
        sck_task_rows(&task, *coefficients, 0, 2, SCK_WRITE);
        sck_task_next(&task);
        sck_task_rows(&task, in, 0, 2, SCK_READ);
        status = sck_task_submit(&task);
    }
    sck_block_free(in);
    if (status != SCK_OK) {
        sck_block_free(*coefficients);
        *coefficients = NULL;
    }
    return status;
}

sck_status sck_encode_values(sck_run *run, sck_evaluator *evaluator,
                             const double *values, uint32_t slots,
                             sck_scale scale, const uint32_t *primes,
                             struct sck_polynomial *poly)
{
    sck_block *coefficients = NULL;
    sck_status status = sck_encode_short(run, evaluator, values, slots, poly->n,
                                         scale, &coefficients);

    for (uint32_t k = 0; k < poly->blocks && status == SCK_OK; k++)
        status = sck_encode_block(
            run, evaluator, coefficients, primes + poly->first[k],
            sck_block_rows(poly->block[k]), poly->block[k]);
    for (uint32_t k = 0; k < poly->blocks && status == SCK_OK; k++)
        sck_block_seal(poly->block[k]);
    sck_block_free(coefficients);
    return status;
}

/* Rows of N words: the level's blocks, which products read one by one. Short
 * ones: as many a block as a task encodes. */
static sck_status room(sck_evaluator *evaluator, uint32_t level, uint32_t n,
                       struct sck_polynomial **poly)
{
    uint32_t limbs, cut[SCK_MAX_RUNS];

    if (n == evaluator->ring->n)
        return sck_poly_at(evaluator, level, poly);
    (void)sck_params_primes(evaluator->params, level, &limbs);
    const uint32_t blocks = (limbs + SCK_BLOCK_LIMBS - 1) / SCK_BLOCK_LIMBS;

    for (uint32_t k = 0; k < blocks; k++)
        cut[k] = limbs / blocks + (k < limbs % blocks);
    return sck_polynomial_new(evaluator->session, n, cut, blocks, poly);
}

/* The root of the mean square, summed four at a time: one sum would wait for
 * itself. */
static double magnitude(const double *values, uint32_t slots)
{
    double sum[4] = {0};

    for (uint32_t i = 0; i < 2 * slots; i++)
        sum[i % 4] += values[i] * values[i];
    return sqrt((sum[0] + sum[1] + sum[2] + sum[3]) / slots);
}

sck_status sck_plaintext_encode(sck_evaluator *evaluator, sck_run *run,
                                const double *values, uint32_t slots,
                                uint32_t level, sck_scale scale,
                                sck_plaintext **plaintext)
{
    uint32_t count;
    const uint32_t *primes =
        sck_params_primes(evaluator->params, level, &count);
    sck_plaintext *p;
    sck_status status;
    uint32_t period;

    *plaintext = NULL;
    if (slots == 0 || (slots & (slots - 1)) != 0 ||
        slots > evaluator->ring->n / 2 || primes == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "%u slots at level %u", slots, level);
    p = calloc(1, sizeof *p);
    if (p == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *p);
    p->evaluator = evaluator;
    p->level = level;
    p->slots = slots;
    p->scale = scale;
    p->noise.magnitude = magnitude(values, slots);
    period = sck_values_period(values, slots);
    p->noise.error = sck_noise_deviation(SCK_NOISE_ENCODE, period, scale);
    status =
        room(evaluator, level, sck_period_words(evaluator, period), &p->poly);
    if (status == SCK_OK)
        status = sck_encode_values(run, evaluator, values, slots, scale, primes,
                                   p->poly);
    if (status != SCK_OK) {
        sck_plaintext_free(p);
        return status;
    }
    *plaintext = p;
    return SCK_OK;
}

void sck_plaintext_free(sck_plaintext *plaintext)
{
    if (plaintext == NULL)
        return;
    sck_polynomial_free(plaintext->poly);
    free(plaintext);
}
