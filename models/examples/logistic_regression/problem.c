/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "problem.h"

#include "sck_tensors.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { FEATURES = WEIGHTS - 1, NODES = 256 };

static double sigmoid(double z)
{
    return 1 / (1 + exp(-z));
}

/* Clenshaw's recurrence. */
static double series(const double *c, double t)
{
    double above = 0, here = 0;

    for (int k = DEGREE; k > 0; k--) {
        const double below = c[k] + 2 * t * here - above;

        above = here;
        here = below;
    }
    return c[0] + t * here - above;
}

/* The first coefficients of the Chebyshev series; sigma(-RANGE t) - 1/2 is
 * odd. */
static void fit(struct problem *p)
{
    const double pi = acos(-1.0);

    for (int k = 0; k <= DEGREE; k++) {
        double sum = 0;

        for (int j = 0; j < NODES; j++) {
            const double angle = pi * (j + 0.5) / NODES;

            sum += sigmoid(-RANGE * cos(angle)) * cos(k * angle);
        }
        p->sigma[k] = k == 0 ? 0.5 : k % 2 ? 2 * sum / NODES : 0;
        p->step[k] = p->sigma[k] * (RATE * RANGE / p->samples);
    }
    p->fit_error = 0;
    for (int j = -4096; j <= 4096; j++) {
        const double t = j / 4096.0;

        p->fit_error =
            fmax(p->fit_error, fabs(series(p->sigma, t) - sigmoid(-RANGE * t)));
    }
}

/* count rows of y x times factor, the constant feature last. */
static void fold_labels(const double *features, const double *labels,
                        uint32_t count, double factor, double *out)
{
    for (uint32_t i = 0; i < count; i++) {
        const double y = labels[i] > 0 ? factor : -factor;

        for (uint32_t f = 0; f < FEATURES; f++)
            out[i * ROW + f] = y * features[(size_t)i * FEATURES + f];
        out[i * ROW + FEATURES] = y;
    }
}

static sck_status read_part(const sck_tensors *file, const char *part,
                            uint32_t most, double factor, uint32_t *taken,
                            uint32_t *rows, double **out)
{
    char features[32], labels[32];
    struct sck_tensor shape;
    double *x = NULL, *y = NULL;
    sck_status status;

    (void)snprintf(features, sizeof features, "%s.features", part);
    (void)snprintf(labels, sizeof labels, "%s.labels", part);
    SCK_TRY(sck_tensors_get(file, labels, &shape));
    const uint64_t count = shape.count, extents[2] = {count, FEATURES};

    if (count == 0 || count > 1 << 20)
        return SCK_FAIL(SCK_ERR_SHAPE, "%s: %llu rows", labels,
                        (unsigned long long)count);
    *taken = count < most ? (uint32_t)count : most;
    *rows = 1;
    while (*rows < *taken)
        *rows *= 2;
    x = malloc(count * FEATURES * sizeof *x);
    y = malloc(count * sizeof *y);
    *out = calloc((size_t)*rows * ROW, sizeof **out);
    if (x == NULL || y == NULL || *out == NULL)
        status = SCK_FAIL(SCK_ERR_MEMORY, "%u rows", *rows);
    else
        status = sck_tensors_read_f64(file, features, extents, 2, x);
    if (status == SCK_OK)
        status = sck_tensors_read_f64(file, labels, extents, 1, y);
    if (status == SCK_OK)
        fold_labels(x, y, *taken, factor, *out);
    free(x);
    free(y);
    return status;
}

sck_status problem_read(const char *path, uint32_t most, struct problem *p)
{
    sck_tensors *file = NULL;
    uint32_t rows;

    *p = (struct problem){0};
    if (most == 0)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "no slots for a sample of %d", ROW);
    SCK_TRY(sck_tensors_open(path, &file));
    sck_status status = read_part(file, "train", most, 1 / RANGE, &p->samples,
                                  &p->rows, &p->train);

    if (status == SCK_OK)
        status = read_part(file, "heldout", UINT32_MAX, 1, &p->held, &rows,
                           &p->heldout);
    sck_tensors_free(file);
    if (status == SCK_OK)
        fit(p);
    return status;
}

void problem_free(struct problem *p)
{
    free(p->train);
    free(p->heldout);
    *p = (struct problem){0};
}

static double dot(const double *x, const double *w)
{
    double sum = 0;

    for (uint32_t f = 0; f < ROW; f++)
        sum += x[f] * w[f];
    return sum;
}

double problem_step(const struct problem *p, int exact, double *weights)
{
    double gradient[ROW] = {0}, greatest = 0;

    for (uint32_t i = 0; i < p->samples; i++) {
        const double *x = p->train + (size_t)i * ROW;
        const double t = dot(x, weights);
        const double s = exact ? RATE * RANGE / p->samples * sigmoid(-RANGE * t)
                               : series(p->step, t);

        greatest = fmax(greatest, fabs(t));
        for (uint32_t f = 0; f < ROW; f++)
            gradient[f] += s * x[f];
    }
    for (uint32_t f = 0; f < ROW; f++)
        weights[f] += gradient[f];
    return greatest;
}

double problem_loss(const struct problem *p, const double *weights)
{
    double sum = 0;

    for (uint32_t i = 0; i < p->samples; i++) {
        const double z = RANGE * dot(p->train + (size_t)i * ROW, weights);

        sum += log1p(exp(-fabs(z))) + fmax(-z, 0);
    }
    return sum / p->samples;
}

double problem_accuracy(const struct problem *p, const double *weights)
{
    uint32_t right = 0;

    for (uint32_t i = 0; i < p->held; i++)
        right += dot(p->heldout + (size_t)i * ROW, weights) > 0;
    return 100.0 * right / p->held;
}
