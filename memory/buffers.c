/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Main memory of blocks. A temporary lives for one operation; given back to the
 * kernel each time, its pages were cleared at every task's first touch, a
 * quarter of a run's time (measured). So a few freed buffers are kept, by size,
 * the last freed first: it may still be in a cache. */
#include "runtime_priv.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Sizes are n 4 bytes times 1 to some 30 rows: few of them in one run. */
enum { SIZES = 64 };
/* Kept at most: some operations' temporaries at N = 2^16. */
static const size_t most_kept = (size_t)64 << 20;
/* Below it malloc itself keeps what is freed. */
static const size_t least = (size_t)16 << 10;

/* A freed buffer begins with the next one's address. */
struct freed {
    struct freed *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    size_t bytes;
    struct freed *first;
} stack[SIZES];
static size_t kept, limit; /* under lock; limit 0: nothing is kept */

/* The stack of a size, NULL when all are of other sizes. */
static struct freed **stack_of(size_t bytes)
{
    for (int i = 0; i < SIZES; i++) {
        if (stack[i].bytes == 0)
            stack[i].bytes = bytes;
        if (stack[i].bytes == bytes)
            return &stack[i].first;
    }
    return NULL;
}

static struct freed *take(size_t bytes)
{
    struct freed *found = NULL;

    pthread_mutex_lock(&lock);
    struct freed **const from = stack_of(bytes);

    if (from != NULL && *from != NULL) {
        found = *from;
        *from = found->next;
        kept -= bytes;
    }
    pthread_mutex_unlock(&lock);
    return found;
}

static int allocate(unsigned node, void **out, size_t bytes, int flags)
{
    (void)node;
    (void)flags;
    *out = bytes >= least ? take(bytes) : NULL;
    /* Rows start a cache line (session.c). */
    if (*out == NULL && posix_memalign(out, 64, bytes) != 0)
        *out = NULL;
    return *out != NULL ? 0 : -1;
}

static int release(unsigned node, void *buffer, size_t bytes, int flags)
{
    (void)node;
    (void)flags;
    if (bytes >= least) {
        pthread_mutex_lock(&lock);
        struct freed **const to =
            kept + bytes <= limit ? stack_of(bytes) : NULL;

        if (to != NULL) {
            struct freed *const f = buffer;

            f->next = *to;
            *to = f;
            kept += bytes;
            buffer = NULL;
        }
        pthread_mutex_unlock(&lock);
    }
    free(buffer);
    return 0;
}

void sck_buffers_open(int keep)
{
    /* A GPU's transfers want memory that StarPU has pinned. */
    if (starpu_cuda_worker_get_count() != 0)
        return;
    limit = keep ? most_kept : 0;
    starpu_malloc_set_hooks(allocate, release);
}

void sck_buffers_close(void)
{
    for (int i = 0; i < SIZES; i++) {
        while (stack[i].first != NULL) {
            struct freed *const f = stack[i].first;

            stack[i].first = f->next;
            free(f);
        }
        stack[i].bytes = 0;
    }
    kept = limit = 0;
}
