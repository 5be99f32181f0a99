/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "chunks.h"
#include "environment.h"
#include "runtime_priv.h"
#include "topology.h"
#ifdef SCK_WITH_CUDA
#include "constants.h"
#endif

#include <errno.h>
#include <malloc.h>
#include <sched.h>
#include <starpu_expert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_flag alive = ATOMIC_FLAG_INIT;

/* StarPU aborts the process where it cannot write. */
static sck_status check_swap(const char *folder)
{
    struct stat seen;

    if (folder == NULL || getenv("STARPU_DISK_SWAP") != NULL)
        return SCK_OK;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return SCK_FAIL(SCK_ERR_IO, "swap folder %s: %s", folder,
                        strerror(errno));
    if (stat(folder, &seen) != 0 || !S_ISDIR(seen.st_mode) ||
        access(folder, W_OK | X_OK) != 0)
        return SCK_FAIL(SCK_ERR_IO, "swap folder %s cannot be written", folder);
    return SCK_OK;
}

/* The environment is this session's own: alive is set. */
static sck_status place_workers(uint32_t workers)
{
    char cores[SCK_CORE_BYTES * STARPU_MAXCPUS];

    if (workers == 0 || getenv("STARPU_NCPU") != NULL)
        return SCK_OK;
    SCK_TRY(sck_workers_place(workers, STARPU_MAXCPUS, cores));
    if (cores[0] != 0 && getenv("STARPU_WORKERS_CPUID") == NULL &&
        getenv("STARPU_NTHREADS_PER_CORE") == NULL)
        sck_environment_text("STARPU_WORKERS_COREID", cores);
    return SCK_OK;
}

/* StarPU itself takes another policy than an unknown one, with a warning. */
static int is_scheduler(const char *name)
{
    struct starpu_sched_policy **policy =
        starpu_sched_get_predefined_policies();

    if (name == NULL)
        return 1;
    for (; *policy != NULL; policy++)
        if (strcmp((*policy)->policy_name, name) == 0)
            return 1;
    return 0;
}

#ifndef STARPU_USE_CUDA
static int take_chunk(unsigned node, void **chunk, size_t bytes, int flags)
{
    (void)node;
    (void)flags;
    *chunk = sck_chunk_take(bytes);
    return *chunk != NULL ? 0 : -ENOMEM;
}

static int give_chunk(unsigned node, void *chunk, size_t bytes, int flags)
{
    (void)node;
    (void)flags;
    sck_chunk_give(chunk, bytes);
    return 0;
}
#endif

/* A worker without tasks polls, and would keep its core from the thread that
 * has waited for their end, for milliseconds. */
static unsigned leave_core(void *session)
{
    if (atomic_load_explicit(&((sck_session *)session)->waking,
                             memory_order_relaxed) != 0)
        sched_yield();
    return 0;
}

