/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Steps from prototypes: levels, lowerings, bootstraps. */
#include "compile_priv.h"
#include "place.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static sck_status append(sck_plan *plan, const struct sck_step *step,
                         uint32_t *at)
{
    if (!sck_graph_grow((void **)&plan->step, plan->steps, &plan->step_room,
                        sizeof *plan->step))
        return SCK_FAIL(SCK_ERR_MEMORY, "no memory for a step");
    *at = plan->steps;
    plan->step[plan->steps++] = *step;
    return SCK_OK;
}

/* The step that holds value at a level: itself, an earlier lowering or a new
 * one. */
static sck_status lowered(sck_plan *plan, uint32_t value, uint32_t level,
                          const char *layer, uint32_t *at)
{
    struct sck_step step = {.op = SCK_OP_LOWER, .a = value, .b = value};

    *at = value;
    if (plan->step[value].level == level)
        return SCK_OK;
    for (*at = value + 1; *at < plan->steps; (*at)++)
        if (plan->step[*at].op == SCK_OP_LOWER && plan->step[*at].a == value &&
            plan->step[*at].level == level)
            return SCK_OK;
    step.width = plan->step[value].width;
    step.reach = plan->step[value].reach;
    step.from = plan->step[value].level;
    step.level = level;
    snprintf(step.layer, sizeof step.layer, "%s", layer);
    return append(plan, &step, at);
}

static double modulus_bits(const sck_params *params, uint32_t level)
{
    uint32_t count;
    const uint32_t *q = sck_params_primes(params, level, &count);
    double bits = 0;

    for (uint32_t i = 0; i < count; i++)
        bits += log2(q[i]);
    return bits;
}

/* A value beyond half the modulus over its scale wraps, silently: neither the
 * largest power, at the level before the last, nor the result may. What is
 * between wraps and comes back, sums being modular. */
sck_status sck_compile_check_poly(const struct sck_compiler *c,
                                  const struct sck_step *step)
{
    enum { POINTS = 64 };
    const sck_params *params = c->plan->params;
    const struct sck_fit *fit = &step->fit;
    const int all = c->plan->stages != 0;
    const double lo = all ? step->argument_lo : fit->lo;
    const double hi = all ? step->argument_hi : fit->hi;
    const double reach = fmax(fabs(lo), fabs(hi));
    double largest = 0;

    for (int j = 0; j <= POINTS; j++)
        largest =
            fmax(largest, fabs(sck_fit_at(fit, lo + (hi - lo) * j / POINTS)));
    /* What was promised of the result is not told by the argument. */
    if (all)
        largest = fmin(largest, step->reach);
    for (uint32_t k = 0; k < 2; k++) {
        const uint32_t level = step->level + k;
        const double bits = k == 0 ? log2(largest) : fit->degree * log2(reach);
        const double room = modulus_bits(params, level) - 1 -
                            sck_scale_log2(sck_params_scale(params, level));

        if (bits > room)
            return sck_fail(SCK_ERR_LEVEL, "sck_graph_compile",
                            "%s: on [%g, %g] %s takes %.1f bits, but level %u "
                            "holds %.1f above its scale",
                            step->layer, lo, hi,
                            k == 0 ? "the result" : "the largest power", bits,
                            level, room);
    }
    return SCK_OK;
}

/* The highest level that a node's value is to be had at. */
static uint32_t best_level(const struct sck_compiler *c, uint32_t node)
{
    return c->refresh[node] ? sck_params_app_top(c->plan->params)
                            : c->plan->step[c->step[node]].level;
}

/* The step that holds a node's value at a level, the version nearest above
 * lowered. */
static sck_status value_at(struct sck_compiler *c, uint32_t node,
                           uint32_t level, const char *layer, uint32_t *at)
{
    const struct sck_place_node how = {.whole = c->whole[node]};
    const uint32_t made = c->plan->step[c->step[node]].level;
    const int fresh =
        sck_place_takes_refreshed(&how, c->refresh[node], made, level);

    return lowered(c->plan, fresh ? c->fresh[node] : c->step[node], level,
                   layer, at);
}

/* A value that is only read refreshed is held times 2^-bits where that costs
 * nothing: exact, being a power of two. */
static void shrink(struct sck_step *step, uint32_t bits)
{
    const size_t weights = (size_t)step->rows * step->columns;
    const int by = -(int)bits;

    for (size_t i = 0; i < weights; i++)
        step->weights[i] = ldexp(step->weights[i], by);
    for (size_t i = 0; step->bias != NULL && i < step->rows; i++)
        step->bias[i] = ldexp(step->bias[i], by);
    for (uint32_t k = 0; k <= step->fit.degree; k++)
        step->fit.c[k] = ldexp(step->fit.c[k], by);
    step->reach = ldexp(step->reach, by);
}

static sck_status refresh(struct sck_compiler *c, uint32_t id)
{
    const struct sck_step *x = &c->plan->step[c->step[id]];
    const uint32_t bits = sck_range_bits(c->proto[id].reach);
    struct sck_step step = {.op = SCK_OP_BOOTSTRAP,
                            .a = c->step[id],
                            .b = c->step[id],
                            .width = x->width,
                            .from = x->level,
                            .level = sck_params_app_top(c->plan->params),
                            .reach = c->proto[id].reach,
                            .placed = 1,
                            .follow = c->follow[id],
                            .down = c->whole[id] ? 0 : bits,
                            .up = bits};

    memcpy(step.layer, x->layer, sizeof step.layer);
    c->plan->bootstraps++;
    return append(c->plan, &step, &c->fresh[id]);
}

static sck_status emit_node(struct sck_compiler *c, uint32_t id)
{
    const struct sck_graph_node *node = &c->graph->node[id];
    const uint32_t top = sck_params_app_top(c->plan->params);
    struct sck_step step = c->proto[id];

    if (node->op == SCK_OP_INPUT) {
        step.from = step.level = top;
        step.a = step.b = c->plan->steps;
        return append(c->plan, &step, &c->step[id]);
    }
    step.from = best_level(c, node->a);
    if (best_level(c, node->b) < step.from)
        step.from = best_level(c, node->b);
    SCK_TRY(value_at(c, node->a, step.from, step.layer, &step.a));
    SCK_TRY(value_at(c, node->b, step.from, step.layer, &step.b));
    step.level =
        node->op == SCK_OP_BOOTSTRAP ? top : step.from - sck_node_depth(node);
    if (node->op == SCK_OP_BOOTSTRAP)
        c->plan->bootstraps++;
    if (node->op == SCK_OP_POLY)
        SCK_TRY(sck_compile_check_poly(c, &step));
    if (c->refresh[id] && c->whole[id])
        shrink(&step, sck_range_bits(step.reach));
    SCK_TRY(append(c->plan, &step, &c->step[id]));
    /* The plan frees it from here on. */
    c->proto[id].weights = c->proto[id].bias = NULL;
    c->proto[id].rotation = NULL;
    return c->refresh[id] ? refresh(c, id) : SCK_OK;
}

sck_status sck_compile_emit(struct sck_compiler *c)
{
    for (uint32_t i = 0; i < c->graph->nodes; i++)
        if (c->needed[i])
            SCK_TRY(emit_node(c, i));
    return SCK_OK;
}
