/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.key_mac: both halves against 64-bit division, first digit and
 * later ones, for rows of 0, q - 1, one spike and random residues; all digits
 * at once, as they are and turned. */
#include "key_mac.h"
#include "oracle.h"

enum { LIMBS = 5 };

static unsigned errors(sck_key_mac_fn *kernel, uint32_t logn, const uint32_t *q,
                       int kind, uint32_t first)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_key_mac_args args = {.ring = ring->id, .limbs = LIMBS};
    struct oracle_rows u, key, out, montgomery, before;
    unsigned wrong = 0;

    args.first = first;
    oracle_rows_new(&u, LIMBS, ring->n);
    oracle_rows_new(&key, 2 * LIMBS, ring->n);
    oracle_rows_new(&montgomery, 2 * LIMBS, ring->n);
    oracle_rows_new(&out, 2 * LIMBS, ring->n);
    oracle_rows_new(&before, 2 * LIMBS, ring->n);
    for (uint32_t i = 0; i < 2 * LIMBS; i++) {
        const uint32_t prime = args.q[i % LIMBS] = q[i % LIMBS];

        sck_test_fill(u.row[i % LIMBS], ring->n, prime, kind);
        sck_test_fill(key.row[i], ring->n, prime, kind == 2 ? 3 : kind);
        sck_test_fill(before.row[i], ring->n, prime, kind);
        for (uint32_t j = 0; j < ring->n; j++) {
            montgomery.row[i][j] =
                (uint32_t)(((uint64_t)key.row[i][j] << 32) % prime);
            if (!first)
                out.row[i][j] = before.row[i][j];
        }
    }
    kernel(&args, ring, out.row, oracle_in(&u), oracle_in(&montgomery));
    for (uint32_t i = 0; i < 2 * LIMBS; i++)
        for (uint32_t j = 0; j < ring->n; j++) {
            const uint64_t product =
                (uint64_t)u.row[i % LIMBS][j] * key.row[i][j];
            const uint64_t sum = product + (first ? 0 : before.row[i][j]);

            wrong += out.row[i][j] != sum % q[i % LIMBS];
        }
    oracle_rows_free(&u);
    oracle_rows_free(&key);
    oracle_rows_free(&montgomery);
    oracle_rows_free(&out);
    oracle_rows_free(&before);
    sck_ring_free(ring);
    return wrong;
}

/* Rings with a set of primes each. */
static const uint32_t *primes_of(uint32_t logn)
{
    return oracle_primes + 8 * (logn % 6);
}

static void overwrites(uint32_t logn, int kind)
{
    CU_ASSERT_EQUAL(errors(sck_key_mac, logn, primes_of(logn), kind, 1), 0);
}

static void accumulates(uint32_t logn, int kind)
{
    CU_ASSERT_EQUAL(errors(sck_key_mac, logn, primes_of(logn), kind, 0), 0);
}

static void ref_does_both(uint32_t logn, int kind)
{
    for (uint32_t first = 0; first < 2; first++)
        CU_ASSERT_EQUAL(
            errors(sck_key_mac_ref, logn, primes_of(logn), kind, first), 0);
}

static void in_rings(void (*check)(uint32_t logn, int kind))
{
    for (uint32_t logn = 6; logn < 10; logn++)
        for (int kind = 0; kind < 4; kind++)
            check(logn, kind);
    oracle_each_ring(check);
}

static void both(void)
{
    in_rings(overwrites);
    in_rings(accumulates);
}

static void a_digit_overwrites_or_accumulates(void)
{
    in_rings(ref_does_both);
    oracle_each_isa(both);
}

/* All digits at once, the outputs in the place of two of the digits or of what
 * is added, modulo the largest prime; 7 is no multiple of a vector. Digits are
 * as little reduced as may be.
 * @param adds  which sums get one more term, bit by bit */
