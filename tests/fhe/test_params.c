/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.params: exact properties of every set's tables. */
#include "params_kit.h"

#include <math.h>
#include <string.h>

static uint64_t sum(const uint32_t *x, uint32_t n)
{
    uint64_t result = 0;

    while (n-- > 0)
        result += x[n];
    return result;
}

static void fusing_is_allowed_exactly_where_sums_fit(void)
{
    for (size_t s = 0; s < COUNT(all_names); s++) {
        const int is_45 = strcmp(all_names[s], "b16-45") == 0;
        sck_params *p = named(all_names[s]);

        for (uint32_t l = 1; l < sck_params_levels(p); l++) {
            const struct sck_key_class *c =
                sck_params_class(p, sck_params_class_of(p, l));
            const uint64_t bound = (UINT64_C(1) << 34) - (1 << 8);
            const uint64_t special = sum(c->special, c->special_count);
            uint32_t n;
            const uint32_t *dropped = sck_params_dropped(p, l, &n);

            CU_ASSERT_TRUE(special < bound);
            CU_ASSERT_TRUE(n + c->special_count <= 19);
            CU_ASSERT_EQUAL(sck_params_fuses(p, l),
                            special + sum(dropped, n) < bound);
            CU_ASSERT_EQUAL(sck_params_fuses(p, l),
                            !(is_45 && l >= 14 && l <= 17));
        }
        CU_ASSERT_FALSE(sck_params_fuses(p, 0));
        CU_ASSERT_FALSE(sck_params_fuses(p, sck_params_levels(p)));
        sck_params_free(p);
    }
}

static void every_class_covers_its_levels_within_the_bounds(void)
{
    static const uint32_t limit[] = {212, 430, 860, 1740};
    mpz_t a, b;

    mpz_inits(a, b, NULL);
    for (size_t s = 0; s < COUNT(all_names); s++) {
        sck_params *p = named(all_names[s]);
        const int insecure = sck_params_is_insecure(p);
        const uint32_t bits = limit[insecure ? 3 : sck_params_logn(p) - 13];

        for (uint32_t i = 0; i < sck_params_classes(p); i++) {
            const struct sck_key_class *c = sck_params_class(p, i);
            uint32_t covered = 0;

            CU_ASSERT_TRUE(c->special_count <= SCK_MAX_TERMS);
            CU_ASSERT_EQUAL(c->within_limit, !insecure);
            for (uint32_t d = 0; d < c->digits; d++) {
                CU_ASSERT_TRUE(c->digit_length[d] <= SCK_MAX_TERMS);
                CU_ASSERT_PTR_EQUAL(c->digit[d], c->primes + covered);
                covered += c->digit_length[d];
                product(a, c->special, c->special_count);
                product(b, c->digit[d], c->digit_length[d]);
                mpz_mul_2exp(b, b, 6);
                CU_ASSERT_TRUE(mpz_cmp(a, b) >= 0);
            }
            CU_ASSERT_EQUAL(covered, c->count);
            product(b, c->primes, c->count);
            mpz_mul(a, a, b);
            CU_ASSERT_TRUE(mpz_sizeinbase(a, 2) <= bits);
            for (uint32_t l = c->first_level; l <= c->last_level; l++) {
                uint32_t n;
                const uint32_t *q = sck_params_primes(p, l, &n);

                CU_ASSERT_EQUAL(sck_params_class_of(p, l), i);
                /* U holds every prime of its levels, P none. */
                for (uint32_t j = 0; j < n; j++) {
                    CU_ASSERT_TRUE(mpz_divisible_ui_p(b, q[j]));
                    for (uint32_t k = 0; k < c->special_count; k++)
                        CU_ASSERT_NOT_EQUAL(c->special[k], q[j]);
                }
            }
        }
        CU_ASSERT_EQUAL(sck_params_class_of(p, sck_params_levels(p)),
                        UINT32_MAX);
        if (all_names[s][0] != 'l')
            CU_ASSERT_EQUAL(sck_params_class_of(p, 0), UINT32_MAX);
        CU_ASSERT_EQUAL(sck_params_security_bits(p), insecure ? 0 : 128);
        sck_params_free(p);
    }
    mpz_clears(a, b, NULL);
}

/* What a bootstrap leaves, and the moduli of all keys that it needs: of every
 * class, and of encapsulation under its sparse secret. */
static void bootstrappable_sets_keep_their_levels_and_bounds(void)
{
    static const struct {
        const char *name;
        uint32_t levels, scale_bits;
    } want[] = {{"b16-40", 14, 40}, {"b16-35", 16, 35}, {"b16-45", 10, 45}};

    for (size_t s = 0; s < COUNT(want); s++) {
        sck_params *p = named(want[s].name);
        const uint32_t input = sck_params_shape(p)->levels_stc;
        uint32_t zeroth, specials;
        const uint32_t *q = sck_params_primes(p, 0, &zeroth);
        const uint32_t *special = sck_params_special(p, &specials);
        double encapsulation = log2(special[0]) + log2(special[1]);

        CU_ASSERT_EQUAL(sck_params_app_top(p) - input, want[s].levels);
        for (uint32_t l = input; l <= sck_params_app_top(p); l++)
            CU_ASSERT_DOUBLE_EQUAL(sck_scale_log2(sck_params_scale(p, l)),
                                   want[s].scale_bits, 0.25);
        for (uint32_t i = 0; i < sck_params_classes(p); i++) {
            const struct sck_key_class *c = sck_params_class(p, i);
            double up = 0;

            for (uint32_t k = 0; k < c->count; k++)
                up += log2(c->primes[k]);
            for (uint32_t k = 0; k < c->special_count; k++)
                up += log2(c->special[k]);
            CU_ASSERT_DOUBLE_EQUAL(up, c->log2_up, 1e-9);
            CU_ASSERT(up <= 1740);
        }
        for (uint32_t k = 0; k < zeroth; k++)
            encapsulation += log2(q[k]);
        CU_ASSERT(encapsulation <= 121);
        sck_params_free(p);
    }
}

static void levels_out_of_range_are_empty(void)
{
    sck_params *p = named("l13-30");
    uint32_t n = 1, m;

    CU_ASSERT_PTR_NULL(sck_params_primes(p, 4, &n));
    CU_ASSERT_EQUAL(n, 0);
    CU_ASSERT_PTR_NULL(sck_params_added(p, 4, &n));
    CU_ASSERT_PTR_NULL(sck_params_dropped(p, UINT32_MAX, &n));
    CU_ASSERT_EQUAL(n, 0);
    CU_ASSERT_EQUAL(sck_params_scale(p, 4).integer, 0);
    CU_ASSERT_PTR_EQUAL(sck_params_storage_order(p, &n),
                        sck_params_all_primes(p, &m));
    CU_ASSERT_PTR_EQUAL(sck_params_all_primes(p, &m) + n,
                        sck_params_special(p, &n));
    CU_ASSERT_EQUAL(n, 2);
    sck_params_free(p);
}

static CU_TestInfo cases[] = {
    {"fusing_is_allowed_exactly_where_sums_fit",
     fusing_is_allowed_exactly_where_sums_fit},
    {"every_class_covers_its_levels_within_the_bounds",
     every_class_covers_its_levels_within_the_bounds},
    {"bootstrappable_sets_keep_their_levels_and_bounds",
     bootstrappable_sets_keep_their_levels_and_bounds},
    {"levels_out_of_range_are_empty", levels_out_of_range_are_empty},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(params, cases)
