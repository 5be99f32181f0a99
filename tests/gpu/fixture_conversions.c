/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Sources are primes of 30, 28 and 25 bits, destinations those before them. */
#include "base_convert.h"
#include "decompose.h"
#include "fixture.h"
#include "key_mac.h"
#include "key_switch.h"
#include "mod_down.h"
#include "mod_raise.h"

enum { FIRST_SOURCE = 26, SOURCES = 13 };

static size_t decompose(uint32_t logn, int kind, uint32_t ntt_domain)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_decompose_args args;
    struct sck_prime_table tables[SOURCES];
    uint32_t *const *in = fixture_residues(ring, FIRST_SOURCE, SOURCES, kind);
    uint32_t *const *want = fixture_rows(SOURCES + 1, ring->n);
    uint32_t *const *got = fixture_rows(SOURCES + 1, ring->n);

    sck_decompose_prepare(&args, ring->id, oracle_primes + FIRST_SOURCE,
                          SOURCES, oracle_primes, 2);
    args.ntt_domain = ntt_domain;
    fixture_tables(ring, args.q, SOURCES, tables);
    sck_decompose_ref(&args, ring, want, fixture_in(in));
    const int status =
        sck_decompose_cuda(&args, logn, tables, got, fixture_in(in), NULL);

    return fixture_compare(ring, status, want, got, SOURCES + 1);
}

size_t check_decompose(uint32_t logn, uint32_t limbs, int kind)
{
    (void)limbs;
    return decompose(logn, kind, 1);
}

size_t check_coefficients(uint32_t logn, uint32_t limbs, int kind)
{
    (void)limbs;
    return decompose(logn, kind, 0);
}

/* The y rows and the v row of the primes from first on. */
static void fill_sources(const struct sck_ring *ring, uint32_t first,
                         uint32_t count, int kind, uint32_t *const *rows)
{
    for (uint32_t i = 0; i < count; i++)
        sck_test_fill(rows[i], ring->n, oracle_primes[first + i], kind);
    for (uint32_t j = 0; j < ring->n; j++)
        rows[count][j] =
            oracle_v(oracle_primes + first, count, fixture_in(rows), j);
}

static size_t convert(uint32_t logn, uint32_t limbs, int kind, int raises)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_base_convert_args args = {.ring = ring->id};
    struct sck_prime_table tables[SCK_BLOCK_LIMBS];
    uint32_t *const *in = fixture_rows(SOURCES + 1, ring->n);
    uint32_t *const *want = fixture_rows(limbs, ring->n);
    uint32_t *const *got = fixture_rows(limbs, ring->n);

    sck_conversion_prepare(&args.conversion, oracle_primes + FIRST_SOURCE,
                           SOURCES, oracle_primes, limbs);
    fill_sources(ring, FIRST_SOURCE, SOURCES, kind, in);
    fixture_tables(ring, oracle_primes, limbs, tables);
    (raises ? sck_mod_raise_ref : sck_base_convert_ref)(&args, ring, want,
                                                        fixture_in(in));
    const int status = (raises ? sck_mod_raise_cuda : sck_base_convert_cuda)(
        &args, logn, tables, got, fixture_in(in), NULL);

    return fixture_compare(ring, status, want, got, limbs);
}

size_t check_base_convert(uint32_t logn, uint32_t limbs, int kind)
{
    return convert(logn, limbs, kind, 0);
}

size_t check_mod_raise(uint32_t logn, uint32_t limbs, int kind)
{
    return convert(logn, limbs, kind, 1);
}

/* The last target is an added prime, if there are several. */
static size_t divide(uint32_t logn, uint32_t limbs, int kind, int in_place)
{
    const struct sck_ring *ring = oracle_ring(logn);
    const uint32_t added = limbs > 1;
    struct sck_rescale_args args;
    struct sck_prime_table tables[SCK_BLOCK_LIMBS];
    uint32_t **const c = fixture_residues(ring, 0, limbs, kind);
    uint32_t *const *in = fixture_rows(SOURCES + 1, ring->n);
    uint32_t *const *want = fixture_rows(limbs, ring->n);
    uint32_t *const *got = fixture_rows(limbs, ring->n);
    void *scratch = NULL;

    sck_rescale_prepare(&args, ring->id, oracle_primes + FIRST_SOURCE, SOURCES,
                        oracle_primes + limbs - 1, added, oracle_primes, limbs);
    fill_sources(ring, FIRST_SOURCE, SOURCES, kind, in);
    fixture_tables(ring, oracle_primes, limbs, tables);
    if (added)
        c[limbs - 1] = NULL;
    sck_rescale_ref(&args, ring, want, fixture_in(in), fixture_in(c));
    if (in_place) {
        if (added)
            c[limbs - 1] = got[limbs - 1];
        got = c;
        scratch = fixture_memory(
            sck_rescale_cuda_scratch(&args, logn, got, fixture_in(c)));
    }
    const int status = sck_rescale_cuda(
        &args, logn, tables, got, fixture_in(in), fixture_in(c), scratch, NULL);

    return fixture_compare(ring, status, want, got, limbs);
}

