/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#define _DEFAULT_SOURCE /* madvise() */
#include "scratch.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { LINE = 64, HUGE_PAGE = 2 << 20 };

struct scratch {
    size_t bytes;
    uint32_t *words, *row;
    uint32_t row_words;
};

static pthread_key_t key;
static int have_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void destroy(void *held)
{
    struct scratch *const s = held;

    free(s->words);
    free(s->row);
    free(s);
}

static void make_key(void)
{
    have_key = pthread_key_create(&key, destroy) == 0;
}

/* This thread's; NULL: no memory. */
static struct scratch *own(void)
{
    (void)pthread_once(&once, make_key);
    if (!have_key)
        return NULL;
    struct scratch *s = pthread_getspecific(key);

    if (s != NULL)
        return s;
    s = calloc(1, sizeof *s);
    if (s != NULL && pthread_setspecific(key, s) != 0) {
        free(s);
        s = NULL;
    }
    return s;
}

uint32_t *sck_scratch(size_t bytes)
{
    struct scratch *const s = bytes > 0 ? own() : NULL;

    if (s == NULL)
        return NULL;
    if (s->bytes < bytes) {
        free(s->words);
        s->words = sck_large_alloc(bytes);
        s->bytes = s->words != NULL ? bytes : 0;
    }
    return s->words;
}

/* A long row takes a whole huge page. Two threads' would be a twentieth of what
 * a small ring's session holds. */
uint32_t *sck_scratch_row(uint32_t words)
{
    enum { LONG = 1 << 14 };
    struct scratch *const s = own();

    if (s == NULL)
        return NULL;
    if (s->row_words < words) {
        free(s->row);
        s->row = sck_large_alloc(
            words < LONG ? sizeof *s->row * (words + SCK_SCRATCH_ROW_MORE)
                         : HUGE_PAGE);
        s->row_words = s->row != NULL ? words : 0;
    }
    return s->row;
}

uint32_t sck_may_stream(uint32_t *const *row, size_t rows, uint32_t n,
                        size_t least)
{
    uint32_t may = rows * n * sizeof **row >= least;

    for (size_t i = 0; i < rows; i++)
        may &= (uintptr_t)row[i] % LINE == 0;
    return may;
}

uint32_t sck_rows_apart(const uint32_t *const *row, size_t rows)
{
    enum { SETS = 64, MOST = 4 };
    uint8_t in_set[SETS] = {0};
    uint32_t apart = 1;

    for (size_t i = 0; i < rows; i++)
        apart &= ++in_set[(uintptr_t)row[i] / LINE % SETS] <= MOST;
    return apart;
}

void *sck_large_alloc(size_t bytes)
{
    const size_t unit = bytes < HUGE_PAGE ? LINE : HUGE_PAGE;
    const size_t whole = (bytes + unit - 1) / unit * unit;

    if (bytes == 0 || whole < bytes)
        return NULL;
    void *p = aligned_alloc(unit, whole);

    /* Only advice: without huge pages small ones serve, as they do where less
     * than half of the last huge one would be used. */
    if (p != NULL && unit == HUGE_PAGE)
        (void)madvise(p, (bytes + unit / 2) / unit * unit, MADV_HUGEPAGE);
    return p;
}
