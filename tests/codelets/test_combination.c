/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.combination: the fused kernel against sums modulo each prime,
 * product by product. */
#include "combination.h"
#include "oracle.h"

enum { LIMBS = 3, FACTOR_ROWS = 4 * SCK_MAX_PRODUCTS * LIMBS };
enum { TERM_ROWS = 2 * SCK_MAX_MULTIPLES * LIMBS };

static uint64_t by_definition(const struct sck_combination_args *args,
                              uint32_t h, uint32_t i, uint32_t j,
                              uint32_t *const *factors, uint32_t *const *terms)
{
    const uint64_t q = args->q[i];
    uint64_t sum = h == 0 ? args->constant[i] : 0;

    for (uint32_t k = 0; k < args->products; k++)
        for (uint32_t u = 0; u < 2; u++)
            for (uint32_t v = 0; v < 2; v++)
                if (u + v == h)
                    sum += args->factor *
                           ((uint64_t)factors[(4 * k + u) * LIMBS + i][j] *
                            factors[(4 * k + 2 + v) * LIMBS + i][j] % q);
    for (uint32_t k = 0; k < args->terms && h < 2; k++)
        sum += (uint64_t)args->scalar[k][i] *
               terms[(2 * k + h) * LIMBS + i][j] % q;
    return sum;
}

static void matches(uint32_t logn, uint32_t products, uint32_t terms,
                    uint32_t factor, uint32_t adds, int kind)
{
    const struct sck_ring *ring = oracle_ring(logn);
    const uint32_t n = ring->n, halves = products != 0 ? 3 : 2;
    struct sck_combination_args args = {
        .ring = ring->id,
        .limbs = LIMBS,
        .q = {oracle_primes[20], oracle_primes[0], oracle_primes[46]},
        .halves = halves,
        .products = products,
        .terms = terms,
        .factor = factor,
        .adds = adds};
    const uint32_t factor_rows = 4 * products * LIMBS;
    const uint32_t rows = factor_rows + 2 * terms * LIMBS;
    uint32_t *factors[FACTOR_ROWS] = {NULL}, *term[TERM_ROWS] = {NULL};
    uint32_t *words = malloc((size_t)rows * n * sizeof *words);
    struct oracle_rows got, want, before;
    int bad = 0;

    if (words == NULL)
        abort();
    for (uint32_t r = 0; r < rows; r++) {
        uint32_t *const to = words + (size_t)r * n;

        sck_test_fill(to, n, args.q[r % LIMBS], kind);
        if (r < factor_rows)
            factors[r] = to;
        else
            term[r - factor_rows] = to;
    }
    for (uint32_t i = 0; i < LIMBS; i++) {
        args.constant[i] = args.q[i] - 1 - i;
        for (uint32_t k = 0; k < terms; k++)
            args.scalar[k][i] =
                k == 0 ? args.q[i] - 1 : sck_test_below(args.q[i]);
    }
    oracle_rows_new(&got, halves * LIMBS, n);
    oracle_rows_new(&want, halves * LIMBS, n);
    oracle_rows_new(&before, halves * LIMBS, n);
    for (uint32_t r = 0; r < halves * LIMBS; r++) {
        sck_test_fill(before.row[r], n, args.q[r % LIMBS], 3);
        memcpy(want.row[r], before.row[r], n * 4);
    }
    sck_combination_ref(&args, ring, want.row, (const uint32_t *const *)factors,
                        (const uint32_t *const *)term);
    for (uint32_t h = 0; h < halves; h++)
        for (uint32_t i = 0; i < LIMBS; i++)
            for (uint32_t j = 0; j < n; j++) {
                const uint32_t r = h * LIMBS + i;
                const uint64_t sum =
                    by_definition(&args, h, i, j, factors, term) +
                    (adds ? before.row[r][j] : 0);

                bad += want.row[r][j] != sum % args.q[i];
            }
    CU_ASSERT_EQUAL(bad, 0);
    for (int isa = SCK_ISA_REF; isa <= (int)sck_isa_detect(); isa++) {
        for (uint32_t r = 0; r < halves * LIMBS; r++)
            memcpy(got.row[r], before.row[r], n * 4);
        sck_kernels_use((enum sck_isa)isa);
        sck_combination(&args, ring, got.row, (const uint32_t *const *)factors,
                        (const uint32_t *const *)term);
        CU_ASSERT(oracle_rows_equal(&got, &want));
    }
    sck_kernels_use(SCK_ISA_REF);
    oracle_rows_free(&got);
    oracle_rows_free(&want);
    oracle_rows_free(&before);
    free(words);
    sck_ring_free(ring);
}

static void sums_equal_products_and_multiples_one_by_one(void)
{
    for (uint32_t logn = 3; logn <= 12; logn += 3)
        for (int kind = 0; kind < 4; kind++) {
            matches(logn, 0, SCK_MAX_MULTIPLES, 1, 0, kind);
            matches(logn, 0, 3, 1, 1, kind);
            matches(logn, 1, 0, 2, 0, kind);
            matches(logn, 1, 1, 2, 0, kind);
            matches(logn, SCK_MAX_PRODUCTS, 8, 1, 0, kind);
            matches(logn, SCK_MAX_PRODUCTS, 8, 2, 1, kind);
        }
}

/* The largest rings' results are written past the caches, unless they are added
 * to what is there. */
static void in_ring(uint32_t logn, int kind)
{
    for (uint32_t adds = 0; adds < 2; adds++) {
        matches(logn, 1, 1, 2, adds, kind);
        matches(logn, 0, 2, 1, adds, kind);
    }
}

static void every_ring_has_the_bits_of_ref(void)
{
    oracle_each_ring(in_ring);
}

static CU_TestInfo cases[] = {
    {"sums_equal_products_and_multiples_one_by_one",
     sums_equal_products_and_multiples_one_by_one},
    {"every_ring_has_the_bits_of_ref", every_ring_has_the_bits_of_ref},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(combination, cases)
