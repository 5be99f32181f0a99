/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sample_uniform_ref.c with ChaCha20 on LANES blocks at once, a block a lane,
 * so that the blocks of one call may be any blocks: those that hold rejected
 * words are asked for again, in the next round, with others like them. The
 * including file is built with its instruction set's flags and gives LANES,
 * vec, load(), store(), set(), plus(), exclusive_or(), turned(x, bits), once()
 * and shoup() as modular_avx512.h has them; in_order(x), which turns 16 vectors
 * of LANES blocks, one a word, into the blocks one after another; rejected(w,
 * bound), whose bit i says that word i is at least bound; and merged(old, new,
 * bits), new where a bit is 1. Seeds are public: time depends on their words.
 */
#include "modular.h"
#include "sample_uniform.h"

#include <string.h>

enum { BLOCK = 16, ROUNDS = 256, VECTORS = BLOCK / LANES /* of a block */ };

/* What one limb is made of: ChaCha20's first state but for the counter (RFC
 * 8439, section 2.3), and how its words become residues: w times factor. */
struct source {
    uint32_t state[BLOCK];
    uint32_t q, factor, companion;
    uint32_t bound;  /* m q of definitions.md */
    uint32_t blocks; /* of a round */
    uint32_t *x;
};

/* Blocks with rejected words, which the mask says, and where to look next:
 * fewer than LANES, and those that one batch adds. */
struct waiting {
    uint32_t count;
    uint32_t counter[2 * LANES], mask[2 * LANES];
};

static uint32_t word_of(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

static struct source source_of(const struct sck_sample_uniform_args *args,
                               const struct sck_prime_table *t, uint32_t n,
                               uint32_t *x)
{
    struct source s = {
        .state = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574},
        .q = t->q,
        .factor = args->montgomery ? t->r : 1,
        .bound = (uint32_t)((1ull << 32) / t->q) * t->q,
        .blocks = n / BLOCK,
    };

    s.x = x;
    s.companion = sck_shoup_companion(s.factor, t->q);
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

/* Words below the bound to residues, others to anything. */
static inline vec residues(const struct source *s, vec w)
{
    const vec q = set(s->q);

    if (s->factor == 1 && s->bound <= 4ull * s->q)
        return once(once(w, set(2 * s->q)), q);
    return once(shoup(w, set(s->factor), set(s->companion), q), q);
}

/* A block whose words of these bits are still wanted, in the next round. The
 * place is written in any case: a branch would be hard to foretell. */
static inline void wait_for(struct waiting *w, const struct source *s,
                            uint32_t counter, uint32_t mask)
{
    w->counter[w->count] = counter + s->blocks;
    w->mask[w->count] = mask;
    w->count += mask != 0;
}

/* Round 0 of LANES blocks. */
static inline void fill(const struct source *s, uint32_t counter, vec lanes,
                        struct waiting *w)
{
    uint32_t *const x = s->x + (size_t)counter * BLOCK;
    vec v[BLOCK];

    blocks(s, plus(lanes, set(counter)), v);
    in_order(v);
    for (uint32_t l = 0; l < LANES; l++) {
        uint32_t mask = 0;

        for (uint32_t i = 0; i < VECTORS; i++) {
            const uint32_t at = VECTORS * l + i;

            mask |= rejected(v[at], s->bound) << i * LANES;
            store(x + (size_t)at * LANES, residues(s, v[at]));
        }
        wait_for(w, s, counter + l, mask);
    }
}

/* A later round of the last LANES blocks that wait. After the last round there
 * are zeros. */
static void again(const struct source *s, struct waiting *w)
{
    const uint32_t from = w->count - LANES;
    uint32_t counter[LANES], mask[LANES];
    vec v[BLOCK];

    memcpy(counter, w->counter + from, sizeof counter);
    memcpy(mask, w->mask + from, sizeof mask);
    w->count = from;
    blocks(s, load(counter), v);
    in_order(v);
    for (uint32_t l = 0; l < LANES; l++) {
        const int over = counter[l] >= ROUNDS * s->blocks;
        uint32_t *const x =
            s->x + (size_t)(counter[l] & (s->blocks - 1)) * BLOCK;
        uint32_t still = 0;

        for (uint32_t i = 0; i < VECTORS; i++) {
            const vec words = v[VECTORS * l + i];
            uint32_t *const at = x + (size_t)i * LANES;

            still |= rejected(words, s->bound) << i * LANES;
            store(at, merged(load(at), over ? set(0) : residues(s, words),
                             mask[l] >> i * LANES));
        }
        wait_for(w, s, counter[l], over ? 0 : mask[l] & still);
    }
}

static void limb(const struct source *s)
{
    struct waiting w = {0};
    uint32_t numbers[LANES];

    for (uint32_t l = 0; l < LANES; l++)
        numbers[l] = l;
    for (uint32_t counter = 0; counter < s->blocks; counter += LANES) {
        fill(s, counter, load(numbers), &w);
        while (w.count >= LANES)
            again(s, &w);
    }
    while (w.count > 0) {
        /* Nobody asks for these. */
        for (; w.count < LANES; w.count++)
            w.counter[w.count] = w.mask[w.count] = 0;
        again(s, &w);
    }
}

/* n >= LANES blocks, a power of two. */
static void limbs(const struct sck_sample_uniform_args *args,
                  const struct sck_ring *ring, uint32_t *const *out)
{
    if (ring->n < BLOCK * LANES) {
        sck_sample_uniform_ref(args, ring, out);
        return;
    }
    for (uint32_t i = 0; i < args->limbs; i++) {
        const struct source s =
            source_of(args, sck_ring_prime(ring, args->q[i]), ring->n, out[i]);

        limb(&s);
    }
}
