/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_ENCODE_H
#define SCK_ENCODE_H

#include "ring.h"

#include <stddef.h>

struct sck_encode_args {
    uint32_t ring;
    uint32_t slots; /**< power of two, at most N/2 */
    double scale;
};

/** Kernel: slots complex values (re, im interleaved) to N integer coefficients
 *  (definitions.md, Encode; exact order of operations). The caller has checked
 *  that no coefficient reaches 2^63: max |z| scale < 2^62. */
typedef void sck_encode_embed_fn(const struct sck_encode_args *args,
                                 const struct sck_ring *ring, int64_t *out,
                                 const double *values);
sck_encode_embed_fn sck_encode_embed_ref, sck_encode_embed_avx2,
    sck_encode_embed_avx512;
extern sck_encode_embed_fn *sck_encode_embed;

/** Kernel, the way back, for the client: coefficients (already divided by
 *  nothing) to slots values times 1/scale. Same twiddles and order, reversed.
 *  values must not overlap coefficients. */
typedef void sck_decode_embed_fn(const struct sck_encode_args *args,
                                 const struct sck_ring *ring, double *values,
                                 const double *coefficients);
sck_decode_embed_fn sck_decode_embed_ref, sck_decode_embed_avx2,
    sck_decode_embed_avx512;
extern sck_decode_embed_fn *sck_decode_embed;

struct sck_encode_limbs_args {
    uint32_t ring;
    uint32_t limbs;
    uint32_t q[SCK_BLOCK_LIMBS];
    uint32_t montgomery; /**< 1: rows hold x 2^32 mod q, as plaintexts do */
};

/** Kernel: out[i] = NTT(coefficients mod q_i), in [0, q). */
typedef void sck_encode_limbs_fn(const struct sck_encode_limbs_args *args,
                                 const struct sck_ring *ring,
                                 uint32_t *const *out,
                                 const int64_t *coefficients);
sck_encode_limbs_fn sck_encode_limbs_ref, sck_encode_limbs_avx2,
    sck_encode_limbs_avx512;
extern sck_encode_limbs_fn *sck_encode_limbs;

/** Bytes of scratch that sck_encode_embed_cuda() needs. */
size_t sck_encode_embed_cuda_scratch(const struct sck_encode_args *args);

/** sck_encode_embed_ref() on the current CUDA device, asynchronously; same
 *  bits. Stream and errors as for sck_ntt_cuda().
 *  @param slot_roots   the ring's, in device memory
 *  @param out, values  device memory, aligned to 16 bytes
 *  @param scratch      device memory, in use until the stream has passed */
int sck_encode_embed_cuda(const struct sck_encode_args *args, uint32_t logn,
                          const double *slot_roots, int64_t *out,
                          const double *values, void *scratch, void *stream);

/** sck_encode_limbs_ref(), likewise.
 *  @param tables  limb i's prime; psi and psi_shoup point to device memory */
int sck_encode_limbs_cuda(const struct sck_encode_limbs_args *args,
                          uint32_t logn, const struct sck_prime_table *tables,
                          uint32_t *const *out, const int64_t *coefficients,
                          void *stream);

/** Arguments of one task: either half of encoding. Values and coefficients
 *  are blocks of two rows of words. */
struct sck_encode_task {
    uint32_t embeds; /**< 1: embed, 0: limbs */
    union {
        struct sck_encode_args embed;
        struct sck_encode_limbs_args limbs;
    };
};

#endif
