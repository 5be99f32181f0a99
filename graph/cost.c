/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A generic cost model: counts of limb operations times the constants below,
 * which stand for one AVX-512 core near 3 GHz and are right within a factor of
 * three or so elsewhere. They rank plans; calibrated times come from
 * perfmodels.
 */
#include "cost.h"

/* ns per coefficient: a butterfly takes about 0.4, so a transform log2(N) / 2
 * of them; elementwise work streams 12 bytes at about 30 GB/s; a term of a base
 * conversion or of a key's inner product is one 32 x 32 multiply-add. */
#define BUTTERFLY_NS 0.4
#define ELEMENTWISE_NS 0.4
#define TERM_NS 0.12
/* Of a task: StarPU's submission, scheduling and callbacks. */
#define TASK_US 10.0
/* Limbs that one task works on. */
#define TASK_LIMBS 4.0

static double per_limb(const sck_params *params, double ns)
{
    return ns * (double)(UINT32_C(1) << sck_params_logn(params)) / 1000;
}

static double transforms(const sck_params *params, double limbs)
{
    const double ns = BUTTERFLY_NS * sck_params_logn(params) / 2;

    return limbs * per_limb(params, ns);
}

static double terms(const sck_params *params, double count)
{
    return count * per_limb(params, TERM_NS);
}

static double tasks(double limbs)
{
    return TASK_US * limbs / TASK_LIMBS;
}

uint32_t sck_cost_limbs(const sck_params *params, uint32_t level)
{
    uint32_t count;

    sck_params_primes(params, level, &count);
    return count;
}

double sck_cost_elementwise(const sck_params *params, uint64_t limbs)
{
    return (double)limbs * per_limb(params, ELEMENTWISE_NS) +
           tasks((double)limbs);
}

double sck_cost_key_switch(const sck_params *params, uint32_t level)
{
    const struct sck_key_class *k =
        sck_params_class(params, sck_params_class_of(params, level));
    const double own = sck_cost_limbs(params, level);
    const double all = own + k->special_count;

    /* Digits: one INTT a limb, every limb to every destination, one NTT a digit
     * and destination, two inner products. Then P is divided out of both. */
    return transforms(params, own + k->digits * all) +
           terms(params, own * all + 2.0 * k->digits * all) +
           transforms(params, 2.0 * (k->special_count + own)) +
           terms(params, 2.0 * k->special_count * own) + tasks(own + 3 * all);
}

double sck_cost_rescale(const sck_params *params, uint32_t level)
{
    uint32_t dropped;

    sck_params_dropped(params, level, &dropped);
    const double left = level == 0 ? 0 : sck_cost_limbs(params, level - 1);

    return transforms(params, 2 * (dropped + left)) +
           terms(params, 2 * dropped * left) + tasks(2 * (dropped + left));
}

uint64_t sck_cost_limb_bytes(const sck_params *params, uint64_t limbs)
{
    return limbs * sizeof(uint32_t) << sck_params_logn(params);
}

uint64_t sck_cost_switch_bytes(const sck_params *params, uint32_t level)
{
    const struct sck_key_class *k =
        sck_params_class(params, sck_params_class_of(params, level));
    const uint32_t own = sck_cost_limbs(params, level);

    /* Digits with a correction row each, and both sums over Q and P. */
    return sck_cost_limb_bytes(params,
                               own + k->digits + 2 * (own + k->special_count));
}

uint64_t sck_cost_task_bytes(const sck_params *params, uint32_t level)
{
    const struct sck_key_class *k =
        sck_params_class(params, sck_params_class_of(params, level));
    uint32_t rows = k->special_count; /* the longest block */

    for (uint32_t i = 0; i < k->digits; i++)
        if (k->digit_length[i] > rows)
            rows = k->digit_length[i];
    /* A key switch's second task: all digits, own rows, key rows, two sums. */
    return sck_cost_limb_bytes(params, sck_cost_limbs(params, level) +
                                           k->digits + rows +
                                           2 * k->digits * rows + 2 * rows);
}
