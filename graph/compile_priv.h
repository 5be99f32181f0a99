/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What the parts of compilation share. All arrays are by node. */
#ifndef SCK_COMPILE_PRIV_H
#define SCK_COMPILE_PRIV_H

#include "plan_priv.h"
#include "range.h"

/* Values beyond it are not bootstrapped: of about 22 bits 12 are left. */
#define SCK_MOST_SHIFT 10

struct sck_compiler {
    const sck_graph *graph;
    sck_plan *plan;
    uint8_t *needed;
    uint8_t *is_output;
    struct sck_range *range;
    struct sck_step *proto; /* what its step will be, but for levels */
    uint32_t *follow;       /* levels from its value to the last reader's */
    uint8_t *refresh;       /* its value is bootstrapped ...               */
    uint8_t *whole;         /* ... and then no other version is read, nor
                               could be: it is held times 2^-bits */
    uint32_t *step, *fresh; /* the steps of its value and of its bootstrap */
};

uint32_t sck_node_depth(const struct sck_graph_node *node);
/* Fills follow; *fits: no bootstrap is needed nor asked for. On parameters that
 * do not bootstrap, levels that run out are an error. */
sck_status sck_compile_depth(struct sck_compiler *c, int *fits);
/* Fills refresh and whole. */
sck_status sck_compile_place(struct sck_compiler *c);
/* SCK_ERR_LEVEL: id's value is to be bootstrapped, but may reach too far. */
sck_status sck_compile_too_far(const struct sck_compiler *c, uint32_t id);
/* Appends all steps to the plan; takes what the prototypes own. */
sck_status sck_compile_emit(struct sck_compiler *c);
/* Lets bootstraps share where they can and that is cheaper. */
void sck_compile_pairs(sck_plan *plan);
/* Lifetimes and ports, once the steps are there. */
void sck_plan_find_lifetimes(sck_plan *plan);
sck_status sck_compile_ports(struct sck_compiler *c);

/* Whether a polynomial's powers and result fit the levels they come to: on the
 * range it was fitted on; where values are bootstrapped, on all that its
 * argument may be, since a bound of what wraps would be wrong. */
sck_status sck_compile_check_poly(const struct sck_compiler *c,
                                  const struct sck_step *step);

#endif
