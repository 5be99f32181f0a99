/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What must hold of a finished table, tested with exact integers and apart from
 * the code that made it. */
#include <math.h>

#include "params_priv.h"

/* Base conversion adds y_i [D/q_i]_t and v [-D]_t, t < 2^30, in 64 bits: that
 * is safe while the sources q_i add up to less. */
#define SOURCE_BOUND ((UINT64_C(1) << 34) - (UINT64_C(1) << 8))
/* A sparse secret of 32 ones stays at 128 bits up to this key modulus. */
#define ENCAPSULATION_LIMIT 121
#define ENCAPSULATION_MARGIN 5
#define SCALE_TOLERANCE 0.25

uint32_t sck_params_limit(uint32_t logn)
{
    /* At least 128 bits, uniform ternary secret, sigma 3.2, under both the
     * MATZOV and the BDGL16 cost models (lattice estimator). */
    static const uint32_t limits[] = {212, 430, 860, 1740, 3500};

    return logn >= 13 && logn <= 17 ? limits[logn - 13] : 0;
}

static sck_status check_primes(const sck_params *p)
{
    const uint32_t count = p->order_count + p->special_count;

    for (uint32_t i = 0; i < count; i++) {
        const uint32_t q = p->all[i];

        if (q <= UINT32_C(1) << 24 || q >= UINT32_C(1) << 30 ||
            q % (UINT32_C(1) << 17) != 1 || !sck_is_prime(q))
            return SCK_FAIL(SCK_ERR_PARAMETERS,
                            "%u is not a prime in 2^24..2^30, 1 mod 2^17",
                            (unsigned)q);
        for (uint32_t j = 0; j < i; j++)
            if (p->all[j] == q)
                return SCK_FAIL(SCK_ERR_PARAMETERS, "prime %u is used twice",
                                (unsigned)q);
    }
    return SCK_OK;
}

static sck_status check_scales(const sck_params *p)
{
    for (uint32_t l = 0; l <= p->app_top; l++) {
        const double bits = sck_scale_log2(p->level[l].scale);

        if (!(fabs(bits - p->literal.scale_bits) <= SCALE_TOLERANCE))
            return SCK_FAIL(SCK_ERR_PARAMETERS,
                            "scale of level %u is 2^%.4f, more than %.2f bits "
                            "from 2^%u",
                            (unsigned)l, bits, SCALE_TOLERANCE,
                            (unsigned)p->literal.scale_bits);
    }
    return SCK_OK;
}

static sck_status check_modulus(const sck_params *p, const char *what,
                                const mpz_t modulus)
{
    const uint32_t logn = sck_params_table_logn(p);

    /* No modulus is a power of two: fitting the bits is the bound itself. */
    if (mpz_sizeinbase(modulus, 2) > sck_params_limit(logn))
        return SCK_FAIL(SCK_ERR_PARAMETERS,
                        "%s: log2 of the modulus is %.2f, the limit for N = "
                        "2^%u is %u",
                        what, sck_mpz_log2(modulus), (unsigned)logn,
                        (unsigned)sck_params_limit(logn));
    return SCK_OK;
}

/* Dropping P, or a level's primes, must fit; both at once need not, as the two
 * can be done in sequence. (In b16-45 they do not fit at levels 14..17.) */
static sck_status check_sources(sck_params *p, const struct sck_key_class *c)
{
    uint64_t special = 0;

    for (uint32_t i = 0; i < c->special_count; i++)
        special += c->special[i];
    for (uint32_t l = c->first_level; l <= c->last_level; l++) {
        const struct sck_swap_list *list = &p->level[l].dropped;
        uint64_t dropped = 0;

        for (uint32_t i = 0; i < list->count; i++)
            dropped += list->q[i];
        if (special >= SOURCE_BOUND || dropped >= SOURCE_BOUND)
            return SCK_FAIL(SCK_ERR_PARAMETERS,
                            "level %u: P adds up to %llu, its dropped primes "
                            "to %llu, not below 2^34 - 2^8",
                            (unsigned)l, (unsigned long long)special,
                            (unsigned long long)dropped);
        p->level[l].fuses = list->count > 0 && special + dropped < SOURCE_BOUND;
    }
    return SCK_OK;
}

