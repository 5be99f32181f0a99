/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_MOD_DOWN_H
#define SCK_MOD_DOWN_H

#include "rescale.h"

/** mod_down is rescale with D = P and A = 1: the same kernel and arguments
 * under a codelet of its own, so that traces and models tell them apart. */
void sck_mod_down_ref(const struct sck_rescale_args *args,
                      const struct sck_ring *ring, uint32_t *const *out,
                      const uint32_t *const *in, const uint32_t *const *c);
sck_rescale_fn sck_mod_down;

#endif