static void tile(uint32_t digits, uint32_t count, int kind, uint32_t adds,
                 uint32_t streams)
{
    const struct sck_ring *ring = oracle_ring(6);
    const struct sck_prime_table *t = sck_ring_prime(ring, oracle_primes[20]);
    struct sck_key_tile args = {.digits = digits, .q = t->q};
    const uint32_t in_place = digits > 1 && !streams;
    const uint32_t most = sck_key_tile_results(digits, adds != 0);
    _Alignas(64) uint32_t past[2][64];
    struct oracle_rows u, key;
    uint32_t *want = malloc(2 * count * sizeof *want);
    unsigned wrong = 0;

    if (want == NULL)
        abort();
    oracle_rows_new(&u, digits + 2, count);
    oracle_rows_new(&key, 2 * digits, count);
    for (uint32_t h = 0; h < 2; h++)
        sck_test_fill(u.row[digits + h], count, t->q, kind);
    args.inverse = 0u - t->minus_q_inverse;
    for (uint32_t d = 0; d < digits; d++) {
        sck_test_fill(u.row[d], count, t->q, kind);
        for (uint32_t k = 0; k < count; k++)
            u.row[d][k] += k % most * t->q;
        args.u[d] = u.row[d];
        for (uint32_t h = 0; h < 2; h++) {
            sck_test_fill(key.row[2 * d + h], count, t->q, kind);
            args.key[h][d] = key.row[2 * d + h];
        }
    }
    for (uint32_t k = 0; k < 2 * count; k++) {
        uint64_t sum = 0;

        for (uint32_t d = 0; d < digits; d++)
            sum = (sum + (uint64_t)u.row[d][k / 2] % t->q *
                             key.row[2 * d + k % 2][k / 2] % t->q *
                             t->r_inverse) %
                  t->q;
        if (adds >> k % 2 & 1)
            sum += (uint64_t)u.row[digits + k % 2][k / 2] * (t->q - 2) % t->q;
        want[k] = (uint32_t)(sum % t->q);
    }
    args.factor = (uint32_t)(((uint64_t)(t->q - 2) << 32) % t->q);
    args.streams = streams;
    for (uint32_t h = 0; h < 2; h++) {
        args.add[h] = adds >> h & 1 ? u.row[digits + h] : NULL;
        args.out[h] = u.row[in_place ? h : digits + h];
        if (streams)
            args.out[h] = past[h];
    }
    /* Whatever is asked for. */
    args.elsewhere = kind != 2;
    memcpy(args.next_key, args.key, sizeof args.key);
    if (kind == 1)
        memcpy(args.next_u, args.u, sizeof args.u);
    sck_key_tile(&args, count);
    for (uint32_t k = 0; k < 2 * count; k++)
        wrong += args.out[k % 2][k / 2] != want[k];
    CU_ASSERT_EQUAL(wrong, 0);
    free(want);
    oracle_rows_free(&u);
    oracle_rows_free(&key);
    sck_ring_free(ring);
}

static void tiles(void)
{
    for (uint32_t digits = 1; digits <= SCK_MAX_DIGITS; digits++)
        for (int kind = 0; kind < 4; kind++) {
            for (uint32_t adds = 0; adds < 4; adds++) {
                tile(digits, 7, kind, adds, 0);
                tile(digits, 48, kind, adds, 0);
                tile(digits, 48, kind, adds, 1);
                tile(digits, 1040, kind, adds, 0);
            }
        }
}

static void all_digits_are_summed_before_one_reduction(void)
{
    oracle_each_isa(tiles);
}

/* The word of a row that word j of its turn is. */
static uint32_t source(const struct sck_ring *ring, uint32_t galois, uint32_t j)
{
    const uint32_t exponent = galois * (2 * ring->brv[j] + 1);

    return ring->brv[(exponent & (2 * ring->n - 1)) / 2];
}

/* Words first to first + count of both sums, turned, against the whole rows'
 * sums by ref. */
