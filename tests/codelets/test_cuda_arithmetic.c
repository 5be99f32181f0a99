/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What the device computes, run by the host: modular.h (which nvcc compiles for
 * the device) against division, the elementwise word against ref, and that the
 * NTT's tiles cover their limb. The kernels themselves: tests/gpu. */
#include "elementwise_word.h"
#include "ntt.h"
#include "ntt_tile.h"
#include "ring_kit.h"

#include <stdlib.h>

enum { KINDS = 4, RANDOM = 2000 };

static uint32_t *row_of(size_t words)
{
    uint32_t *row = malloc(words * sizeof *row);

    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    return row;
}

/* Every function at one pair of words, w reduced. */
static size_t wrong_at(const struct sck_prime_table *t, uint32_t x, uint32_t w)
{
    const uint64_t q = t->q;
    const uint32_t a = (uint32_t)(x % q);
    const uint32_t m = t->minus_q_inverse;
    const uint32_t companion = (uint32_t)(((uint64_t)w << 32) / q);
    const uint32_t product = (uint32_t)((uint64_t)x * w % q);
    const uint32_t lazy = sck_shoup_lazy(x, w, companion, t->q);
    const uint32_t reduced = sck_montgomery_mul(x, w, t->q, m);
    const uint64_t wide = (uint64_t)x << 32 | (x ^ w);
    size_t wrong = 0;

    wrong += sck_mod_once_least(a + w, t->q) != (a + (uint64_t)w) % q;
    wrong += sck_mod_add(a, w, t->q) != (a + (uint64_t)w) % q;
    wrong += sck_mod_sub(a, w, t->q) != (a + q - w) % q;
    wrong += sck_mod_neg(a, t->q) != (q - a) % q;
    wrong += sck_shoup_companion(w, t->q) != companion;
    wrong += lazy >= 2 * q || lazy % q != product;
    wrong += sck_shoup(x, w, companion, t->q) != product;
    wrong += reduced >= q || ((uint64_t)reduced << 32) % q != product;
    wrong += sck_to_montgomery(x, t) != ((uint64_t)x << 32) % q;
    wrong += ((uint64_t)sck_from_montgomery(x, t) << 32) % q != a;
    wrong += sck_mod_mul(x, w, t) != product;
    wrong += sck_mod_reduce64(wide, t) != wide % q;
    return wrong;
}

static void modular_arithmetic_agrees_with_division(void)
{
    const struct sck_ring *ring = ring_of(10);
    size_t wrong = 0;

    for (size_t i = 0; i < PRIMES; i++) {
        const uint32_t q = primes[i];
        const struct sck_prime_table *t = sck_ring_prime(ring, q);
        const uint32_t words[] = {
            0, 1,     2,         q / 2, q / 2 + 1, q - 2,    q - 1,
            q, q + 1, 2 * q - 1, 2 * q, 4 * q - 1, 1u << 31, UINT32_MAX};

        for (size_t j = 0; j < sizeof words / sizeof words[0]; j++)
            for (size_t k = 0; k < 7; k++)
                wrong += wrong_at(t, words[j], words[k]);
        for (size_t j = 0; j < RANDOM; j++)
            wrong +=
                wrong_at(t, (uint32_t)sck_test_random(), sck_test_below(q));
    }
    CU_ASSERT_EQUAL(wrong, 0);
    sck_ring_free(ring);
}

static void a_lazy_butterfly_stays_below_four_q(void)
{
    const struct sck_ring *ring = ring_of(10);
    size_t wrong = 0;

    for (size_t i = 0; i < PRIMES; i++) {
        const uint64_t q = primes[i];
        const struct sck_prime_table *t = sck_ring_prime(ring, primes[i]);

        for (size_t j = 0; j < RANDOM; j++) {
            const uint32_t top = (uint32_t)(4 * q - 1);
            const uint32_t x = j % 4 == 0 ? top : sck_test_below(top);
            const uint32_t y = j % 4 <= 1 ? top : sck_test_below(top);
            const size_t k = 1 + j % 1023;
            const uint64_t v = (uint64_t)y * t->psi[k] % q;
            uint32_t a = x;
            uint32_t b = y;

            sck_ntt_butterfly(&a, &b, t->psi[k], t->psi_shoup[k], t->q,
                              2 * t->q);
            wrong +=
                a > top || sck_ntt_finish(a, t->q, 2 * t->q) != (x + v) % q;
            wrong +=
                b > top || sck_ntt_finish(b, t->q, 2 * t->q) != (x + q - v) % q;
            a = x;
            b = y;
            sck_ntt_butterfly_montgomery(&a, &b,
                                         sck_to_montgomery(t->psi[k], t), t->q,
                                         2 * t->q, t->minus_q_inverse);
            wrong +=
                a > top || sck_ntt_finish(a, t->q, 2 * t->q) != (x + v) % q;
            wrong +=
                b > top || sck_ntt_finish(b, t->q, 2 * t->q) != (x + q - v) % q;
        }
    }
    CU_ASSERT_EQUAL(wrong, 0);
    sck_ring_free(ring);
}

