/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* How parameters are stored and the steps that build them, in order: primes,
 * table, scales, classes, check, id. */
#ifndef SCK_PARAMS_PRIV_H
#define SCK_PARAMS_PRIV_H

#include <gmp.h>

#include "sck_params.h"

/* More than any table within 1740 bits can need: primes are above 2^24. */
#define SCK_MAX_LEVELS 64
#define SCK_MAX_PRIMES 128
/* A step of at most 60 bits swaps at most 5 terminals and 6 mains. */
#define SCK_MAX_SWAP 8
#define SCK_MAX_TERMINALS 5
/* P/D of every class: key-switch noise stays below one rounding. */
#define SCK_MARGIN_BITS 6
/* Insecure sets are those of this ring with another N. */
#define SCK_TABLE_LOGN 16

/* log2 is correctly rounded, so tables do not depend on the C library. */
struct sck_prime {
    uint32_t q;
    double log2;
};

struct sck_prime_pool {
    uint32_t count;
    struct sck_prime *free; /* ascending */
};

struct sck_prime_list {
    uint32_t count;
    uint32_t q[SCK_MAX_PRIMES];
};

struct sck_swap_list {
    uint32_t count;
    uint32_t q[SCK_MAX_SWAP];
};

struct sck_level {
    struct sck_prime_list primes;
    struct sck_swap_list added;
    struct sck_swap_list dropped;
    sck_scale scale;
    uint32_t class_index;
    int fuses;
};

/* U in storage order, so that digits are runs of it. */
struct sck_class_store {
    struct sck_key_class shape;
    char name[24];
    struct sck_prime_list primes;
    uint32_t special[SCK_MAX_TERMS];
};

/* One candidate: U in storage order cut at digit_length, P = the first
 * `special` of the fixed special primes and then the primes outside U by size.
 */
struct sck_shape {
    struct sck_prime primes[SCK_MAX_PRIMES];
    struct sck_prime outside[SCK_MAX_PRIMES];
    uint32_t count, outside_count;
    uint32_t digits, special;
    uint32_t length[SCK_MAX_DIGITS];
    double log2_up, p_over_d;
};

struct sck_params {
    char name[32];
    struct sck_params_literal literal;
    uint32_t app_top;
    uint32_t levels;
    struct sck_level level[SCK_MAX_LEVELS];
    uint32_t order_count;   /* Q's primes             */
    uint32_t special_count; /* behind them, in prime  */
    struct sck_prime prime[SCK_MAX_PRIMES];
    uint32_t all[SCK_MAX_PRIMES]; /* prime[].q              */
    uint32_t classes;
    struct sck_class_store class_store[SCK_MAX_LEVELS];
    double log2_qp;
    uint8_t id[SCK_PARAMS_ID_BYTES];
};

/* The ring whose bound and costs the table is cut for. */
static inline uint32_t sck_params_table_logn(const sck_params *p)
{
    return p->literal.insecure_test_only ? SCK_TABLE_LOGN : p->literal.logn;
}

static inline int sck_has_prime(const struct sck_prime_list *list, uint32_t q)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->q[i] == q)
            return 1;
    return 0;
}

/* Deterministic for all 32-bit n. */
int sck_is_prime(uint32_t n);

sck_status sck_prime_pool_new(struct sck_prime_pool *pool);
void sck_prime_pool_free(struct sck_prime_pool *pool);
/* Take n primes out of the pool: the largest, descending; or those nearest
 * 2^bits, nearest first. */
sck_status sck_prime_pool_largest(struct sck_prime_pool *pool, uint32_t n,
                                  struct sck_prime *out);
sck_status sck_prime_pool_nearest(struct sck_prime_pool *pool, double bits,
                                  uint32_t n, struct sck_prime *out);

/* Refuses literals whose table would not even fit the arrays. */
sck_status sck_params_check_literal(const struct sck_params_literal *literal);
/* Chooses primes and fills levels, order and specials. */
sck_status sck_params_make_table(sck_params *p);
/* Fills the levels' scales. */
void sck_params_make_scales(sck_params *p);
/* The shape for levels lo..hi that is cheapest at level hi within the bound.
 * Returns 0 when there is none; *least is then the smallest log2(U P) that any
 * shape has, or infinity when no digits and special primes fit at all. */
int sck_best_shape(const sck_params *p, uint32_t lo, uint32_t hi,
                   struct sck_shape *best, double *least);
/* Fills the key classes. */
sck_status sck_params_make_classes(sck_params *p);
/* Verifies the finished table with exact arithmetic, whatever made it. */
sck_status sck_params_check(sck_params *p);
void sck_params_make_id(sck_params *p);

/* log2 of the largest secure modulus for N = 2^logn; 0 outside 13..17. */
uint32_t sck_params_limit(uint32_t logn);
void sck_product(mpz_t out, const uint32_t *q, uint32_t count);
double sck_mpz_log2(const mpz_t x);

#endif
