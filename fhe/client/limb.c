/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Kernels one limb at a time, as secrets are handled. */
#include <sodium.h>
#include <string.h>

#include "client_priv.h"
#include "intt.h"
#include "isa.h"
#include "modular.h"
#include "ntt.h"
#include "sampler.h"

sck_status sck_client_ring(const sck_params *params,
                           const struct sck_ring **ring)
{
    uint32_t count;
    const uint32_t *primes;

    *ring = NULL;
    if (params == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "params is NULL");
    if (sodium_init() < 0)
        return SCK_FAIL(SCK_ERR_STATE, "libsodium does not start");
    SCK_TRY(sck_kernels_init());
    primes = sck_params_all_primes(params, &count);
    return sck_ring_new(sck_params_logn(params), primes, count, ring);
}

uint32_t *sck_client_rows(const struct sck_ring *ring, size_t count)
{
    uint32_t *rows = sodium_allocarray(count, ring->n * sizeof *rows);

    if (rows == NULL)
        (void)SCK_FAIL(SCK_ERR_MEMORY, "%zu rows of locked memory", count);
    return rows;
}

void sck_client_ntt(const struct sck_ring *ring, uint32_t q, uint32_t *row)
{
    const struct sck_ntt_args args = {ring->id, 1, {q}};

    sck_ntt(&args, ring, &row, (const uint32_t *const *)&row);
}

void sck_client_intt(const struct sck_ring *ring, uint32_t q, uint32_t *row)
{
    const struct sck_ntt_args args = {ring->id, 1, {q}};

    sck_intt(&args, ring, &row, (const uint32_t *const *)&row);
}

void sck_client_ternary(const struct sck_ring *ring, uint32_t q,
                        const uint8_t *packed, uint32_t *row)
{
    sck_expand_ternary(row, packed, ring->n, q);
    sck_client_ntt(ring, q, row);
}

void sck_client_small(const struct sck_ring *ring, uint32_t q,
                      const int8_t *small, uint32_t *row)
{
    sck_expand_small(row, small, ring->n, q);
    sck_client_ntt(ring, q, row);
}

void sck_client_uniform(const struct sck_ring *ring, uint32_t q,
                        const uint8_t *seed, enum sck_seed_kind kind,
                        uint32_t key_class, uint32_t digit, uint32_t galois,
                        uint32_t *row)
{
    struct sck_sample_uniform_args args = {.ring = ring->id,
                                           .limbs = 1,
                                           .q = {q},
                                           .kind = kind,
                                           .key_class = key_class,
                                           .digit = digit,
                                           .galois = galois};

    memcpy(args.seed, seed, sizeof args.seed);
    sck_sample_uniform(&args, ring, &row);
}

void sck_client_mul_add(const struct sck_ring *ring, uint32_t q, uint32_t *out,
                        const uint32_t *a, const uint32_t *b)
{
    const struct sck_prime_table *t = sck_ring_prime(ring, q);

    for (uint32_t i = 0; i < ring->n; i++)
        out[i] = sck_mod_add(out[i], sck_mod_mul(a[i], b[i], t), q);
}

void sck_client_mul_sub(const struct sck_ring *ring, uint32_t q, uint32_t *out,
                        const uint32_t *a, const uint32_t *b)
{
    const struct sck_prime_table *t = sck_ring_prime(ring, q);

    for (uint32_t i = 0; i < ring->n; i++)
        out[i] = sck_mod_sub(out[i], sck_mod_mul(a[i], b[i], t), q);
}

void sck_client_add(const struct sck_ring *ring, uint32_t q, uint32_t *out,
                    const uint32_t *a)
{
    for (uint32_t i = 0; i < ring->n; i++)
        out[i] = sck_mod_add(out[i], a[i], q);
}
