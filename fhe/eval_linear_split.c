/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Which rotations a linear map takes. */
#include "eval_linear_split.h"

#include <stdlib.h>

/* Of two baby steps: those share their raised digits; a giant step divides by
 * P, takes digits and raises them anew. Measured at N = 2^15, 23 limbs. */
static const double turn_cost = 2.6;

static int is_zero(const double *matrix, uint32_t n, uint32_t k)
{
    for (uint32_t i = 0; i < n; i++)
        if (matrix[(size_t)i * n + (i + k) % n] != 0)
            return 0;
    return 1;
}

uint32_t sck_linear_used(const double *matrix, uint32_t n, int64_t *used)
{
    uint32_t count = 0;

    for (uint32_t k = 0; k < n; k++)
        count += used[k] = !is_zero(matrix, n, k);
    return count;
}

int sck_linear_has_baby(const int64_t *used, uint32_t n, uint32_t stride,
                        uint32_t b)
{
    for (uint32_t k = b; k < n; k += stride)
        if (used[k])
            return 1;
    return 0;
}

int sck_linear_has_giant(const int64_t *used, uint32_t n, uint32_t stride,
                         uint32_t g)
{
    for (uint32_t k = g; k < g + stride && k < n; k++)
        if (used[k])
            return 1;
    return 0;
}

uint32_t sck_linear_stride(const int64_t *used, uint32_t n)
{
    uint32_t best = 1;
    double least = -1;

    for (uint32_t stride = 1; stride <= n; stride *= 2) {
        double cost = 0;

        for (uint32_t b = 1; b < stride; b++)
            cost += sck_linear_has_baby(used, n, stride, b);
        for (uint32_t g = stride; g < n; g += stride)
            cost += turn_cost * sck_linear_has_giant(used, n, stride, g);
        if (least < 0 || cost < least) {
            least = cost;
            best = stride;
        }
    }
    return best;
}

uint32_t sck_linear_map_steps(const double *matrix, uint32_t n, int64_t *steps)
{
    return sck_linear_map_plan(matrix, n, steps).rotations;
}

struct sck_linear_map_plan sck_linear_map_plan(const double *matrix, uint32_t n,
                                               int64_t *steps)
{
    /* Fewer than n rotations: the other half has room for what is used. */
    int64_t *const used = steps + n;
    struct sck_linear_map_plan plan = {0};

    plan.diagonals = sck_linear_used(matrix, n, used);
    plan.stride = sck_linear_stride(used, n);
    for (uint32_t b = 1; b < plan.stride; b++)
        if (sck_linear_has_baby(used, n, plan.stride, b))
            steps[plan.rotations++] = b;
    for (uint32_t g = plan.stride; g < n; g += plan.stride)
        if (sck_linear_has_giant(used, n, plan.stride, g)) {
            steps[plan.rotations++] = g;
            plan.turns++;
        }
    return plan;
}
