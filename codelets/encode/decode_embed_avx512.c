/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "doubles_avx512.h"

#include "decode_lanes.h"

void sck_decode_embed_avx512(const struct sck_encode_args *args,
                             const struct sck_ring *ring, double *values,
                             const double *coefficients)
{
    decode(args, ring, values, coefficients);
}
