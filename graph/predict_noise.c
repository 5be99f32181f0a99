/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Predicted error of every value, without running: first-order propagation of
 * standard deviations, for inputs within their ranges. */
#include "bootstrap.h"
#include "plan_noise.h"

#include <math.h>

/* Of the row with the largest. Values of either sign add up by their squares,
 * and a bias to that. */
static void predict_linear(const sck_plan *plan, struct sck_step *step,
                           const struct sck_step *x)
{
    const double size = pow(x->magnitude, 2);
    double largest = 0;

    for (size_t i = 0; i < step->rows; i++) {
        const double bias = step->bias == NULL ? 0 : step->bias[i];
        double row = 0;

        for (size_t j = 0; j < step->columns; j++)
            row += pow(step->weights[i * step->columns + j], 2);
        largest = fmax(largest, row);
        step->magnitude = fmax(step->magnitude, sqrt(row * size + bias * bias));
    }
    step->error =
        sqrt(largest * x->error * x->error +
             sck_plan_noise_linear(plan, step, largest, step->columns * size));
}

static void predict_poly(const sck_plan *plan, struct sck_step *step,
                         const struct sck_step *x)
{
    enum { POINTS = 64 };
    const struct sck_fit *fit = &step->fit;
    const double reach = fmax(fabs(fit->lo), fabs(fit->hi));
    double slope = 0;

    for (int j = 0; j <= POINTS; j++) {
        const double at = fit->lo + (fit->hi - fit->lo) * j / POINTS;
        double derivative = 0;

        for (uint32_t k = fit->degree; k > 0; k--)
            derivative = derivative * at + k * fit->c[k];
        slope = fmax(slope, fabs(derivative));
        step->magnitude = fmax(step->magnitude, fabs(sck_fit_at(fit, at)));
    }
    step->error =
        hypot(slope * x->error, sck_plan_noise_poly(plan, step, reach));
}

static void predict_bootstrap(const sck_plan *plan, struct sck_step *step)
{
    const struct sck_step *a = &plan->step[step->a];
    const double held = ldexp(1, (int)step->up - (int)step->down);

    step->magnitude = fmin(held * a->magnitude, step->reach);
    step->error = hypot(held * a->error, sck_bootstrap_noise(plan, step));
}

static void predict(const sck_plan *plan, struct sck_step *step)
{
    const struct sck_step *a = &plan->step[step->a], *b = &plan->step[step->b];
    const double round = sck_plan_noise_round(plan, step->level);

    switch (step->op) {
    case SCK_OP_INPUT:
        step->magnitude = step->reach;
        step->error = sck_plan_noise_fresh(plan, step->level);
        break;
    case SCK_OP_LINEAR:
        predict_linear(plan, step, a);
        break;
    case SCK_OP_ADD: /* operands may share errors: bound by the sum */
        step->magnitude = a->magnitude + b->magnitude;
        step->error = a->error + b->error;
        break;
    case SCK_OP_MUL:
    case SCK_OP_SQUARE:
        step->magnitude = a->magnitude * b->magnitude;
        step->error =
            hypot(a->magnitude * b->error + b->magnitude * a->error, round);
        break;
    case SCK_OP_POLY:
        predict_poly(plan, step, a);
        break;
    case SCK_OP_BOOTSTRAP:
        predict_bootstrap(plan, step);
        /* Its operand is known only now, and not read before. */
        if (step->share == SCK_TAKES)
            predict_bootstrap(plan, &plan->step[step->with]);
        break;
    case SCK_OP_LOWER:
        step->magnitude = a->magnitude;
        step->error = hypot(a->error, round);
        break;
    }
    /* A range may be promised, or narrower by signs. */
    step->magnitude = fmin(step->magnitude, step->reach);
}

void sck_plan_predict_noise(sck_plan *plan)
{
    double worst = 0;

    for (uint32_t i = 0; i < plan->steps; i++)
        predict(plan, &plan->step[i]);
    for (uint32_t i = 0; i < plan->outputs; i++)
        worst = fmax(worst, plan->step[plan->output_step[i]].error);
    /* Four deviations: about one value in 16000 lies beyond. */
    plan->totals.precision_bits = -log2(4 * worst);
}
