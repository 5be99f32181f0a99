/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Many small allocations that end together: arguments of a run's tasks. */
#ifndef SCK_ARENA_H
#define SCK_ARENA_H

#include <stddef.h>

struct sck_arena {
    struct sck_arena_chunk *chunk;
};

/** Zeroed bytes, aligned to 16, alive until sck_arena_free(); NULL when memory
 *  is short. Not thread-safe. A zeroed struct sck_arena is an empty arena. */
void *sck_arena_take(struct sck_arena *arena, size_t bytes);

void sck_arena_free(struct sck_arena *arena);

#endif
