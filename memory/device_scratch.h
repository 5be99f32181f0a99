/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Device memory that a task's kernels use while they run: one piece for every
 * stream and device, outside StarPU's handles, kept until the session ends. The
 * tasks of a stream follow one another, so they share it; a thread may drive
 * several workers of a device, each with a stream of its own
 * (STARPU_NWORKER_PER_CUDA). */
#ifndef SCK_DEVICE_SCRATCH_H
#define SCK_DEVICE_SCRATCH_H

#include <stddef.h>

/** A stream's scratch on the current CUDA device. Waits for the stream where
 *  it grows: a few times a session. Thread-safe, if a stream's calls follow one
 *  another.
 *  @param stream       whose tasks will use it
 *  @param bytes        0 is allowed
 *  @param[out] memory  aligned to 256 bytes, valid until the stream's next
 *                      call; NULL for 0 bytes or on error
 *  @return a cudaError_t, 0 for success */
int sck_device_scratch(const void *stream, size_t bytes, void **memory);

/** Gives all of it back, on all devices; no task may be running.
 *  sck_constants_free() does. */
void sck_device_scratch_free(void);

#endif
