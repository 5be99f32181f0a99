/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#define _POSIX_C_SOURCE 200809L
#include "environment.h"

#ifdef SCK_WITH_CUDA
#include "device_room.h"
#endif

#include <stdio.h>
#include <stdlib.h>

enum { SETTINGS = 32 };

/* What this session has set, to be taken back when it ends: the next session
 * of the process has options of its own. Guarded by alive. */
static const char *set_names[SETTINGS];
static unsigned set_count;

/* The user's own STARPU_* settings always win. */
void sck_environment_text(const char *name, const char *text)
{
    if (set_count < SETTINGS && getenv(name) == NULL &&
        setenv(name, text, 0) == 0)
        set_names[set_count++] = name;
}

sck_status sck_environment_count(const char *name, uint32_t most,
                                 uint32_t *count)
{
    const char *const text = getenv(name);
    char *end = NULL;
    const unsigned long asked = text != NULL ? strtoul(text, &end, 10) : 0;

    *count = 0;
    if (text != NULL && (asked < 1 || asked > most || *end != 0))
        return sck_fail(SCK_ERR_ARGUMENT, "sck_session_new",
                        "%s is \"%.40s\", not 1 to %u", name, text, most);
    *count = (uint32_t)asked;
    return SCK_OK;
}

static void set_number(const char *name, uint64_t value)
{
    char text[32];

    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    sck_environment_text(name, text);
}

void sck_environment_restore(void)
{
    while (set_count != 0)
        unsetenv(set_names[--set_count]);
}

enum { DEVICES = 16 };

/* Devices that StarPU will have workers on, as the user allows. */
static int devices(void)
{
#ifdef SCK_WITH_CUDA
    const char *const text = getenv("STARPU_NCUDA");
    const unsigned long wanted =
        text != NULL ? strtoul(text, NULL, 10) : DEVICES;

    if (wanted == 0)
        return 0;
    const int count = sck_device_count();
    const int most = wanted < DEVICES ? (int)wanted : DEVICES;

    return count < most ? count : most;
#else
    return 0;
#endif
}

const char *sck_environment_scheduler(void)
{
    const char *const set = getenv("STARPU_SCHED");

    if (set != NULL)
        return set;
    return devices() != 0 ? "dmda" : "lws";
}

#ifdef SCK_WITH_CUDA
/* Worker i's device: the user's list has it, else it is the i-th. */
static int device_of(int i)
{
    const char *at = getenv("STARPU_WORKERS_CUDAID");
    int device = i;

    for (int k = 0; at != NULL && k <= i; k++) {
        char *end = NULL;
        const long listed = strtol(at, &end, 10);

        if (end == at)
            break;
        device = (int)listed;
        at = end + (*end == ',');
    }
    return device;
}

/* StarPU's own limit is nine tenths of a device: scratch and constants, which
 * are not its own, would not fit beside it. */
static void limit_devices(void)
{
    static char names[DEVICES][32];
    const char *const text = getenv("STARPU_NWORKER_PER_CUDA");
    const unsigned long streams = text != NULL ? strtoul(text, NULL, 10) : 1;

    if (getenv("STARPU_LIMIT_CUDA_MEM") != NULL)
        return;
    const int count = devices();

    for (int i = 0; i < count; i++) {
        const int device = device_of(i);
        const uint64_t room = sck_device_room(device, (unsigned)streams);

        snprintf(names[i], sizeof names[i], "STARPU_LIMIT_CUDA_%d_MEM", device);
        if (room >> 20 != 0)
            set_number(names[i], room >> 20);
    }
}
#endif

void sck_environment_set(const struct sck_session_options *options)
{
    /* Write-back by idle workers may be queued at shutdown, where 1.3.10
     * aborts on it; without it nothing is. */
    set_number("STARPU_MINIMUM_CLEAN_BUFFERS", 0);
    set_number("STARPU_TARGET_CLEAN_BUFFERS", 0);
    sck_environment_text("STARPU_SILENT", "1");
#ifdef SCK_WITH_CUDA
    limit_devices();
#endif
    if (options->memory_bytes != 0)
        set_number("STARPU_LIMIT_CPU_MEM", options->memory_bytes >> 20);
    if (options->swap_folder != NULL) {
        sck_environment_text("STARPU_DISK_SWAP", options->swap_folder);
        sck_environment_text("STARPU_DISK_SWAP_BACKEND", "stdio");
        set_number(
            "STARPU_DISK_SWAP_SIZE",
            (options->swap_bytes ? options->swap_bytes : (uint64_t)64 << 30) >>
                20);
    }
}
