/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a ring is made of: shared by ring.c, ring_primes.c, unit_roots.c and
 * their tests. */
#ifndef SCK_RING_PRIV_H
#define SCK_RING_PRIV_H

#include "ring.h"
#include "sck_status.h"

#include <stddef.h>
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

/** Whether sorted holds distinct primes below 2^30 that are 1 mod 2^(logn + 1);
 *  SCK_ERR_ARGUMENT names the first that is not. */
sck_status sck_primes_check(uint32_t logn, const uint32_t *sorted,
                            uint32_t count);

/** Words of `runs` and `iruns` together. */
size_t sck_prime_runs_words(uint32_t n);
/** Fills t; its twiddles into words, 4 ring->n of them and those of the runs,
 *  which t points into.
 *  @param ring  n and brv are read */
void sck_prime_table_fill(struct sck_prime_table *t, uint32_t *words,
                          uint32_t q, const struct sck_ring *ring);
/** Fills t of a ring of degree n with the twiddles of a larger ring's table of
 *  the same prime, which lives as long; those of the runs into words. */
void sck_prime_table_take(struct sck_prime_table *t, uint32_t *words,
                          const struct sck_prime_table *larger, uint32_t n);

#endif
