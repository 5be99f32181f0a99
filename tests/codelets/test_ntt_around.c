/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a row's transform calls and reads around the row itself. */
#include "guarded_kit.h"
#include "isa.h"
#include "ntt.h"
#include "oracle.h"
#include "sck_test.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* Of 30 and of 28 bits: the second is small to the vector transform. */
enum { PRIME = 1073479681, SMALL_PRIME = 269221889 };

static const struct sck_ring *ring_of(uint32_t logn)
{
    const uint32_t prime = PRIME;
    const struct sck_ring *ring = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_ring_new(logn, &prime, 1, &ring), SCK_OK);
    return ring;
}

/* What the hooks see: `input` is handed out, `results` handed in, and every
 * word is counted each time. */
struct seen {
    uint32_t n;
    const uint32_t *input;
    uint32_t *results;
    uint8_t *before, *after;
    size_t wrong;
};

static void count_words(struct seen *s, uint8_t *calls, uint32_t at,
                        uint32_t count)
{
    s->wrong += count == 0 || at + count > s->n;
    s->wrong += s->n >= 16 && (at % 16 != 0 || count % 16 != 0);
    for (uint32_t j = at; j < at + count && j < s->n; j++)
        calls[j]++;
}

static void hand_out(void *context, uint32_t at, uint32_t count, uint32_t *x)
{
    struct seen *s = context;

    count_words(s, s->before, at, count);
    memcpy(x, s->input + at, count * sizeof *x);
}

static void hand_in(void *context, uint32_t at, uint32_t count,
                    const uint32_t *x)
{
    struct seen *s = context;

    count_words(s, s->after, at, count);
    memcpy(s->results + at, x, count * sizeof *x);
}

/* One transform with either hook, or both, the row being `out` itself or
 * another; with `before` the input is only what it hands out. */
static void check_hooks(const struct sck_prime_table *t, struct seen *s,
                        const uint32_t *expected, int before, int after,
                        int in_place)
{
    const size_t size = s->n * sizeof(uint32_t);
    /* Asking runs past a row's end, where a page is guarded. */
    const uint32_t *const reads[2] = {s->input, expected};
    const struct sck_ntt_around around = {.context = s,
                                          .before = before ? hand_out : NULL,
                                          .after = after ? hand_in : NULL,
                                          .reads = reads,
                                          .reads_rows = after ? 2 : 0};
    uint32_t *out = guarded(s->n);

    memset(out, 0xff, size);
    memset(s->results, 0xff, size);
    memset(s->before, 0, s->n);
    memset(s->after, 0, s->n);
    if (in_place && !before)
        memcpy(out, s->input, size);
    sck_ntt_row(t, s->n, out, in_place || before ? out : s->input, &around);
    CU_ASSERT_EQUAL(memcmp(out, expected, size), 0);
    if (after)
        CU_ASSERT_EQUAL(memcmp(s->results, expected, size), 0);
    for (uint32_t j = 0; j < s->n; j++)
        s->wrong += s->before[j] != before || s->after[j] != after;
    CU_ASSERT_EQUAL(s->wrong, 0);
    sodium_free(out);
}

static void check_every_hook(uint32_t logn)
{
    const struct sck_ring *ring = ring_of(logn);
    const struct sck_prime_table *t = sck_ring_prime(ring, PRIME);
    const uint32_t n = ring->n;
    uint32_t *input = guarded(n);
    uint32_t *expected = guarded(n);
    struct seen s = {.n = n,
                     .input = input,
                     .results = guarded(n),
                     .before = malloc(n),
                     .after = malloc(n)};

    CU_ASSERT_PTR_NOT_NULL_FATAL(s.before);
    CU_ASSERT_PTR_NOT_NULL_FATAL(s.after);
    sck_test_fill(input, n, t->q, 3);
    memcpy(expected, input, n * sizeof *expected);
    sck_ntt_limb_ref(t, n, expected);
    for (int which = 0; which < 8; which++)
        check_hooks(t, &s, expected, which & 1, which >> 1 & 1, which >> 2);
    sodium_free(input);
    sodium_free(expected);
    sodium_free(s.results);
    free(s.before);
    free(s.after);
    sck_ring_free(ring);
}

static void hooks_of_every_ring(void)
{
    for (uint32_t logn = 3; logn <= sck_test_largest(); logn++)
        check_every_hook(logn);
}

static void hooks_see_every_word_once(void)
{
    oracle_each_isa(hooks_of_every_ring);
}

/* Tables whose rows end at a page no one may touch. */
static void check_table_ends(uint32_t logn)
{
    const struct sck_ring *ring = ring_of(logn);
    struct sck_prime_table t = *sck_ring_prime(ring, PRIME);
    const size_t size = ring->n * sizeof(uint32_t);
    uint32_t *psi = guarded(ring->n);
    uint32_t *psi_shoup = guarded(ring->n);
    const size_t words = ring->n / SCK_RUN_WORDS * (size_t)SCK_RUN_TWIDDLES;
    uint32_t *runs = words > 0 ? guarded((uint32_t)words) : NULL;
    uint32_t *x = guarded(ring->n);
    uint32_t *expected = guarded(ring->n);

    sck_test_fill(x, ring->n, t.q, 3);
    memcpy(expected, x, size);
    sck_ntt_limb_ref(&t, ring->n, expected);
    memcpy(psi, t.psi, size);
    memcpy(psi_shoup, t.psi_shoup, size);
    t.psi = psi;
    t.psi_shoup = psi_shoup;
    if (t.runs != NULL)
        memcpy(runs, t.runs, words * sizeof *runs);
    t.runs = runs;
    sck_ntt_row(&t, ring->n, x, x, NULL);
    CU_ASSERT_EQUAL(memcmp(x, expected, size), 0);
    sodium_free(psi);
    sodium_free(psi_shoup);
    sodium_free(runs);
    sodium_free(x);
    sodium_free(expected);
    sck_ring_free(ring);
}

