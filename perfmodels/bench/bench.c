/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Times kernels on one core against floors measured in the same run: the median
 * of rounds over several buffers, so that the cache does not lie. */
#define _POSIX_C_SOURCE 200809L
#include "automorphism.h"
#include "elementwise.h"
#include "intt.h"
#include "isa.h"
#include "ntt.h"
#include "sample_uniform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BUFFERS = 64, ROUNDS = 15, Q = 1073479681 };

struct context {
    const struct sck_ring *ring;
    uint32_t n;
    uint32_t *buffer[BUFFERS];
};

typedef void work(const struct context *c, uint32_t *to, const uint32_t *from);

static void do_copy(const struct context *c, uint32_t *to, const uint32_t *from)
{
    memcpy(to, from, c->n * sizeof *to);
}

static void do_ntt(const struct context *c, uint32_t *to, const uint32_t *from)
{
    const struct sck_ntt_args args = {c->ring->id, 1, {Q}};

    sck_ntt(&args, c->ring, &to, &from);
}

static void do_intt(const struct context *c, uint32_t *to, const uint32_t *from)
{
    const struct sck_ntt_args args = {c->ring->id, 1, {Q}};

    sck_intt(&args, c->ring, &to, &from);
}

static void elementwise(const struct context *c, uint32_t op, uint32_t *to,
                        const uint32_t *from)
{
    const struct sck_elementwise_args args = {
        .ring = c->ring->id, .op = op, .limbs = 1, .q = {Q}};
    const uint32_t *b = to;

    sck_elementwise(&args, c->ring, &to, &from, &b, NULL);
}

static void do_add(const struct context *c, uint32_t *to, const uint32_t *from)
{
    elementwise(c, SCK_ADD, to, from);
}

static void do_mul(const struct context *c, uint32_t *to, const uint32_t *from)
{
    elementwise(c, SCK_MUL, to, from);
}

static void do_automorphism(const struct context *c, uint32_t *to,
                            const uint32_t *from)
{
    const struct sck_automorphism_args args = {c->ring->id, 1, 5};

    sck_automorphism(&args, c->ring, &to, &from);
}

static void do_sample(const struct context *c, uint32_t *to,
                      const uint32_t *from)
{
    const struct sck_sample_uniform_args args = {
        .ring = c->ring->id, .limbs = 1, .q = {Q}};

    (void)from;
    sck_sample_uniform(&args, c->ring, &to);
}

static double now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Microseconds a limb: rounds sorted, ascending. */
static void measure(const struct context *c, work *f, double *rounds)
{
    for (int r = -2; r < ROUNDS; r++) {
        const double begin = now_us();

        for (int i = 0; i < BUFFERS; i++)
            f(c, c->buffer[(i + 1) % BUFFERS], c->buffer[i]);
        if (r >= 0)
            rounds[r] = (now_us() - begin) / BUFFERS;
    }
    qsort(rounds, ROUNDS, sizeof *rounds, ascending);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        work *run;
        double passes; /* copies that it is at the least */
    } list[] = {{"copy", do_copy, 1},
                {"ntt", do_ntt, 1},
                {"intt", do_intt, 1},
                {"add", do_add, 1.5},
                {"mul", do_mul, 1.5},
                {"automorphism", do_automorphism, 1},
                {"sample_uniform", do_sample, .5}};
    const uint32_t q = Q, logn = 16;
    struct context c = {.n = 1u << logn};
    double floor_us = 0;
    enum sck_isa isa;
    FILE *json = argc == 3 && strcmp(argv[1], "--json") == 0
                     ? fopen(argv[2], "w")
                     : NULL;

    if (sck_kernels_init() != SCK_OK || sck_isa_allowed(&isa) != SCK_OK ||
        sck_ring_new(logn, &q, 1, &c.ring) != SCK_OK) {
        fprintf(stderr, "%s\n", sck_last_error());
        return 1;
    }
    for (int i = 0; i < BUFFERS; i++) {
        c.buffer[i] = malloc(c.n * sizeof **c.buffer);
        if (c.buffer[i] == NULL)
            return 1;
        for (uint32_t j = 0; j < c.n; j++)
            c.buffer[i][j] =
                (uint32_t)(((uint64_t)rand() << 16 ^ (uint64_t)rand()) % Q);
    }
    printf("one limb, N = 2^%u, one core, kernels %s\n%-16s %9s %9s %9s  ratio "
           "to copies\n",
           logn, sck_isa_name(isa), "", "median us", "min", "max");
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        double us[ROUNDS];

        measure(&c, list[k].run, us);
        if (k == 0)
            floor_us = us[ROUNDS / 2];
        const double bound = floor_us * list[k].passes;

        printf("%-16s %9.1f %9.1f %9.1f  %.2f\n", list[k].name, us[ROUNDS / 2],
               us[0], us[ROUNDS - 1], us[ROUNDS / 2] / bound);
        if (json != NULL)
            fprintf(json,
                    "%c{\"name\": \"%s\", \"logn\": %u, \"level\": 0, "
                    "\"limbs\": 1, \"isa\": \"%s\", \"workers\": 1, "
                    "\"block\": 1, \"median\": %.3f, \"min\": %.3f, \"max\": "
                    "%.3f, \"unit\": \"us\", \"floor\": %.3f, \"ratio\": "
                    "%.3f}\n",
                    k == 0 ? '[' : ',', list[k].name, logn, sck_isa_name(isa),
                    us[ROUNDS / 2], us[0], us[ROUNDS - 1], bound,
                    us[ROUNDS / 2] / bound);
    }
    if (json != NULL) {
        fputs("]\n", json);
        fclose(json);
    }
    return 0;
}
