/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Big-integer truth for the kernels that convert between bases, and rows to
 * feed them. Primes are those of set b16-40: q = 1 mod 2^17. */
#ifndef SCK_ORACLE_H
#define SCK_ORACLE_H

#include "intt.h"
#include "isa.h"
#include "rescale.h"
#include "sck_test.h"

#include <gmp.h>
#include <stdlib.h>
#include <string.h>

enum { ORACLE_PRIMES = 48, ORACLE_WIDE = 32, ORACLE_ROWS = 48 };

/** 0..31 have 30 bits, 32..35 28 bits, 36..47 25 bits. */
static const uint32_t oracle_primes[ORACLE_PRIMES] = {
    1037303809, 1038745601, 1040056321, 1036779521, 1040842753, 1034813441,
    1042415617, 1032192001, 1043464193, 1045430273, 1031667713, 1048707073,
    1030619137, 1049100289, 1029308417, 1026686977, 1051721729, 1026162689,
    1052508161, 1023148033, 1073479681, 1071513601, 1070727169, 1068236801,
    1065484289, 1064697857, 1062862849, 1062469633, 1060765697, 1056440321,
    1056178177, 1055260673, 265420801,  268042241,  264634369,  269221889,
    32899073,   33292289,   31326209,   30539777,   35389441,   36175873,
    29884417,   37224449,   28704769,   38535169,   28311553,   39714817};

/** Rows of n words, allocated; each row is a block of its own so that the
 *  address sanitizer sees a kernel that runs over. */
struct oracle_rows {
    uint32_t count, n;
    uint32_t *row[ORACLE_ROWS];
};

static inline const uint32_t *const *oracle_in(const struct oracle_rows *rows)
{
    return (const uint32_t *const *)rows->row;
}

static inline void oracle_rows_new(struct oracle_rows *rows, uint32_t count,
                                   uint32_t n)
{
    rows->count = count;
    rows->n = n;
    for (uint32_t i = 0; i < count; i++) {
        /* As blocks' rows are aligned; aligned_alloc() takes whole lines. */
        rows->row[i] = n % 16 == 0 ? aligned_alloc(64, n * sizeof(uint32_t))
                                   : malloc(n * sizeof(uint32_t));
        if (rows->row[i] == NULL)
            abort();
        memset(rows->row[i], 0xff, n * sizeof(uint32_t));
    }
}

static inline void oracle_rows_free(struct oracle_rows *rows)
{
    for (uint32_t i = 0; i < rows->count; i++)
        free(rows->row[i]);
    rows->count = 0;
}

static inline int oracle_rows_equal(const struct oracle_rows *a,
                                    const struct oracle_rows *b)
{
    for (uint32_t i = 0; i < a->count; i++)
        if (memcmp(a->row[i], b->row[i], a->n * sizeof(uint32_t)) != 0)
            return 0;
    return 1;
}

/* check() with the kernels of every instruction set this host has; afterwards
 * they point at their ref again. */
static inline void oracle_each_isa(void (*check)(void))
{
    for (int isa = SCK_ISA_REF; isa <= (int)sck_isa_detect(); isa++) {
        sck_kernels_use((enum sck_isa)isa);
        check();
    }
    sck_kernels_use(SCK_ISA_REF);
}

static inline const struct sck_ring *oracle_ring(uint32_t logn)
{
    const struct sck_ring *ring = NULL;

    if (sck_ring_new(logn, oracle_primes, ORACLE_PRIMES, &ring) != SCK_OK)
        abort();
    return ring;
}

/* check() in the rings of all parameter sets, 2^10 to 2^16, for every kind of
 * row: a suite with its kernels of every instruction set owes as much. The
 * largest ring comes first, as the others share its tables. */
static inline void oracle_each_ring(void (*check)(uint32_t logn, int kind))
{
    const uint32_t largest = sck_test_largest();
    const struct sck_ring *const tables = oracle_ring(largest);

    for (uint32_t logn = largest; logn >= 10; logn--)
        for (int kind = 0; kind < 4; kind++)
            check(logn, kind);
    sck_ring_free(tables);
}

static inline void oracle_ntt(const struct sck_ring *ring, uint32_t q,
                              uint32_t *row)
{
    sck_ntt_row_ref(sck_ring_prime(ring, q), ring->n, row, row, NULL);
}

static inline void oracle_intt(const struct sck_ring *ring, uint32_t q,
                               uint32_t *row)
{
    sck_intt_row_ref(sck_ring_prime(ring, q), ring->n, row, row);
}

