/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Tasks against the kernels they run, and what submission refuses. */
#include <stdint.h>

enum { LOGN = 6, BLOCK_ROWS = 2, Q = 1073479681 };

#include "submit_kit.h"

static void add_task(struct fixture *f, struct sck_task *task,
                     struct sck_elementwise_args *args)
{
    *args = (struct sck_elementwise_args){
        .ring = f->ring->id, .op = SCK_ADD, .limbs = 2, .q = {Q, Q}};
    sck_task_begin(task, f->run, SCK_CODELET_elementwise, args, sizeof *args);
}

/* to = from + f's b, two rows each; to and from may be one block, updated. */
static void sum_task(struct fixture *f, struct sck_task *task,
                     struct sck_elementwise_args *args, sck_block *to,
                     sck_block *from)
{
    add_task(f, task, args);
    sck_task_rows(task, to, 0, 2, to == from ? SCK_UPDATE : SCK_WRITE);
    sck_task_next(task);
    sck_task_rows(task, from, 0, 2, to == from ? SCK_UPDATE : SCK_READ);
    sck_task_next(task);
    sck_task_rows(task, f->b, 0, 2, SCK_READ);
}

/* Words of out that are not a + times b. */
static int wrong_words(const struct fixture *f, const uint32_t *out,
                       uint64_t times)
{
    int wrong = 0;

    for (int i = 0; i < 2 * N; i++)
        wrong += out[i] != (f->x[i] + times * f->y[i]) % Q;
    return wrong;
}

static void a_task_gives_what_its_kernel_gives(void)
{
    struct fixture f;
    struct sck_task task;
    struct sck_elementwise_args args;
    uint32_t out[2 * N];
    int wrong = 0;

    begin(&f);
    /* Rows crossed over: c = (a1 + b0, a0 + b1). */
    add_task(&f, &task, &args);
    sck_task_rows(&task, f.c, 0, 2, SCK_WRITE);
    sck_task_next(&task);
    sck_task_rows(&task, f.a, 1, 1, SCK_READ);
    sck_task_rows(&task, f.a, 0, 1, SCK_READ);
    sck_task_next(&task);
    sck_task_rows(&task, f.b, 0, 2, SCK_READ);
    CU_ASSERT_EQUAL(sck_task_submit(&task), SCK_OK);
    CU_ASSERT_EQUAL(sck_run_wait(f.run), SCK_OK);
    CU_ASSERT_EQUAL(sck_block_read(f.c, out), SCK_OK);
    for (int i = 0; i < 2 * N; i++)
        wrong += out[i] != ((uint64_t)f.x[(i + N) % (2 * N)] + f.y[i]) % Q;
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(sck_run_tasks(f.run), 1);
    end(&f);
}

static void an_update_in_place_is_one_handle(void)
{
    struct fixture f;
    struct sck_task task;
    struct sck_elementwise_args args;
    uint32_t out[2 * N];

    begin(&f);
    sum_task(&f, &task, &args, f.a, f.a);
    CU_ASSERT_EQUAL(task.buffers, 2);
    CU_ASSERT_EQUAL(sck_task_submit(&task), SCK_OK);
    CU_ASSERT_EQUAL(sck_block_read(f.a, out), SCK_OK);
    CU_ASSERT_EQUAL(wrong_words(&f, out, 1), 0);
    end(&f);
}

static void one_handle_read_and_written_apart_is_refused(void)
{
    struct fixture f;
    struct sck_task task;
    struct sck_elementwise_args args;

    begin(&f);
    add_task(&f, &task, &args);
    sck_task_rows(&task, f.a, 0, 2, SCK_WRITE);
    sck_task_next(&task);
    sck_task_rows(&task, f.a, 0, 2, SCK_READ);
    sck_task_next(&task);
    sck_task_rows(&task, f.b, 0, 2, SCK_READ);
    CU_ASSERT_EQUAL(sck_task_submit(&task), SCK_ERR_ARGUMENT);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_task_rows: sck_elementwise names one block "
                           "twice with different access; in place is one "
                           "update");
    CU_ASSERT_EQUAL(sck_run_tasks(f.run), 0);
    end(&f);
}

