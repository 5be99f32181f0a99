/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "dot.h"

#include "key_mac.h"
#include "rescale.h"

/* Words of a row whose later terms wait beside it, in L1. */
enum { PIECE = 1024 };

/* Terms first to first + count of limb i, words at to at + words, into out. */
static void products(const struct sck_dot_args *args,
                     const struct sck_prime_table *t, uint32_t i,
                     uint32_t first, uint32_t at, uint32_t words,
                     uint32_t *const out[2], const uint32_t *const *p,
                     const uint32_t *const *a)
{
    struct sck_key_tile tile = {.q = t->q, .inverse = 0u - t->minus_q_inverse};
    const uint32_t left = args->terms - first;

    tile.digits = left < SCK_MAX_DIGITS ? left : SCK_MAX_DIGITS;
    for (uint32_t k = 0; k < tile.digits; k++) {
        tile.u[k] = p[(first + k) * args->limbs + i] + at;
        for (uint32_t h = 0; h < 2; h++)
            tile.key[h][k] = a[(2 * (first + k) + h) * args->limbs + i] + at;
    }
    tile.out[0] = out[0];
    tile.out[1] = out[1];
    sck_key_tile(&tile, words);
}

/* A ciphertext's halves are to a plaintext what a key's are to a digit. */
void sck_dot(const struct sck_dot_args *args, const struct sck_ring *ring,
             uint32_t *const *out, const uint32_t *const *p,
             const uint32_t *const *a)
{
    _Alignas(64) uint32_t more[2][PIECE];
    uint32_t *const beside[2] = {more[0], more[1]};
    const uint32_t words = ring->n < PIECE ? ring->n : PIECE;

    for (uint32_t i = 0; i < args->limbs; i++) {
        const struct sck_prime_table *const t =
            sck_ring_prime(ring, args->q[i]);

        for (uint32_t at = 0; at < ring->n; at += words) {
            uint32_t *const to[2] = {out[i] + at, out[args->limbs + i] + at};

            for (uint32_t k = 0; k < args->terms; k += SCK_MAX_DIGITS) {
                const int first = k == 0 && args->onto == 0;

                products(args, t, i, k, at, words, first ? to : beside, p, a);
                for (uint32_t h = 0; h < 2 && !first; h++)
                    sck_combine(t->q, 1, words, to[h], to[h], beside[h]);
            }
        }
    }
}
