/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "mod_raise.h"

#include "ntt.h"

#include <string.h>

sck_mod_raise_fn *sck_mod_raise = sck_mod_raise_ref;

void sck_mod_raise_ref(const struct sck_base_convert_args *args,
                       const struct sck_ring *ring, uint32_t *const *out,
                       const uint32_t *const *in)
{
    struct sck_ntt_args transform = {args->ring, args->conversion.targets, {0}};

    memcpy(transform.q, args->conversion.t, sizeof transform.q);
    sck_base_convert(args, ring, out, in);
    sck_ntt(&transform, ring, out, (const uint32_t *const *)out);
}
