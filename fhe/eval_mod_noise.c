/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* EvalMod's errors: what its polynomial leaves, and what its circuit makes of
 * the errors it is given. */
#include "eval_bootstrap_priv.h"
#include "sck_encrypted.h"

#include <math.h>

/* Variance of t = I + m: the sparse secret's coefficients times uniforms, and
 * c0's uniform. */
static double variance(const sck_params *params)
{
    return (sck_sparse_weight(params) + 1) / 12.0;
}

void sck_evalmod_spread(const sck_params *params, struct sck_spread *spread)
{
    double sum = 0;

    /* A sum of that many is normal to within a hundredth where it counts. */
    spread->count = 0;
    for (int k = -SCK_EVALMOD_RANGE; k <= SCK_EVALMOD_RANGE; k++) {
        const uint32_t i = spread->count++;

        spread->value[i] = (k - 0.25) / sck_evalmod_span();
        spread->weight[i] = exp(-k * k / (2 * variance(params)));
        sum += spread->weight[i];
    }
    for (uint32_t i = 0; i < spread->count; i++)
        spread->weight[i] /= sum;
}

struct sck_noise sck_evalmod_noise(struct sck_noise u, struct sck_noise made)
{
    /* sin(2 pi t) has the same derivative at every I. */
    const double through = 2 * 3.14159265358979323846 * sck_evalmod_span();

    return (struct sck_noise){.magnitude = 1,
                              .error = sck_evalmod_unit() *
                                       hypot(made.error, through * u.error)};
}

/* EvalMod of I + m 2^-lr less m, in doubles. */
static double residue(double at, double m)
{
    uint32_t degree, doublings;
    const double *c = sck_evalmod_series(&degree, &doublings);
    const double u = at + m / SCK_MESSAGE_RATIO / sck_evalmod_span();
    double next = 0, last = 0;

    for (uint32_t k = degree; k > 0; k--) { /* Clenshaw */
        const double now = 2 * u * next - last + c[k];

        last = next;
        next = now;
    }
    double y = u * next - last + c[0];

    for (uint32_t i = 0; i < doublings; i++)
        y = 2 * y * y - 1;
    return y * sck_evalmod_unit() - m;
}

double sck_bootstrap_approximation_error(const sck_params *params, double m)
{
    struct sck_spread spread;
    double square = 0;

    sck_evalmod_spread(params, &spread);
    for (uint32_t i = 0; i < spread.count; i++)
        square += spread.weight[i] * pow(residue(spread.value[i], m), 2);
    return sqrt(square);
}

struct sck_noise sck_bootstrapped_noise(const sck_ciphertext *a,
                                        struct sck_noise carried,
                                        int is_complex)
{
    const double magnitude = a->noise.magnitude;
    struct sck_spread m;
    double square = 0;

    /* Of one part: both have the same. */
    sck_spread_of(is_complex ? magnitude / sqrt(2) : magnitude, &m);
    for (uint32_t i = 0; i < m.count; i++)
        if (m.weight[i] > 0)
            square += m.weight[i] * pow(sck_bootstrap_approximation_error(
                                            a->evaluator->params, m.value[i]),
                                        2);
    carried.magnitude = magnitude;
    return sck_noise_and(carried, sqrt(square));
}

struct sck_noise sck_raised_noise(const sck_ciphertext *raised)
{
    return (struct sck_noise){
        .magnitude =
            sqrt(2 * raised->slots * variance(raised->evaluator->params)),
        .error = raised->noise.error / SCK_MESSAGE_RATIO};
}

struct sck_noise sck_trace_noise(const sck_ciphertext *x, uint32_t slots,
                                 uint32_t rotations)
{
    const sck_params *params = x->evaluator->params;
    const double variance_switch =
        rotations * sck_noise_key_switch(params, x->level) +
        sck_noise_rounding(params, 2);
    struct sck_noise sum = x->noise;

    for (uint32_t k = 1; k < 1 + rotations; k *= 2)
        sum = sck_noise_double(sum);
    return sck_noise_and(sum,
                         sck_noise_deviation(variance_switch, slots, x->scale));
}

struct sck_noise sck_conjugates_noise(const sck_ciphertext *w,
                                      const sck_ciphertext *conjugate)
{
    /* 2 w's, and the switch that the conjugate has more. */
    return (struct sck_noise){.magnitude = sqrt(2) * w->noise.magnitude,
                              .error = sqrt(3 * pow(w->noise.error, 2) +
                                            pow(conjugate->noise.error, 2))};
}
