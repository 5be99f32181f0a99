/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sample_uniform_ref.c with ChaCha20 on LANES blocks at once, a block a lane,
 * so that the blocks of one call may be any blocks: rounds after the first ask
 * only for those that hold a rejected word. The including file is built with
 * its instruction set's flags and gives LANES, vec, load(), store(), set(),
 * plus(), exclusive_or(), turned(x, bits), once(), shoup(), montgomery() as
 * modular_avx512.h has them; in_order(x), which turns 16 vectors of LANES
 * blocks, one a word, into the blocks one after another; and rejected(w,
 * bound), whose bit i says that word i is at least bound.
 * Seeds are public: time depends on their words. */
#include "modular.h"
#include "sample_uniform.h"

enum { BLOCK = 16, STRETCH = 8192, ROUNDS = 256 };

/* What one limb is made of: ChaCha20's first state but for the counter (RFC
 * 8439, section 2.3), and how its words become residues. */
struct source {
    uint32_t state[BLOCK];
    const struct sck_prime_table *t;
    uint32_t fits, bound; /* m and m q of definitions.md */
    uint32_t montgomery;
};

static uint32_t word_of(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

static struct source source_of(const struct sck_sample_uniform_args *args,
                               const struct sck_prime_table *t)
{
    const uint32_t fits = (uint32_t)((1ull << 32) / t->q);
    struct source s = {
        .state = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574},
        .t = t,
        .fits = fits,
        .bound = fits * t->q,
        .montgomery = args->montgomery,
    };

    for (int i = 0; i < 8; i++)
        s.state[4 + i] = word_of(args->seed + 4 * i);
    s.state[13] = args->kind | args->key_class << 8 | args->digit << 16;
    s.state[14] = args->galois;
    s.state[15] = t->q;
    return s;
}

/* A quarter of four quarter rounds: their words are neighbours in rows of
 * four, turned within the row by i, j, k in the rounds along diagonals. */
#define MIX(a, i, b, j, d, k, bits)                                            \
    do {                                                                       \
        x[a + (0 + i) % 4] = plus(x[a + (0 + i) % 4], x[b + (0 + j) % 4]);     \
        x[a + (1 + i) % 4] = plus(x[a + (1 + i) % 4], x[b + (1 + j) % 4]);     \
        x[a + (2 + i) % 4] = plus(x[a + (2 + i) % 4], x[b + (2 + j) % 4]);     \
        x[a + (3 + i) % 4] = plus(x[a + (3 + i) % 4], x[b + (3 + j) % 4]);     \
        x[d + (0 + k) % 4] = turned(                                           \
            exclusive_or(x[d + (0 + k) % 4], x[a + (0 + i) % 4]), bits);       \
        x[d + (1 + k) % 4] = turned(                                           \
            exclusive_or(x[d + (1 + k) % 4], x[a + (1 + i) % 4]), bits);       \
        x[d + (2 + k) % 4] = turned(                                           \
            exclusive_or(x[d + (2 + k) % 4], x[a + (2 + i) % 4]), bits);       \
        x[d + (3 + k) % 4] = turned(                                           \
            exclusive_or(x[d + (3 + k) % 4], x[a + (3 + i) % 4]), bits);       \
    } while (0)

#define ROUND(i)                                                               \
    do {                                                                       \
        MIX(0, 0, 4, i, 12, 3 * i, 16);                                        \
        MIX(8, 2 * i, 12, 3 * i, 4, i, 12);                                    \
        MIX(0, 0, 4, i, 12, 3 * i, 8);                                         \
        MIX(8, 2 * i, 12, 3 * i, 4, i, 7);                                     \
    } while (0)

/* out[w]: word w of the LANES blocks with these counters. */
static inline void blocks(const struct source *s, vec counters, vec *out)
{
    vec x[BLOCK];

    for (int w = 0; w < BLOCK; w++)
        x[w] = set(s->state[w]);
    x[12] = counters;
    for (int round = 0; round < 10; round++) {
        ROUND(0);
        ROUND(1);
    }
    for (int w = 0; w < BLOCK; w++)
        out[w] = plus(x[w], set(s->state[w]));
    out[12] = plus(x[12], counters);
}

static uint32_t residue(const struct source *s, uint32_t w)
{
    return s->montgomery ? sck_to_montgomery(w, s->t)
                         : sck_shoup(w, 1, s->fits, s->t->q);
}

/* The blocks of words x[at[from]], x[at[from + 1]], ..., as many as go at once,
 * in round k: accepted words go to x, the others' places to at[*left] on.
 * Returns the first place not looked at. */
