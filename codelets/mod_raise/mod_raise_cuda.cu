/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
extern "C" {
#include "mod_raise.h"
#include "ntt.h"
}
#include <cuda_runtime.h>

extern "C" int sck_mod_raise_cuda(const struct sck_base_convert_args *args,
                                  uint32_t logn,
                                  const struct sck_prime_table *tables,
                                  uint32_t *const *out,
                                  const uint32_t *const *in, void *stream)
{
    struct sck_ntt_args transform = {};
    int status = sck_base_convert_cuda(args, logn, tables, out, in, stream);

    transform.limbs = args->conversion.targets;
    if (status == cudaSuccess)
        status = sck_ntt_cuda(&transform, logn, tables, out,
                              const_cast<const uint32_t *const *>(out), stream);
    return status;
}
