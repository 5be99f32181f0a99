/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "scratch.h"

#include <pthread.h>
#include <stdlib.h>

struct scratch {
    size_t bytes;
    uint32_t *words;
};

static pthread_key_t key;
static int have_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void destroy(void *held)
{
    struct scratch *const s = held;

    free(s->words);
    free(s);
}

static void make_key(void)
{
    have_key = pthread_key_create(&key, destroy) == 0;
}

uint32_t *sck_scratch(size_t bytes)
{
    (void)pthread_once(&once, make_key);
    if (bytes == 0 || !have_key)
        return NULL;
    struct scratch *s = pthread_getspecific(key);

    if (s == NULL) {
        s = calloc(1, sizeof *s);
        if (s == NULL || pthread_setspecific(key, s) != 0) {
            free(s);
            return NULL;
        }
    }
    if (s->bytes < bytes) {
        const size_t whole = (bytes + 63) / 64 * 64;

        free(s->words);
        s->words = aligned_alloc(64, whole);
        s->bytes = s->words != NULL ? whole : 0;
    }
    return s->words;
}
