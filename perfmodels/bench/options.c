/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: bench [NAME ...] [options]\n"
    "NAME selects rows by prefix: floor, ntt, op., ... (--list tells those of\n"
    "a whole run). By name only: share, gain, isa, bootstrap.one,\n"
    "bootstrap.stage, bootstrap.slots.N\n"
    "  --json FILE       the rows as a JSON array\n"
    "  --svg FILE        a roofline picture of the rows\n"
    "  --roofline FILE   no measurement: the picture of the rows in FILE, "
    "which\n"
    "                    --json wrote; with --svg\n"
    "  --logn N          the kernels' ring, 13..16 (default 16)\n"
    "  --isa NAME        ref, avx2, avx512 or all (default: the best)\n"
    "  --sched NAME      the demo network under one scheduler, or all\n"
    "  --predict         predicted times beside measured ones\n"
    "  --calibrate FILE  measured rates, for perfmodels\n"
    "  --quick           7 short repetitions, operations in a small ring\n"
    "  --list            names only\n"
    "exit codes: 0 done, 1 failed, 2 usage, or a NAME that selects nothing\n";

static int refuse(const char *what, const char *word)
{
    fprintf(stderr, "%s %s\n%s", what, word, usage);
    return 2;
}

static int read_isa(const char *word, struct bench_options *o)
{
    const enum sck_isa host = sck_isa_detect();

    if (strcmp(word, "all") == 0) {
        o->isa_first = SCK_ISA_REF;
        o->isa_last = host;
        return 0;
    }
    for (int i = SCK_ISA_REF; i <= SCK_ISA_AVX512; i++)
        if (strcmp(word, sck_isa_name((enum sck_isa)i)) == 0) {
            if ((enum sck_isa)i > host)
                return refuse("this processor cannot run", word);
            o->isa_first = o->isa_last = (enum sck_isa)i;
            return 0;
        }
    return refuse("no such instruction set:", word);
}

static int read_valued(const char *name, const char *value,
                       struct bench_options *o)
{
    if (strcmp(name, "--json") == 0)
        o->json = value;
    else if (strcmp(name, "--svg") == 0)
        o->svg = value;
    else if (strcmp(name, "--roofline") == 0)
        o->roofline = value;
    else if (strcmp(name, "--sched") == 0)
        o->sched = value;
    else if (strcmp(name, "--calibrate") == 0)
        o->calibrate = value;
    else if (strcmp(name, "--isa") == 0)
        return read_isa(value, o);
    else if (strcmp(name, "--logn") == 0) {
        char *end;
        const unsigned long n = strtoul(value, &end, 10);

        if (*end != '\0' || n < 13 || n > 16)
            return refuse("--logn is 13..16, not", value);
        o->logn = (uint32_t)n;
    } else
        return refuse("no such option:", name);
    return 0;
}

int bench_options_read(int argc, char **argv, struct bench_options *o)
{
    *o = (struct bench_options){.logn = 16};
    if (sck_isa_allowed(&o->isa_last) != SCK_OK)
        return refuse("", sck_last_error());
    o->isa_first = o->isa_last;
    for (int i = 1; i < argc; i++) {
        int rc = 0;

        if (strcmp(argv[i], "--quick") == 0)
            o->quick = 1;
        else if (strcmp(argv[i], "--predict") == 0)
            o->predict = 1;
        else if (strcmp(argv[i], "--list") == 0)
            o->list = 1;
        else if (strcmp(argv[i], "--help") == 0)
            return fputs(usage, stdout) < 0 ? 1 : -1;
        else if (argv[i][0] == '-' && i + 1 == argc)
            rc = refuse("no such option, or no value:", argv[i]);
        else if (argv[i][0] == '-') {
            rc = read_valued(argv[i], argv[i + 1], o);
            i++;
        } else if (o->names == BENCH_NAMES)
            rc = refuse("too many names:", argv[i]);
        else
            o->name[o->names++] = argv[i];
        if (rc != 0)
            return rc;
    }
    return o->roofline != NULL && o->svg == NULL
               ? refuse("--roofline draws a picture: --svg FILE, of",
                        o->roofline)
               : 0;
}
