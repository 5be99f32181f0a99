/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Errors gathered by name, measured and predicted, for bootstrapping. */
#ifndef SCK_TEST_FIXTURE_NOISE_H
#define SCK_TEST_FIXTURE_NOISE_H

#include <stdint.h>

enum { NOISE_TRIALS = 3 };

/* One trial of that name: got's error from want in the slots' real parts, or
 * in both parts. */
void noise_count(const char *name, const double *got, const double *want,
                 uint32_t slots, int parts, double predicted);

/* Prints every name's deviations, asserts that they agree within a bit and
 * forgets them. */
void noise_compare(const char *set, uint32_t logn);

#endif
