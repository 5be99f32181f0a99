/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#define _POSIX_C_SOURCE 200809L
#include "options.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct {
    const char *name;
    size_t at;
    char type; /* s text, u number, m 64-bit number */
} table[] = {
    {"--params", offsetof(struct options, params), 's'},
    {"--model", offsetof(struct options, model), 's'},
    {"--keys", offsetof(struct options, keys), 's'},
    {"--secret", offsetof(struct options, secret), 's'},
    {"--public", offsetof(struct options, public_key), 's'},
    {"--plan", offsetof(struct options, plan), 's'},
    {"--in", offsetof(struct options, in), 's'},
    {"--out", offsetof(struct options, out), 's'},
    {"--json", offsetof(struct options, json), 's'},
    {"--trace", offsetof(struct options, trace), 's'},
    {"--sched", offsetof(struct options, scheduler), 's'},
    {"--swap", offsetof(struct options, swap), 's'},
    {"--backend", offsetof(struct options, backend), 's'},
    {"--labels", offsetof(struct options, labels), 's'},
    {"--workers", offsetof(struct options, workers), 'u'},
    {"--limbs-per-block", offsetof(struct options, limbs_per_block), 'u'},
    {"--first", offsetof(struct options, first), 'u'},
    {"--count", offsetof(struct options, count), 'u'},
    {"--mem", offsetof(struct options, memory_mib), 'm'},
};

static int number(const char *name, const char *text, uint64_t *out)
{
    char *end = NULL;
    const unsigned long long x = strtoull(text, &end, 10);

    /* 2^40 MiB are more bytes than 64 bits count; too many digits give more. */
    if (*text < '0' || *text > '9' || *end != 0 || x >= 1ULL << 40) {
        fprintf(stderr, "%s takes a whole number, not \"%s\"\n", name, text);
        return EXIT_USAGE;
    }
    *out = x;
    return 0;
}

int options_read(int argc, char **argv, struct options *options)
{
    const size_t known = sizeof table / sizeof *table;

    for (int i = 0; i < argc; i += 2) {
        size_t k = 0;
        uint64_t x = 0;

        while (k < known && strcmp(table[k].name, argv[i]) != 0)
            k++;
        if (k == known || i + 1 == argc) {
            fprintf(stderr,
                    k == known ? "unknown option %s; see --help\n"
                               : "%s needs a value\n",
                    argv[i]);
            return EXIT_USAGE;
        }
        char *to = (char *)options + table[k].at;

        if (table[k].type == 's') {
            memcpy(to, &argv[i + 1], sizeof(char *));
            continue;
        }
        if (number(argv[i], argv[i + 1], &x) != 0)
            return EXIT_USAGE;
        if (table[k].type == 'm') {
            memcpy(to, &x, sizeof x);
        } else {
            const uint32_t y = x > UINT32_MAX ? UINT32_MAX : (uint32_t)x;

            memcpy(to, &y, sizeof y);
        }
    }
    return 0;
}

int dispatch(int argc, char **argv, const char *usage,
             const struct command *commands, size_t count)
{
    struct options options = {0};

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    for (size_t i = 0; argc > 1 && i < count; i++)
        if (strcmp(argv[1], commands[i].name) == 0) {
            const int rc = options_read(argc - 2, argv + 2, &options);

            return rc != 0 ? rc : commands[i].run(&options);
        }
    fputs(usage, stderr);
    return EXIT_USAGE;
}

int options_need(const char *value, const char *name)
{
    if (value != NULL)
        return 0;
    fprintf(stderr, "%s is needed; see --help\n", name);
    return EXIT_USAGE;
}

int fail(sck_status status)
{
    fprintf(stderr, "error: %s: %s\n", sck_status_text(status),
            sck_last_error());
    switch (status) {
    case SCK_ERR_KEY:
        return EXIT_KEY;
    case SCK_ERR_LEVEL:
    case SCK_ERR_PARAMETERS:
        return EXIT_LEVEL;
    case SCK_ERR_MEMORY:
    case SCK_ERR_DEVICE:
        return EXIT_RESOURCE;
    case SCK_ERR_STATE:
        return EXIT_FAILED;
    default:
        return EXIT_INPUT;
    }
}

void progress(const char *what, uint32_t done, uint32_t all, double seconds)
{
    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%s %u/%u", what, done, all);
    if (done > 0)
        fprintf(stderr, ", %.0f s left ", seconds / done * (all - done));
    if (done == all)
        fprintf(stderr, "\n");
}

double seconds_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    long size;

    if (file == NULL) {
        (void)SCK_FAIL(SCK_ERR_IO, "%s cannot be opened", path);
        return NULL;
    }
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 &&
        size < 64L << 20 && fseek(file, 0, SEEK_SET) == 0) {
        text = calloc(1, (size_t)size + 1);
        if (text != NULL &&
            fread(text, 1, (size_t)size, file) != (size_t)size) {
            free(text);
            text = NULL;
        }
    }
    fclose(file);
    if (text == NULL)
        (void)SCK_FAIL(SCK_ERR_IO, "%s cannot be read", path);
    return text;
}

sck_status write_text(const char *path, const char *text)
{
    char name[4096];
    const int length = snprintf(name, sizeof name, "%s.part", path);
    FILE *file =
        length > 0 && (size_t)length < sizeof name ? fopen(name, "wb") : NULL;

    if (file == NULL)
        return SCK_FAIL(SCK_ERR_IO, "%s cannot be written", path);
    const int wrote = fputs(text, file) >= 0;

    if (fclose(file) != 0 || !wrote || rename(name, path) != 0) {
        remove(name);
        return SCK_FAIL(SCK_ERR_IO, "%s cannot be written", path);
    }
    return SCK_OK;
}
