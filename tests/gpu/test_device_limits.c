/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite gpu.device_limits: what a session sets where there are GPUs, which are
 * the emulated ones: one of 1500 MiB, one of which half is taken. */
#define _POSIX_C_SOURCE 200809L
#ifndef SCK_WITH_CUDA
#define SCK_WITH_CUDA
#endif
/* A copy of the file, since the session's own may see no device. */
#define sck_environment_text copied_environment_text
#define sck_environment_count copied_environment_count
#define sck_environment_restore copied_environment_restore
#define sck_environment_scheduler copied_environment_scheduler
#define sck_environment_set copied_environment_set
#include "environment.c"

#include "emulation.h"
#include "sck_test.h"

static const struct sck_session_options options;

/* MiB that a variable says, 0 if it is not set. */
static unsigned long limit(const char *name)
{
    const char *const text = getenv(name);

    return text != NULL ? strtoul(text, NULL, 10) : 0;
}

static unsigned long limit_with(const char *name, const char *value)
{
    unsigned long seen;

    setenv(name, value, 1);
    sck_environment_set(&options);
    seen = limit("STARPU_LIMIT_CUDA_0_MEM");
    sck_environment_restore();
    unsetenv(name);
    return seen;
}

static void a_devices_limit_is_its_room(void)
{
    sck_environment_set(&options);
    CU_ASSERT_EQUAL(limit("STARPU_LIMIT_CUDA_0_MEM"),
                    sck_device_room(0, 1) >> 20);
    CU_ASSERT_EQUAL(limit("STARPU_LIMIT_CUDA_0_MEM"), 670);
    /* Nothing would be left on the second. */
    CU_ASSERT_EQUAL(limit("STARPU_LIMIT_CUDA_1_MEM"), 0);
    sck_environment_restore();
    CU_ASSERT_EQUAL(limit("STARPU_LIMIT_CUDA_0_MEM"), 0);
}

static void the_users_settings_decide(void)
{
    CU_ASSERT_EQUAL(limit_with("STARPU_NCUDA", "0"), 0);
    CU_ASSERT_EQUAL(limit_with("STARPU_NCUDA", "1"), 670);
    CU_ASSERT_EQUAL(limit_with("STARPU_NWORKER_PER_CUDA", "3"), 270);
    CU_ASSERT_EQUAL(limit_with("STARPU_LIMIT_CUDA_MEM", "100"), 0);
    CU_ASSERT_EQUAL(limit_with("STARPU_LIMIT_CUDA_0_MEM", "77"), 77);
}

static void the_devices_are_the_users(void)
{
    setenv("STARPU_NCUDA", "1", 1);
    CU_ASSERT_EQUAL(limit_with("STARPU_WORKERS_CUDAID", "1"), 0);
    CU_ASSERT_EQUAL(limit_with("STARPU_WORKERS_CUDAID", "0"), 670);
    unsetenv("STARPU_NCUDA");
    CU_ASSERT_EQUAL(limit_with("STARPU_WORKERS_CUDAID", "1,0"), 670);
    CU_ASSERT_EQUAL(limit_with("STARPU_WORKERS_CUDAID", "1 0"), 670);
    CU_ASSERT_EQUAL(limit_with("STARPU_WORKERS_CUDAID", "1"), 0);
    CU_ASSERT_EQUAL(limit_with("STARPU_WORKERS_CUDAID", "9"), 0);
    CU_ASSERT_EQUAL(limit_with("STARPU_WORKERS_CUDAID", "none"), 670);
}

static void gpus_are_scheduled_by_models(void)
{
    CU_ASSERT_STRING_EQUAL(sck_environment_scheduler(), "dmda");
    setenv("STARPU_NCUDA", "0", 1);
    CU_ASSERT_STRING_EQUAL(sck_environment_scheduler(), "lws");
    unsetenv("STARPU_NCUDA");
    setenv("STARPU_SCHED", "eager", 1);
    CU_ASSERT_STRING_EQUAL(sck_environment_scheduler(), "eager");
    unsetenv("STARPU_SCHED");
}

static CU_TestInfo cases[] = {
    {"a_devices_limit_is_its_room", a_devices_limit_is_its_room},
    {"the_users_settings_decide", the_users_settings_decide},
    {"the_devices_are_the_users", the_devices_are_the_users},
    {"gpus_are_scheduled_by_models", gpus_are_scheduled_by_models},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(device_limits, cases)
