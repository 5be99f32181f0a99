/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The one way into StarPU: a run, and tasks built row by row. No StarPU here.
 */
#ifndef SCK_SUBMIT_H
#define SCK_SUBMIT_H

#include "block.h"

/** Every codelet's number, in the order of codelets.def. */
enum sck_codelet {
#define SCK_CODELET(name, what) SCK_CODELET_##name,
#include "codelets.def"
#undef SCK_CODELET
    SCK_CODELETS
};

/** Tasks that are waited for, fail and are traced together. */
typedef struct sck_run sck_run; /* also sck_eval.h: C11 allows both */

SCK_API sck_status sck_run_new(sck_session *session, sck_run **run);

/** Waits for every task of the run: its first failure, else SCK_OK. */
SCK_API sck_status sck_run_wait(sck_run *run);

/** Waits and frees; NULL is allowed. */
SCK_API void sck_run_free(sck_run *run);

/** Marks the run as failed: its tasks not yet started do nothing. The first
 *  failure stays. Callable from tasks. */
void sck_run_fail(sck_run *run, sck_status status, const char *message);

sck_session *sck_run_session(const sck_run *run);
uint64_t sck_run_tasks(const sck_run *run);

/** Names what the following tasks belong to, for traces; static or living as
 *  long as the run. */
SCK_API void sck_run_label(sck_run *run, const char *label);

/** One finished task of a traced run. */
struct sck_trace_event {
    const char *label;
    enum sck_codelet codelet;
    int worker;
    double start_us, end_us; /**< from the first event */
    uint64_t resident;       /**< bytes resident at its end; 0: not sampled */
};

/** Turns tracing on before the first task. */
sck_status sck_run_trace(sck_run *run);

/** The events after sck_run_wait(), in order of submission; the caller may
 *  sort them; alive until the next call or the run's end. */
struct sck_trace_event *sck_run_events(const sck_run *run, size_t *count);

enum sck_access { SCK_READ = 1, SCK_WRITE = 2, SCK_UPDATE = 3 };

enum {
    SCK_TASK_LISTS = 5,
    SCK_TASK_SEGMENTS = 192,
    SCK_TASK_BUFFERS = 160,
    SCK_TASK_PARTS = 8
};

/** Rows of a task's operand: count rows of buffer from first, or count NULLs.
 */
struct sck_segment {
    int16_t buffer; /**< -1: no rows */
    uint16_t first, count;
};

/** A task being built, on the caller's stack. */
struct sck_task {
    sck_run *run;
    enum sck_codelet codelet;
    const void *args[SCK_TASK_PARTS];
    size_t args_bytes;
    int priority;
    uint32_t parts, lists, buffers; /**< lists of the last part */
    uint32_t segments[SCK_TASK_PARTS][SCK_TASK_LISTS];
    struct sck_segment segment[SCK_TASK_PARTS][SCK_TASK_LISTS]
                              [SCK_TASK_SEGMENTS];
    sck_block *block[SCK_TASK_BUFFERS];
    enum sck_access access[SCK_TASK_BUFFERS];
    sck_status status;
};

/** Begins a task; args (copied at submission) are the codelet's own struct. */
void sck_task_begin(struct sck_task *task, sck_run *run,
                    enum sck_codelet codelet, const void *args,
                    size_t args_bytes);

/** Begins another part: the same codelet's work with other arguments, of the
 *  same size, and rows, in the same StarPU task. For decompose, key_switch,
 *  rescale, mod_down and combination, at most SCK_TASK_PARTS. */
void sck_task_part(struct sck_task *task, const void *args);

/** Ends one operand and begins the next: out, then inputs as the kernel has
 *  them. */
void sck_task_next(struct sck_task *task);

/** Adds rows of a block to the current operand. A block may appear several
 * times if always with the same access: it is one handle, and an update is one
 *  STARPU_RW. Reading here and writing there is refused at submission. */
void sck_task_rows(struct sck_task *task, sck_block *block, uint32_t first,
                   uint32_t count, enum sck_access access);

/** Adds absent rows. */
void sck_task_absent(struct sck_task *task, uint32_t count);

/** Hands the task to StarPU.
 *  @return SCK_ERR_ARGUMENT (a handle twice with different access, one that is
 *          read and was never written, or written and sealed, more than 4096
 *          rows), SCK_ERR_MEMORY,
 * SCK_ERR_DEVICE (StarPU refuses) */
sck_status sck_task_submit(struct sck_task *task);

#endif
