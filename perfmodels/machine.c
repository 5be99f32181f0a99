/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Which calibration file is this machine's. */
#define _POSIX_C_SOURCE 200809L
#include "model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

uint32_t sck_machine_cores(void)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);

    return cores > 0 ? (uint32_t)cores : 1;
}

/* 1 when the folder holds the machine's file, whose path it then wrote. */
static int find(const char *folder, const char *machine, char *path,
                size_t room)
{
    const int length =
        snprintf(path, room, "%s/%s/calibration.json", folder, machine);

    return length > 0 && (size_t)length < room && access(path, F_OK) == 0;
}

static sck_status check_name(const char *machine)
{
    return machine[0] == '\0' || machine[0] == '.' ||
                   strchr(machine, '/') != NULL
               ? sck_fail(SCK_ERR_ARGUMENT, "sck_rates_find",
                          "\"%s\" is no machine's name", machine)
               : SCK_OK;
}

sck_status sck_rates_find(const char *folder, const char *machine,
                          struct sck_rates *rates)
{
    char path[4096];

    if (machine != NULL)
        SCK_TRY(check_name(machine));
    if (folder != NULL &&
        ((machine != NULL && find(folder, machine, path, sizeof path)) ||
         find(folder, "generic", path, sizeof path)))
        return sck_rates_load(path, rates);
    *rates = sck_rates_generic;
    return SCK_OK;
}

/* What StarPU names its own models by, so that the two agree. */
static sck_status name_of_machine(struct utsname *host, const char **name)
{
    *name = getenv("STARPU_HOSTNAME");
    if (*name == NULL) {
        if (uname(host) != 0)
            return SCK_FAIL(SCK_ERR_IO, "the machine's name: %s",
                            strerror(errno));
        *name = host->nodename;
    }
    return check_name(*name);
}

/* "" without a home. */
static void own_folder(char *folder, size_t room)
{
    const char *home = getenv("HOME");

    folder[0] = 0;
    if (home != NULL && home[0] == '/' &&
        snprintf(folder, room, "%s/.starcloak/perfmodels", home) >= (int)room)
        folder[0] = 0;
}

/* A capped run is another machine: rates of faster kernels say nothing of it.
 */
static sck_status load_of_isa(const char *path, struct sck_rates *rates)
{
    const char *cap = getenv("STARCLOAK_ISA");
    struct sck_rates found;
    char isa[16];

    SCK_TRY(sck_rates_load(path, &found));
    SCK_TRY(sck_rates_isa(path, isa, sizeof isa));
    if (cap != NULL && isa[0] != 0 && strcmp(cap, isa) != 0)
        return SCK_FAIL(SCK_ERR_STATE,
                        "%s: rates of %s, and STARCLOAK_ISA is %.16s: "
                        "calibrate with it set, into another folder "
                        "(STARCLOAK_PERFMODELS)",
                        path, isa, cap);
    *rates = found;
    return SCK_OK;
}

sck_status sck_rates_here(struct sck_rates *rates, char *path)
{
    char own[SCK_RATES_PATH];
    const char *machine, *set = getenv("STARCLOAK_PERFMODELS");
    const char *const folder[] = {set != NULL ? set : "", SCK_PERFMODELS_AT,
                                  own};
    struct utsname host;

    own_folder(own, sizeof own);
    *rates = sck_rates_generic;
    path[0] = 0;
    SCK_TRY(name_of_machine(&host, &machine));
    for (size_t i = 0; i < sizeof folder / sizeof *folder; i++)
        if (folder[i][0] != 0 && find(folder[i], machine, path, SCK_RATES_PATH))
            return load_of_isa(path, rates);
    path[0] = 0;
    return SCK_OK;
}

/* Makes every folder on the way to the file. */
static sck_status make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = 0;
        const int failed = mkdir(path, 0755) != 0 && errno != EEXIST;
        const int why = errno;

        if (failed) {
            const sck_status status = sck_fail(SCK_ERR_IO, "sck_rates_place",
                                               "%s: %s", path, strerror(why));

            *slash = '/';
            return status;
        }
        *slash = '/';
    }
    return SCK_OK;
}

sck_status sck_rates_place(char *path)
{
    char own[SCK_RATES_PATH];
    const char *machine, *folder = getenv("STARCLOAK_PERFMODELS");
    struct utsname host;

    if (folder == NULL) {
        own_folder(own, sizeof own);
        folder = own;
    }
    SCK_TRY(name_of_machine(&host, &machine));
    if (folder[0] == 0 ||
        snprintf(path, SCK_RATES_PATH, "%s/%s/calibration.json", folder,
                 machine) >= SCK_RATES_PATH)
        return SCK_FAIL(SCK_ERR_ARGUMENT,
                        "no folder for calibrations: set STARCLOAK_PERFMODELS");
    return make_folders(path);
}
