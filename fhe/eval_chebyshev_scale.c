/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Scales of a Chebyshev evaluation: basis polynomials forwards, since their
 * products set them; everything else from the end backwards, so that sums agree
 * without an adjustment. */
#include "eval_chebyshev_priv.h"

static int holds(const uint32_t *primes, uint32_t count, uint32_t q)
{
    for (uint32_t i = 0; i < count; i++)
        if (primes[i] == q)
            return 1;
    return 0;
}

sck_scale sck_lowered_scale(const sck_params *params, sck_scale scale,
                            uint32_t from, uint32_t to)
{
    uint32_t high, low;
    const uint32_t *p = sck_params_primes(params, from, &high);
    const uint32_t *q = sck_params_primes(params, to, &low);

    for (uint32_t i = 0; i < low; i++)
        if (!holds(p, high, q[i]))
            return sck_params_scale(params, to);
    return scale;
}

sck_scale sck_scale_above(const sck_params *params, uint32_t level,
                          sck_scale scale)
{
    uint32_t up, down;
    const uint32_t *added = sck_params_added(params, level, &up);
    const uint32_t *dropped = sck_params_dropped(params, level, &down);

    return sck_scale_ratio(scale, dropped, down, added, up);
}

static sck_scale below(const sck_params *params, uint32_t level,
                       sck_scale scale)
{
    uint32_t up, down;
    const uint32_t *added = sck_params_added(params, level, &up);
    const uint32_t *dropped = sck_params_dropped(params, level, &down);
    const sck_scale table = sck_params_scale(params, level - 1);
    sck_scale made = sck_scale_ratio(scale, added, up, dropped, down);
    sck_scale snapped;

    /* As a rescale does: the table's scale when within 2^-50 of it. */
    if (sck_scale_is_valid(table) &&
        sck_scale_snap(made, table, &snapped) == SCK_OK)
        made = snapped;
    return made;
}

/* a's scale as an operand of a node of that depth. */
static sck_scale operand(const sck_params *params, uint32_t top,
                         const struct sck_chebyshev_plan *plan, uint16_t a,
                         uint32_t depth)
{
    const struct sck_chebyshev_node *x = &plan->node[a];

    return sck_lowered_scale(params, x->scale, top - x->depth,
                             top - (depth - 1));
}

sck_status sck_chebyshev_scales(const sck_params *params, uint32_t top,
                                sck_scale input, sck_scale target,
                                struct sck_chebyshev_plan *plan)
{
    struct sck_chebyshev_node *node = plan->node;

    if (top < plan->depth)
        return SCK_FAIL(SCK_ERR_LEVEL,
                        "the series needs %u levels, the ciphertext has %u",
                        plan->depth, top);
    node[0].scale = input;
    for (uint32_t i = 1; i < plan->nodes; i++)
        if (node[i].twice) {
            const uint32_t d = node[i].depth;

            node[i].scale =
                below(params, top - (d - 1),
                      sck_scale_mul(
                          operand(params, top, plan, node[i].product[0].a, d),
                          operand(params, top, plan, node[i].product[0].b, d)));
        }
    node[plan->nodes - 1].scale = target;
    /* Readers come after what they read. */
    for (uint32_t i = plan->nodes - 1; i > 0; i--) {
        const sck_scale sum =
            sck_scale_above(params, top - (node[i].depth - 1), node[i].scale);

        for (uint32_t k = 0; k < node[i].products && !node[i].twice; k++)
            node[node[i].product[k].a].scale = sck_scale_quotient(
                sum, operand(params, top, plan, node[i].product[k].b,
                             node[i].depth));
    }
    return SCK_OK;
}
