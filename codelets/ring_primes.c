/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a ring holds of each prime. */
#include "modular.h"
#include "ring_priv.h"

#include <stdbool.h>
#include <stddef.h>

/* Miller and Rabin; bases 2, 3, 5, 7 decide every q < 3215031751. */
static bool is_prime(uint32_t q)
{
    static const uint32_t bases[] = {2, 3, 5, 7};
    uint32_t odd = q - 1;
    int twos = 0;

    for (; odd % 2 == 0; odd /= 2)
        twos++;
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        if (bases[i] % q == 0)
            continue;
        uint64_t x = sck_mod_pow(bases[i] % q, odd, q);
        bool witness = x != 1 && x != q - 1;

        for (int s = 1; witness && s < twos; s++) {
            x = x * x % q;
            witness = x != q - 1;
        }
        if (witness)
            return false;
    }
    return true;
}

sck_status sck_primes_check(uint32_t logn, const uint32_t *sorted,
                            uint32_t count)
{
    const uint32_t step = 2u << logn;

    for (uint32_t i = 0; i < count; i++) {
        const uint32_t q = sorted[i];

        if (q >= 1u << 30 || q <= step || q % step != 1 || !is_prime(q))
            return SCK_FAIL(SCK_ERR_ARGUMENT,
                            "%u is no prime below 2^30 that is 1 mod %u",
                            (unsigned)q, (unsigned)step);
        if (i > 0 && q == sorted[i - 1])
            return SCK_FAIL(SCK_ERR_ARGUMENT, "prime %u is given twice",
                            (unsigned)q);
    }
    return SCK_OK;
}

/* psi = g^((q - 1) / 2N), g the least non-residue from 2 up. */
static uint32_t root_of_unity(uint32_t q, uint32_t n)
{
    uint32_t g = 2;

    while (sck_mod_pow(g, (q - 1) / 2, q) != q - 1)
        g++;
    return sck_mod_pow(g, (q - 1) / (2 * n), q);
}

/* -q^-1 mod 2^32 for odd q, by Newton: q q = 1 mod 8 starts with 3 bits. */
static uint32_t minus_inverse_word(uint32_t q)
{
    uint32_t x = q;

    for (int bits = 3; bits < 32; bits *= 2)
        x *= 2 - q * x;
    return 0u - x;
}

static void fill_powers(uint32_t *w, uint32_t *companions, uint32_t root,
                        uint32_t q, const struct sck_ring *ring)
{
    uint64_t power = 1;

    for (uint32_t i = 0; i < ring->n; i++) {
        const uint32_t at = ring->brv[i];

        w[at] = (uint32_t)power;
        companions[at] = sck_shoup_companion((uint32_t)power, q);
        power = power * root % q;
    }
}

static void fill_constants(struct sck_prime_table *t, uint32_t q, uint32_t n)
{
    t->q = q;
    t->n_inverse = sck_mod_inverse(n % q, q);
    t->n_inverse_shoup = sck_shoup_companion(t->n_inverse, q);
    t->minus_q_inverse = minus_inverse_word(q);
    t->r = (uint32_t)((1ull << 32) % q);
    t->r2 = (uint32_t)((uint64_t)t->r * t->r % q);
    t->r_inverse = sck_mod_inverse(t->r, q);
}

/* Where the word of the i-th of sixteen last nodes is: bits 3 2 1 0 of i are
 * bits 1 3 2 0 of the place. */
static uint32_t place(uint32_t i)
{
    return (i & 1) | (i >> 3 & 1) << 1 | (i >> 1 & 3) << 2;
}

/* Of every run the tree below word n / SCK_RUN_WORDS + r of `psi`. */
static void fill_runs(const struct sck_prime_table *t, uint32_t n,
                      const uint32_t *psi, const uint32_t *companions,
                      uint32_t *to)
{
    const uint32_t runs = n / SCK_RUN_WORDS;

    for (uint32_t r = 0; r < runs; r++, to += SCK_RUN_TWIDDLES) {
        to[0] = to[SCK_RUN_SHOUP] = 0;
        for (uint32_t level = 1; level < SCK_RUN_WORDS; level *= 2)
            for (uint32_t i = 0; i < level; i++) {
                const size_t from = level * (size_t)(runs + r) + i;

                if (level >= SCK_RUN_SHOUP) {
                    const uint32_t at = level < SCK_RUN_WORDS / 2
                                            ? i
                                            : i / 16 * 16 + place(i % 16);

                    to[SCK_RUN_SHOUP + level + at] =
                        sck_mod_mul(psi[from], t->r, t);
                    continue;
                }
                to[level + i] = psi[from];
                to[SCK_RUN_SHOUP + level + i] = companions[from];
            }
    }
}

/* The runs' twiddles of both directions into words; t's others are filled. */
static void fill_both_runs(struct sck_prime_table *t, uint32_t n,
                           uint32_t *words)
{
    const size_t each = sck_prime_runs_words(n) / 2;

    t->runs = each > 0 ? words : NULL;
    t->iruns = each > 0 ? words + each : NULL;
    if (each == 0)
        return;
    fill_runs(t, n, t->psi, t->psi_shoup, words);
    fill_runs(t, n, t->ipsi, t->ipsi_shoup, words + each);
}

size_t sck_prime_runs_words(uint32_t n)
{
    return n < 2 * SCK_RUN_WORDS
               ? 0
               : (size_t)2 * (n / SCK_RUN_WORDS) * SCK_RUN_TWIDDLES;
}

void sck_prime_table_fill(struct sck_prime_table *t, uint32_t *words,
                          uint32_t q, const struct sck_ring *ring)
{
    const uint32_t n = ring->n;
    const uint32_t psi = root_of_unity(q, n);

    fill_powers(words, words + n, psi, q, ring);
    fill_powers(words + 2 * (size_t)n, words + 3 * (size_t)n,
                sck_mod_inverse(psi, q), q, ring);
    fill_constants(t, q, n);
    t->imaginary = words[1];
    t->psi = words;
    t->psi_shoup = words + n;
    t->ipsi = words + 2 * (size_t)n;
    t->ipsi_shoup = words + 3 * (size_t)n;
    fill_both_runs(t, n, words + 4 * (size_t)n);
}

/* With N' = N / m the root psi' is psi^m and brv'(i) is brv(i) / m for i < N':
 * word i of psi and ipsi is the larger ring's, but runs start elsewhere. */
void sck_prime_table_take(struct sck_prime_table *t, uint32_t *words,
                          const struct sck_prime_table *larger, uint32_t n)
{
    *t = *larger;
    fill_constants(t, larger->q, n);
    fill_both_runs(t, n, words);
}
