/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Bootstraps one ciphertext and says what came out. */
#include "example.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: bootstrap --dir DIR --set NAME [options]\n"
    "  --prepare        make a ciphertext in DIR, and keys unless it has\n"
    "                   them; no more\n"
    "  --run            bootstrap DIR's ciphertext, with DIR's keys\n"
    "                   (neither: both)\n"
    "  --table          every shape from three seeds\n"
    "  --set NAME       b16-40, b16-35, b16-45, test-10, ...\n"
    "  --logn L         the set's primes in a ring of 2^L: insecure\n"
    "  --slots N        power of two; N/2 unless said\n"
    "  --shape SHAPE    random, complex, one, half, alternating; pair: two "
    "random\n"
    "                   messages by one bootstrap\n"
    "  --seed S         of the message; keys are always fresh\n"
    "  --iterated BITS  Meta-BTS, a single error being below 2^-BITS\n"
    "  --workers W --sched NAME --limbs-per-block B\n"
    "  --mem MIB --swap FOLDER\n"
    "  --save-memory    half of every key, matrices as coefficients\n"
    "  --json           one object on stdout\n"
    "exit codes: 0 done, 1 failed, 2 usage\n";

static int number(const char *text, uint64_t *out)
{
    char *end;

    errno = 0;
    *out = strtoull(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && text[0] != '-';
}

static int small(const char *text, uint32_t *out)
{
    uint64_t x;

    if (!number(text, &x) || x > UINT32_MAX)
        return 0;
    *out = (uint32_t)x;
    return 1;
}

static int flag(const char *name, struct options *o)
{
    const struct {
        const char *name;
        int *to;
    } flags[] = {{"--prepare", &o->prepare},
                 {"--run", &o->run},
                 {"--table", &o->table},
                 {"--json", &o->json},
                 {"--save-memory", &o->save_memory}};

    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (strcmp(flags[i].name, name) == 0)
            return *flags[i].to = 1;
    return 0;
}

static int word(const char *name, const char *value, struct options *o)
{
    const struct {
        const char *name;
        const char **to;
    } words[] = {{"--dir", &o->dir},
                 {"--set", &o->set},
                 {"--sched", &o->scheduler},
                 {"--swap", &o->swap}};
    const struct {
        const char *name;
        uint32_t *to;
    } numbers[] = {{"--logn", &o->logn},
                   {"--slots", &o->slots},
                   {"--workers", &o->workers},
                   {"--limbs-per-block", &o->grain},
                   {"--iterated", &o->iterated}};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].name, name) == 0) {
            *words[i].to = value;
            return 1;
        }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strcmp(numbers[i].name, name) == 0)
            return small(value, numbers[i].to);
    if (strcmp(name, "--mem") == 0)
        return number(value, &o->memory_mib);
    if (strcmp(name, "--seed") == 0)
        return number(value, &o->seed);
    if (strcmp(name, "--shape") == 0)
        return (o->shape = shape_of(value)) != SHAPES;
    return 0;
}

static int read_options(int argc, char **argv, struct options *o)
{
    memset(o, 0, sizeof *o);
    for (int i = 1; i < argc; i++) {
        if (flag(argv[i], o))
            continue;
        if (i + 1 == argc || !word(argv[i], argv[i + 1], o)) {
            fprintf(stderr, "error: %s\n%s", argv[i], usage);
            return 0;
        }
        i++;
    }
    if (o->dir == NULL || o->set == NULL ||
        (o->iterated > 0 && (o->shape == COMPLEX || o->shape == PAIR))) {
        fprintf(stderr, "error: %s\n%s",
                o->dir == NULL   ? "--dir is missing"
                : o->set == NULL ? "--set is missing"
                                 : "--iterated is for real messages",
                usage);
        return 0;
    }
    return 1;
}

static void tell(const struct options *o, const struct sides *s,
                 const struct outcome *out)
{
    if (!o->json) {
        if (s->secret != NULL)
            printf("bits: worst %.2f, average %.2f, median %.2f; deviation "
                   "%.2f, predicted %.2f\n",
                   out->bits.worst, out->bits.average, out->bits.median,
                   out->bits.deviation, out->predicted);
        printf("levels left: %u of 2^%.2f\ntime: %.2f s\npeak: %.1f MiB of "
               "blocks, %.1f MiB resident; %.1f MiB evicted\nsha256: %s\n",
               out->levels,
               sck_scale_log2(
                   sck_params_scale(s->params, sck_params_app_top(s->params))),
               out->seconds, (double)out->peak_bytes / 1048576,
               (double)out->resident_bytes / 1048576,
               (double)out->evicted_bytes / 1048576, out->sha256);
        return;
    }
    printf("{\n");
    if (s->secret != NULL)
        printf(" \"bits_worst\": %.4f,\n \"bits_average\": %.4f,\n "
               "\"bits_median\": %.4f,\n \"deviation_bits\": %.4f,\n",
               out->bits.worst, out->bits.average, out->bits.median,
               out->bits.deviation);
    printf(" \"deviation_bits_predicted\": %.4f,\n \"levels\": %u,\n "
           "\"seconds\": %.4f,\n \"peak_bytes\": %llu,\n "
           "\"evicted_bytes\": %llu,\n \"resident_bytes\": %llu,\n "
           "\"sha256\": \"%s\"\n}\n",
           out->predicted, out->levels, out->seconds,
           (unsigned long long)out->peak_bytes,
           (unsigned long long)out->evicted_bytes,
           (unsigned long long)out->resident_bytes, out->sha256);
}

int main(int argc, char **argv)
{
    struct options o;
    struct outcome outcome = {0};
    struct sides sides = {0};
    sck_status status;

    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return fputs(usage, stdout) < 0;
    if (!read_options(argc, argv, &o))
        return 2;
    status = example_params(&o, &sides);
    if (status == SCK_OK && o.slots == 0)
        o.slots = UINT32_C(1) << (sck_params_logn(sides.params) - 1);
    if (status == SCK_OK && (o.prepare || o.table || !o.run))
        status = example_prepare(&o, &sides);
    if (status == SCK_OK && (o.run || o.table || !o.prepare)) {
        status = example_open(&o, &sides);
        if (status == SCK_OK && o.table)
            status = example_table(&o, &sides);
        else if (status == SCK_OK)
            status = example_round(&o, &sides, &outcome);
        if (status == SCK_OK && !o.table)
            tell(&o, &sides, &outcome);
    }
    if (status != SCK_OK)
        fprintf(stderr, "error: %s: %s\n", sck_status_text(status),
                sck_last_error());
    example_close(&sides);
    return status != SCK_OK;
}
