/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What to say of a value that no bootstrap takes. */
#include "compile_priv.h"

#include <stdlib.h>

/* The first polynomial that id's value comes from, with nothing promised in
 * between, whose argument may lie where it was not fitted; or NULL. */
static const struct sck_step *beyond_fit(const struct sck_compiler *c,
                                         uint32_t id)
{
    uint8_t *comes_from = calloc(id + 1, 1);
    const struct sck_step *first = NULL;

    if (comes_from == NULL)
        return NULL;
    comes_from[id] = 1;
    for (uint32_t i = id + 1; i-- > 0;) {
        const struct sck_graph_node *node = &c->graph->node[i];

        if (!comes_from[i] || node->ranged || node->op == SCK_OP_INPUT)
            continue;
        if (c->proto[i].leaves_fit)
            first = &c->proto[i];
        comes_from[node->a] = comes_from[node->b] = 1;
    }
    free(comes_from);
    return first;
}

sck_status sck_compile_too_far(const struct sck_compiler *c, uint32_t id)
{
    const struct sck_step *x = &c->proto[id], *poly = beyond_fit(c, id);

    if (poly != NULL)
        return sck_fail(SCK_ERR_LEVEL, "sck_graph_compile",
                        "%s: its values are bootstrapped, but may reach %g, "
                        "beyond 2^%d: the argument of %s may lie in [%g, %g], "
                        "but it is fitted on [%g, %g]; promise the argument's "
                        "range with sck_set_range(), fit on a wider one, or "
                        "scale the weights before it down",
                        x->layer, x->reach, SCK_MOST_SHIFT, poly->layer,
                        poly->argument_lo, poly->argument_hi, poly->fit.lo,
                        poly->fit.hi);
    return sck_fail(SCK_ERR_LEVEL, "sck_graph_compile",
                    "%s: its values are bootstrapped, but may reach %g, beyond "
                    "2^%d; promise a narrower range with sck_set_range(), or "
                    "scale the weights before it down",
                    x->layer, x->reach, SCK_MOST_SHIFT);
}
