/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_SAMPLE_UNIFORM_H
#define SCK_SAMPLE_UNIFORM_H

#include "ring.h"

/** Which limb of which key or ciphertext: the nonce of definitions.md. */
enum sck_seed_kind {
    SCK_SEED_PUBLIC = 0,
    SCK_SEED_RELIN = 1,
    SCK_SEED_GALOIS = 2,
    SCK_SEED_DENSE_TO_SPARSE = 3,
    SCK_SEED_SPARSE_TO_DENSE = 4,
    SCK_SEED_CIPHERTEXT = 5
};

struct sck_sample_uniform_args {
    uint32_t ring;
    uint32_t limbs;
    uint32_t q[SCK_BLOCK_LIMBS];
    uint32_t kind, key_class, digit, galois;
    uint32_t montgomery; /**< 1: rows hold x 2^32 mod q */
    uint8_t seed[32];
};

/** Kernel: out[i] = the seed's uniform limb modulo q[i], NTT domain, in [0, q).
 *  ChaCha20 with rejection, random access (definitions.md, seed expansion).
 *  The 256th rejection in a row (probability below 2^-256) leaves 0. */
typedef void sck_sample_uniform_fn(const struct sck_sample_uniform_args *args,
                                   const struct sck_ring *ring,
                                   uint32_t *const *out);
sck_sample_uniform_fn sck_sample_uniform_ref, sck_sample_uniform_avx2,
    sck_sample_uniform_avx512;
extern sck_sample_uniform_fn *sck_sample_uniform;

/** sck_sample_uniform_ref() on the current CUDA device, asynchronously; same
 *  bits. Lists, rows, stream and errors as for sck_ntt_cuda().
 *  @param tables  limb i's prime; its pointers are not followed */
int sck_sample_uniform_cuda(const struct sck_sample_uniform_args *args,
                            uint32_t logn, const struct sck_prime_table *tables,
                            uint32_t *const *out, void *stream);

#endif
