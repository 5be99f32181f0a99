/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The unit roots of encoding: shared by ring.c, unit_roots.c and their test. */
#ifndef SCK_RING_PRIV_H
#define SCK_RING_PRIV_H

#include <stdint.h>

/** The largest logN of a ring. */
#define SCK_RING_LOGN_MAX 16

/** An unevaluated sum: |lo| is at most half a unit in the last place of hi. */
struct sck_double2 {
    double hi, lo;
};

struct sck_unit_root {
    struct sck_double2 re, im;
};

/** Entry t is e^(i pi / 2^t): hi the nearest double of each part, lo the
 *  nearest double of what hi leaves. */
extern const struct sck_unit_root sck_unit_root_table[SCK_RING_LOGN_MAX + 1];

/** Fills zeta[2 k], zeta[2 k + 1] with re, im of e^(i pi k / 2^logn) for every
 *  k < 2^(logn + 1), as definitions.md says. logn <= SCK_RING_LOGN_MAX. */
void sck_unit_roots(uint32_t logn, double *zeta);

#endif
