/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The kernels that convert between bases, run on a known answer's inputs. */
#ifndef SCK_KAT_CONVERT_H
#define SCK_KAT_CONVERT_H

#include "kat.h"
#include "rescale.h"

int kat_has(const uint32_t *primes, uint32_t count, uint32_t q);

/** How many of the rows that are left one block takes. */
uint32_t kat_batch(uint32_t left);

/** New y rows and v of the sources q into out[count + 1]. */
void kat_sources(const struct kat *kat, const uint32_t *q, uint32_t count,
                 const uint32_t *added, uint32_t added_count, int ntt_domain,
                 uint32_t *const *in, uint32_t **out);

struct kat_rescale {
    sck_rescale_fn *kernel;
    const uint32_t *kept, *added, *dropped;
    uint32_t kept_count, added_count, dropped_count;
};

/** Whether round(A c / D) has the answers, all of them and no others. */
int kat_rescale_is(const struct kat *kat, const struct kat_rescale *r,
                   uint32_t *const *dropped_rows, uint32_t *const *kept_rows,
                   const json_t *answers);

/** Whether an entry of base_convert, of mod_raise has its answers. */
int kat_base_convert_is(const struct kat *kat, const json_t *e);
int kat_mod_raise_is(const struct kat *kat, const json_t *e);

/** Key switching up to division by P: both halves' sums on the total primes of
 *  basis, into sums[half total + i]. */
void kat_inner_product(const struct kat *kat, const struct sck_key_class *class,
                       const char *name, const uint32_t *primes, uint32_t count,
                       const uint32_t *basis, uint32_t total,
                       uint32_t *const *sums);

#endif