static uint32_t again(const struct source *s, uint32_t n, uint32_t k,
                      uint32_t *x, uint32_t *at, uint32_t from, uint32_t count,
                      uint32_t *left)
{
    uint32_t counters[LANES] = {0}, words[BLOCK * LANES];
    uint16_t word[BLOCK * LANES]; /* of each place */
    uint32_t end = from, lanes = 0, last = 0;
    vec v[BLOCK];

    /* Whether a block is another than the last is hard to foretell: no branch
     * on it but the one that ends the loop. */
    for (; end < count; end++) {
        const uint32_t counter = k * n / BLOCK + at[end] / BLOCK;
        const uint32_t lane = lanes - (lanes != 0 && counter == last);

        if (lane == LANES)
            break;
        counters[lane] = last = counter;
        word[end - from] = (uint16_t)(at[end] % BLOCK * LANES + lane);
        lanes = lane + 1;
    }
    blocks(s, load(counters), v);
    for (uint32_t w = 0; w < BLOCK; w++)
        store(words + w * LANES, v[w]);
    for (uint32_t i = from; i < end; i++) {
        const uint32_t w = words[word[i - from]];

        if (w < s->bound)
            x[at[i]] = residue(s, w);
        else
            at[(*left)++] = at[i];
    }
    return end;
}

/* Replaces the words at these places (ascending) by their first accepted word
 * of rounds 1 ... 255, or 0. */
static void redo(const struct source *s, uint32_t n, uint32_t *x, uint32_t *at,
                 uint32_t count)
{
    for (uint32_t k = 1; k < ROUNDS && count > 0; k++) {
        uint32_t left = 0;

        for (uint32_t from = 0; from < count;)
            from = again(s, n, k, x, at, from, count, &left);
        count = left;
    }
    for (uint32_t i = 0; i < count; i++)
        x[at[i]] = 0;
}

/* Words below the bound to residues, others to anything. */
static inline vec residues(const struct source *s, vec w)
{
    const vec q = set(s->t->q);

    if (s->montgomery)
        return montgomery(w, set(s->t->r2), q, set(s->t->minus_q_inverse));
    if (s->fits <= 4) /* the bound is 4 q at most */
        return once(once(w, set(2 * s->t->q)), q);
    return once(shoup(w, set(1), set(s->fits), q), q);
}

/* Rounds 0 of n words from `start` on, n a multiple of 64 and of LANES blocks;
 * bit i % 64 of bits[i / 64] says that word i is rejected. */
static void fill(const struct source *s, uint32_t start, uint32_t n,
                 uint32_t *x, uint64_t *bits)
{
    enum { STEP = 64 / LANES };
    uint32_t lanes[LANES];

    for (uint32_t l = 0; l < LANES; l++)
        lanes[l] = start / BLOCK + l;
    for (uint32_t j = 0; j < n; j += BLOCK * LANES) {
        vec v[BLOCK];

        blocks(s, plus(load(lanes), set(j / BLOCK)), v);
        in_order(v);
        for (uint32_t i = 0; i < BLOCK; i += STEP) {
            uint64_t word = 0;

            for (uint32_t k = 0; k < STEP; k++) {
                word |= (uint64_t)rejected(v[i + k], s->bound) << k * LANES;
                store(x + start + j + (i + k) * LANES, residues(s, v[i + k]));
            }
            bits[(j + i * LANES) / 64] = word;
        }
    }
}

/* n >= LANES blocks, a power of two. */
static void limb(const struct source *s, uint32_t n, uint32_t *x)
{
    const uint32_t stretch = n < STRETCH ? n : STRETCH;
    uint64_t bits[STRETCH / 64];
    uint32_t at[STRETCH];

    for (uint32_t start = 0; start < n; start += stretch) {
        uint32_t count = 0;

        fill(s, start, stretch, x, bits);
        for (uint32_t i = 0; i < stretch; i += 64)
            for (uint64_t left = bits[i / 64]; left != 0; left &= left - 1)
                at[count++] = start + i + (uint32_t)__builtin_ctzll(left);
        redo(s, n, x, at, count);
    }
}

static void limbs(const struct sck_sample_uniform_args *args,
                  const struct sck_ring *ring, uint32_t *const *out)
{
    if (ring->n < BLOCK * LANES) {
        sck_sample_uniform_ref(args, ring, out);
        return;
    }
    for (uint32_t i = 0; i < args->limbs; i++) {
        const struct source s =
            source_of(args, sck_ring_prime(ring, args->q[i]));

        limb(&s, ring->n, out[i]);
    }
}
