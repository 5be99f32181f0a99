/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The primes a table chooses from: q < 2^30, q = 1 mod 2^17. */
#include <math.h>
#include <mpfr.h>
#include <stdlib.h>
#include <string.h>

#include "params_priv.h"

#define STEP (UINT32_C(1) << 17)
#define BELOW (UINT32_C(1) << 30)

static uint32_t power(uint32_t base, uint32_t exponent, uint32_t n)
{
    uint64_t result = 1, x = base % n;

    for (; exponent != 0; exponent >>= 1) {
        if (exponent & 1)
            result = result * x % n;
        x = x * x % n;
    }
    return (uint32_t)result;
}

/* Miller-Rabin round: does base a leave n a candidate? */
static int passes(uint32_t n, uint32_t a)
{
    uint32_t odd = n - 1, twos = 0;
    uint64_t x;

    if (a % n == 0)
        return 1;
    while ((odd & 1) == 0) {
        odd >>= 1;
        twos++;
    }
    x = power(a, odd, n);
    if (x == 1 || x == n - 1)
        return 1;
    while (--twos > 0) {
        x = x * x % n;
        if (x == n - 1)
            return 1;
    }
    return 0;
}

int sck_is_prime(uint32_t n)
{
    if (n < 2 || (n & 1) == 0)
        return n == 2;
    /* Jaeschke, "On strong pseudoprimes to several bases", 1993: these three
     * decide every n < 4759123141. */
    return passes(n, 2) && passes(n, 7) && passes(n, 61);
}

static double rounded_log2(uint32_t q)
{
    mpfr_t x;
    double bits;

    mpfr_init2(x, 53);
    mpfr_set_ui(x, q, MPFR_RNDN);
    mpfr_log2(x, x, MPFR_RNDN);
    bits = mpfr_get_d(x, MPFR_RNDN);
    mpfr_clear(x);
    return bits;
}

sck_status sck_prime_pool_new(struct sck_prime_pool *pool)
{
    pool->count = 0;
    pool->free = malloc(BELOW / STEP * sizeof *pool->free);
    if (pool->free == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "no memory for %u candidates",
                        (unsigned)(BELOW / STEP));
    for (uint32_t q = STEP + 1; q < BELOW; q += STEP)
        if (sck_is_prime(q)) {
            pool->free[pool->count].q = q;
            pool->free[pool->count].log2 = rounded_log2(q);
            pool->count++;
        }
    return SCK_OK;
}

void sck_prime_pool_free(struct sck_prime_pool *pool)
{
    free(pool->free);
    pool->free = NULL;
    pool->count = 0;
}

sck_status sck_prime_pool_largest(struct sck_prime_pool *pool, uint32_t n,
                                  struct sck_prime *out)
{
    if (n > pool->count)
        return SCK_FAIL(SCK_ERR_PARAMETERS, "%u primes wanted, %u left",
                        (unsigned)n, (unsigned)pool->count);
    for (uint32_t i = 0; i < n; i++)
        out[i] = pool->free[--pool->count];
    return SCK_OK;
}

sck_status sck_prime_pool_nearest(struct sck_prime_pool *pool, double bits,
                                  uint32_t n, struct sck_prime *out)
{
    if (n > pool->count)
        return SCK_FAIL(SCK_ERR_PARAMETERS, "%u primes wanted, %u left",
                        (unsigned)n, (unsigned)pool->count);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t best = 0;

        for (uint32_t j = 1; j < pool->count; j++)
            if (fabs(pool->free[j].log2 - bits) <
                fabs(pool->free[best].log2 - bits))
                best = j;
        out[i] = pool->free[best];
        pool->count--;
        memmove(pool->free + best, pool->free + best + 1,
                (pool->count - best) * sizeof *pool->free);
    }
    return SCK_OK;
}
