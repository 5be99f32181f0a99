/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Tasks that StarPU gets as one (submit_joined_priv.h): the words that they
 * leave, and how many there are. */
#define _POSIX_C_SOURCE 200809L /* setenv() */
#include <stdlib.h>

enum { LOGN = 10, BLOCK_ROWS = 1, Q = 1073479681 };

#include "submit_kit.h"

/* A task here names three rows, 12 KiB. */
enum { ROW_KIB = 4, TASK_KIB = 3 * ROW_KIB };

static void begin_joining(struct fixture *f, uint32_t kib)
{
    char text[16];

    snprintf(text, sizeof text, "%u", kib);
    setenv("STARCLOAK_KIB_PER_TASK", text, 1);
    begin(f);
}

static void end_joining(struct fixture *f)
{
    end(f);
    unsetenv("STARCLOAK_KIB_PER_TASK");
}

/* to = from + b, in place where they are one. */
static void add_in(struct fixture *f, sck_run *run, sck_block *to,
                   sck_block *from)
{
    const struct sck_elementwise_args args = {
        .ring = f->ring->id, .op = SCK_ADD, .limbs = 1, .q = {Q}};
    const enum sck_access in = to == from ? SCK_UPDATE : SCK_READ;
    struct sck_task task;

    sck_task_begin(&task, run, SCK_CODELET_elementwise, &args, sizeof args);
    sck_task_rows(&task, to, 0, 1, to == from ? SCK_UPDATE : SCK_WRITE);
    sck_task_next(&task);
    sck_task_rows(&task, from, 0, 1, in);
    sck_task_next(&task);
    sck_task_rows(&task, f->b, 0, 1, SCK_READ);
    CU_ASSERT_EQUAL(sck_task_submit(&task), SCK_OK);
}

/* Words of block that are not x + times y. */
static uint32_t wrong(struct fixture *f, sck_block *block, uint32_t times)
{
    uint32_t out[N], count = 0;

    CU_ASSERT_EQUAL(sck_block_read(block, out), SCK_OK);
    for (int i = 0; i < N; i++)
        count += out[i] != (f->x[i] + (uint64_t)times * f->y[i]) % Q;
    return count;
}

static void tasks_are_one_once_they_name_enough(void)
{
    struct fixture f;
    sck_block *c = NULL;

    begin_joining(&f, 5 * TASK_KIB);
    new_block(&f, &c);
    add_in(&f, f.run, c, f.a);
    for (int i = 1; i < 12; i++) {
        add_in(&f, f.run, c, c);
        CU_ASSERT_EQUAL(sck_run_tasks(f.run), (uint64_t)(i + 1) / 5);
    }
    CU_ASSERT_EQUAL(sck_run_wait(f.run), SCK_OK);
    CU_ASSERT_EQUAL(sck_run_tasks(f.run), 3);
    CU_ASSERT_EQUAL(wrong(&f, c, 12), 0);
    CU_ASSERT_EQUAL(wrong(&f, f.a, 0), 0);
    sck_block_free(c);
    end_joining(&f);
}

static void a_task_that_is_large_enough_stays_alone(void)
{
    struct fixture f;

    begin_joining(&f, TASK_KIB);
    for (int i = 0; i < 3; i++) {
        add_in(&f, f.run, f.a, f.a);
        CU_ASSERT_EQUAL(sck_run_tasks(f.run), (uint64_t)i + 1);
    }
    CU_ASSERT_EQUAL(wrong(&f, f.a, 3), 0);
    end_joining(&f);
}

/* What is read first needs its words although a later member writes it. */
static void reading_and_then_writing_is_an_update(void)
{
    struct fixture f;
    sck_block *c = NULL;

    begin_joining(&f, 1000 * TASK_KIB);
    new_block(&f, &c);
    add_in(&f, f.run, c, f.a);
    add_in(&f, f.run, f.a, c);
    add_in(&f, f.run, c, f.a);
    CU_ASSERT_EQUAL(sck_run_tasks(f.run), 0);
    CU_ASSERT_EQUAL(wrong(&f, f.a, 2), 0);
    CU_ASSERT_EQUAL(sck_run_tasks(f.run), 1);
    CU_ASSERT_EQUAL(wrong(&f, c, 3), 0);
    sck_block_free(c);
    end_joining(&f);
}

/* More members than one task takes; every block but the last is freed while it
 * is held. */
