/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Memory of blocks in main memory: freed chunks are kept for the next block of
 * their size, so that temporaries do not fault their pages in anew (half of a
 * multiplication's time, measured). What is resident stays near the most that
 * was live at once: beyond it kept chunks go back to the system first. */
#ifndef SCK_CHUNKS_H
#define SCK_CHUNKS_H

#include <stddef.h>

/** @return NULL without memory; 64-byte aligned, contents undefined.
 *  Thread-safe, as all of this. */
void *sck_chunk_take(size_t bytes);

/** bytes as given to sck_chunk_take(). */
void sck_chunk_give(void *chunk, size_t bytes);

/** @param limited  nonzero: never more resident than was live at once; else a
 *                  little more, for want of exact sizes */
void sck_chunks_begin(int limited);

/** Gives every kept chunk back to the system and forgets the high water. No
 *  chunk may be live. */
void sck_chunks_end(void);

struct sck_chunks_use {
    size_t live, kept, high_water; /**< bytes */
};
struct sck_chunks_use sck_chunks_used(void);

#endif
