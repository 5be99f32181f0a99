/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Kernels one limb at a time, as secrets are handled. */
#include <sodium.h>
#include <string.h>

#include "client_priv.h"
#include "elementwise.h"
#include "intt.h"
#include "isa.h"
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

/* Small coefficients on their way into the transform. */
struct expansion {
    const uint8_t *packed; /* or */
    const int8_t *small;
    uint32_t q;
};

static void expand(void *context, uint32_t at, uint32_t count, uint32_t *x)
{
    const struct expansion *e = context;

    if (e->packed != NULL)
        sck_expand_ternary(x, e->packed + at / 4, count, e->q);
    else
        sck_expand_small(x, e->small + at, count, e->q);
}

static void transform(const struct sck_ring *ring, struct expansion e,
                      uint32_t *row)
{
    const struct sck_ntt_around around = {.context = &e, .before = expand};

    sck_ntt_row(sck_ring_prime(ring, e.q), ring->n, row, row, &around);
}

void sck_client_ternary(const struct sck_ring *ring, uint32_t q,
                        const uint8_t *packed, uint32_t *row)
{
    transform(ring, (struct expansion){.packed = packed, .q = q}, row);
}

void sck_client_small(const struct sck_ring *ring, uint32_t q,
                      const int8_t *small, uint32_t *row)
{
    transform(ring, (struct expansion){.small = small, .q = q}, row);
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

/* One operation on one row; b and c may be NULL. */
static void elementwise(const struct sck_ring *ring, uint32_t q,
                        enum sck_elementwise_op op, uint32_t scalar,
                        uint32_t *out, const uint32_t *a, const uint32_t *b,
                        const uint32_t *c)
{
    const struct sck_elementwise_args args = {
        .ring = ring->id, .op = op, .limbs = 1, .q = {q}, .scalar = {scalar}};

    sck_elementwise(&args, ring, &out, &a, &b, &c);
}

void sck_client_mul(const struct sck_ring *ring, uint32_t q, uint32_t *out,
                    const uint32_t *a, const uint32_t *b)
{
    elementwise(ring, q, SCK_MUL, 0, out, a, b, NULL);
}

void sck_client_mul_add(const struct sck_ring *ring, uint32_t q, uint32_t *out,
                        const uint32_t *a, const uint32_t *b)
{
    elementwise(ring, q, SCK_MUL_ADD, 0, out, a, b, out);
}

void sck_client_mul_plus(const struct sck_ring *ring, uint32_t q, uint32_t *out,
                         const uint32_t *a, const uint32_t *b,
                         const uint32_t *c)
{
    elementwise(ring, q, SCK_MUL_ADD, 0, out, a, b, c);
}

void sck_client_scalar_mul_add(const struct sck_ring *ring, uint32_t q,
                               uint32_t *out, const uint32_t *a,
                               uint32_t scalar)
{
    elementwise(ring, q, SCK_SCALAR_MUL_ADD, scalar, out, a, NULL, out);
}

void sck_client_mask_of(const struct sck_ring *ring, uint32_t q, uint32_t *mask,
                        const uint32_t *s)
{
    elementwise(ring, q, SCK_SCALAR_MUL, q - sck_ring_prime(ring, q)->r, mask,
                s, NULL, NULL);
}

void sck_client_mask(const struct sck_ring *ring, uint32_t q, uint32_t *out,
                     const uint32_t *e, const uint32_t *a, const uint32_t *mask)
{
    elementwise(ring, q, SCK_MUL_PLAIN_ADD, 0, out, a, mask, e);
}

void sck_client_add(const struct sck_ring *ring, uint32_t q, uint32_t *out,
                    const uint32_t *a)
{
    elementwise(ring, q, SCK_ADD, 0, out, out, a, NULL);
}