/* Here and below, a and b are the caller's scratch. */
static sck_status check_class(sck_params *p, struct sck_key_class *c, mpz_t a,
                              mpz_t b)
{
    if (c->special_count == 0 || c->special_count > SCK_MAX_TERMS)
        return SCK_FAIL(SCK_ERR_PARAMETERS,
                        "key class %s has %u special primes, outside 1..%d",
                        c->name, (unsigned)c->special_count, SCK_MAX_TERMS);
    sck_product(a, c->special, c->special_count);
    for (uint32_t d = 0; d < c->digits; d++) {
        if (c->digit_length[d] == 0 || c->digit_length[d] > SCK_MAX_TERMS)
            return SCK_FAIL(SCK_ERR_PARAMETERS,
                            "key class %s, digit %u has %u primes, outside "
                            "1..%d",
                            c->name, (unsigned)d, (unsigned)c->digit_length[d],
                            SCK_MAX_TERMS);
        sck_product(b, c->digit[d], c->digit_length[d]);
        mpz_mul_2exp(b, b, SCK_MARGIN_BITS);
        if (mpz_cmp(a, b) < 0)
            return SCK_FAIL(SCK_ERR_PARAMETERS,
                            "key class %s, digit %u: P/D is 2^%.2f, below 2^%d",
                            c->name, (unsigned)d,
                            SCK_MARGIN_BITS + sck_mpz_log2(a) - sck_mpz_log2(b),
                            SCK_MARGIN_BITS);
    }
    sck_product(b, c->primes, c->count);
    mpz_mul(a, a, b);
    SCK_TRY(check_modulus(p, c->name, a));
    c->within_limit = mpz_sizeinbase(a, 2) <= sck_params_limit(p->literal.logn);
    return check_sources(p, c);
}

/* The keys between the dense and the sparse secret use two
 * special primes. */
static sck_status check_encapsulation(const sck_params *p, mpz_t a, mpz_t b)
{
    const uint32_t *special = p->all + p->order_count;

    if (p->literal.levels_evalmod == 0)
        return SCK_OK;
    sck_product(a, special, 2);
    sck_product(b, p->level[0].primes.q, p->level[0].primes.count);
    if (sck_mpz_log2(a) - sck_mpz_log2(b) < ENCAPSULATION_MARGIN)
        return SCK_FAIL(
            SCK_ERR_PARAMETERS, "encapsulation key: P/D is 2^%.2f, below 2^%d",
            sck_mpz_log2(a) - sck_mpz_log2(b), ENCAPSULATION_MARGIN);
    mpz_mul(b, b, a);
    if (mpz_sizeinbase(b, 2) > ENCAPSULATION_LIMIT)
        return SCK_FAIL(SCK_ERR_PARAMETERS,
                        "encapsulation key: log2 of the modulus is %.2f, the "
                        "limit is %d",
                        sck_mpz_log2(b), ENCAPSULATION_LIMIT);
    sck_product(b, p->level[p->levels - 1].primes.q,
                p->level[p->levels - 1].primes.count);
    mpz_mul(a, a, b);
    return check_modulus(p, "sparse-to-dense key", a);
}

static sck_status check_moduli(sck_params *p, mpz_t a, mpz_t b)
{
    const struct sck_prime_list *top = &p->level[p->levels - 1].primes;
    const struct sck_prime_list *app = &p->level[p->app_top].primes;
    const uint32_t *special = p->all + p->order_count;

    sck_product(a, top->q, top->count);
    sck_product(b, special, p->special_count);
    mpz_mul(a, a, b);
    p->log2_qp = sck_mpz_log2(a);
    SCK_TRY(check_modulus(p, "top level and special primes", a));
    sck_product(a, app->q, app->count);
    mpz_mul_ui(a, a, special[0]);
    SCK_TRY(check_modulus(p, "public key", a));
    for (uint32_t i = 0; i < p->classes; i++)
        SCK_TRY(check_class(p, &p->class_store[i].shape, a, b));
    return check_encapsulation(p, a, b);
}

sck_status sck_params_check(sck_params *p)
{
    sck_status status;
    mpz_t a, b;

    SCK_TRY(check_primes(p));
    SCK_TRY(check_scales(p));
    mpz_inits(a, b, NULL);
    status = check_moduli(p, a, b);
    mpz_clears(a, b, NULL);
    return status;
}
