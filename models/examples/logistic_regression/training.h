/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The program's options and what it reports. */
#ifndef EXAMPLE_TRAINING_H
#define EXAMPLE_TRAINING_H

#include "problem.h"
#include "report.h"

#include "sck_params.h"

struct training {
    const char *set, *data;
    uint32_t iterations, workers, samples;
    struct options shared; /* of the programs in models/cli: json alone */
};

/** After one step. Pairs: encrypted, in the clear; then with the sigmoid. */
struct step_report {
    double bits;     /* -log2 of the worst difference of a weight */
    double greatest; /* of the weights in the clear               */
    double loss[2], accuracy[3];
    double seconds, refresh_seconds; /* of the step, of the refresh before */
    uint32_t level, bootstraps;
};

struct report {
    const struct problem *problem;
    const sck_params *params;
    uint32_t workers, keys, refreshes;
    double key_seconds, range;
    uint64_t bytes_peak;
    struct step_report *step;
};

/** @return an exit code, or -1: go on */
int training_options(int argc, char **argv, struct training *t);

void report_begin(const struct training *t, const struct report *r);
void report_step(const struct training *t, uint32_t i,
                 const struct step_report *s);
sck_status report_end(const struct training *t, const struct report *r);

#endif
