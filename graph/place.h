/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Where bootstraps go: the fewest, then the cheapest.
 *
 * A program is a list of nodes, operands before readers. A value is made at a
 * level; refreshed, it is also there at the top level. A node works at the
 * least of its operands' highest levels, and reads of each operand the version
 * nearest above; what is higher is lowered, at a price.
 */
#ifndef SCK_PLACE_H
#define SCK_PLACE_H

#include "sck_status.h"

#include <stdint.h>

#define SCK_PLACE_TOP 126 /* the highest top level */
#define SCK_PLACE_NEVER UINT32_MAX

struct sck_place_node {
    uint32_t a, b;  /* operands, earlier nodes; b == a where there is one */
    uint32_t depth; /* levels from its work to its result */
    int source;     /* reads nothing, is at the top level */
    int asked;      /* is a bootstrap: its result is at the top level */
    uint32_t from;  /* the lowest level it can work at, at least depth */
    uint32_t least; /* the lowest level at which its result may be refreshed, or
                       SCK_PLACE_NEVER */
    int whole;      /* refreshed, it leaves its readers no other version */
    /* Times by level, top + 1 of them: of its work, and of refreshing its
     * result. */
    const double *work_us, *refresh_us;
};

struct sck_place_problem {
    uint32_t nodes;
    const struct sck_place_node *node;
    uint32_t top;
    const double *lower_us; /* [from * (top + 1) + to] */
    uint32_t most_states;   /* 0: SCK_PLACE_STATES */
};

/* States kept after each node. Up to it the result is exact: every state is a
 * choice of versions and levels for the values that are still to be read, so
 * that a chain has at most 2 (top + 1) of them and two live values their
 * square. Beyond it the states with the fewest bootstraps and the highest
 * levels are kept. */
#define SCK_PLACE_STATES 16384

struct sck_placement {
    uint32_t count; /* of values refreshed */
    double time_us; /* work, refreshing and lowering, every lowering on its
                       own */
    int exact;      /* 0: states were dropped */
    uint32_t stuck; /* on SCK_ERR_LEVEL: the node that no placement reaches */
};

/* @param[out] refresh  by node, 1 where the result is refreshed
 * @return SCK_OK; SCK_ERR_ARGUMENT (the top level); SCK_ERR_LEVEL (none exists,
 * or none was found: see exact) or SCK_ERR_MEMORY */
sck_status sck_place(const struct sck_place_problem *problem, uint8_t *refresh,
                     struct sck_placement *placement);

/* Which version a reader at a level takes of a value: 1 the refreshed one. */
int sck_place_takes_refreshed(const struct sck_place_node *node, int refreshed,
                              uint32_t level, uint32_t at);

#endif
