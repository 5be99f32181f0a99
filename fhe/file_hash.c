/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* SHA-256 of a section (FIPS 180-4) by the processor's own instructions: they
 * take a sixth of the time of libsodium's plain C, which is most of the time of
 * loading keys. libsodium starts, ends and does what is no whole block. */
#include "file_priv.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <cpuid.h>
#include <immintrin.h>
#include <stdatomic.h>

enum { BLOCK = 64 };

/* FIPS 180-4, section 4.2.2: of the cube roots of the first 64 primes. */
static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* Asked once: a virtual machine takes 50 us to answer (measured). */
static int has_instructions(void)
{
    enum { UNKNOWN, NO, YES };
    static atomic_int answer;
    unsigned a, b, c, d;
    int known = atomic_load(&answer);

    if (known == UNKNOWN) {
        known = __builtin_cpu_supports("sse4.1") &&
                        __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1)
                    ? YES
                    : NO;
        atomic_store(&answer, known);
    }
    return known == YES;
}

/* The instructions hold the state as words a b e f and c d g h, highest first,
 * and do two rounds: the new a b e f from both, the old being the new c d g h.
 */
__attribute__((target("sha,sse4.1"))) static void
whole_blocks(uint32_t *h, const uint8_t *bytes, size_t count)
{
    const __m128i big_endian =
        _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    __m128i abef = _mm_set_epi32((int)h[0], (int)h[1], (int)h[4], (int)h[5]);
    __m128i cdgh = _mm_set_epi32((int)h[2], (int)h[3], (int)h[6], (int)h[7]);

    for (; count-- > 0; bytes += BLOCK) {
        const __m128i abef_before = abef, cdgh_before = cdgh;
        __m128i w[4]; /* the schedule's last sixteen words */

#pragma GCC unroll 16
        for (int i = 0; i < 16; i++) {
            __m128i *const now = &w[i % 4];

            if (i < 4)
                *now = _mm_shuffle_epi8(
                    _mm_loadu_si128((const void *)(bytes + (size_t)16 * i)),
                    big_endian);
            else
                *now = _mm_sha256msg2_epu32(
                    _mm_add_epi32(
                        _mm_sha256msg1_epu32(*now, w[(i + 1) % 4]),
                        _mm_alignr_epi8(w[(i + 3) % 4], w[(i + 2) % 4], 4)),
                    w[(i + 3) % 4]);
            const __m128i sum = _mm_add_epi32(
                *now,
                _mm_loadu_si128((const void *)(constants + (size_t)4 * i)));

            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
            abef =
                _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    h[0] = (uint32_t)_mm_extract_epi32(abef, 3);
    h[1] = (uint32_t)_mm_extract_epi32(abef, 2);
    h[2] = (uint32_t)_mm_extract_epi32(cdgh, 3);
    h[3] = (uint32_t)_mm_extract_epi32(cdgh, 2);
    h[4] = (uint32_t)_mm_extract_epi32(abef, 1);
    h[5] = (uint32_t)_mm_extract_epi32(abef, 0);
    h[6] = (uint32_t)_mm_extract_epi32(cdgh, 1);
    h[7] = (uint32_t)_mm_extract_epi32(cdgh, 0);
}

/* libsodium's state counts bits and keeps what is no whole block yet. */
void sck_file_hash(crypto_hash_sha256_state *state, const void *bytes,
                   size_t size)
{
    const uint8_t *p = bytes;
    const size_t kept = (size_t)(state->count / 8 % BLOCK);
    const size_t first = kept == 0 ? 0 : BLOCK - kept;

    if (size >= first + BLOCK && has_instructions()) {
        const size_t count = (size - first) / BLOCK;

        crypto_hash_sha256_update(state, p, first);
        whole_blocks(state->state, p + first, count);
        state->count += (uint64_t)count * BLOCK * 8;
        p += first + count * BLOCK;
        size -= first + count * BLOCK;
    }
    crypto_hash_sha256_update(state, p, size);
}
#else
void sck_file_hash(crypto_hash_sha256_state *state, const void *bytes,
                   size_t size)
{
    crypto_hash_sha256_update(state, bytes, size);
}
#endif
