/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "mod_down.h"

void sck_mod_down_ref(const struct sck_rescale_args *args,
                      const struct sck_ring *ring, uint32_t *const *out,
                      const uint32_t *const *in, const uint32_t *const *c)
{
    sck_rescale_ref(args, ring, out, in, c);
}

void sck_mod_down(const struct sck_rescale_args *args,
                  const struct sck_ring *ring, uint32_t *const *out,
                  const uint32_t *const *in, const uint32_t *const *c)
{
    sck_rescale(args, ring, out, in, c);
}
