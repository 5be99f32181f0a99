/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "fail_alloc.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { WATCHED = 1 << 14 };

static _Thread_local int counting, failed;
static _Thread_local uint64_t left;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *watched[WATCHED];
static atomic_size_t kept;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__real_sodium_malloc(size_t size);
void *__real_sodium_allocarray(size_t count, size_t size);
void __real_free(void *p);
void __real_sodium_free(void *p);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap_sodium_malloc(size_t size);
void *__wrap_sodium_allocarray(size_t count, size_t size);
void __wrap_free(void *p);
void __wrap_sodium_free(void *p);

void fail_alloc_begin(uint64_t at)
{
    pthread_mutex_lock(&lock);
    atomic_store(&kept, 0);
    pthread_mutex_unlock(&lock);
    left = at;
    failed = 0;
    counting = 1;
}

int fail_alloc_end(void)
{
    counting = 0;
    return failed;
}

size_t fail_alloc_kept(void)
{
    return atomic_load(&kept);
}

/* Whether this allocation is the one to fail. */
static int fails(void)
{
    if (!counting || left == 0 || --left != 0)
        return 0;
    failed = 1;
    return 1;
}

static void *watch(void *p)
{
    if (!counting || p == NULL)
        return p;
    pthread_mutex_lock(&lock);
    const size_t count = atomic_load(&kept);

    if (count < WATCHED) {
        watched[count] = p;
        atomic_store(&kept, count + 1);
    }
    pthread_mutex_unlock(&lock);
    return p;
}

/* Most are freed soon after: newest first. */
static void forget(const void *p)
{
    if (p == NULL || atomic_load(&kept) == 0)
        return;
    pthread_mutex_lock(&lock);
    const size_t count = atomic_load(&kept);

    for (size_t i = count; i-- > 0;)
        if (watched[i] == p) {
            watched[i] = watched[count - 1];
            atomic_store(&kept, count - 1);
            break;
        }
    pthread_mutex_unlock(&lock);
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : watch(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : watch(__real_calloc(count, size));
}

void *__wrap_realloc(void *old, size_t size)
{
    if (fails())
        return NULL;
    forget(old);
    return watch(__real_realloc(old, size));
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : watch(__real_aligned_alloc(alignment, size));
}

void *__wrap_sodium_malloc(size_t size)
{
    return fails() ? NULL : watch(__real_sodium_malloc(size));
}

void *__wrap_sodium_allocarray(size_t count, size_t size)
{
    return fails() ? NULL : watch(__real_sodium_allocarray(count, size));
}

void __wrap_free(void *p)
{
    forget(p);
    __real_free(p);
}

void __wrap_sodium_free(void *p)
{
    forget(p);
    __real_sodium_free(p);
}
