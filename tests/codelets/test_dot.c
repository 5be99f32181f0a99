/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.dot: sums of ciphertexts times plaintexts against 64-bit
 * arithmetic, and the kernel with every instruction set against the elementwise
 * steps that it is made of, bit for bit. 13 terms are one sum of the kernel's.
 */
#include "dot.h"
#include "oracle.h"

enum { LIMBS = 2 };

static const uint32_t primes[LIMBS] = {1073479681, 32899073};

/* Rows of `each` x terms, more than an oracle_rows holds. */
struct rows {
    uint32_t *words;
    const uint32_t *row[2 * SCK_DOT_TERMS * LIMBS];
};

static void rows_new(struct rows *r, uint32_t rows, uint32_t n, int kind)
{
    r->words = malloc((size_t)rows * n * sizeof *r->words);
    if (r->words == NULL)
        abort();
    for (uint32_t i = 0; i < rows; i++) {
        r->row[i] = r->words + (size_t)i * n;
        sck_test_fill(r->words + (size_t)i * n, n, primes[i % LIMBS], kind);
    }
}

/* p holds x 2^32, so that a word of the sum times 2^32 is the sum of words. */
static unsigned wrong_words(const struct sck_dot_args *args, uint32_t n,
                            const struct oracle_rows *out,
                            const struct oracle_rows *before,
                            const struct rows *p, const struct rows *a)
{
    unsigned wrong = 0;

    for (uint32_t r = 0; r < 2 * LIMBS; r++)
        for (uint32_t j = 0; j < n; j++) {
            const uint32_t i = r % LIMBS, h = r / LIMBS;
            const uint64_t q = primes[i];
            uint64_t sum =
                args->onto ? ((uint64_t)before->row[r][j] << 32) % q : 0;

            for (uint32_t k = 0; k < args->terms; k++)
                sum += (uint64_t)p->row[k * LIMBS + i][j] *
                       a->row[(2 * k + h) * LIMBS + i][j] % q;
            wrong += ((uint64_t)out->row[r][j] << 32) % q != sum % q ||
                     out->row[r][j] >= q;
        }
    return wrong;
}

static void check(uint32_t logn, uint32_t terms, int onto, int kind)
{
    const struct sck_ring *ring = oracle_ring(logn);
    const struct sck_dot_args args = {
        ring->id, terms, (uint32_t)onto, LIMBS, {primes[0], primes[1]}, {0}};
    struct oracle_rows before, want, got;
    struct rows p, a;

    rows_new(&p, terms * LIMBS, ring->n, kind);
    rows_new(&a, 2 * terms * LIMBS, ring->n, kind == 2 ? 3 : kind);
    oracle_rows_new(&before, 2 * LIMBS, ring->n);
    oracle_rows_new(&want, 2 * LIMBS, ring->n);
    oracle_rows_new(&got, 2 * LIMBS, ring->n);
    for (uint32_t i = 0; i < 2 * LIMBS && onto; i++) {
        sck_test_fill(before.row[i], ring->n, primes[i % LIMBS], kind);
        memcpy(want.row[i], before.row[i], ring->n * sizeof(uint32_t));
    }
    sck_dot_ref(&args, ring, want.row, p.row, a.row);
    CU_ASSERT_EQUAL(wrong_words(&args, ring->n, &want, &before, &p, &a), 0);
    for (int isa = SCK_ISA_REF; isa <= (int)sck_isa_detect(); isa++) {
        sck_kernels_use((enum sck_isa)isa);
        for (uint32_t i = 0; i < 2 * LIMBS; i++)
            memcpy(got.row[i], before.row[i], ring->n * sizeof(uint32_t));
        sck_dot(&args, ring, got.row, p.row, a.row);
        CU_ASSERT_TRUE(oracle_rows_equal(&want, &got));
    }
    sck_kernels_use(SCK_ISA_REF);
    free(p.words);
    free(a.words);
    oracle_rows_free(&before);
    oracle_rows_free(&want);
    oracle_rows_free(&got);
    sck_ring_free(ring);
}

static void sums_are_those_of_the_definition(void)
{
    static const uint32_t terms[] = {1, 2, 12, 13, 14, 26, SCK_DOT_TERMS};

    for (uint32_t logn = 3; logn <= 11; logn += 4)
        for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
            for (int kind = 0; kind < 4; kind++)
                check(logn, terms[i], 0, kind);
}

