/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "sampler.h"

#include <sodium.h>
#include <string.h>

enum { CHUNK = 4096 }; /* bytes of one draw */

/* The system is asked for a key, ChaCha20 gives the rest: a call for every few
 * bytes would take longer than all else. Wiped after use. */
struct stream {
    uint8_t key[crypto_stream_chacha20_KEYBYTES];
    uint64_t block;
};

static void stream_start(struct stream *stream)
{
    randombytes_buf(stream->key, sizeof stream->key);
    stream->block = 0;
}

static void stream_draw(struct stream *stream, void *chunk)
{
    static const uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];

    memset(chunk, 0, CHUNK);
    crypto_stream_chacha20_xor_ic(chunk, chunk, CHUNK, nonce, stream->block,
                                  stream->key);
    stream->block += CHUNK / 64;
}

/* 1 when a >= b, for a, b below 2^63: the borrow of a - b is its top bit. */
static uint32_t at_least(uint64_t a, uint64_t b)
{
    return 1u ^ (uint32_t)((a - b) >> 63);
}

/* Samples of that many words at once: loops of fixed length become vectors. */
enum { GROUP = 8 };

static void gaussian_group(int8_t *out, const uint64_t *words)
{
    uint64_t below[GROUP] = {0};

    for (uint32_t k = 0; k < SCK_GAUSSIAN_ENTRIES; k++)
        for (uint32_t i = 0; i < GROUP; i++)
            below[i] += ((words[i] >> 1) - sck_gaussian_table[k]) >> 63;
    for (uint32_t i = 0; i < GROUP; i++) {
        const uint64_t sign = 0u - (words[i] & 1);

        out[i] = (int8_t)(((SCK_GAUSSIAN_ENTRIES - below[i]) ^ sign) - sign);
    }
}

void sck_sample_gaussian(int8_t *out, uint32_t n)
{
    enum { WORDS = CHUNK / 8 };
    struct stream stream;
    uint64_t words[WORDS];
    int8_t samples[WORDS];

    stream_start(&stream);
    for (uint32_t at = 0; at < n; at += WORDS) {
        const uint32_t count = n - at < WORDS ? n - at : WORDS;

        stream_draw(&stream, words);
        for (uint32_t i = 0; i < count; i += GROUP)
            gaussian_group(samples + i, words + i);
        memcpy(out + at, samples, count);
    }
    sodium_memzero(&stream, sizeof stream);
    sodium_memzero(words, sizeof words);
    sodium_memzero(samples, sizeof samples);
}

/* Next accepted pair of bits: uniform in {0, 1, 2}. */
struct pairs {
    struct stream stream;
    uint8_t bytes[CHUNK];
    uint32_t next; /* in pairs */
};

static uint32_t next_trit(struct pairs *pairs)
{
    for (;;) {
        if (pairs->next == 4 * CHUNK) {
            stream_draw(&pairs->stream, pairs->bytes);
            pairs->next = 0;
        }

        const uint32_t at = pairs->next++;
        const uint32_t trit = pairs->bytes[at / 4] >> 2 * (at % 4) & 3;

        if (trit != 3)
            return trit;
    }
}

void sck_sample_ternary(uint8_t *packed, uint32_t n)
{
    struct pairs pairs = {.next = 4 * CHUNK};

    stream_start(&pairs.stream);
    for (uint32_t i = 0; i < n / 4; i++) {
        uint32_t byte = 0;

        for (uint32_t k = 0; k < 4; k++)
            byte |= next_trit(&pairs) << 2 * k;
        packed[i] = (uint8_t)byte;
    }
    sodium_memzero(&pairs, sizeof pairs);
}

/* Position i is taken with probability left / (n - i), exact to 2^-64: the
 * comparison's threshold is rounded once, so all of it stays within n 2^-64.
 * Every position is visited, whatever is taken. */
void sck_sample_sparse(uint8_t *packed, uint32_t n, uint32_t weight)
{
    enum { POSITIONS = CHUNK / 16 };
    struct stream stream;
    uint64_t chunk[2 * POSITIONS];
    uint32_t left = weight;

    stream_start(&stream);
    memset(packed, 0, SCK_TERNARY_BYTES(n));
    for (uint32_t i = 0; i < n; i++) {
        const uint64_t m = n - i;

        if (i % POSITIONS == 0)
            stream_draw(&stream, chunk);

        const uint64_t *words = chunk + 2 * (i % POSITIONS);
        const uint64_t low = (words[0] & UINT32_MAX) * m >> 32;
        const uint64_t scaled = ((words[0] >> 32) * m + low) >> 32;
        const uint32_t taken = 1u ^ at_least(scaled, left);
        const uint32_t trit = taken << (words[1] & 1);

        packed[i / 4] |= (uint8_t)(trit << 2 * (i % 4));
        left -= taken;
    }
    sodium_memzero(&stream, sizeof stream);
    sodium_memzero(chunk, sizeof chunk);
}

/* 1 or q - 1 where the two bits of w that `one` is the lower of are 1 or 2. */
static uint32_t trit_residue(uint32_t w, uint32_t one, uint32_t q)
{
    const uint32_t bits = w & 3 * one;

    return ((0u - (uint32_t)(bits == one)) & 1) |
           ((0u - (uint32_t)(bits == 2 * one)) & (q - 1));
}

void sck_expand_ternary(uint32_t *row, const uint8_t *packed, uint32_t n,
                        uint32_t q)
{
    /* Constants, as vectors of the base instruction set have one shift for all
     * their words. */
    static const uint32_t ones[16] = {1u,       1u << 2,  1u << 4,  1u << 6,
                                      1u << 8,  1u << 10, 1u << 12, 1u << 14,
                                      1u << 16, 1u << 18, 1u << 20, 1u << 22,
                                      1u << 24, 1u << 26, 1u << 28, 1u << 30};
    const uint32_t whole = n / 16 * 16;

    for (uint32_t i = 0; i < whole; i += 16) {
        const uint8_t *p = packed + i / 4;
        const uint32_t w = (uint32_t)p[0] | (uint32_t)p[1] << 8 |
                           (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;

        for (uint32_t k = 0; k < 16; k++)
            row[i + k] = trit_residue(w, ones[k], q);
    }
    for (uint32_t i = whole; i < n; i++)
        row[i] = trit_residue(packed[i / 4], ones[i % 4], q);
}

void sck_expand_small(uint32_t *row, const int8_t *small, uint32_t n,
                      uint32_t q)
{
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t x = (uint32_t)(int32_t)small[i];

        row[i] = x + (q & (0u - (x >> 31)));
    }
}
