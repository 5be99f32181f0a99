/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "options.h"

#include "report.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    size_t at;
    char type; /* s text, n number, p number above 0, m and q likewise of 64
                  bits, f flag: no value */
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
    {"--keep", offsetof(struct options, keep), 's'},
    {"--kept", offsetof(struct options, kept), 's'},
    {"--trace", offsetof(struct options, trace), 's'},
    {"--sched", offsetof(struct options, scheduler), 's'},
    {"--swap", offsetof(struct options, swap), 's'},
    {"--backend", offsetof(struct options, backend), 's'},
    {"--labels", offsetof(struct options, labels), 's'},
    {"--workers", offsetof(struct options, workers), 'p'},
    {"--limbs-per-block", offsetof(struct options, limbs_per_block), 'p'},
    {"--first", offsetof(struct options, first), 'n'},
    {"--count", offsetof(struct options, count), 'p'},
    {"--seed", offsetof(struct options, seed), 'm'},
    {"--mem", offsetof(struct options, memory_mib), 'q'},
    {"--save-memory", offsetof(struct options, save_memory), 'f'},
};

/* 2^40 MiB are more bytes than 64 bits count; too many digits give more. */
static int number(const char *name, const char *text, uint64_t least,
                  uint64_t most, uint64_t *out)
{
    char *end = NULL;
    const unsigned long long x = strtoull(text, &end, 10);

    if (*text < '0' || *text > '9' || *end != 0 || x < least || x > most) {
        fprintf(stderr, "%s takes a whole number from %d to %llu, not \"%s\"\n",
                name, (int)least, (unsigned long long)most, text);
        return EXIT_USAGE;
    }
    *out = x;
    return 0;
}

static int read_value(size_t k, const char *text, struct options *options)
{
    char *to = (char *)options + table[k].at;
    uint64_t x = 0;

    if (table[k].type == 's') {
        memcpy(to, &text, sizeof text);
        return 0;
    }
    const int wide = table[k].type == 'm' || table[k].type == 'q';
    const int positive = table[k].type == 'p' || table[k].type == 'q';

    if (number(table[k].name, text, (uint64_t)positive,
               wide ? (1ULL << 40) - 1 : UINT32_MAX, &x) != 0)
        return EXIT_USAGE;
    const uint32_t narrow = (uint32_t)x;

    if (wide)
        memcpy(to, &x, sizeof x);
    else
        memcpy(to, &narrow, sizeof narrow);
    return 0;
}

/* Whether list, of names each followed by a space, has name. */
static int lists(const char *list, const char *name)
{
    const size_t length = strlen(name);

    while ((list = strstr(list, name)) != NULL && list[length] != ' ')
        list += length;
    return list != NULL;
}

/* The option's place in the table; known when there is none, or when the
 * command does not take it, with a message. */
static size_t find(const char *name, const struct command *command)
{
    const size_t known = sizeof table / sizeof *table;
    size_t k = 0;

    while (k < known && strcmp(table[k].name, name) != 0)
        k++;
    if (k == known && strncmp(name, "--", 2) == 0) {
        fprintf(stderr, "unknown option %s; see --help\n", name);
        return known;
    }
    if (k < known && lists(command->options, name))
        return k;
    fprintf(stderr, "%s does not take %s; see --help\n", command->name, name);
    return known;
}

int options_read(int argc, char **argv, const struct command *command,
                 struct options *options)
{
    const size_t known = sizeof table / sizeof *table;
    unsigned words = 0;

    for (int i = 0; i < argc; i++) {
        const int alone = i + 1 == argc || strncmp(argv[i + 1], "--", 2) == 0;

        if (strncmp(argv[i], "--", 2) != 0 && words < command->operands) {
            options->operand[words++] = argv[i];
            continue;
        }
        const size_t k = find(argv[i], command);

        if (k == known)
            return EXIT_USAGE;
        if (alone && strcmp(argv[i], "--json") == 0) {
            options->json = "-";
            continue;
        }
        if (table[k].type == 'f') {
            const int set = 1;

            memcpy((char *)options + table[k].at, &set, sizeof set);
            continue;
        }
        if (alone) {
            fprintf(stderr, "%s needs a value; see --help\n", argv[i]);
            return EXIT_USAGE;
        }
        if (read_value(k, argv[++i], options) != 0)
            return EXIT_USAGE;
    }
    return 0;
}

/* Before anything that takes long: the files to be written can be. */
static int check_outputs(const struct command *command,
                         const struct options *options)
{
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        const char *path;

        if (table[k].type != 's' || !lists(command->outputs, table[k].name))
            continue;
        memcpy(&path, (const char *)options + table[k].at, sizeof path);
        const sck_status status = can_write(path);

        if (status != SCK_OK)
            return fail(status);
    }
    return 0;
}

int dispatch(int argc, char **argv, const char *version, const char *usage,
             const struct command *commands, size_t count)
{
    struct options options = {0};

    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0)
            return fputs(usage, stdout) < 0 ? EXIT_FAILED : 0;
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return puts(version) < 0 ? EXIT_FAILED : 0;
    for (size_t i = 0; argc > 1 && i < count; i++)
        if (strcmp(argv[1], commands[i].name) == 0) {
            int rc = options_read(argc - 2, argv + 2, &commands[i], &options);

            if (rc == 0)
                rc = check_outputs(&commands[i], &options);
            return rc != 0 ? rc : commands[i].run(&options);
        }
    if (argc > 1)
        fprintf(stderr, "unknown command %s; see --help\n", argv[1]);
    else
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
    progress_end();
    fprintf(stderr, "error: %s: %s\n", sck_status_text(status),
            sck_last_error());
    switch (status) {
    case SCK_ERR_ARGUMENT:
        return EXIT_USAGE;
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
