/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What the client's files share: the key, one-limb kernels, messages. Rows are
 * N residues; those that hold secrets come from sodium_malloc(). */
#ifndef SCK_CLIENT_PRIV_H
#define SCK_CLIENT_PRIV_H

#include "ring.h"
#include "sample_uniform.h"
#include "sck_client.h"

struct sck_secret_key {
    const sck_params *params;
    const struct sck_ring *ring;
    uint8_t key_id[SCK_KEY_ID_BYTES];
    uint8_t *packed; /* locked */
};

struct sck_encryptor {
    const sck_params *params;
    const struct sck_ring *ring;
    const struct sck_limbs_public_key *key;
};

/* The parameters' ring, libsodium started, kernels chosen. */
sck_status sck_client_ring(const sck_params *params,
                           const struct sck_ring **ring);

/* count rows of locked memory, NULL with a message when there is none. */
uint32_t *sck_client_rows(const struct sck_ring *ring, size_t count);

/* Row to NTT form and back, in place. */
void sck_client_ntt(const struct sck_ring *ring, uint32_t q, uint32_t *row);
void sck_client_intt(const struct sck_ring *ring, uint32_t q, uint32_t *row);

/* A packed ternary, or small coefficients, in NTT form modulo q. */
void sck_client_ternary(const struct sck_ring *ring, uint32_t q,
                        const uint8_t *packed, uint32_t *row);
void sck_client_small(const struct sck_ring *ring, uint32_t q,
                      const int8_t *small, uint32_t *row);

/* The uniform row a seed stands for. */
void sck_client_uniform(const struct sck_ring *ring, uint32_t q,
                        const uint8_t *seed, enum sck_seed_kind kind,
                        uint32_t key_class, uint32_t digit, uint32_t galois,
                        uint32_t *row);

/* Pointwise modulo q, reduced throughout: out = a b, out += a b, out = a b + c,
 * out += a scalar, out += a. */
void sck_client_mul(const struct sck_ring *ring, uint32_t q, uint32_t *out,
                    const uint32_t *a, const uint32_t *b);
void sck_client_mul_add(const struct sck_ring *ring, uint32_t q, uint32_t *out,
                        const uint32_t *a, const uint32_t *b);
void sck_client_mul_plus(const struct sck_ring *ring, uint32_t q, uint32_t *out,
                         const uint32_t *a, const uint32_t *b,
                         const uint32_t *c);
void sck_client_scalar_mul_add(const struct sck_ring *ring, uint32_t q,
                               uint32_t *out, const uint32_t *a,
                               uint32_t scalar);
void sck_client_add(const struct sck_ring *ring, uint32_t q, uint32_t *out,
                    const uint32_t *a);

/* What hides an error: mask = -s 2^32 (mask may be s), then out = e - a s. Of
 * out only the sum is ever written, so that it may be unlocked memory. */
void sck_client_mask_of(const struct sck_ring *ring, uint32_t q, uint32_t *mask,
                        const uint32_t *s);
void sck_client_mask(const struct sck_ring *ring, uint32_t q, uint32_t *out,
                     const uint32_t *e, const uint32_t *a,
                     const uint32_t *mask);

/* Checks and encodes values for a level: N coefficients in locked memory, for
 * sodium_free(). */
sck_status sck_client_encode(const sck_params *params,
                             const struct sck_ring *ring, uint32_t level,
                             const double *values, uint32_t slots,
                             int64_t **coefficients);

/* Adds the message's limb modulo q to out; row is scratch. */
void sck_client_add_message(const struct sck_ring *ring, uint32_t q,
                            const int64_t *coefficients, uint32_t *row,
                            uint32_t *out);

/* Makes the keys that all names, of its seed, one in memory at a time; take
 * sees each before it is freed, and ends the work with an error. */
typedef sck_status sck_client_take(void *context, uint32_t i,
                                   const struct sck_limbs_key *key);
sck_status sck_client_each_key(const sck_secret_key *key,
                               const struct sck_limbs_keyset *all,
                               sck_client_take *take, void *context);

#endif
