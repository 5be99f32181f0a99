/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#define _POSIX_C_SOURCE 200809L
#include "report.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

double seconds_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct progress progress_begin(const char *what, uint32_t all)
{
    return (struct progress){what, all, seconds_now()};
}

/* Whether stderr's last line is one of progress, to be ended. */
static int line_open;

void progress_show(const struct progress *p, uint32_t done)
{
    if (p->all == 0 || !isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%s %u/%u", p->what, done, p->all);
    if (done > 0)
        fprintf(stderr, ", %.0f s left ",
                (seconds_now() - p->begin) / done * (p->all - done));
    line_open = 1;
    if (done == p->all)
        progress_end();
}

void progress_end(void)
{
    if (line_open)
        fputc('\n', stderr);
    line_open = 0;
}

int json_on_stdout(const struct options *o)
{
    return o->json != NULL && strcmp(o->json, "-") == 0;
}

void say(const struct options *o, const char *format, ...)
{
    va_list list;

    if (json_on_stdout(o))
        return;
    va_start(list, format);
    vprintf(format, list);
    va_end(list);
}

sck_status report_json(const struct options *o, json_t *json)
{
    char *text = json != NULL ? json_dumps(json, JSON_INDENT(1)) : NULL;
    sck_status status = SCK_OK;

    json_decref(json);
    if (text == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "the report: no memory, or a name is "
                                        "not UTF-8");
    if (!json_on_stdout(o))
        status = write_text(o->json, text);
    else if (puts(text) < 0 || fflush(stdout) != 0)
        status = SCK_FAIL(SCK_ERR_IO, "stdout cannot be written");
    free(text);
    return status;
}

double bits_of(double difference)
{
    /* Doubles near 1 agree in no more. */
    return difference > 0 ? fmin(-log2(difference), 53) : 53;
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

sck_status can_write(const char *path)
{
    char folder[4096] = ".";
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    struct stat there;

    if (path == NULL || strcmp(path, "-") == 0)
        return SCK_OK;
    if (lstat(path, &there) == 0 && !S_ISREG(there.st_mode) &&
        !S_ISLNK(there.st_mode))
        return SCK_FAIL(SCK_ERR_IO, "%s is no plain file", path);
    /* "/name" is in "/". */
    if (slash != NULL)
        (void)snprintf(folder, sizeof folder, "%.*s",
                       slash > path ? (int)(slash - path) : 1, path);
    if (access(folder, W_OK | X_OK) != 0)
        return SCK_FAIL(SCK_ERR_IO, "%s cannot be written: %s: %s", path,
                        folder, strerror(errno));
    return SCK_OK;
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
