/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Residues as bit strings: each in bit-length(q) bits, least significant
 * first. Eight of them are a whole number of bytes. */
#include "file_priv.h"

static unsigned bit_length(uint32_t q)
{
    unsigned bits = 0;

    for (; q != 0; q >>= 1)
        bits++;
    return bits;
}

uint64_t sck_file_limb_bytes(uint32_t n, uint32_t q)
{
    return ((uint64_t)n * bit_length(q) + 7) / 8;
}

void sck_file_pack(uint8_t *out, const uint32_t *x, uint32_t n, uint32_t q)
{
    const unsigned bits = bit_length(q);
    uint64_t pending = 0; /* at most 31 + 32 bits */
    unsigned held = 0;

    for (uint32_t i = 0; i < n; i++) {
        pending |= (uint64_t)x[i] << held;
        held += bits;
        if (held >= 32) {
            sck_store_le(out, pending, 4);
            out += 4;
            pending >>= 32;
            held -= 32;
        }
    }
    for (; held >= 8; held -= 8) {
        *out++ = (uint8_t)pending;
        pending >>= 8;
    }
}

int sck_file_unpack(uint32_t *x, const uint8_t *in, uint32_t n, uint32_t q)
{
    const unsigned bits = bit_length(q);
    const uint64_t bytes = sck_file_limb_bytes(n, q);
    const uint32_t mask = (uint32_t)((UINT64_C(1) << bits) - 1);
    uint64_t at = 0; /* bits */
    uint32_t i = 0, bad = 0;

    for (; i < n && at / 8 + 8 <= bytes; i++, at += bits) {
        x[i] = (uint32_t)(sck_load_le(in + at / 8, 8) >> at % 8) & mask;
        bad |= x[i] >= q;
    }
    for (; i < n; i++, at += bits) {
        const uint64_t left = bytes - at / 8;

        x[i] = (uint32_t)(sck_load_le(in + at / 8,
                                      left < 8 ? (unsigned)left : 8) >>
                          at % 8) &
               mask;
        bad |= x[i] >= q;
    }
    return bad == 0;
}
