/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Lowering by several levels at once: level tables are not nested
 * (definitions.md, Lowering). */
#include "eval_priv.h"

#include <gmp.h>
#include <math.h>

/* The primes of m (count of them) that other does not hold, in order. */
static uint32_t without(const uint32_t *m, uint32_t count,
                        const uint32_t *other, uint32_t other_count,
                        uint32_t *out)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t k = 0;

        while (k < other_count && other[k] != m[i])
            k++;
        if (k == other_count)
            out[kept++] = m[i];
    }
    return kept;
}

static void product(mpz_t out, const uint32_t *primes, uint32_t count)
{
    mpz_set_ui(out, 1);
    for (uint32_t i = 0; i < count; i++)
        mpz_mul_ui(out, out, primes[i]);
}

static void set_u64(mpz_t out, uint64_t x)
{
    mpz_import(out, 1, -1, sizeof x, 0, 0, &x);
}

/* sigma = to prod(dropped) / (from prod(added)), rounded to nearest.
 * @return its bits */
static size_t ratio(mpz_t sigma, sck_scale from, sck_scale to,
                    const uint32_t *dropped, uint32_t down,
                    const uint32_t *added, uint32_t up)
{
    const int shift = to.exponent - from.exponent;
    mpz_t den, x;

    mpz_inits(den, x, NULL);
    product(sigma, dropped, down);
    set_u64(x, to.integer);
    mpz_mul(sigma, sigma, x);
    product(den, added, up);
    set_u64(x, from.integer);
    mpz_mul(den, den, x);
    if (shift >= 0)
        mpz_mul_2exp(sigma, sigma, (mp_bitcnt_t)shift);
    else
        mpz_mul_2exp(den, den, (mp_bitcnt_t)-shift);
    mpz_mul_2exp(sigma, sigma, 1);
    mpz_add(sigma, sigma, den);
    mpz_mul_2exp(den, den, 1);
    mpz_fdiv_q(sigma, sigma, den);
    mpz_clears(den, x, NULL);
    return mpz_sizeinbase(sigma, 2);
}

sck_status sck_eval_lower(sck_run *run, const sck_ciphertext *a, uint32_t level,
                          sck_ciphertext **out)
{
    sck_evaluator *e = a->evaluator;
    uint32_t high, low, up, candidates, down = 0, scalar[SCK_MAX_LIMBS];
    uint32_t added[SCK_MAX_LIMBS], dropped[SCK_MAX_LIMBS];
    const uint32_t *from = sck_params_primes(e->params, a->level, &high);
    const uint32_t *to = sck_params_primes(e->params, level, &low);
    const sck_scale scale = sck_params_scale(e->params, level);
    const size_t delta = sck_params_shape(e->params)->scale_bits;
    sck_status status = SCK_OK;

    *out = NULL;
    if (level == a->level)
        return sck_eval_add_scalar(run, a, 0.0, out);
    if (level > a->level || !sck_scale_is_valid(scale))
        return SCK_FAIL(SCK_ERR_LEVEL, "cannot lower from level %u to %u",
                        a->level, level);
    up = without(to, low, from, high, added);
    candidates = without(from, high, to, low, dropped);
    mpz_t sigma;
    size_t bits = 0;

    mpz_init(sigma);
    /* Neighbours always drop what the table drops; elsewhere as few primes as
     * give sigma Delta bits. */
    while (down < candidates && (level + 1 == a->level || bits <= delta))
        bits = ratio(sigma, a->scale, scale, dropped, ++down, added, up);
    if (bits + 1 < delta || down > SCK_MAX_SOURCES) {
        mpz_clear(sigma);
        return SCK_FAIL(SCK_ERR_LEVEL,
                        "level %u to %u leaves a factor of %zu bits to round "
                        "to, %zu are needed",
                        a->level, level, bits, delta);
    }
    for (uint32_t i = 0; i < high; i++)
        scalar[i] = (uint32_t)mpz_fdiv_ui(sigma, from[i]);
    mpz_clear(sigma);
    SCK_TRY(sck_ciphertext_like(a, level, 0, scale, out));
    (*out)->size = a->size;
    sck_ciphertext_add_noise(*out, sck_noise_rounding(e->params, a->size));
    /* sigma's own rounding, half of 2^-bits relative at most. */
    (*out)->noise =
        sck_noise_and((*out)->noise, ldexp(a->noise.magnitude, -(int)bits));
    for (uint32_t i = 0; i < a->size && status == SCK_OK; i++) {
        struct sck_polynomial *scaled = NULL;

        status = sck_poly_at(e, a->level, &scaled);
        if (status == SCK_OK)
            status = sck_poly_elementwise(run, e, SCK_SCALAR_MUL, from, scalar,
                                          scaled, a->poly[i], NULL, NULL,
                                          scaled->blocks);
        if (status == SCK_OK)
            status = sck_poly_divide(run, e, SCK_CODELET_rescale, scaled, from,
                                     dropped, down, added, up, level,
                                     &(*out)->poly[i]);
        sck_polynomial_free(scaled);
    }
    if (status != SCK_OK) {
        sck_ciphertext_free(*out);
        *out = NULL;
    }
    return status;
}
