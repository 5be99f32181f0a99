/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What both directions have in common: the stages inside a tile of LANES
 * vectors. The including file has the vectors, struct slots with the roots, and
 * its direction's butterfly. */
#ifndef SCK_TILE_LANES_H
#define SCK_TILE_LANES_H

enum { NEAR = 1024 }; /* slots of a block that is 16 KiB */

static inline uint32_t reversed(uint32_t x)
{
    uint32_t r = 0;

    for (int bit = 0; bit < LOG_LANES; bit++)
        r |= (x >> bit & 1) << (LOG_LANES - 1 - bit);
    return r;
}

/* A stage of blocks of 2 h in a tile, h constant where it is called. */
static inline void tile_stage(const struct slots *s, uint32_t h, vec *re,
                              vec *im)
{
    for (uint32_t i = 0; i < LANES / 2; i++) {
        const uint32_t at = i / h * 2 * h + i % h;

        butterfly(&re[at], &im[at], &re[at + h], &im[at + h],
                  set(s->root_re[h + i % h]), set(s->root_im[h + i % h]));
    }
}

#endif