static void turned_stretch(const struct sck_ring *ring,
                           const struct sck_key_tile *whole, uint32_t galois,
                           uint32_t first, uint32_t count)
{
    const struct sck_prime_table *t = sck_ring_prime(ring, whole->q);
    uint16_t *from = malloc(2 * ring->n * sizeof *from);
    uint32_t *got = aligned_alloc(64, 2 * count * sizeof *got);
    struct sck_turn turn = {.from = from};
    struct sck_turn back = {.from = from != NULL ? from + ring->n : NULL};
    struct sck_key_tile tile = *whole;
    uint32_t inverse = 1;
    unsigned wrong = 0;

    if (from == NULL || got == NULL)
        abort();
    while ((galois * inverse & (2 * ring->n - 1)) != 1)
        inverse += 2;
    sck_turn_sources(ring, galois, &turn);
    sck_turn_sources(ring, inverse, &back);
    tile.inverse = 0u - t->minus_q_inverse;
    tile.turn = &turn;
    tile.turned_back = &back;
    tile.first = first;
    tile.source = sck_turn_from(ring, galois, first, count);
    for (uint32_t h = 0; h < 2; h++) {
        tile.out[h] = got + (size_t)h * count;
        if (tile.add[h] != NULL)
            tile.add[h] += tile.source;
        for (uint32_t d = 0; d < tile.digits; d++)
            tile.key[h][d] += tile.source;
    }
    for (uint32_t d = 0; d < tile.digits; d++)
        tile.u[d] += tile.source;
    sck_key_tile(&tile, count);
    for (uint32_t h = 0; h < 2; h++)
        for (uint32_t k = 0; k < count; k++)
            wrong += tile.out[h][k] !=
                     whole->out[h][source(ring, galois, first + k)];
    CU_ASSERT_EQUAL(wrong, 0);
    free(got);
    free(from);
}

static void turned_rows(uint32_t logn, uint32_t digits, int kind)
{
    const struct sck_ring *ring = oracle_ring(logn);
    const uint32_t n = ring->n, count = n < 512 ? n : 512;
    const struct sck_prime_table *t = sck_ring_prime(ring, oracle_primes[20]);
    struct sck_key_tile whole = {.digits = digits,
                                 .q = t->q,
                                 .inverse = 0u - t->minus_q_inverse,
                                 .factor = t->q - 1};
    struct oracle_rows rows;

    oracle_rows_new(&rows, 3 * digits + 4, n);
    for (uint32_t r = 0; r < rows.count; r++)
        sck_test_fill(rows.row[r], n, t->q, kind);
    for (uint32_t d = 0; d < digits; d++) {
        whole.u[d] = rows.row[3 * d];
        whole.key[0][d] = rows.row[3 * d + 1];
        whole.key[1][d] = rows.row[3 * d + 2];
    }
    whole.add[0] = rows.row[3 * digits];
    whole.out[0] = rows.row[3 * digits + 1];
    whole.out[1] = rows.row[3 * digits + 2];
    sck_key_tile_ref(&whole, n);
    for (uint32_t first = 0; first < n; first += count) {
        turned_stretch(ring, &whole, 5, first, count);
        turned_stretch(ring, &whole, 77 & (2 * n - 1), first, count);
        turned_stretch(ring, &whole, 2 * n - 1, first, count);
    }
    oracle_rows_free(&rows);
    sck_ring_free(ring);
}

static void turned_tiles(void)
{
    for (uint32_t logn = 3; logn <= 10; logn++)
        for (int kind = 0; kind < 4; kind++) {
            turned_rows(logn, 1, kind);
            turned_rows(logn, 4, kind);
            turned_rows(logn, 6, kind);
        }
    turned_rows(12, 3, 3);
}

static void sums_are_turned_on_their_way_out(void)
{
    oracle_each_isa(turned_tiles);
}

static CU_TestInfo cases[] = {
    {"a_digit_overwrites_or_accumulates", a_digit_overwrites_or_accumulates},
    {"all_digits_are_summed_before_one_reduction",
     all_digits_are_summed_before_one_reduction},
    {"sums_are_turned_on_their_way_out", sums_are_turned_on_their_way_out},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(key_mac, cases)
