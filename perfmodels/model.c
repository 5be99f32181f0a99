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
    .task_us = 6,
};

static const struct {
    const char *key;
    size_t at;
} fields[] = {
    {"butterflies_per_s", offsetof(struct sck_rates, butterflies)},
    {"macs_per_s", offsetof(struct sck_rates, macs)},
    {"bytes_per_s", offsetof(struct sck_rates, bytes)},
    {"cache_bytes_per_s", offsetof(struct sck_rates, cache_bytes)},
    {"complex_butterflies_per_s",
     offsetof(struct sck_rates, complex_butterflies)},
    {"chacha_blocks_per_s", offsetof(struct sck_rates, chacha_blocks)},
    {"task_us", offsetof(struct sck_rates, task_us)},
};

enum { FIELDS = sizeof fields / sizeof fields[0] };

static sck_status read_fields(const json_t *json, const char *path,
                              struct sck_rates *rates)
{
    struct sck_rates found;

    for (int i = 0; i < FIELDS; i++) {
        const json_t *value = json_object_get(json, fields[i].key);
        const double x = json_number_value(value);

        if (!json_is_number(value) || !(x > 0) || !isfinite(x))
            return SCK_FAIL(SCK_ERR_FORMAT, "%s: \"%s\" is no number above 0",
                            path, fields[i].key);
        memcpy((char *)&found + fields[i].at, &x, sizeof x);
    }
    *rates = found;
    return SCK_OK;
}

sck_status sck_rates_load(const char *path, struct sck_rates *rates)
{
    json_error_t error;
    FILE *file = fopen(path, "r");

    if (file == NULL)
        return SCK_FAIL(SCK_ERR_IO, "%s: %s", path, strerror(errno));
    json_t *json = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
    sck_status status;

    fclose(file);
    status = json != NULL ? read_fields(json, path, rates)
                          : SCK_FAIL(SCK_ERR_FORMAT, "%s, line %d: %s", path,
                                     error.line, error.text);
    json_decref(json);
    return status;
}

sck_status sck_rates_save(const struct sck_rates *rates, const char *machine,
                          const char *isa, const char *path)
{
    json_t *json = json_pack("{s:s, s:s}", "machine", machine, "isa", isa);
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

double sck_rates_transform_us(const struct sck_rates *rates, uint32_t logn,
                              double limbs)
{
    return 1e6 * limbs * words(logn) * logn / 2 / rates->butterflies;
}

double sck_rates_terms_us(const struct sck_rates *rates, uint32_t logn,
                          double count)
{
    return 1e6 * count * words(logn) / rates->macs;
}

double sck_rates_bytes_us(const struct sck_rates *rates, double bytes)
{
    return 1e6 * bytes / rates->bytes;
}

double sck_rates_passes_us(const struct sck_rates *rates, uint32_t logn,
                           double limbs)
{
    /* 64 limbs of 2^12 words are a MiB, what a core's second cache holds, and
     * an operation's data. Longer ones are in the last cache, whose rate is
     * between (measured: the geometric mean). */
    const double rate = logn <= 12 ? rates->cache_bytes
                                   : sqrt(rates->cache_bytes * rates->bytes);

    return 1e6 * limbs * 4 * words(logn) / rate;
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

double sck_rates_tasks_us(const struct sck_rates *rates, double count)
{
    return count * rates->task_us;
}