static void later_terms_are_added_to_what_is_there(void)
{
    for (uint32_t terms = 1; terms <= SCK_DOT_TERMS; terms += 6)
        for (int kind = 0; kind < 4; kind++)
            check(11, terms, 1, kind);
}

/* One term more than one of the kernel's sums. */
static void in_ring(uint32_t logn, int kind)
{
    for (int onto = 0; onto < 2; onto++)
        check(logn, 14, onto, kind);
}

static void every_ring_has_the_bits_of_ref(void)
{
    oracle_each_ring(in_ring);
}

enum { MIXED = 20 };

/* Term k's plaintext has N >> (k + shift) mod (logn - 1) words, or is whole. */
static void check_short(uint32_t logn, uint32_t shift, int onto, int kind)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_dot_args args = {
        ring->id, MIXED, (uint32_t)onto, LIMBS, {primes[0], primes[1]}, {0}};
    struct sck_dot_args whole = args;
    struct oracle_rows before, want, got;
    const uint32_t *exact[MIXED * LIMBS];
    struct rows p, a;

    rows_new(&p, MIXED * LIMBS, ring->n, kind);
    rows_new(&a, 2 * MIXED * LIMBS, ring->n, 3);
    oracle_rows_new(&want, 2 * LIMBS, ring->n);
    oracle_rows_new(&got, 2 * LIMBS, ring->n);
    for (uint32_t i = 0; i < MIXED * LIMBS; i++) {
        const uint32_t repeat = (i / LIMBS + shift) % (logn - 1);
        uint32_t *const row = malloc((ring->n >> repeat) * sizeof *row);
        uint32_t *const spread = p.words + (size_t)i * ring->n;

        if (row == NULL)
            abort();
        args.repeat[i / LIMBS] = (uint8_t)repeat;
        memcpy(row, spread, (ring->n >> repeat) * sizeof *row);
        for (uint32_t j = 0; j < ring->n; j++)
            spread[j] = row[j >> repeat];
        exact[i] = row;
    }
    oracle_rows_new(&before, 2 * LIMBS, ring->n);
    for (uint32_t i = 0; i < 2 * LIMBS; i++) {
        sck_test_fill(before.row[i], ring->n, primes[i % LIMBS], 3);
        memcpy(want.row[i], before.row[i], ring->n * sizeof(uint32_t));
    }
    sck_dot_ref(&whole, ring, want.row, p.row, a.row);
    for (int isa = SCK_ISA_REF; isa <= (int)sck_isa_detect(); isa++) {
        sck_kernels_use((enum sck_isa)isa);
        for (uint32_t i = 0; i < 2 * LIMBS; i++)
            memcpy(got.row[i], before.row[i], ring->n * sizeof(uint32_t));
        sck_dot(&args, ring, got.row, exact, a.row);
        CU_ASSERT_TRUE(oracle_rows_equal(&want, &got));
    }
    sck_kernels_use(SCK_ISA_REF);
    for (uint32_t i = 0; i < MIXED * LIMBS; i++)
        free((void *)exact[i]);
    free(p.words);
    free(a.words);
    oracle_rows_free(&before);
    oracle_rows_free(&want);
    oracle_rows_free(&got);
    sck_ring_free(ring);
}

static void short_plaintexts_count_as_their_words_repeated(void)
{
    for (uint32_t logn = 3; logn <= sck_test_largest(); logn++)
        for (uint32_t shift = 0; shift < (logn < 10 ? 3 : 1); shift++)
            for (int kind = 1; kind < 4; kind++)
                check_short(logn, shift, 0, kind);
    check_short(10, 1, 1, 3);
}

static CU_TestInfo cases[] = {
    {"every_ring_has_the_bits_of_ref", every_ring_has_the_bits_of_ref},
    {"short_plaintexts_count_as_their_words_repeated",
     short_plaintexts_count_as_their_words_repeated},
    {"sums_are_those_of_the_definition", sums_are_those_of_the_definition},
    {"later_terms_are_added_to_what_is_there",
     later_terms_are_added_to_what_is_there},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(dot, cases)
