/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "fixture_noise.h"

#include "sck_test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TALLIES = 24 };

/* Sums of variances under a name, over the trials of one parameter set. */
static struct tally {
    char name[48];
    double measured, predicted;
    int count;
} tally[TALLIES];
static int tallies;

void noise_count(const char *name, const double *got, const double *want,
                 uint32_t slots, int parts, double predicted)
{
    double square = 0;
    int t = 0;

    for (uint32_t i = 0; i < slots; i++)
        for (int k = 0; k < parts; k++)
            square += pow(got[2 * i + k] - want[2 * i + k], 2);
    while (t < tallies && strcmp(tally[t].name, name) != 0)
        t++;
    CU_ASSERT_FATAL(t < TALLIES);
    if (t == tallies)
        snprintf(tally[tallies++].name, sizeof tally->name, "%s", name);
    tally[t].measured += square / parts / slots;
    tally[t].predicted += predicted * predicted;
    tally[t].count++;
}

void noise_compare(const char *set, uint32_t logn)
{
    double most = 0;

    printf("\n    %s in a ring of 2^%u, random messages:", set, logn);
    for (int t = 0; t < tallies; t++) {
        const double measured = 0.5 * log2(tally[t].measured / tally[t].count);
        const double predicted =
            0.5 * log2(tally[t].predicted / tally[t].count);

        printf("\n    %-34s 2^%.2f measured, 2^%.2f predicted: %+.2f",
               tally[t].name, measured, predicted, measured - predicted);
        most = fmax(most, fabs(measured - predicted));
        CU_ASSERT_EQUAL(tally[t].count, NOISE_TRIALS);
        CU_ASSERT(fabs(measured - predicted) <= 1);
    }
    printf("\n    largest difference of %d: %.2f bits\n    ", tallies, most);
    memset(tally, 0, sizeof tally);
    tallies = 0;
}
