/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "dot.h"

#include "key_mac.h"
#include "rescale.h"

/* Words of a row whose later terms wait beside it, in L1. */
enum { PIECE = 1024 };

/* Words at to at + words of limb i. */
struct piece {
    const struct sck_dot_args *args;
    const struct sck_prime_table *t;
    const uint32_t *const *p, *const *a;
    uint32_t i, at, words;
    uint32_t *out[2];
    int adds; /* out holds earlier terms */
};

static const uint32_t *factor(const struct piece *c, uint32_t k, uint32_t h)
{
    return c->a[(2 * k + h) * c->args->limbs + c->i] + c->at;
}

static const uint32_t *plain(const struct piece *c, uint32_t k)
{
    return c->p[k * c->args->limbs + c->i] + (c->at >> c->args->repeat[k]);
}

/* Terms of one repeat that fit one sum, into out. */
static void whole_terms(const struct piece *c, const uint8_t *term,
                        uint32_t count, uint32_t *const out[2])
{
    struct sck_key_tile tile = {
        .digits = count, .q = c->t->q, .inverse = 0u - c->t->minus_q_inverse};

    for (uint32_t k = 0; k < count; k++) {
        tile.u[k] = plain(c, term[k]);
        for (uint32_t h = 0; h < 2; h++)
            tile.key[h][k] = factor(c, term[k], h);
    }
    tile.out[0] = out[0];
    tile.out[1] = out[1];
    sck_key_tile(&tile, c->words);
}

static void short_terms(const struct piece *c, const uint8_t *term,
                        uint32_t count)
{
    struct sck_spread_tile tile = {.terms = count,
                                   .sums = 1,
                                   .q = c->t->q,
                                   .inverse = 0u - c->t->minus_q_inverse,
                                   .repeat = c->args->repeat[term[0]],
                                   .adds = c->adds};

    for (uint32_t k = 0; k < count; k++) {
        tile.plain[0][k] = plain(c, term[k]);
        for (uint32_t h = 0; h < 2; h++)
            tile.x[h][k] = factor(c, term[k], h);
    }
    tile.out[0][0] = c->out[0];
    tile.out[1][0] = c->out[1];
    sck_spread_tile(&tile, c->words);
}

/* A ciphertext's halves are to a plaintext what a key's are to a digit. */
static void sum(struct piece *c, const uint8_t *term, uint32_t count)
{
    _Alignas(64) uint32_t more[2][PIECE];
    uint32_t *const beside[2] = {more[0], more[1]};

    if (c->args->repeat[term[0]] != 0) {
        short_terms(c, term, count);
        return;
    }
    whole_terms(c, term, count, c->adds ? beside : c->out);
    for (uint32_t h = 0; h < 2 && c->adds; h++)
        sck_combine(c->t->q, 1, c->words, c->out[h], c->out[h], beside[h]);
}

/* Terms of like plaintexts together, the same order in every piece. */
static void sums(struct piece *c)
{
    uint8_t term[SCK_DOT_TERMS];
    uint8_t done[SCK_DOT_TERMS] = {0};

    c->adds = c->args->onto != 0;
    for (uint32_t first = 0; first < c->args->terms; first++) {
        uint32_t count = 0;

        if (done[first])
            continue;
        for (uint32_t k = first; k < c->args->terms && count < SCK_MAX_DIGITS;
             k++)
            if (!done[k] && c->args->repeat[k] == c->args->repeat[first]) {
                done[k] = 1;
                term[count++] = (uint8_t)k;
            }
        sum(c, term, count);
        c->adds = 1;
    }
}

void sck_dot(const struct sck_dot_args *args, const struct sck_ring *ring,
             uint32_t *const *out, const uint32_t *const *p,
             const uint32_t *const *a)
{
    struct piece c = {.args = args,
                      .p = p,
                      .a = a,
                      .words = ring->n < PIECE ? ring->n : PIECE};

    for (c.i = 0; c.i < args->limbs; c.i++) {
        c.t = sck_ring_prime(ring, args->q[c.i]);
        for (c.at = 0; c.at < ring->n; c.at += c.words) {
            c.out[0] = out[c.i] + c.at;
            c.out[1] = out[args->limbs + c.i] + c.at;
            sums(&c);
        }
    }
}
