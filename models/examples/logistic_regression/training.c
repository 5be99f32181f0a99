/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "training.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ITERATIONS = 1000, MOST_WORKERS = 4096, MOST_SAMPLES = 1 << 20 };

static const char usage[] =
    "usage: logistic_regression [--set NAME] [--iterations K] [--workers W]\n"
    "                           [--samples S] [--data FILE] [--json [FILE]]\n"
    "Trains a classifier on encrypted data and compares every step with the\n"
    "same one in the clear. --set: b16-40 (the default; 4.5 GB), b16-35, or\n"
    "test-10 test-11 test-12, small and INSECURE. --iterations: 10.\n"
    "--samples: as many as there are and fit. --json: one object, in FILE, or\n"
    "on stdout with nothing else there.\n"
    "exit codes: 0 done, 1 failed, 2 usage, 3 input file, 4 key, 5 levels or\n"
    "parameters, 6 memory or workers\n";

static int number(const char *name, const char *text, uint32_t most,
                  uint32_t *out)
{
    char *end = NULL;
    const unsigned long x = strtoul(text, &end, 10);

    if (*text < '0' || *text > '9' || *end != 0 || x == 0 || x > most) {
        (void)fprintf(stderr, "%s takes a whole number, 1 to %u, not \"%s\"\n",
                      name, most, text);
        return EXIT_USAGE;
    }
    *out = (uint32_t)x;
    return -1;
}

int training_options(int argc, char **argv, struct training *t)
{
    *t = (struct training){.set = "b16-40",
                           .data = EXAMPLE_DATA,
                           .iterations = 10,
                           .samples = MOST_SAMPLES};
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i];
        int rc = -1;

        if (strcmp(name, "--help") == 0) {
            (void)fputs(usage, stdout);
            return EXIT_DONE;
        }
        if (strcmp(name, "--json") == 0 &&
            (i + 1 == argc || strncmp(argv[i + 1], "--", 2) == 0)) {
            t->shared.json = "-";
            continue;
        }
        const char *value = i + 1 < argc ? argv[++i] : NULL;

        if (value == NULL)
            rc = EXIT_USAGE;
        else if (strcmp(name, "--set") == 0)
            t->set = value;
        else if (strcmp(name, "--data") == 0)
            t->data = value;
        else if (strcmp(name, "--json") == 0)
            t->shared.json = value;
        else if (strcmp(name, "--iterations") == 0)
            rc = number(name, value, MOST_ITERATIONS, &t->iterations);
        else if (strcmp(name, "--samples") == 0)
            rc = number(name, value, MOST_SAMPLES, &t->samples);
        else if (strcmp(name, "--workers") == 0)
            rc = number(name, value, MOST_WORKERS, &t->workers);
        else
            value = NULL;
        if (value == NULL) {
            (void)fprintf(stderr, "%s: no such option, or it lacks a value\n%s",
                          name, usage);
            return EXIT_USAGE;
        }
        if (rc >= 0)
            return rc;
    }
    return -1;
}

void report_begin(const struct training *t, const struct report *r)
{
    say(&t->shared,
        "%s%s: %u samples of %d weights in %u slots, %u workers\n"
        "sigmoid: degree %d on [-%g, %g], worst error %.4f\n"
        "%u evaluation keys, %u refreshes in %u iterations\n",
        sck_params_name(r->params),
        sck_params_is_insecure(r->params) ? " (INSECURE: for tests only)" : "",
        r->problem->samples, WEIGHTS, r->problem->rows * ROW, r->workers,
        DEGREE, RANGE, RANGE, r->problem->fit_error, r->keys, r->refreshes,
        t->iterations);
}

void report_step(const struct training *t, uint32_t i,
                 const struct step_report *s)
{
    if (i == 0)
        say(&t->shared, "%4s %6s %6s %8s %8s %7s %7s %6s %8s %8s\n", "step",
            "level", "bits", "loss", "clear", "% right", "clear", "boots",
            "step s", "boot s");
    say(&t->shared, "%4u %6u %6.1f %8.5f %8.5f %7.2f %7.2f %6u %8.2f %8.2f\n",
        i + 1, s->level, s->bits, s->loss[0], s->loss[1], s->accuracy[0],
        s->accuracy[1], s->bootstraps, s->seconds, s->refresh_seconds);
    (void)fflush(stdout);
}

static json_t *steps(const struct report *r, uint32_t count)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < count; i++) {
        const struct step_report *s = &r->step[i];

        if (json_array_append_new(
                list,
                json_pack("{s:i, s:i, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, "
                          "s:f, s:i}",
                          "iteration", (int)i + 1, "level", (int)s->level,
                          "bits_worst", s->bits, "weight_greatest", s->greatest,
                          "loss", s->loss[0], "loss_clear", s->loss[1],
                          "accuracy", s->accuracy[0], "accuracy_clear",
                          s->accuracy[1], "accuracy_sigmoid", s->accuracy[2],
                          "seconds", s->seconds, "refresh_seconds",
                          s->refresh_seconds, "bootstraps",
                          (int)s->bootstraps)) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

sck_status report_end(const struct training *t, const struct report *r)
{
    const struct step_report *last = &r->step[t->iterations - 1];
    double bits = 53, seconds = 0;

    for (uint32_t i = 0; i < t->iterations; i++) {
        bits = fmin(bits, r->step[i].bits);
        seconds += r->step[i].seconds + r->step[i].refresh_seconds;
    }
    say(&t->shared,
        "worst bits %.1f; greatest weight %.3f, |t| %.3f; %.2f %% right, in "
        "the clear %.2f,\nwith the sigmoid itself %.2f; keys %.1f s, training "
        "%.1f s, %.0f MiB at most\n",
        bits, last->greatest, r->range, last->accuracy[0], last->accuracy[1],
        last->accuracy[2], r->key_seconds, seconds,
        (double)r->bytes_peak / (1 << 20));
    if (r->range > 1 || last->greatest > 1)
        say(&t->shared, "|t| or a weight has passed 1, for which RANGE and "
                        "the refresh are made:\ntake fewer iterations\n");
    if (t->shared.json == NULL)
        return SCK_OK;
    return report_json(
        &t->shared,
        json_pack("{s:s, s:b, s:i, s:i, s:i, s:i, s:f, s:f, s:f, s:f, s:f, "
                  "s:I, s:i, s:o}",
                  "params", sck_params_name(r->params), "insecure",
                  sck_params_is_insecure(r->params), "workers", (int)r->workers,
                  "samples", (int)r->problem->samples, "heldout",
                  (int)r->problem->held, "keys_count", (int)r->keys,
                  "key_seconds", r->key_seconds, "training_seconds", seconds,
                  "fit_error", r->problem->fit_error, "argument_greatest",
                  r->range, "bits_least", bits, "peak_bytes",
                  (json_int_t)r->bytes_peak, "refreshes", (int)r->refreshes,
                  "steps", steps(r, t->iterations)));
}