static size_t wrong_words(const struct sck_ring *ring, uint32_t op, int kind,
                          uint32_t *const rows[4])
{
    struct sck_elementwise_args args = {.ring = ring->id, .op = op, .limbs = 1};
    const uint32_t *const *in = (const uint32_t *const *)rows;
    size_t wrong = 0;

    for (size_t i = 0; i < PRIMES; i++) {
        args.q[0] = primes[i];
        sck_test_fill(&args.scalar[0], 1, primes[i], kind);
        for (size_t r = 1; r < 4; r++)
            sck_test_fill(rows[r], ring->n, primes[i], kind);
        sck_elementwise_ref(&args, ring, &rows[0], &in[1], &in[2], &in[3]);

        const struct sck_elementwise_row k = sck_elementwise_row_of(
            sck_ring_prime(ring, primes[i]), args.scalar[0]);

        for (uint32_t j = 0; j < ring->n; j++)
            wrong +=
                rows[0][j] !=
                sck_elementwise_word(op, &k, rows[1][j],
                                     sck_elementwise_has_b(op) ? rows[2][j] : 0,
                                     sck_elementwise_has_c(op) ? rows[3][j] : 0,
                                     j / 4 >= ring->n / 8);
    }
    return wrong;
}

static void a_word_of_every_operation_is_that_of_ref(void)
{
    const struct sck_ring *ring = ring_of(10);
    uint32_t *rows[4] = {NULL};

    for (size_t r = 0; r < 4; r++)
        rows[r] = row_of(ring->n);
    for (uint32_t op = 0; op < SCK_ELEMENTWISE_OPS; op++)
        for (int kind = 0; kind < KINDS; kind++)
            CU_ASSERT_EQUAL(wrong_words(ring, op, kind, rows), 0);
    for (size_t r = 0; r < 4; r++)
        free(rows[r]);
    sck_ring_free(ring);
}

static void an_inverse_butterfly_stays_below_two_q(void)
{
    const struct sck_ring *ring = ring_of(10);
    size_t wrong = 0;

    for (size_t i = 0; i < PRIMES; i++) {
        const uint64_t q = primes[i];
        const struct sck_prime_table *t = sck_ring_prime(ring, primes[i]);

        for (size_t j = 0; j < RANDOM; j++) {
            const uint32_t top = (uint32_t)(2 * q - 1);
            const uint32_t x = j % 4 == 0 ? top : sck_test_below(top);
            const uint32_t y = j % 4 <= 1 ? top : sck_test_below(top);
            const size_t k = 1 + j % 1023;
            uint32_t a = x;
            uint32_t b = y;

            sck_intt_butterfly(&a, &b, t->ipsi[k], t->ipsi_shoup[k], t->q,
                               2 * t->q);
            wrong += a > top || a % q != ((uint64_t)x + y) % q;
            wrong += b > top || b % q != (x + 2 * q - y) % q * t->ipsi[k] % q;
            a = x;
            b = y;
            sck_intt_butterfly_montgomery(&a, &b,
                                          sck_to_montgomery(t->ipsi[k], t),
                                          t->q, 2 * t->q, t->minus_q_inverse);
            wrong += a > top || a % q != ((uint64_t)x + y) % q;
            wrong += b > top || b % q != (x + 2 * q - y) % q * t->ipsi[k] % q;
        }
    }
    CU_ASSERT_EQUAL(wrong, 0);
    sck_ring_free(ring);
}

/* A pass covers its limb: every word of the limb and of a tile is one group's,
 * in every step. */
static void check_places(const struct sck_ntt_pass *p, uint32_t done,
                         uint32_t stages)
{
    const uint32_t width = p->before == 0 ? SCK_NTT_COLUMNS_WIDTH : 1;
    const uint32_t tiles = 1u << (p->logn - p->log_tile);
    const uint32_t groups = (1u << p->log_tile) / width >> stages;
    uint32_t *limb = calloc(1u << p->logn, sizeof *limb);
    uint32_t *tile = calloc(1u << p->logn, sizeof *tile);
    size_t wrong = 0;

    CU_ASSERT_FATAL(limb != NULL && tile != NULL);
    for (uint32_t k = 0; k < tiles * groups; k++) {
        const struct sck_ntt_place at =
            sck_ntt_place_of(p, k / groups, done, stages, k % groups);

        for (uint32_t e = 0; e < width << stages; e++) {
            limb[at.limb + e / width * at.limb_step + e % width]++;
            tile[(k / groups << p->log_tile) + at.tile +
                 e / width * at.tile_step + e % width]++;
        }
    }
    for (uint32_t j = 0; j < 1u << p->logn; j++)
        wrong += (limb[j] != 1) + (tile[j] != 1);
    CU_ASSERT_EQUAL(wrong, 0);
    free(limb);
    free(tile);
}

static void every_step_touches_every_word_once(void)
{
    for (uint32_t logn = SCK_NTT_TILE_LOGN_MIN; logn <= SCK_NTT_TILE_LOGN_MAX;
         logn++) {
        const struct sck_ntt_pass passes[] = {sck_ntt_columns(logn),
                                              sck_ntt_rows(logn)};

        for (size_t i = 0; i < 2; i++) {
            CU_ASSERT(passes[i].stages >= 4);
            CU_ASSERT(passes[i].stages <= passes[i].log_tile);
            for (uint32_t stages = 1; stages <= SCK_NTT_GROUP; stages++)
                for (uint32_t done = 0; done + stages <= passes[i].stages;
                     done++)
                    check_places(&passes[i], done, stages);
        }
    }
}

static CU_TestInfo cases[] = {
    {"modular_arithmetic_agrees_with_division",
     modular_arithmetic_agrees_with_division},
    {"a_lazy_butterfly_stays_below_four_q",
     a_lazy_butterfly_stays_below_four_q},
    {"a_word_of_every_operation_is_that_of_ref",
     a_word_of_every_operation_is_that_of_ref},
    {"an_inverse_butterfly_stays_below_two_q",
     an_inverse_butterfly_stays_below_two_q},
    {"every_step_touches_every_word_once", every_step_touches_every_word_once},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(cuda_arithmetic, cases)
