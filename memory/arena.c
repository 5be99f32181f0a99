/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "arena.h"

#include <stdalign.h>
#include <stdlib.h>

enum { CHUNK_BYTES = 256 << 10 };

struct sck_arena_chunk {
    struct sck_arena_chunk *next;
    size_t used, size;
    alignas(16) unsigned char bytes[];
};

void *sck_arena_take(struct sck_arena *arena, size_t bytes)
{
    struct sck_arena_chunk *chunk = arena->chunk;

    bytes = (bytes + 15) & ~(size_t)15;
    if (chunk == NULL || chunk->size - chunk->used < bytes) {
        const size_t size = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;

        chunk = calloc(1, sizeof *chunk + size);
        if (chunk == NULL)
            return NULL;
        chunk->size = size;
        chunk->next = arena->chunk;
        arena->chunk = chunk;
    }
    void *taken = chunk->bytes + chunk->used;

    chunk->used += bytes;
    return taken;
}

void sck_arena_free(struct sck_arena *arena)
{
    while (arena->chunk != NULL) {
        struct sck_arena_chunk *next = arena->chunk->next;

        free(arena->chunk);
        arena->chunk = next;
    }
}
