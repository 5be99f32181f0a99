/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* bench: the kernels' benchmark, a program of its own beside this one; and
 * calibrate, which is one of its uses. */
#define _POSIX_C_SOURCE 200809L
#include "commands.h"

#include "model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Installed and as built. */
static const char *const names[] = {"starcloak-bench", "bench"};

int command_bench(char **argv)
{
    char path[4096];
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 32);

    if (length <= 0) {
        fprintf(stderr, "bench: where this program lies is not known\n");
        return EXIT_FAILED;
    }
    path[length] = 0;
    char *slash = strrchr(path, '/');
    char *name = slash != NULL ? slash + 1 : path;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        strcpy(name, names[i]);
        argv[0] = path;
        (void)execv(path, argv);
        if (errno != ENOENT) {
            fprintf(stderr, "bench: %s: %s\n", path, strerror(errno));
            return EXIT_FAILED;
        }
    }
    *name = 0;
    fprintf(stderr,
            "bench: there is no %s in %s; install it, or build it: "
            "./dev bench\n",
            names[0], path);
    return EXIT_FAILED;
}

int command_calibrate(const struct options *o)
{
    char place[SCK_RATES_PATH];
    char program[] = "bench", option[] = "--calibrate";
    const char *path = o->out;

    if (path == NULL) {
        const sck_status status = sck_rates_place(place);

        if (status != SCK_OK)
            return fail(status);
        path = place;
    }
    /* StarPU's own models are none of calibration's business. */
    (void)setenv("STARPU_SILENT", "1", 0);
    char *const copy = strdup(path);
    char *argv[] = {program, option, copy, NULL};
    const int rc = copy != NULL ? command_bench(argv)
                                : fail(SCK_FAIL(SCK_ERR_MEMORY, "%s", path));

    free(copy);
    return rc;
}
