/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* From values to coefficients, and how well they came back. */
#include <math.h>
#include <sodium.h>

#include "client_priv.h"
#include "encode.h"

/* A coefficient is at most the largest value times the scale: it must fit the
 * encoder's word and, centred, the level's modulus. */
static sck_status check_values(const sck_params *params, uint32_t level,
                               const double *values, uint32_t slots)
{
    const double scale = sck_scale_to_double(sck_params_scale(params, level));
    double largest = 0, bits = -1; /* half the modulus */
    uint32_t count;
    const uint32_t *q = sck_params_primes(params, level, &count);

    for (uint32_t i = 0; i < count; i++)
        bits += log2(q[i]);
    for (uint32_t i = 0; i < slots; i++) {
        const double size = hypot(values[2 * i], values[2 * i + 1]);

        if (!isfinite(size))
            return SCK_FAIL(SCK_ERR_ARGUMENT, "value %u is not finite",
                            (unsigned)i);
        largest = size > largest ? size : largest;
    }
    if (bits > 62)
        bits = 62;
    if (largest * scale >= exp2(bits))
        return SCK_FAIL(SCK_ERR_ARGUMENT,
                        "a value is too large for level %u: it takes %.1f "
                        "bits with the scale, at most %.1f",
                        (unsigned)level, log2(largest * scale), bits);
    return SCK_OK;
}

sck_status sck_client_encode(const sck_params *params,
                             const struct sck_ring *ring, uint32_t level,
                             const double *values, uint32_t slots,
                             int64_t **coefficients)
{
    const sck_scale scale = sck_params_scale(params, level);
    struct sck_encode_args args = {.ring = ring->id, .slots = slots};

    *coefficients = NULL;
    if (!sck_scale_is_valid(scale))
        return SCK_FAIL(SCK_ERR_ARGUMENT, "level %u has no scale",
                        (unsigned)level);
    if (slots == 0 || slots > ring->n / 2 || (slots & (slots - 1)) != 0)
        return SCK_FAIL(SCK_ERR_ARGUMENT,
                        "%u slots, not a power of two up to "
                        "%u",
                        (unsigned)slots, (unsigned)(ring->n / 2));
    SCK_TRY(check_values(params, level, values, slots));
    *coefficients = sodium_allocarray(ring->n, sizeof **coefficients);
    if (*coefficients == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "a message");
    args.scale = sck_scale_to_double(scale);
    sck_encode_embed(&args, ring, *coefficients, values);
    return SCK_OK;
}

void sck_client_add_message(const struct sck_ring *ring, uint32_t q,
                            const int64_t *coefficients, uint32_t *row,
                            uint32_t *out)
{
    const struct sck_encode_limbs_args args = {
        .ring = ring->id, .limbs = 1, .q = {q}};

    sck_encode_limbs(&args, ring, &row, coefficients);
    sck_client_add(ring, q, out, row);
}

void sck_precision(const double *values, const double *expected, size_t n,
                   double *worst, double *average)
{
    double largest = 0, sum = 0;

    for (size_t i = 0; i < n; i++) {
        const double error = fabs(values[i] - expected[i]);

        /* A NaN counts as infinitely wrong. */
        if (!(error <= largest))
            largest = isnan(error) ? (double)INFINITY : error;
        sum += isnan(error) ? (double)INFINITY : error;
    }
    *worst = -log2(largest);
    *average = n != 0 ? -log2(sum / (double)n) : (double)INFINITY;
}
