/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "chunks.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
    HUGE_PAGE = 2 << 20,
    ARENA = 64 << 20,
    SMALL = 128 << 10,
    SIZES = 64,
    MOST_SLACK = 256 << 20
};

/* Kept chunks of one size, linked through their first words. */
struct shelf {
    size_t bytes;
    void *first;
};

static struct {
    pthread_mutex_t lock;
    int limited;
    char *fresh, *fresh_end; /* what is left of the last arena */
    struct sck_chunks_use use;
    struct shelf shelf[SIZES]; /* the most lately used first */
} chunks = {.lock = PTHREAD_MUTEX_INITIALIZER};

static size_t rounded(size_t bytes)
{
    return (bytes + 4095) & ~(size_t)4095;
}

/* Huge pages where they fit: a fault each 2 MiB instead of each 4 KiB. */
static void *map(size_t bytes)
{
    const size_t more = bytes >= HUGE_PAGE ? HUGE_PAGE : 0;
    char *p = mmap(NULL, bytes + more, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED)
        return NULL;
    if (more != 0) {
        const size_t skip = -(uintptr_t)p & (HUGE_PAGE - 1);

        if (skip != 0)
            munmap(p, skip);
        if (more - skip != 0)
            munmap(p + skip + bytes, more - skip);
        p += skip;
        /* Only advice: without huge pages small ones serve. */
        (void)madvise(p, bytes & ~(size_t)(HUGE_PAGE - 1), MADV_HUGEPAGE);
    }
    return p;
}

/* Chunks below a huge page are cut one after the other from arenas of huge
 * pages: in small pages a multiplication at N = 2^16 takes 10 % longer
 * (measured). Each goes back to the system by itself. Under the lock. */
static void *cut(size_t bytes)
{
    if (chunks.limited || bytes < SMALL || bytes >= HUGE_PAGE)
        return NULL;
    if ((size_t)(chunks.fresh_end - chunks.fresh) < bytes) {
        if (chunks.fresh != chunks.fresh_end)
            munmap(chunks.fresh, (size_t)(chunks.fresh_end - chunks.fresh));
        chunks.fresh = chunks.fresh_end = map(ARENA);
        if (chunks.fresh == NULL)
            return NULL;
        chunks.fresh_end += ARENA;
    }
    void *chunk = chunks.fresh;

    chunks.fresh += bytes;
    return chunk;
}

/* Room for blocks of several sizes, so that few are made of others. Under a
 * memory limit there is none. */
static size_t slack(void)
{
    const size_t share = chunks.use.high_water / 12;

    return chunks.limited ? 0 : share < MOST_SLACK ? share : MOST_SLACK;
}

/* The shelf of a size, moved to the front; the last one's room if need be. */
static struct shelf *shelf_of(size_t bytes)
{
    uint32_t i = 0;

    while (i < SIZES - 1 && chunks.shelf[i].bytes != bytes &&
           chunks.shelf[i].bytes != 0)
        i++;
    struct shelf found = chunks.shelf[i];

    while (found.bytes != bytes && found.first != NULL) {
        void *next = *(void **)found.first;

        munmap(found.first, found.bytes);
        chunks.use.kept -= found.bytes;
        found.first = next;
    }
    found.bytes = bytes;
    for (; i > 0; i--)
        chunks.shelf[i] = chunks.shelf[i - 1];
    chunks.shelf[0] = found;
    return &chunks.shelf[0];
}

/* Kept chunks of the least lately used sizes go until no more than most bytes
 * are resident. */
static void shrink(size_t most)
{
    for (uint32_t i = SIZES; i-- > 0;)
        while (chunks.shelf[i].first != NULL &&
               chunks.use.live + chunks.use.kept > most) {
            void *chunk = chunks.shelf[i].first;

            chunks.shelf[i].first = *(void **)chunk;
            munmap(chunk, chunks.shelf[i].bytes);
            chunks.use.kept -= chunks.shelf[i].bytes;
        }
}

/* A kept chunk of the least lately used size, its pages moved to another size;
 * NULL if none is kept. */
static void *resized(size_t bytes)
{
    for (uint32_t i = SIZES; i-- > 0;) {
        struct shelf *shelf = &chunks.shelf[i];
        void *chunk = shelf->first;

        if (chunk == NULL)
            continue;
        shelf->first = *(void **)chunk;
        chunks.use.kept -= shelf->bytes;
        void *moved = mremap(chunk, shelf->bytes, bytes, MREMAP_MAYMOVE);

        if (moved != MAP_FAILED)
            return moved;
        munmap(chunk, shelf->bytes);
        return NULL;
    }
    return NULL;
}

/* Under the lock. Where the next chunk would go over what may be resident, one
 * that would have to go is made into it. */
static void *take(size_t bytes)
{
    struct shelf *shelf = shelf_of(bytes);
    void *chunk = shelf->first;

    chunks.use.live += bytes;
    if (chunk != NULL) {
        shelf->first = *(void **)chunk;
        chunks.use.kept -= bytes;
        return chunk;
    }
    if (chunks.use.live > chunks.use.high_water)
        chunks.use.high_water = chunks.use.live;
    if (chunks.use.live + chunks.use.kept > chunks.use.high_water + slack())
        chunk = resized(bytes);
    shrink(chunks.use.high_water + slack());
    return chunk != NULL ? chunk : cut(bytes);
}

void *sck_chunk_take(size_t bytes)
{
    void *chunk;

    bytes = rounded(bytes);
    pthread_mutex_lock(&chunks.lock);
    chunk = take(bytes);
    pthread_mutex_unlock(&chunks.lock);
    if (chunk == NULL && (chunk = map(bytes)) == NULL) {
        pthread_mutex_lock(&chunks.lock);
        chunks.use.live -= bytes;
        pthread_mutex_unlock(&chunks.lock);
    }
    return chunk;
}

void sck_chunk_give(void *chunk, size_t bytes)
{
    if (chunk == NULL)
        return;
    bytes = rounded(bytes);
    pthread_mutex_lock(&chunks.lock);
    struct shelf *shelf = shelf_of(bytes);

    *(void **)chunk = shelf->first;
    shelf->first = chunk;
    chunks.use.live -= bytes;
    chunks.use.kept += bytes;
    pthread_mutex_unlock(&chunks.lock);
}

void sck_chunks_begin(int limited)
{
    pthread_mutex_lock(&chunks.lock);
    chunks.limited = limited;
    pthread_mutex_unlock(&chunks.lock);
}

void sck_chunks_end(void)
{
    pthread_mutex_lock(&chunks.lock);
    shrink(0);
    if (chunks.fresh != chunks.fresh_end)
        munmap(chunks.fresh, (size_t)(chunks.fresh_end - chunks.fresh));
    chunks.fresh = chunks.fresh_end = NULL;
    chunks.use.high_water = chunks.use.live;
    pthread_mutex_unlock(&chunks.lock);
}

struct sck_chunks_use sck_chunks_used(void)
{
    pthread_mutex_lock(&chunks.lock);
    const struct sck_chunks_use use = chunks.use;

    pthread_mutex_unlock(&chunks.lock);
    return use;
}