static void table_ends_of_every_ring(void)
{
    for (uint32_t logn = 3; logn <= sck_test_largest(); logn++)
        check_table_ends(logn);
}

/* Words in [0, 3 q), the ends included, have their residues' transform. */
static void check_lazy(uint32_t logn, uint32_t prime)
{
    const struct sck_ring *ring = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_ring_new(logn, &prime, 1, &ring), SCK_OK);
    const struct sck_prime_table *t = sck_ring_prime(ring, prime);
    const struct sck_ntt_around lazy = {.lazy = 1};
    const uint32_t n = ring->n;
    uint32_t *x = guarded(n);
    uint32_t *expected = guarded(n);

    sck_test_fill(expected, n, t->q, 3);
    expected[0] = 0;
    expected[1] = expected[n / 2] = t->q - 1;
    for (uint32_t j = 0; j < n; j++)
        x[j] = expected[j] + (j * 7 + 1) % 3 * t->q;
    x[1] = x[n / 2] = 3 * t->q - 1;
    sck_ntt_limb_ref(t, n, expected);
    sck_ntt_row(t, n, x, x, &lazy);
    CU_ASSERT_EQUAL(memcmp(x, expected, n * sizeof *x), 0);
    sodium_free(x);
    sodium_free(expected);
    sck_ring_free(ring);
}

/* Other sets' conversions leave no such rows. */
static void lazy_rows_have_their_residues_transform(void)
{
    if (sck_isa_detect() < SCK_ISA_AVX512)
        return;
    sck_kernels_use(SCK_ISA_AVX512);
    for (uint32_t logn = 10; logn <= sck_test_largest(); logn++) {
        check_lazy(logn, PRIME);
        check_lazy(logn, SMALL_PRIME);
    }
    sck_kernels_use(SCK_ISA_REF);
}

/* Words of x that are no residue of expected's, or not below bound q. */
static size_t wrong_residues(const uint32_t *x, const uint32_t *expected,
                             uint32_t n, uint32_t q, uint32_t bound)
{
    size_t wrong = 0;

    for (uint32_t j = 0; j < n; j++)
        wrong += x[j] >= (uint64_t)bound * q || x[j] % q != expected[j];
    return wrong;
}

/* Results that may be left unreduced have the residues and the bound, where
 * they are written and where `after` takes them; others are reduced. */
static void check_results(uint32_t logn, uint32_t prime, int kind)
{
    const struct sck_ring *ring = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_ring_new(logn, &prime, 1, &ring), SCK_OK);
    const struct sck_prime_table *t = sck_ring_prime(ring, prime);
    const uint32_t n = ring->n;
    uint32_t *in = guarded(n);
    uint32_t *out = guarded(n);
    uint32_t *expected = guarded(n);
    struct seen s = {.n = n,
                     .results = guarded(n),
                     .before = calloc(n, 1),
                     .after = calloc(n, 1)};

    CU_ASSERT_PTR_NOT_NULL_FATAL(s.before);
    CU_ASSERT_PTR_NOT_NULL_FATAL(s.after);
    sck_test_fill(in, n, prime, kind);
    memcpy(expected, in, n * sizeof *in);
    sck_ntt_limb_ref(t, n, expected);
    for (uint32_t bound = 1; bound <= 4; bound++) {
        const struct sck_ntt_around around = {
            .context = &s, .after = hand_in, .results = bound > 1 ? bound : 0};

        sck_ntt_row(t, n, out, in, &around);
        CU_ASSERT_EQUAL(wrong_residues(out, expected, n, prime, bound), 0);
        CU_ASSERT_EQUAL(memcmp(s.results, out, n * sizeof *out), 0);
    }
    sodium_free(in);
    sodium_free(out);
    sodium_free(expected);
    sodium_free(s.results);
    free(s.before);
    free(s.after);
    sck_ring_free(ring);
}

static void results_of_every_ring(void)
{
    for (uint32_t logn = 3; logn <= sck_test_largest(); logn++)
        for (int kind = 0; kind < 4; kind++) {
            check_results(logn, PRIME, kind);
            check_results(logn, SMALL_PRIME, kind);
        }
}

static void unreduced_results_have_their_residues_and_bound(void)
{
    oracle_each_isa(results_of_every_ring);
}

static void tables_are_not_read_past_their_end(void)
{
    oracle_each_isa(table_ends_of_every_ring);
}

static CU_TestInfo cases[] = {
    {"lazy_rows_have_their_residues_transform",
     lazy_rows_have_their_residues_transform},
    {"hooks_see_every_word_once", hooks_see_every_word_once},
    {"unreduced_results_have_their_residues_and_bound",
     unreduced_results_have_their_residues_and_bound},
    {"tables_are_not_read_past_their_end", tables_are_not_read_past_their_end},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(ntt_around, cases)
