/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* run: which back end, and whether the options fit it. */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An option that the back end has no use for; NULL: none. */
static const char *misplaced(const struct options *o, int fhe)
{
    if (fhe)
        return o->first != 0   ? "--first"
               : o->count != 0 ? "--count"
               : o->seed != 0  ? "--seed"
                               : NULL;
    return o->kept != NULL           ? "--kept"
           : o->trace != NULL        ? "--trace"
           : o->save_memory          ? "--save-memory"
           : o->keys != NULL         ? "--keys"
           : o->workers != 0         ? "--workers"
           : o->scheduler != NULL    ? "--sched"
           : o->limbs_per_block != 0 ? "--limbs-per-block"
           : o->memory_mib != 0      ? "--mem"
           : o->swap != NULL         ? "--swap"
                                     : NULL;
}

int command_run(const struct options *o)
{
    const char *backend = o->backend != NULL ? o->backend : "fhe";
    const int fhe = strcmp(backend, "fhe") == 0;
    const int noise = strcmp(backend, "noise") == 0;

    if (!fhe && !noise && strcmp(backend, "clear") != 0) {
        fprintf(stderr, "--backend is fhe, clear or noise, not %s\n", backend);
        return EXIT_USAGE;
    }
    const char *const name = misplaced(o, fhe);

    if (name != NULL) {
        fprintf(stderr, "%s is not for the back end %s\n", name, backend);
        return EXIT_USAGE;
    }
    if (o->memory_mib != 0 && o->swap == NULL &&
        getenv("STARPU_DISK_SWAP") == NULL) {
        fprintf(stderr, "--mem needs --swap: a folder for what does not fit\n");
        return EXIT_USAGE;
    }
    if (fhe && (o->keep == NULL) != (o->kept == NULL)) {
        fprintf(stderr, "--keep LAYERS and --kept FILE go together\n");
        return EXIT_USAGE;
    }
    if (options_need(o->params, "--params") != 0 ||
        options_need(o->model, "--model") != 0 ||
        options_need(o->in, "--in") != 0 ||
        options_need(o->out, "--out") != 0 ||
        (fhe && options_need(o->keys, "--keys") != 0))
        return EXIT_USAGE;
    return fhe ? run_encrypted(o) : run_doubles(o, noise);
}