static void more_parts_than_a_task_has_are_refused(void)
{
    struct fixture f;
    struct sck_task task;
    struct sck_elementwise_args args;

    begin(&f);
    add_task(&f, &task, &args);
    for (int p = 1; p < SCK_TASK_PARTS; p++) {
        sck_task_part(&task, &args);
        CU_ASSERT_EQUAL(task.status, SCK_OK);
    }
    sck_task_part(&task, &args);
    CU_ASSERT_EQUAL(sck_task_submit(&task), SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(sck_run_tasks(f.run), 0);
    end(&f);
}

static void tasks_of_a_failed_run_do_nothing(void)
{
    struct fixture f;
    struct sck_task task;
    struct sck_elementwise_args args;
    uint32_t out[2 * N];

    begin(&f);
    sck_run_fail(f.run, SCK_ERR_DEVICE, "injected");
    sck_run_fail(f.run, SCK_ERR_MEMORY, "later");
    sum_task(&f, &task, &args, f.a, f.a);
    CU_ASSERT_EQUAL(sck_task_submit(&task), SCK_OK);
    CU_ASSERT_EQUAL(sck_run_wait(f.run), SCK_ERR_DEVICE);
    CU_ASSERT_STRING_EQUAL(sck_last_error(), "sck_run_wait: injected");
    CU_ASSERT_EQUAL(sck_block_read(f.a, out), SCK_OK);
    CU_ASSERT_EQUAL(memcmp(out, f.x, sizeof out), 0);
    end(&f);
}

static void a_block_never_written_is_not_read(void)
{
    struct fixture f;
    struct sck_task task;
    struct sck_elementwise_args args;

    begin(&f);
    add_task(&f, &task, &args);
    sck_task_rows(&task, f.a, 0, 2, SCK_WRITE);
    sck_task_next(&task);
    sck_task_rows(&task, f.c, 0, 2, SCK_READ);
    CU_ASSERT_EQUAL(sck_task_submit(&task), SCK_ERR_ARGUMENT);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "sck_task_rows: sck_elementwise reads a block that "
                           "nothing has written");
    end(&f);
}

static void more_rows_than_a_worker_holds_are_refused(void)
{
    enum { ROWS = 4096 };
    struct fixture f;
    struct sck_task task;
    struct sck_elementwise_args args;

    begin(&f);
    add_task(&f, &task, &args);
    sck_task_rows(&task, f.c, 0, 2, SCK_WRITE);
    sck_task_next(&task);
    sck_task_absent(&task, ROWS - 1);
    CU_ASSERT_EQUAL(sck_task_submit(&task), SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NOT_NULL(strstr(
        sck_last_error(), "sck_elementwise: a task of 4097 rows, more than "
                          "4096"));
    CU_ASSERT_EQUAL(sck_run_tasks(f.run), 0);
    end(&f);
}

/* Each round frees its blocks while tasks on them wait: the next round's must
 * not be the same ones before those have ended. */
static void blocks_are_not_reused_before_their_tasks_end(void)
{
    enum { ROUNDS = 200, CHAIN = 5 };
    struct fixture f;
    struct sck_elementwise_args args;
    sck_block *kept[ROUNDS] = {NULL};
    uint32_t out[2 * N];

    begin(&f);
    for (uint32_t r = 0; r < ROUNDS; r++) {
        sck_block *from = f.a;

        for (uint32_t k = 0; k <= r % CHAIN; k++) {
            struct sck_task task;
            sck_block *to = NULL;

            CU_ASSERT_EQUAL_FATAL(sck_block_new(f.session, N, 2, &to), SCK_OK);
            sum_task(&f, &task, &args, to, from);
            CU_ASSERT_EQUAL(sck_task_submit(&task), SCK_OK);
            if (from != f.a)
                sck_block_free(from);
            from = to;
        }
        kept[r] = from;
        if (r >= 2 * CHAIN) {
            /* A result that waited while others came and went. */
            const uint32_t old = r - 2 * CHAIN;

            CU_ASSERT_EQUAL(sck_block_read(kept[old], out), SCK_OK);
            sck_block_free(kept[old]);
            kept[old] = NULL;
            CU_ASSERT_EQUAL(wrong_words(&f, out, old % CHAIN + 1), 0);
        }
    }
    CU_ASSERT_EQUAL(sck_run_wait(f.run), SCK_OK);
    CU_ASSERT(sck_session_handles(f.session) < ROUNDS ||
              sck_session_gpus(f.session) != 0);
    for (uint32_t r = 0; r < ROUNDS; r++)
        sck_block_free(kept[r]);
    end(&f);
}

static CU_TestInfo cases[] = {
    {"a_task_gives_what_its_kernel_gives", a_task_gives_what_its_kernel_gives},
    {"an_update_in_place_is_one_handle", an_update_in_place_is_one_handle},
    {"one_handle_read_and_written_apart_is_refused",
     one_handle_read_and_written_apart_is_refused},
    {"more_parts_than_a_task_has_are_refused",
     more_parts_than_a_task_has_are_refused},
    {"a_block_never_written_is_not_read", a_block_never_written_is_not_read},
    {"more_rows_than_a_worker_holds_are_refused",
     more_rows_than_a_worker_holds_are_refused},
    {"blocks_are_not_reused_before_their_tasks_end",
     blocks_are_not_reused_before_their_tasks_end},
    {"tasks_of_a_failed_run_do_nothing", tasks_of_a_failed_run_do_nothing},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(submit, cases)
