/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "doubles_avx512.h"

#include "embed_lanes.h"

void sck_encode_embed_avx512(const struct sck_encode_args *args,
                             const struct sck_ring *ring, int64_t *out,
                             const double *values)
{
    embed(args, ring, out, values);
}
