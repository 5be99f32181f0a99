/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Sources are primes of 30, 28 and 25 bits, destinations those before them. */
#include "base_convert.h"
#include "decompose.h"
#include "fixture.h"
#include "key_mac.h"
#include "mod_down.h"
#include "mod_raise.h"

#include <string.h>

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

/* Two polynomials at least; with several limbs more sources than a launch
 * takes. */
size_t check_decompose_parts(uint32_t logn, uint32_t limbs, int kind)
{
    enum { MOST = 8 };
    const struct sck_ring *ring = oracle_ring(logn);
    const uint32_t parts = limbs > 1 ? MOST : 2;
    struct sck_decompose_args args[MOST];
    struct sck_prime_table tables[MOST][SOURCES];
    struct sck_decompose_part part[MOST];
    uint32_t *const *want = fixture_rows(MOST * (SOURCES + 1), ring->n);
    uint32_t *const *got = fixture_rows(MOST * (SOURCES + 1), ring->n);
    uint32_t rows = 0;

    for (uint32_t p = 0; p < parts; p++) {
        const uint32_t sources = SOURCES - p % 2, first = FIRST_SOURCE - 2 * p;
        uint32_t *const *in = fixture_residues(ring, first, sources, kind);

        sck_decompose_prepare(&args[p], ring->id, oracle_primes + first,
                              sources, oracle_primes, p % 3);
        args[p].ntt_domain = 1;
        fixture_tables(ring, args[p].q, sources, tables[p]);
        part[p] = (struct sck_decompose_part){&args[p], tables[p], got + rows,
                                              fixture_in(in)};
        sck_decompose_ref(&args[p], ring, want + rows, fixture_in(in));
        rows += sources + 1;
    }
    return fixture_compare(ring,
                           sck_decompose_parts_cuda(part, parts, logn, NULL),
                           want, got, rows);
}

/* Rows alone, then v from them. */
size_t check_decompose_in_parts(uint32_t logn, uint32_t limbs, int kind)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_decompose_args args;
    struct sck_prime_table tables[SOURCES];
    uint32_t *rows[SOURCES + 1] = {NULL}, *last[SOURCES + 1] = {NULL};
    uint32_t *const *in = fixture_residues(ring, FIRST_SOURCE, SOURCES, kind);
    uint32_t *const *want = fixture_rows(SOURCES + 1, ring->n);
    uint32_t *const *got = fixture_rows(SOURCES + 1, ring->n);

    (void)limbs;
    memcpy(rows, got, SOURCES * sizeof *rows);
    last[SOURCES] = got[SOURCES];
    sck_decompose_prepare(&args, ring->id, oracle_primes + FIRST_SOURCE,
                          SOURCES, NULL, 0);
    fixture_tables(ring, args.q, SOURCES, tables);
    sck_decompose_ref(&args, ring, want, fixture_in(in));
    int status =
        sck_decompose_cuda(&args, logn, tables, rows, fixture_in(in), NULL);

    args.ntt_domain = SCK_DECOMPOSED;
    if (status == 0)
        status = sck_decompose_cuda(&args, logn, tables, last, fixture_in(got),
                                    NULL);
    return fixture_compare(ring, status, want, got, SOURCES + 1);
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
    fixture_sources(ring, FIRST_SOURCE, SOURCES, kind, in);
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

/* The forms of a division. */
enum { IN_PLACE = 1, TWO_TURNED = 2 };

