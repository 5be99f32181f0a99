/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Which rotations a sparse matrix on encrypted slots takes. */
#include "eval_dft_priv.h"

#include "automorphism_sum.h"
#include "diagonals.h"

#include <string.h>

static int32_t floor_to(int32_t index, int32_t step)
{
    const int32_t q = index / step - (index % step < 0);

    return q * step;
}

/* Indices as multiples of babies strides plus one of the babies' steps, of
 * which the least is -lowest strides. */
static void split(const int32_t *index, uint32_t count, uint32_t babies,
                  uint32_t lowest, struct sck_giant_steps *s)
{
    const int32_t step = (int32_t)(babies * s->stride);
    const int32_t shift = (int32_t)(lowest * s->stride);

    s->babies = s->giants = 0;
    for (uint32_t i = 0; i < count; i++) {
        const int32_t g = floor_to(index[i] + shift, step), b = index[i] - g;
        uint32_t k = 0;

        while (k < s->giants && s->giant[k] != g)
            k++;
        if (k == s->giants)
            s->giant[s->giants++] = g;
        k = 0;
        while (k < s->babies && s->baby[k] != b)
            k++;
        if (k == s->babies)
            s->baby[s->babies++] = b;
    }
}

uint32_t sck_giant_steps_switches(const struct sck_giant_steps *s)
{
    uint32_t switches = 0;

    for (uint32_t b = 0; b < s->babies; b++)
        switches += s->baby[b] != 0;
    for (uint32_t g = 0; g < s->giants; g++)
        switches += s->giant[g] != 0;
    return switches;
}

/* Babies share their raised digits and never leave the cache; a giant step
 * divides by P and raises anew: measured at N = 2^16, seven babies' time with
 * five digits, three's with one. But a baby takes as much memory for its key,
 * so that a giant step may not count for more than this. */
double sck_giant_steps_time(const struct sck_giant_steps *s, uint32_t digits)
{
    const double giant = digits > 1 ? 4.5 : 3;
    double time = sck_giant_steps_switches(s);

    for (uint32_t g = 0; g < s->giants; g++)
        time += s->giant[g] != 0 ? giant - 1 : 0;
    return time;
}

void sck_giant_steps_of(const int32_t *index, uint32_t count, uint32_t n,
                        uint32_t digits, uint32_t most,
                        struct sck_giant_steps *steps)
{
    struct sck_giant_steps trial = {0};
    double best = 0;

    memset(steps, 0, sizeof *steps);
    /* All indices are multiples of the stride. */
    trial.stride = n;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t x = (uint32_t)index[i]; x % trial.stride != 0;)
            trial.stride /= 2;
    for (uint32_t babies = 1; babies <= SCK_MAX_BABIES; babies++)
        for (uint32_t lowest = 0; lowest < babies; lowest++) {
            split(index, count, babies, lowest, &trial);
            const double time = sck_giant_steps_time(&trial, digits);

            /* A task's sums hold no more. */
            if (trial.giants <= SCK_MAX_TURNS &&
                sck_giant_steps_switches(&trial) <= most &&
                (steps->babies == 0 || time < best)) {
                best = time;
                *steps = trial;
            }
        }
}