static void blocks_freed_while_they_are_held_are_there(void)
{
    enum { STEPS = 100 };
    struct fixture f;
    sck_block *from = NULL;

    begin_joining(&f, 1 << 20);
    from = f.a;
    for (int i = 0; i < STEPS; i++) {
        sck_block *to = NULL;

        new_block(&f, &to);
        add_in(&f, f.run, to, from);
        if (from != f.a)
            sck_block_free(from);
        from = to;
    }
    CU_ASSERT_EQUAL(wrong(&f, from, STEPS), 0);
    CU_ASSERT_EQUAL(sck_run_tasks(f.run), 4);
    sck_block_free(from);
    CU_ASSERT_EQUAL(sck_run_wait(f.run), SCK_OK);
    end_joining(&f);
}

static void another_run_s_tasks_come_after(void)
{
    struct fixture f;
    sck_run *other = NULL;
    sck_block *c = NULL, *d = NULL;

    begin_joining(&f, 1000 * TASK_KIB);
    CU_ASSERT_EQUAL_FATAL(sck_run_new(f.session, &other), SCK_OK);
    new_block(&f, &c);
    new_block(&f, &d);
    for (uint32_t i = 0; i < 4; i++) {
        add_in(&f, f.run, c, i == 0 ? f.a : d);
        add_in(&f, other, d, c);
    }
    CU_ASSERT_EQUAL(sck_run_tasks(f.run), 4);
    CU_ASSERT_EQUAL(sck_run_tasks(other), 3);
    CU_ASSERT_EQUAL(sck_run_wait(other), SCK_OK);
    CU_ASSERT_EQUAL(sck_run_tasks(other), 4);
    CU_ASSERT_EQUAL(wrong(&f, d, 8), 0);
    sck_run_free(other);
    sck_block_free(c);
    sck_block_free(d);
    end_joining(&f);
}

static void members_of_a_failed_run_do_nothing(void)
{
    struct fixture f;

    begin_joining(&f, 1000 * TASK_KIB);
    add_in(&f, f.run, f.a, f.a);
    add_in(&f, f.run, f.a, f.a);
    sck_run_fail(f.run, SCK_ERR_DEVICE, "injected");
    CU_ASSERT_EQUAL(sck_run_wait(f.run), SCK_ERR_DEVICE);
    CU_ASSERT_EQUAL(wrong(&f, f.a, 0), 0);
    end_joining(&f);
}

/* A trace shows a joined task once. */
static void a_trace_shows_one_task(void)
{
    struct fixture f;
    size_t events = 0;

    begin_joining(&f, 1000 * TASK_KIB);
    CU_ASSERT_EQUAL(sck_run_trace(f.run), SCK_OK);
    for (int i = 0; i < 7; i++)
        add_in(&f, f.run, f.a, f.a);
    CU_ASSERT_EQUAL(sck_run_wait(f.run), SCK_OK);
    const struct sck_trace_event *const event = sck_run_events(f.run, &events);

    CU_ASSERT_EQUAL(events, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(event);
    CU_ASSERT_EQUAL(event->codelet, SCK_CODELET_elementwise);
    end_joining(&f);
}

/* The run is freed, or the session, with tasks held. */
static void what_is_held_at_the_end_is_done(void)
{
    struct fixture f;
    sck_run *second = NULL;

    begin_joining(&f, 1000 * TASK_KIB);
    add_in(&f, f.run, f.a, f.a);
    sck_run_free(f.run);
    f.run = NULL;
    CU_ASSERT_EQUAL_FATAL(sck_run_new(f.session, &second), SCK_OK);
    add_in(&f, second, f.a, f.a);
    CU_ASSERT_EQUAL(wrong(&f, f.a, 2), 0);
    add_in(&f, second, f.a, f.a);
    sck_run_free(second);
    end_joining(&f);
}

static CU_TestInfo cases[] = {
    {"tasks_are_one_once_they_name_enough",
     tasks_are_one_once_they_name_enough},
    {"a_task_that_is_large_enough_stays_alone",
     a_task_that_is_large_enough_stays_alone},
    {"reading_and_then_writing_is_an_update",
     reading_and_then_writing_is_an_update},
    {"blocks_freed_while_they_are_held_are_there",
     blocks_freed_while_they_are_held_are_there},
    {"another_run_s_tasks_come_after", another_run_s_tasks_come_after},
    {"members_of_a_failed_run_do_nothing", members_of_a_failed_run_do_nothing},
    {"a_trace_shows_one_task", a_trace_shows_one_task},
    {"what_is_held_at_the_end_is_done", what_is_held_at_the_end_is_done},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(joined_tasks, cases)
