/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "model.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

const struct sck_rates sck_rates_generic = {
    .butterflies = 6e9,
    .macs = 16e9,
    .bytes = 16e9,
    .cache_bytes = 100e9,
    .complex_butterflies = 1.5e9,
    .chacha_blocks = 50e6,
    .task_us = 4,
    .last_bytes = 40e9,
    .shared_bytes = 12e9,
    .last_size = 32 << 20,
    .start_us = 30,
    .key_bytes = 10e9,
    .access_us = 1,
    .submit_us = 4,
    .submit_access_us = .5,
    .full_start_us = 100,
    .read_bytes = 12e9,
    .handed_bytes = 10e9,
};

static const struct {
    const char *key;
    size_t at;
    int may_lack; /* of files written before it was measured */
} fields[] = {
    {"butterflies_per_s", offsetof(struct sck_rates, butterflies), 0},
    {"macs_per_s", offsetof(struct sck_rates, macs), 0},
    {"bytes_per_s", offsetof(struct sck_rates, bytes), 0},
    {"cache_bytes_per_s", offsetof(struct sck_rates, cache_bytes), 0},
    {"complex_butterflies_per_s",
     offsetof(struct sck_rates, complex_butterflies), 0},
    {"chacha_blocks_per_s", offsetof(struct sck_rates, chacha_blocks), 0},
    {"task_us", offsetof(struct sck_rates, task_us), 0},
    {"last_bytes_per_s", offsetof(struct sck_rates, last_bytes), 1},
    {"shared_bytes_per_s", offsetof(struct sck_rates, shared_bytes), 1},
    {"last_cache_bytes", offsetof(struct sck_rates, last_size), 1},
    {"start_us", offsetof(struct sck_rates, start_us), 1},
    {"key_bytes_per_s", offsetof(struct sck_rates, key_bytes), 1},
    {"access_us", offsetof(struct sck_rates, access_us), 1},
    {"submit_us", offsetof(struct sck_rates, submit_us), 1},
    {"submit_access_us", offsetof(struct sck_rates, submit_access_us), 1},
    {"full_start_us", offsetof(struct sck_rates, full_start_us), 1},
    {"read_bytes_per_s", offsetof(struct sck_rates, read_bytes), 1},
    {"handed_bytes_per_s", offsetof(struct sck_rates, handed_bytes), 1},
};

enum { FIELDS = sizeof fields / sizeof fields[0] };

static sck_status read_version(const json_t *json, const char *path,
                               int *version)
{
    const json_t *value = json_object_get(json, "version");
    const json_int_t found = json_integer_value(value);

    *version = (int)found;
    if (value == NULL)
        *version = 1;
    else if (!json_is_integer(value) || found < 1 || found > SCK_RATES_VERSION)
        return SCK_FAIL(SCK_ERR_FORMAT,
                        "%s: \"version\" is none of 1 to %d: calibrate again",
                        path, SCK_RATES_VERSION);
    return SCK_OK;
}

/* What a file of the first version lacks. */
static void complete(struct sck_rates *found)
{
    if (found->last_bytes == 0)
        found->last_bytes = sqrt(found->cache_bytes * found->bytes);
    if (found->shared_bytes == 0)
        found->shared_bytes = found->bytes;
    if (found->last_size == 0)
        found->last_size = sck_rates_generic.last_size;
    if (found->start_us == 0)
        found->start_us = 5 * found->task_us;
    if (found->key_bytes == 0)
        found->key_bytes = 1 / (1 / found->bytes + 1 / (4 * found->macs));
    if (found->submit_us == 0)
        found->submit_us = found->task_us / 2;
    if (found->full_start_us == 0)
        found->full_start_us = found->start_us;
    if (found->read_bytes == 0)
        found->read_bytes = found->bytes;
    if (found->handed_bytes == 0)
        found->handed_bytes = found->last_bytes;
}

static sck_status read_fields(const json_t *json, const char *path,
                              struct sck_rates *rates)
{
    struct sck_rates found = {0};
    int version;

    SCK_TRY(read_version(json, path, &version));
    for (int i = 0; i < FIELDS; i++) {
        const json_t *value = json_object_get(json, fields[i].key);
        const double x = json_number_value(value);

        if (value == NULL && fields[i].may_lack && version == 1)
            continue;
        if (!json_is_number(value) || !(x > 0) || !isfinite(x))
            return SCK_FAIL(SCK_ERR_FORMAT, "%s: \"%s\" is no number above 0",
                            path, fields[i].key);
        memcpy((char *)&found + fields[i].at, &x, sizeof x);
    }
    complete(&found);
    *rates = found;
    return SCK_OK;
}

