/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "mod_raise.h"

#include "ntt.h"

#include <string.h>

void sck_mod_raise_ref(const struct sck_base_convert_args *args,
                       const struct sck_ring *ring, uint32_t *const *out,
                       const uint32_t *const *in)
{
    struct sck_ntt_args transform = {args->ring, args->conversion.targets, {0}};

    memcpy(transform.q, args->conversion.t, sizeof transform.q);
    sck_base_convert_ref(args, ring, out, in);
    sck_ntt(&transform, ring, out, (const uint32_t *const *)out);
}

void sck_mod_raise(const struct sck_base_convert_args *args,
                   const struct sck_ring *ring, uint32_t *const *out,
                   const uint32_t *const *in)
{
    const struct sck_conversion *const conversion = &args->conversion;
    const struct sck_ntt_around lazy = {.lazy = 1};
    struct sck_convert_constants constants;

    sck_convert_constants_from(&constants, conversion, ring, 1);
    sck_convert_tile(&constants, 0, ring->n, out, in);
    for (uint32_t j = 0; j < conversion->targets; j++)
        sck_ntt_row(sck_ring_prime(ring, conversion->t[j]), ring->n, out[j],
                    out[j], &lazy);
}
