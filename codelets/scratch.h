/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Memory of one thread for the inside of a kernel, and memory that kernels walk
 * through. */
#ifndef SCK_SCRATCH_H
#define SCK_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

/** At least `bytes` bytes, 64-byte aligned, what they hold unspecified: this
 *  thread's, until its next call or its end. NULL if bytes is 0 or there is no
 *  memory: a kernel cannot fail and then takes its slower way. */
uint32_t *sck_scratch(size_t bytes);

/** A row of `words` words, 2^16 at most, and SCK_SCRATCH_ROW_MORE; a long one
 * in a huge page where the system has them. What it holds is unspecified: this
 *  thread's until its next call with more words or its end, not what
 *  sck_scratch() lends. NULL if there is no memory. */
uint32_t *sck_scratch_row(uint32_t words);
enum { SCK_SCRATCH_ROW_MORE = 256 };

/** Words between rows of scratch that kernels walk along at once: a power of
 * two apart they would lie in the same few sets of every cache. */
enum { SCK_SCRATCH_GAP = 33 * 16 };

/** Whether results of `rows` rows of n words may go past the caches: they are
 *  `least` bytes or more, SCK_NEAR_SHARE where they are more than their part of
 *  a near cache, and aligned as every instruction set's vectors are. 1 or 0. */
uint32_t sck_may_stream(uint32_t *const *row, size_t rows, uint32_t n,
                        size_t least);
enum { SCK_NEAR_SHARE = 512 << 10 };

/** Whether kernels may read these rows at once: no more than half of the
 * nearest cache's ways meet in one of its sets, as blocks' long rows are, a
 * line more than a power of two apart. 1 or 0. */
uint32_t sck_rows_apart(const uint32_t *const *row, size_t rows);

/** Memory that free() frees, 64-byte aligned, what it holds unspecified; from 2
 *  MiB on in huge pages where the system has them: the processor's prefetchers
 *  stop at a page's end. NULL if bytes is 0 or there is none. */
void *sck_large_alloc(size_t bytes);

#endif