sck_status sck_session_new(const struct sck_session_options *options,
                           sck_session **session)
{
    static const struct sck_session_options defaults;

    *session = NULL;
    if (options == NULL)
        options = &defaults;
    if (!is_scheduler(options->scheduler))
        return SCK_FAIL(SCK_ERR_ARGUMENT, "StarPU has no scheduler \"%s\"",
                        options->scheduler);
    /* StarPU 1.3.10 hangs when data does not fit and has nowhere to go. */
    if (options->memory_bytes != 0 && options->swap_folder == NULL &&
        getenv("STARPU_DISK_SWAP") == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT,
                        "memory_bytes %llu without a swap_folder for what does "
                        "not fit",
                        (unsigned long long)options->memory_bytes);
    SCK_TRY(sck_sizes_check(options->limbs_per_block));
    SCK_TRY(check_swap(options->swap_folder));
    if (atomic_flag_test_and_set(&alive))
        return SCK_FAIL(SCK_ERR_STATE, "a session is alive in this process");
    const sck_status placed = place_workers(options->workers);

    if (placed != SCK_OK) {
        atomic_flag_clear(&alive);
        return placed;
    }
    sck_session *s = calloc(1, sizeof *s);

    if (s == NULL) {
        sck_environment_restore();
        atomic_flag_clear(&alive);
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes for a session", sizeof *s);
    }
    pthread_mutex_init(&s->lock, NULL);
    pthread_mutex_init(&s->held_lock, NULL);
    s->limbs_per_block = options->limbs_per_block;
    s->swap_node = -1;
    /* glibc keeps freed megabytes otherwise, and memory limits are overshot by
     * half (measured). */
    mallopt(M_MMAP_THRESHOLD, 128 << 10);
    sck_environment_set(options);

    struct starpu_conf conf;

    starpu_conf_init(&conf);
    if (options->workers != 0 && getenv("STARPU_NCPU") == NULL)
        conf.ncpus = (int)options->workers;
    if (getenv("STARPU_SCHED") == NULL)
        conf.sched_policy_name = options->scheduler != NULL
                                     ? options->scheduler
                                     : sck_environment_scheduler();
    /* Rows of blocks start a cache line: AVX-512 kernels take a seventh longer
     * where every vector straddles two (measured). */
    starpu_malloc_set_align(64);
#ifndef STARPU_USE_CUDA /* else main memory is pinned by StarPU */
    sck_chunks_begin(getenv("STARPU_LIMIT_CPU_MEM") != NULL);
    starpu_malloc_set_hooks(take_chunk, give_chunk);
#endif
    const int rc = starpu_init(&conf);

    if (rc != 0) {
        sck_environment_restore();
        pthread_mutex_destroy(&s->held_lock);
        pthread_mutex_destroy(&s->lock);
        free(s);
        atomic_flag_clear(&alive);
        return SCK_FAIL(SCK_ERR_DEVICE,
                        "starpu_init answered %d: no worker, see STARPU_NCPU "
                        "and STARPU_NCUDA",
                        rc);
    }
    for (unsigned i = 0; i < starpu_memory_nodes_get_count(); i++)
        if (starpu_node_get_kind(i) == STARPU_DISK_RAM)
            s->swap_node = (int)i;
    s->is_one_memory = starpu_memory_nodes_get_count() == 1 &&
                       starpu_cuda_worker_get_count() == 0 &&
                       !sck_session_is_limited(s);
    /* Counts what crosses into the swap. It costs every task some clock reads,
     * so that otherwise traced runs, and the user, alone turn it on. */
    if (s->swap_node >= 0 || getenv("STARPU_PROFILING") == NULL)
        starpu_profiling_status_set(s->swap_node >= 0
                                        ? STARPU_PROFILING_ENABLE
                                        : STARPU_PROFILING_DISABLE);
    s->idle_hook = starpu_idle_hook_register(leave_core, s);
    *session = s;
    return SCK_OK;
}

void sck_session_free(sck_session *session)
{
    if (session == NULL)
        return;
    sck_session_quiesce(session);
    while (session->live != NULL) {
        struct sck_block *block = session->live;

        starpu_data_unregister_no_coherency(block->handle->data);
        session->live = block->next;
        free(block->handle);
        free(block);
    }
    sck_handles_end(session);
    starpu_idle_hook_deregister(session->idle_hook);
#ifdef SCK_WITH_CUDA
    sck_constants_free();
#endif
    starpu_shutdown();
    sck_chunks_end();
    sck_environment_restore();
    pthread_mutex_destroy(&session->held_lock);
    pthread_mutex_destroy(&session->lock);
    free(session);
    atomic_flag_clear(&alive);
}

void sck_session_quiesce(sck_session *session)
{
    sck_session_submit_held(session);
    starpu_task_wait_for_all();
}

uint32_t sck_session_gpus(const sck_session *session)
{
    (void)session;
    return starpu_cuda_worker_get_count();
}

int sck_session_is_limited(const sck_session *session)
{
    (void)session;
    return getenv("STARPU_LIMIT_CPU_MEM") != NULL;
}

uint32_t sck_session_workers(const sck_session *session)
{
    (void)session;
    return starpu_worker_get_count();
}

/* Adds what the buses into the swap have carried since the last look: StarPU
 * resets these counts when it tells them. Under the lock. */
static void count_evicted(sck_session *s)
{
    for (int bus = 0; s->swap_node >= 0 && bus < starpu_bus_get_count();
         bus++) {
        struct starpu_profiling_bus_info info;

        if (starpu_bus_get_dst(bus) == s->swap_node &&
            starpu_bus_get_profiling_info(bus, &info) == 0)
            s->bytes_evicted += (uint64_t)info.transferred_bytes;
    }
}

void sck_session_get_stats(const sck_session *session,
                           struct sck_session_stats *stats)
{
    sck_session *s = (sck_session *)session;
    int major = 0, minor = 0, release = 0;

    pthread_mutex_lock(&s->lock);
    stats->tasks = atomic_load(&s->tasks);
    stats->blocks_alive = s->blocks_alive;
    stats->bytes_alive = s->bytes_alive;
    stats->bytes_peak = s->bytes_peak;
    count_evicted(s);
    stats->bytes_evicted = s->bytes_evicted;
    pthread_mutex_unlock(&s->lock);
    starpu_get_version(&major, &minor, &release);
    snprintf(stats->starpu_version, sizeof stats->starpu_version, "%d.%d.%d",
             major, minor, release);
}
