/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Allocations that fail on request. The test programs' linker puts these in
 * front of malloc, calloc, realloc, aligned_alloc, sodium_malloc and
 * sodium_allocarray, for our own objects only: the system's libraries and
 * StarPU keep theirs. What StarPU frees for us, the lists of a task of more
 * blocks than STARPU_NMAXBUFS, is allocated otherwise (submit.c). */
#ifndef SCK_FAIL_ALLOC_H
#define SCK_FAIL_ALLOC_H

#include <stddef.h>
#include <stdint.h>

/** From now on this thread's allocations are counted and watched; the at-th
 *  of them fails, once. */
void fail_alloc_begin(uint64_t at);

/** Ends it: 1 when an allocation has failed. */
int fail_alloc_end(void);

/** How many of the allocations watched last are not freed, whoever frees them
 *  in our objects. */
size_t fail_alloc_kept(void);

#endif