size_t check_rescale(uint32_t logn, uint32_t limbs, int kind)
{
    return divide(logn, limbs, kind, 0);
}

size_t check_rescale_in_place(uint32_t logn, uint32_t limbs, int kind)
{
    return divide(logn, limbs, kind, 1);
}

/* mod_down is rescale with nothing added. */
size_t check_mod_down(uint32_t logn, uint32_t limbs, int kind)
{
    (void)limbs;
    return divide(logn, 1, kind, 0);
}

static size_t accumulate(uint32_t logn, uint32_t limbs, int kind,
                         uint32_t first)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_key_mac_args args = {ring->id, limbs, {0}, first};
    struct sck_prime_table tables[SCK_BLOCK_LIMBS];
    uint32_t *const *u = fixture_residues(ring, 0, limbs, kind);
    uint32_t **const key = fixture_rows(2 * limbs, ring->n);
    uint32_t **const want = fixture_rows(2 * limbs, ring->n);
    uint32_t **const got = fixture_rows(2 * limbs, ring->n);

    memcpy(args.q, oracle_primes, limbs * sizeof args.q[0]);
    fixture_tables(ring, args.q, limbs, tables);
    for (uint32_t i = 0; i < 2 * limbs; i++) {
        sck_test_fill(key[i], ring->n, args.q[i % limbs], kind);
        if (!first) {
            sck_test_fill(want[i], ring->n, args.q[i % limbs], kind);
            memcpy(got[i], want[i], ring->n * sizeof(uint32_t));
        }
    }
    sck_key_mac_ref(&args, ring, want, fixture_in(u), fixture_in(key));
    const int status = sck_key_mac_cuda(&args, logn, tables, got, fixture_in(u),
                                        fixture_in(key), NULL);

    return fixture_compare(ring, status, want, got, 2 * limbs);
}

size_t check_key_mac(uint32_t logn, uint32_t limbs, int kind)
{
    return accumulate(logn, limbs, kind, 1) + accumulate(logn, limbs, kind, 0);
}

/* Digits of 3 primes; target i is a prime of digit i, the ones past them
 * special. One digit more than limbs, so that some rows need scratch. */
size_t check_key_switch(uint32_t logn, uint32_t limbs, int kind)
{
    enum { PER_DIGIT = 3, DIGITS_MAX = 6 };
    const struct sck_ring *ring = oracle_ring(logn);
    const uint32_t digits = limbs < DIGITS_MAX ? limbs + 1 : DIGITS_MAX;
    struct sck_key_switch_args args = {.ring = ring->id,
                                       .digits = digits,
                                       .targets = limbs,
                                       .key_limbs = limbs,
                                       .key_digits = digits};
    struct sck_prime_table tables[SCK_BLOCK_LIMBS];
    const uint32_t *own[SCK_BLOCK_LIMBS] = {NULL};
    const uint32_t keys = 2 * digits * limbs;
    uint32_t *const *in = fixture_rows(digits * (PER_DIGIT + 1), ring->n);
    uint32_t *const *key = fixture_rows(keys, ring->n);
    uint32_t *const *want = fixture_rows(2 * limbs, ring->n);
    uint32_t *const *got = fixture_rows(2 * limbs, ring->n);

    for (uint32_t i = 0; i < limbs; i++) {
        const int special = i >= digits;

        args.t[i] = oracle_primes[special ? 47 - i : PER_DIGIT * i];
        args.own[i] = (uint8_t)(special ? 255 : i);
        args.key_row[i] = (uint8_t)(limbs - 1 - i);
        if (!special) {
            uint32_t *const row = *fixture_rows(1, ring->n);

            sck_test_fill(row, ring->n, args.t[i], kind);
            own[i] = row;
        }
        for (uint32_t r = args.key_row[i]; r < keys; r += limbs)
            sck_test_fill(key[r], ring->n, args.t[i], kind);
    }
    for (uint32_t d = 0; d < digits; d++) {
        struct sck_conversion c;

        args.sources[d] = PER_DIGIT;
        args.key_digit[d] = (uint8_t)d;
        sck_conversion_prepare(&c, oracle_primes + PER_DIGIT * d, PER_DIGIT,
                               args.t, limbs);
        memcpy(args.w[PER_DIGIT * d], c.w, PER_DIGIT * sizeof c.w[0]);
        memcpy(args.minus_d[d], c.minus_d, sizeof c.minus_d);
        fill_sources(ring, PER_DIGIT * d, PER_DIGIT, kind,
                     in + d * (PER_DIGIT + 1));
    }
    fixture_tables(ring, args.t, limbs, tables);
    sck_key_switch_ref(&args, ring, want, fixture_in(in), own, fixture_in(key),
                       NULL);
    const int status = sck_key_switch_cuda(
        &args, logn, tables, got, fixture_in(in), own, fixture_in(key),
        fixture_memory(sck_key_switch_cuda_scratch(&args, logn)), NULL);

    return fixture_compare(ring, status, want, got, 2 * limbs);
}
