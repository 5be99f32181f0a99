/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The clear and the noise run: one walk over doubles, so that they differ by
 * the noise alone. */
#include "bootstrap.h"
#include "plan_noise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct simulation {
    const sck_plan *plan;
    int noisy;
    uint64_t state;
    double **value; /* by step */
};

/* Uniform in (0, 1): splitmix64. */
static double uniform(struct simulation *s)
{
    uint64_t z = (s->state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return ((double)(z >> 11) + 0.5) * 0x1p-53;
}

/* A normal deviate (Box and Muller), or 0 in the clear run. */
static double noise(struct simulation *s, double deviation)
{
    if (!s->noisy)
        return 0;
    const double radius = sqrt(-2 * log(uniform(s)));

    return deviation * radius * cos(2 * 3.14159265358979323846 * uniform(s));
}

static void linear(struct simulation *s, const struct sck_step *step,
                   const double *x, double *y)
{
    double norm = 0;

    for (uint32_t j = 0; j < step->columns; j++)
        norm += x[j] * x[j];
    for (size_t i = 0; i < step->rows; i++) {
        const double *w = step->weights + i * step->columns;
        double sum = step->bias != NULL ? step->bias[i] : 0, squares = 0;

        for (uint32_t j = 0; j < step->columns; j++) {
            sum += w[j] * x[j];
            squares += w[j] * w[j];
        }
        y[i] = sum;
        if (s->noisy)
            y[i] += noise(
                s, sqrt(sck_plan_noise_linear(s->plan, step, squares, norm)));
    }
}

static void apply(struct simulation *s, uint32_t at, const double *input)
{
    const struct sck_step *step = &s->plan->step[at];
    const double *a = s->value[step->a], *b = s->value[step->b];
    const double fresh = sck_plan_noise_fresh(s->plan, step->level);
    const double round = sck_plan_noise_round(s->plan, step->level);
    const double refreshed =
        step->op == SCK_OP_BOOTSTRAP ? sck_bootstrap_noise(s->plan, step) : 0;
    double *y = s->value[at];

    if (step->op == SCK_OP_LINEAR) {
        linear(s, step, a, y);
        return;
    }
    for (uint32_t i = 0; i < step->width; i++)
        switch (step->op) {
        case SCK_OP_INPUT:
            y[i] = input[i] + noise(s, fresh);
            break;
        case SCK_OP_ADD:
            y[i] = a[i] + b[i];
            break;
        case SCK_OP_POLY:
            y[i] = sck_fit_at(&step->fit, a[i]) +
                   noise(s, sck_plan_noise_poly(s->plan, step, fabs(a[i])));
            break;
        case SCK_OP_BOOTSTRAP:
            y[i] = ldexp(a[i], (int)step->up - (int)step->down) +
                   noise(s, refreshed);
            break;
        case SCK_OP_LOWER:
            y[i] = a[i] + noise(s, round);
            break;
        default:
            y[i] = a[i] * b[i] + noise(s, round);
            break;
        }
}

static sck_status check(const sck_plan *plan, const double *const *inputs,
                        double *const *outputs)
{
    if (inputs == NULL || outputs == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "inputs or outputs are NULL");
    for (uint32_t i = 0; i < plan->inputs; i++) {
        if (inputs[i] == NULL)
            return SCK_FAIL(SCK_ERR_ARGUMENT, "input %s is NULL",
                            plan->input[i].name);
        for (uint32_t j = 0; j < plan->input[i].width; j++)
            if (!isfinite(inputs[i][j]))
                return SCK_FAIL(SCK_ERR_ARGUMENT, "input %s [%u] is %g",
                                plan->input[i].name, j, inputs[i][j]);
    }
    for (uint32_t i = 0; i < plan->outputs; i++)
        if (outputs[i] == NULL)
            return SCK_FAIL(SCK_ERR_ARGUMENT, "output %s is NULL",
                            plan->output[i].name);
    return SCK_OK;
}

static void release(struct simulation *s, uint32_t value)
{
    free(s->value[value]);
    s->value[value] = NULL;
}

sck_status sck_plan_simulate(const sck_plan *plan, const uint64_t *seed,
                             const double *const *inputs,
                             double *const *outputs)
{
    struct simulation s = {.plan = plan, .noisy = seed != NULL};
    sck_status status = SCK_OK;
    uint32_t input = 0;

    SCK_TRY(check(plan, inputs, outputs));
    if (seed != NULL)
        s.state = *seed;
    s.value = calloc(plan->steps, sizeof *s.value);
    if (s.value == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u values", plan->steps);
    for (uint32_t i = 0; i < plan->steps && status == SCK_OK; i++) {
        const struct sck_step *step = &plan->step[i];

        s.value[i] = malloc(step->width * sizeof *s.value[i]);
        if (s.value[i] == NULL) {
            status = SCK_FAIL(SCK_ERR_MEMORY, "%s: %u values", step->layer,
                              step->width);
            break;
        }
        apply(&s, i, step->op == SCK_OP_INPUT ? inputs[input++] : NULL);
        if (plan->step[step->a].last_reader == i)
            release(&s, step->a);
        if (plan->step[step->b].last_reader == i)
            release(&s, step->b);
    }
    for (uint32_t i = 0; i < plan->outputs && status == SCK_OK; i++)
        memcpy(outputs[i], s.value[plan->output_step[i]],
               plan->output[i].width * sizeof **outputs);
    for (uint32_t i = 0; i < plan->steps; i++)
        free(s.value[i]);
    free(s.value);
    return status;
}

sck_status sck_plan_run_clear(const sck_plan *plan, const double *const *inputs,
                              double *const *outputs)
{
    return sck_plan_simulate(plan, NULL, inputs, outputs);
}

sck_status sck_plan_run_noise(const sck_plan *plan, uint64_t seed,
                              const double *const *inputs,
                              double *const *outputs)
{
    return sck_plan_simulate(plan, &seed, inputs, outputs);
}
