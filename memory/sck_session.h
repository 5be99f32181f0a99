/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/**
 * @file sck_session.h
 * The one StarPU runtime of a process, as Starcloak starts and stops it.
 */
#ifndef SCK_SESSION_H
#define SCK_SESSION_H

#include "sck_status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A started runtime; at most one is alive in a process. */
typedef struct sck_session sck_session;

/** Choices of a session; zero everywhere means the default. StarPU's own
 *  environment variables win over every field. */
struct sck_session_options {
    uint32_t workers;         /**< CPU workers; 0: all cores; fewer are
                                   spread over them                        */
    const char *scheduler;    /**< a StarPU scheduling policy; NULL: lws,
                                 dmda with a GPU */
    uint64_t memory_bytes;    /**< main memory that data may take; 0: all;
                                   otherwise swap_folder is needed         */
    const char *swap_folder;  /**< where data goes beyond it; NULL: nowhere */
    uint64_t swap_bytes;      /**< at most this much; 0: 64 GiB            */
    uint32_t limbs_per_block; /**< grain B, 1 to 16; 0: chosen by the ring */
};

/** Starts StarPU.
 *  @param[in] options   borrowed for the call; NULL: all defaults
 *  @param[out] session  the caller's, for sck_session_free(); NULL on error
 *  @return SCK_OK; SCK_ERR_STATE when a session is alive, SCK_ERR_DEVICE when
 *          StarPU finds no worker, SCK_ERR_ARGUMENT (more workers than the
 *          machine has cores or this StarPU allows, a grain beyond 16, an
 *          unknown scheduler: with the number or name), SCK_ERR_IO (the swap
 *          folder) or SCK_ERR_MEMORY */
SCK_API sck_status sck_session_new(const struct sck_session_options *options,
                                   sck_session **session);

/** Waits for all tasks, gives back every block still alive and stops StarPU;
 *  NULL is allowed. Ciphertexts and keys must have been freed before. */
SCK_API void sck_session_free(sck_session *session);

/** Returns the number of workers that run tasks. */
SCK_API uint32_t sck_session_workers(const sck_session *session);

/** Returns how many of them are GPUs. */
SCK_API uint32_t sck_session_gpus(const sck_session *session);

/** What a session has done so far. */
struct sck_session_stats {
    uint64_t tasks;          /**< tasks submitted                          */
    uint64_t blocks_alive;   /**< limb blocks not yet given back           */
    uint64_t bytes_alive;    /**< their bytes                              */
    uint64_t bytes_peak;     /**< the most they were at once               */
    uint64_t bytes_evicted;  /**< bytes written to the swap folder         */
    char starpu_version[16]; /**< as major.minor.release                   */
};

/** Fills *stats with the counts of this moment; from any thread. */
SCK_API void sck_session_get_stats(const sck_session *session,
                                   struct sck_session_stats *stats);

#ifdef __cplusplus
}
#endif
#endif
