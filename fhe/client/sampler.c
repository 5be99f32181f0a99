/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "sampler.h"

#include <sodium.h>
#include <string.h>

enum { CHUNK = 64 };

/* 1 when a >= b, for a, b below 2^63: the borrow of a - b is its top bit. */
static uint32_t at_least(uint64_t a, uint64_t b)
{
    return 1u ^ (uint32_t)((a - b) >> 63);
}

void sck_sample_gaussian(int8_t *out, uint32_t n)
{
    uint64_t words[CHUNK];

    for (uint32_t at = 0; at < n; at += CHUNK) {
        const uint32_t count = n - at < CHUNK ? n - at : CHUNK;

        randombytes_buf(words, sizeof words);
        for (uint32_t i = 0; i < count; i++) {
            const uint64_t u = words[i] >> 1;
            const uint32_t sign = 0u - (uint32_t)(words[i] & 1);
            uint32_t magnitude = 0;

            for (uint32_t k = 0; k < SCK_GAUSSIAN_ENTRIES; k++)
                magnitude += at_least(u, sck_gaussian_table[k]);
            out[at + i] = (int8_t)(int32_t)((magnitude ^ sign) - sign);
        }
    }
    sodium_memzero(words, sizeof words);
}

/* Next accepted pair of bits: uniform in {0, 1, 2}. */
struct pairs {
    uint8_t bytes[CHUNK];
    uint32_t next; /* in pairs */
};

static uint32_t next_trit(struct pairs *pairs)
{
    for (;;) {
        if (pairs->next == 4 * CHUNK) {
            randombytes_buf(pairs->bytes, sizeof pairs->bytes);
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
    uint64_t words[2];
    uint32_t left = weight;

    memset(packed, 0, SCK_TERNARY_BYTES(n));
    for (uint32_t i = 0; i < n; i++) {
        const uint64_t m = n - i;

        randombytes_buf(words, sizeof words);

        const uint64_t low = (words[0] & UINT32_MAX) * m >> 32;
        const uint64_t scaled = ((words[0] >> 32) * m + low) >> 32;
        const uint32_t taken = 1u ^ at_least(scaled, left);
        const uint32_t trit = taken << (words[1] & 1);

        packed[i / 4] |= (uint8_t)(trit << 2 * (i % 4));
        left -= taken;
    }
    sodium_memzero(words, sizeof words);
}

void sck_expand_ternary(uint32_t *row, const uint8_t *packed, uint32_t n,
                        uint32_t q)
{
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t trit = packed[i / 4] >> 2 * (i % 4) & 3;

        row[i] = (trit & 1) | ((q - 1) & (0u - (trit >> 1)));
    }
}

void sck_expand_small(uint32_t *row, const int8_t *small, uint32_t n,
                      uint32_t q)
{
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t x = (uint32_t)(int32_t)small[i];

        row[i] = x + (q & (0u - (x >> 31)));
    }
}
