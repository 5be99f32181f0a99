/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Messages of every amplitude, and how far a result is from one. */
#include "example.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[SHAPES] = {"random", "complex",     "one",
                                          "half",   "alternating", "pair"};

const char *shape_name(enum shape shape)
{
    return names[shape];
}

enum shape shape_of(const char *name)
{
    int i = 0;

    while (i < SHAPES && strcmp(names[i], name) != 0)
        i++;
    return (enum shape)i;
}

/* SplitMix64: uniform in [-1, 1). */
static double uniform(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ z >> 31) >> 11) * 0x1p-52 - 1;
}

void message_fill(enum shape shape, uint64_t seed, uint32_t slots,
                  double *values)
{
    for (uint32_t i = 0; i < slots; i++) {
        double *z = values + 2 * (size_t)i;

        z[0] = shape == ONE           ? 1
               : shape == HALF        ? 0.5
               : shape == ALTERNATING ? (i % 2 ? -1 : 1)
                                      : uniform(&seed);
        z[1] = shape == COMPLEX || shape == PAIR ? uniform(&seed) : 0;
    }
}

double message_magnitude(const double *values, uint32_t slots)
{
    double square = 0;

    for (size_t i = 0; i < 2 * (size_t)slots; i++)
        square += values[i] * values[i];
    return sqrt(square / slots);
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

sck_status message_bits(const double *got, const double *want, uint32_t slots,
                        int is_complex, struct bits *bits)
{
    const size_t step = is_complex ? 1 : 2, count = 2 * (size_t)slots / step;
    double *each = malloc(count * sizeof *each);

    if (each == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", count * sizeof *each);
    double square = 0;

    bits->average = 0;
    for (size_t i = 0; i < count; i++) {
        const double error = fabs(got[i * step] - want[i * step]) + 0x1p-80;

        each[i] = -log2(error);
        square += error * error;
        bits->average += each[i] / (double)count;
    }
    qsort(each, count, sizeof *each, by_value);
    bits->worst = each[0];
    bits->median = (each[(count - 1) / 2] + each[count / 2]) / 2;
    bits->deviation = -0.5 * log2(square / (double)count);
    free(each);
    return SCK_OK;
}