/* The last target is an added prime, if there are several. */
static size_t divide(uint32_t logn, uint32_t limbs, int kind, int form)
{
    const struct sck_ring *ring = oracle_ring(logn);
    const uint32_t added = limbs > 1;
    const uint32_t halves = form & TWO_TURNED ? 2 : 1, rows = halves * limbs;
    struct sck_rescale_args args;
    struct sck_prime_table tables[SCK_BLOCK_LIMBS];
    uint32_t **const c = fixture_rows(rows, ring->n);
    uint32_t *const *in = fixture_rows(halves * (SOURCES + 1), ring->n);
    uint32_t *const *want = fixture_rows(rows, ring->n);
    uint32_t *const *got = fixture_rows(rows, ring->n);

    sck_rescale_prepare(&args, ring->id, oracle_primes + FIRST_SOURCE, SOURCES,
                        oracle_primes + limbs - 1, added, oracle_primes, limbs);
    args.halves = halves;
    if (form & TWO_TURNED)
        args.galois = 2 * sck_test_below(ring->n) + 1;
    fixture_tables(ring, oracle_primes, limbs, tables);
    for (uint32_t h = 0; h < halves; h++) {
        const uint32_t at = h * limbs, from = h * (SOURCES + 1);

        fixture_sources(ring, FIRST_SOURCE, SOURCES, kind, in + from);
        for (uint32_t j = 0; j < limbs; j++)
            sck_test_fill(c[at + j], ring->n, oracle_primes[j], kind);
        if (added)
            c[at + limbs - 1] = NULL;
        sck_rescale_ref(&args, ring, want + at, fixture_in(in + from),
                        fixture_in(c + at));
    }
    if (form & IN_PLACE) {
        for (uint32_t j = limbs - 1; added && j < rows; j += limbs)
            c[j] = got[j];
        got = c;
    }
    void *const scratch = fixture_memory(
        sck_rescale_cuda_scratch(&args, logn, got, fixture_in(c)));
    const int status = sck_rescale_cuda(
        &args, logn, tables, got, fixture_in(in), fixture_in(c), scratch, NULL);

    return fixture_compare(ring, status, want, got, rows);
}

size_t check_rescale(uint32_t logn, uint32_t limbs, int kind)
{
    return divide(logn, limbs, kind, 0);
}

size_t check_rescale_in_place(uint32_t logn, uint32_t limbs, int kind)
{
    return divide(logn, limbs, kind, IN_PLACE);
}

size_t check_rescale_turned(uint32_t logn, uint32_t limbs, int kind)
{
    return divide(logn, limbs, kind, TWO_TURNED);
}

size_t check_rescale_turned_in_place(uint32_t logn, uint32_t limbs, int kind)
{
    return divide(logn, limbs, kind, TWO_TURNED | IN_PLACE);
}

/* Two blocks that divide the same rows, and one that divides others. */
size_t check_rescale_parts(uint32_t logn, uint32_t limbs, int kind)
{
    enum { PARTS = 4, HALVES = 2 };
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_rescale_args args[PARTS];
    struct sck_prime_table tables[PARTS][SCK_BLOCK_LIMBS];
    struct sck_rescale_part part[PARTS];
    const uint32_t galois = 2 * sck_test_below(ring->n) + 1;
    uint32_t *const *want = fixture_rows(PARTS * HALVES * limbs, ring->n);
    uint32_t *const *got = fixture_rows(PARTS * HALVES * limbs, ring->n);
    uint32_t *const *in[2], rows = 0;

    for (int k = 0; k < 2; k++) {
        in[k] = fixture_rows(HALVES * (SOURCES + 1), ring->n);
        for (uint32_t h = 0; h < HALVES; h++)
            fixture_sources(ring, FIRST_SOURCE, SOURCES, kind,
                            in[k] + h * (SOURCES + 1));
    }
    for (uint32_t p = 0; p < PARTS; p++) {
        const uint32_t targets = p == 1 ? (limbs + 1) / 2 : limbs;
        const uint32_t first = p == 1 ? 5 : 0;
        uint32_t *const *c =
            fixture_residues(ring, first, targets, kind); /* for both halves */
        uint32_t **both = fixture_memory(HALVES * targets * sizeof *both);

        sck_rescale_prepare(&args[p], ring->id, oracle_primes + FIRST_SOURCE,
                            SOURCES, NULL, 0, oracle_primes + first, targets);
        args[p].halves = HALVES;
        args[p].galois = kind == 2 ? 0 : galois;
        fixture_tables(ring, oracle_primes + first, targets, tables[p]);
        for (uint32_t k = 0; k < HALVES * targets; k++)
            both[k] = c[k % targets];
        part[p] =
            (struct sck_rescale_part){&args[p], tables[p], got + rows,
                                      fixture_in(in[p == 2]), fixture_in(both)};
        for (uint32_t h = 0; h < HALVES; h++)
            sck_rescale_ref(&args[p], ring, want + rows + h * targets,
                            part[p].in + h * (SOURCES + 1),
                            part[p].c + h * targets);
        rows += HALVES * targets;
    }
    void *const scratch =
        fixture_memory(sck_rescale_parts_cuda_scratch(part, PARTS, logn));

    return fixture_compare(
        ring, sck_rescale_parts_cuda(part, PARTS, logn, scratch, NULL), want,
        got, rows);
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