static inline void oracle_product(mpz_t d, const uint32_t *q, uint32_t count)
{
    mpz_set_ui(d, 1);
    for (uint32_t i = 0; i < count; i++)
        mpz_mul_ui(d, d, q[i]);
}

/** (D / q_i)^-1 mod q_i. */
static inline uint32_t oracle_inverse(const mpz_t d, uint32_t q)
{
    mpz_t x, m;

    mpz_inits(x, m, NULL);
    mpz_set_ui(m, q);
    mpz_divexact_ui(x, d, q);
    mpz_invert(x, x, m);
    const uint32_t inverse = (uint32_t)mpz_get_ui(x);

    mpz_clears(x, m, NULL);
    return inverse;
}

/** A value below bound by kind: 0 zero, 1 bound - 1, 2 within 2 of bound / 2,
 *  3 random, 4 one of 1, 2, bound - 2. */
static inline void oracle_value(mpz_t x, const mpz_t bound, int kind)
{
    const uint32_t small = sck_test_below(4);

    mpz_set_ui(x, 0);
    if (kind == 1) {
        mpz_sub_ui(x, bound, 1);
    } else if (kind == 2) {
        mpz_fdiv_q_2exp(x, bound, 1);
        mpz_add_ui(x, x, small);
        mpz_sub_ui(x, x, 2);
    } else if (kind == 3) {
        const size_t words = mpz_size(bound) + 1;

        for (size_t i = 0; i < words; i++) {
            mpz_mul_2exp(x, x, 64);
            mpz_add_ui(x, x, sck_test_random());
        }
        mpz_mod(x, x, bound);
    } else if (kind == 4) {
        mpz_set_ui(x, 1 + small);
        if (small == 2)
            mpz_sub_ui(x, bound, 2);
    }
}

/** k = round(x / d); returns -1 or 1 where k - 1 or k + 1 serves too, because x
 *  / d is within 2^-21 of a tie (definitions.md, Base conversion), else 0. */
static inline int oracle_round(mpz_t k, const mpz_t x, const mpz_t d)
{
    mpz_t r;
    int neighbour = 0;

    mpz_init(r);
    mpz_mul_2exp(r, x, 1);
    mpz_add(r, r, d);
    mpz_fdiv_q_2exp(r, r, 1);
    mpz_fdiv_qr(k, r, r, d); /* r / d: distance above the tie below k */
    mpz_mul_2exp(r, r, 21);
    if (mpz_cmp(r, d) <= 0) {
        neighbour = -1;
    } else {
        mpz_fdiv_q(r, r, d);
        if (mpz_cmp_ui(r, (1u << 21) - 1) >= 0)
            neighbour = 1;
    }
    mpz_clear(r);
    return neighbour;
}

/** Whether got is k, or the neighbour that serves as well, modulo t. */
static inline int oracle_is(uint32_t got, const mpz_t k, int neighbour,
                            uint32_t t)
{
    const uint32_t want = (uint32_t)mpz_fdiv_ui(k, t);
    const uint32_t other = neighbour > 0 ? (want + 1) % t : (want + t - 1) % t;

    return got == want || (neighbour != 0 && got == other);
}

/** v of a base conversion from its y rows, as the definition writes it. */
static inline uint32_t oracle_v(const uint32_t *q, uint32_t count,
                                const uint32_t *const *y, uint32_t at)
{
    uint64_t sum = (uint64_t)1 << 55;

    for (uint32_t i = 0; i < count; i++)
        sum += y[i][at] * (((uint64_t)1 << 56) / q[i]);
    return (uint32_t)(sum >> 56);
}

/** One rational rescale, by the reference and by the kernel with every
 *  instruction set, against exact rounding: coefficients of kind below the
 *  product of kept and dropped. Returns the number of wrong coefficients.
 *  The y and v rows are made here, by the definition. */
unsigned oracle_rescale_errors(sck_rescale_fn *reference,
                               sck_rescale_fn *kernel, uint32_t logn, int kind,
                               const uint32_t *kept, uint32_t kept_count,
                               const uint32_t *added, uint32_t added_count,
                               const uint32_t *dropped, uint32_t dropped_count);

/** The same without the integers: rows are filled by kind, as sck_test_fill()
 *  has it, and the kernel is compared with the reference alone. Returns how
 *  often they differ. */
unsigned oracle_rescale_differences(
    sck_rescale_fn *reference, sck_rescale_fn *kernel, uint32_t logn, int kind,
    const uint32_t *kept, uint32_t kept_count, const uint32_t *added,
    uint32_t added_count, const uint32_t *dropped, uint32_t dropped_count);

#endif