static sck_status read_json(const char *path, json_t **json)
{
    json_error_t error;
    FILE *file = fopen(path, "r");

    if (file == NULL)
        return SCK_FAIL(SCK_ERR_IO, "%s: %s", path, strerror(errno));
    *json = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
    fclose(file);
    return *json != NULL ? SCK_OK
                         : SCK_FAIL(SCK_ERR_FORMAT, "%s, line %d: %s", path,
                                    error.line, error.text);
}

sck_status sck_rates_load(const char *path, struct sck_rates *rates)
{
    json_t *json;

    SCK_TRY(read_json(path, &json));
    const sck_status status = read_fields(json, path, rates);

    json_decref(json);
    return status;
}

sck_status sck_rates_isa(const char *path, char *isa, size_t room)
{
    json_t *json;

    isa[0] = 0;
    SCK_TRY(read_json(path, &json));
    const char *text = json_string_value(json_object_get(json, "isa"));

    snprintf(isa, room, "%s", text != NULL ? text : "");
    json_decref(json);
    return SCK_OK;
}

sck_status sck_rates_save(const struct sck_rates *rates, const char *machine,
                          const char *isa, const char *path)
{
    json_t *json = json_pack("{s:i, s:s, s:s}", "version", SCK_RATES_VERSION,
                             "machine", machine, "isa", isa);
    int rc = json != NULL ? 0 : -1;

    for (int i = 0; i < FIELDS && rc == 0; i++) {
        double x;

        memcpy(&x, (const char *)rates + fields[i].at, sizeof x);
        rc = json_object_set_new(json, fields[i].key, json_real(x));
    }
    if (rc != 0) {
        json_decref(json);
        return SCK_FAIL(SCK_ERR_MEMORY, "%d rates", FIELDS);
    }
    rc = json_dump_file(json, path, JSON_INDENT(1) | JSON_REAL_PRECISION(4));
    json_decref(json);
    return rc == 0 ? SCK_OK
                   : SCK_FAIL(SCK_ERR_IO, "%s: %s", path, strerror(errno));
}

static double words(uint32_t logn)
{
    return (double)(UINT64_C(1) << logn);
}

/* 64 limbs of 2^12 words are a MiB, what a core's second cache holds, and an
 * operation's data. Longer ones are in the last cache. */
static double rate_of_passes(const struct sck_rates *rates, uint32_t logn)
{
    return logn <= 12 ? rates->cache_bytes : rates->last_bytes;
}

double sck_rates_transform_us(const struct sck_rates *rates, uint32_t logn,
                              double limbs)
{
    /* Butterflies' rate has one prime's table in the second cache: two words a
     * root. Many primes' tables are where the data are. */
    const double table =
        8 / rate_of_passes(rates, logn) - 8 / rates->cache_bytes;

    return 1e6 * limbs * words(logn) *
           (logn / 2.0 / rates->butterflies + fmax(table, 0));
}

double sck_rates_terms_us(const struct sck_rates *rates, uint32_t logn,
                          double count)
{
    return 1e6 * count * words(logn) / rates->macs;
}

double sck_rates_sharing(const struct sck_rates *rates, uint32_t workers)
{
    return workers > 1 ? fmax(rates->bytes / rates->shared_bytes, 1) : 1;
}

double sck_rates_bytes_us(const struct sck_rates *rates, double bytes)
{
    return 1e6 * bytes / rates->bytes;
}

double sck_rates_passes_us(const struct sck_rates *rates, uint32_t logn,
                           double limbs)
{
    return 1e6 * limbs * 4 * words(logn) / rate_of_passes(rates, logn);
}

double sck_rates_embed_us(const struct sck_rates *rates, uint32_t logn)
{
    return 1e6 * words(logn) / 4 * (logn - 1) / rates->complex_butterflies;
}

double sck_rates_expand_us(const struct sck_rates *rates, uint32_t logn,
                           double limbs)
{
    return 1e6 * limbs * words(logn) / 16 / rates->chacha_blocks;
}

double sck_rates_handing(const struct sck_rates *rates, uint32_t workers)
{
    return workers > 1
               ? 1 + (1 - 1.0 / workers) *
                         fmax(rates->last_bytes / rates->handed_bytes - 1, 0)
               : 1;
}

double sck_rates_cold_us(const struct sck_rates *rates, uint32_t logn,
                         double limbs)
{
    return 1e6 * limbs * 4 * words(logn) / rates->read_bytes;
}

double sck_rates_keys_us(const struct sck_rates *rates, uint32_t logn,
                         double limbs)
{
    return 1e6 * limbs * 4 * words(logn) / rates->key_bytes;
}

double sck_rates_tasks_us(const struct sck_rates *rates, double count,
                          double handles)
{
    return count * rates->task_us + handles * rates->access_us;
}

double sck_rates_submit_us(const struct sck_rates *rates, double count,
                           double handles)
{
    return count * rates->submit_us + handles * rates->submit_access_us;
}
