/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* ChaCha20's stream is written into the row itself and reduced in place; a
 * rejected word is replaced from the next rounds' stream, a stretch of the row
 * at a time. Seeds expanded here are public: time depends on their words. */
#include "sample_uniform.h"

#include "modular.h"

#include <sodium.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the key stream is read as little-endian words in place"
#endif

sck_sample_uniform_fn *sck_sample_uniform = sck_sample_uniform_ref;

enum { BLOCK = 16, STRETCH = 1024, ROUNDS = 256 };

struct stream {
    const uint8_t *key;
    uint8_t nonce[12];
};

static void store_word(uint8_t *p, uint32_t w)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(w >> 8 * i);
}

/* words <- the stream's words from block `first` on; count need not be a
 * multiple of a block. */
static void key_stream(const struct stream *s, uint32_t first, uint32_t *words,
                       size_t count)
{
    memset(words, 0, count * sizeof *words);
    crypto_stream_chacha20_ietf_xor_ic((uint8_t *)words, (uint8_t *)words,
                                       count * sizeof *words, s->nonce, first,
                                       s->key);
}

/* Replaces the words x[at[0]], ..., x[at[count - 1]] (ascending, in one
 * stretch) by their first accepted word of rounds 1 ... 255, or 0. */
static void redo(const struct stream *s, uint32_t n, uint32_t bound,
                 uint32_t *x, uint32_t *at, size_t count)
{
    uint32_t words[STRETCH];

    for (uint32_t k = 1; k < ROUNDS && count > 0; k++) {
        const uint32_t first = at[0] / BLOCK;
        const uint32_t last = at[count - 1] / BLOCK;
        size_t left = 0;

        key_stream(s, k * n / BLOCK + first, words,
                   (size_t)(last - first + 1) * BLOCK);
        for (size_t i = 0; i < count; i++) {
            const uint32_t w = words[at[i] - first * BLOCK];

            if (w < bound)
                x[at[i]] = w;
            else
                at[left++] = at[i];
        }
        count = left;
    }
    for (size_t i = 0; i < count; i++)
        x[at[i]] = 0;
}

static void limb(const struct stream *s, const struct sck_prime_table *t,
                 uint32_t n, uint32_t montgomery, uint32_t *x)
{
    const uint32_t q = t->q;
    const uint32_t m = (uint32_t)((1ull << 32) / q);
    const uint32_t bound = m * q;

    key_stream(s, 0, x, n);
    for (uint32_t start = 0; start < n; start += STRETCH) {
        const uint32_t end = n - start < STRETCH ? n : start + STRETCH;
        uint32_t at[STRETCH];
        size_t count = 0;

        for (uint32_t j = start; j < end; j++) {
            at[count] = j;
            count += x[j] >= bound;
        }
        redo(s, n, bound, x, at, count);
    }
    /* m is the Shoup companion of 1. */
    if (montgomery)
        for (uint32_t j = 0; j < n; j++)
            x[j] = sck_to_montgomery(x[j], t);
    else
        for (uint32_t j = 0; j < n; j++)
            x[j] = sck_shoup(x[j], 1, m, q);
}

void sck_sample_uniform_ref(const struct sck_sample_uniform_args *args,
                            const struct sck_ring *ring, uint32_t *const *out)
{
    for (uint32_t i = 0; i < args->limbs; i++) {
        struct stream s = {.key = args->seed};

        store_word(s.nonce,
                   args->kind | args->key_class << 8 | args->digit << 16);
        store_word(s.nonce + 4, args->galois);
        store_word(s.nonce + 8, args->q[i]);
        limb(&s, sck_ring_prime(ring, args->q[i]), ring->n, args->montgomery,
             out[i]);
    }
}
