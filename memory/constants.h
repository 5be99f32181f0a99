/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A device's constants: copied to it at first use, outside StarPU's handles
 * (which may be evicted), and kept until the session ends. */
#ifndef SCK_CONSTANTS_H
#define SCK_CONSTANTS_H

#include <stddef.h>
#include <stdint.h>

/** Finds or makes the current CUDA device's copy of a constant. Thread-safe.
 *  @param key    what the words are, whole: equal keys are equal words
 *  @param words  count of them, host memory
 *  @param[out] copy  device memory, NULL on error; the arena's
 *  @return a cudaError_t, 0 for success */
int sck_constants_find(uint64_t key, const uint32_t *words, size_t count,
                       const uint32_t **copy);

/** Gives all copies on all devices back, and device_scratch.h's memory; no task
 * may be running. */
void sck_constants_free(void);

#endif
