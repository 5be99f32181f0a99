/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Functions as polynomials: the Chebyshev series, cut (within a small factor of
 * the best polynomial; Trefethen, Approximation Theory and Approximation
 * Practice, chapter 16), then written in powers of x. */
#include "graph_priv.h"

#include <math.h>

/* Points of the discrete series: aliasing folds in coefficients from index
 * 2 * POINTS - 15 on, which vanish for any function worth fitting. */
enum { POINTS = 64, TERMS = SCK_MAX_DEGREE + 1 };

static const double pi = 3.14159265358979323846;

/* p(t) <- p(scale x + shift), coefficients in place. */
static void substitute(double *p, uint32_t degree, double scale, double shift)
{
    double out[TERMS] = {0};

    for (uint32_t k = degree + 1; k-- > 0;) {
        for (uint32_t i = degree; i > 0; i--)
            out[i] = out[i] * shift + out[i - 1] * scale;
        out[0] = out[0] * shift + p[k];
    }
    for (uint32_t i = 0; i <= degree; i++)
        p[i] = out[i];
}

int sck_fit_make(double (*f)(double), double lo, double hi, uint32_t degree,
                 struct sck_fit *fit, double *point)
{
    const double mid = lo + (hi - lo) / 2, half = (hi - lo) / 2;
    double series[TERMS] = {0};
    double before[TERMS] = {1}, now[TERMS] = {0, 1};

    *fit = (struct sck_fit){.lo = lo, .hi = hi};
    for (int j = 0; j < POINTS; j++) {
        const double angle = pi * (j + 0.5) / POINTS;
        const double y = f(*point = mid + half * cos(angle));

        if (!isfinite(y))
            return 0;
        for (uint32_t k = 0; k <= degree; k++)
            series[k] += (k == 0 ? 1.0 : 2.0) / POINTS * y * cos(k * angle);
    }
    /* Chebyshev polynomials by their recurrence, in powers of t. */
    fit->c[0] = series[0];
    for (uint32_t k = 1; k <= degree; k++) {
        double next[TERMS] = {0};

        for (uint32_t i = 0; i <= k; i++)
            fit->c[i] += series[k] * now[i];
        for (uint32_t i = 0; i <= k && i + 1 < TERMS; i++)
            next[i + 1] = 2 * now[i];
        for (uint32_t i = 0; i < TERMS; i++) {
            next[i] -= before[i];
            before[i] = now[i];
            now[i] = next[i];
        }
    }
    substitute(fit->c, degree, 1 / half, -mid / half);

    /* Terms that are rounding errors of the sums above: 2^-46 of the largest.
     */
    const double reach = fmax(fabs(lo), fabs(hi));
    double largest = 0;

    for (uint32_t k = 0; k <= degree; k++)
        largest = fmax(largest, fabs(fit->c[k]) * pow(reach, k));
    for (uint32_t k = 0; k <= degree; k++) {
        if (fabs(fit->c[k]) * pow(reach, k) <= largest * 0x1p-46)
            fit->c[k] = 0;
        else
            fit->degree = k;
    }
    return 1;
}

double sck_fit_at(const struct sck_fit *fit, double x)
{
    double y = 0;

    for (uint32_t k = fit->degree + 1; k-- > 0;)
        y = y * x + fit->c[k];
    return y;
}

uint32_t sck_power_depth(uint32_t k)
{
    uint32_t depth = 0;

    while (UINT32_C(1) << depth < k)
        depth++;
    return depth;
}
