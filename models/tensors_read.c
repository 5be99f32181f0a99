/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Finding a tensor and converting its elements to double. */
#include "sck_tensors.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tensors_header.h"

static double from_f64(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static double from_f32(uint32_t bits)
{
    float value;

    memcpy(&value, &bits, sizeof value);
    return (double)value;
}

/* IEEE binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
static double from_f16(uint32_t bits)
{
    const int exponent = (int)(bits >> 10 & 0x1f);
    const int fraction = (int)(bits & 0x3ff);
    double value;

    if (exponent == 0x1f)
        value = fraction != 0 ? (double)NAN : (double)INFINITY;
    else if (exponent == 0)
        value = ldexp(fraction, -24);
    else
        value = ldexp(fraction + 0x400, exponent - 25);
    return bits >> 15 != 0 ? -value : value;
}

static double load(const struct sck_tensors_entry *entry,
                   const unsigned char *data, uint64_t i)
{
    const unsigned char *at = data + entry->begin;

    switch (entry->info.dtype) {
    case SCK_DTYPE_F64:
        return from_f64(sck_tensors_load_le(at + 8 * i, 8));
    case SCK_DTYPE_F32:
        return from_f32((uint32_t)sck_tensors_load_le(at + 4 * i, 4));
    case SCK_DTYPE_F16:
        return from_f16((uint32_t)sck_tensors_load_le(at + 2 * i, 2));
    case SCK_DTYPE_BF16: /* the upper half of a binary32 */
        return from_f32((uint32_t)sck_tensors_load_le(at + 2 * i, 2) << 16);
    case SCK_DTYPE_I32: {
        const double value = (double)sck_tensors_load_le(at + 4 * i, 4);

        return value >= 0x1p31 ? value - 0x1p32 : value;
    }
    case SCK_DTYPE_U8:
        return at[i];
    }
    return (double)NAN;
}

static sck_status find(const sck_tensors *tensors, const char *name,
                       const struct sck_tensors_entry **out)
{
    for (size_t i = 0; i < tensors->count; i++) {
        if (strcmp(tensors->entries[i].info.name, name) == 0) {
            *out = &tensors->entries[i];
            return SCK_OK;
        }
    }
    return SCK_FAIL(SCK_ERR_FORMAT, "%s: no tensor \"%s\"", tensors->label,
                    name);
}

sck_status sck_tensors_get(const sck_tensors *tensors, const char *name,
                           struct sck_tensor *out)
{
    const struct sck_tensors_entry *entry;

    if (tensors == NULL || name == NULL || out == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "an argument is NULL");
    SCK_TRY(find(tensors, name, &entry));
    *out = entry->info;
    return SCK_OK;
}

/* Writes "[32, 64]"; whatever does not fit is left out. */
static const char *show_shape(char *text, size_t size, const uint64_t *shape,
                              uint32_t rank)
{
    size_t at = (size_t)snprintf(text, size, "[");

    for (uint32_t i = 0; i < rank && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%llu",
                               i > 0 ? ", " : "", (unsigned long long)shape[i]);
    if (at < size)
        snprintf(text + at, size - at, "]");
    return text;
}

sck_status sck_tensors_read_f64(const sck_tensors *tensors, const char *name,
                                const uint64_t *expect_shape, uint32_t rank,
                                double *out)
{
    const struct sck_tensors_entry *entry;
    const struct sck_tensor *info;

    if (tensors == NULL || name == NULL || out == NULL ||
        (expect_shape == NULL && rank > 0))
        return SCK_FAIL(SCK_ERR_ARGUMENT, "an argument is NULL");
    SCK_TRY(find(tensors, name, &entry));
    info = &entry->info;
    if (info->rank != rank ||
        (rank > 0 &&
         memcmp(info->shape, expect_shape, rank * sizeof *expect_shape) != 0)) {
        char has[128], wanted[128];

        show_shape(has, sizeof has, info->shape, info->rank);
        show_shape(wanted, sizeof wanted, expect_shape, rank);
        return SCK_FAIL(SCK_ERR_SHAPE,
                        "%s: tensor \"%s\" has shape %s, expected %s",
                        tensors->label, name, has, wanted);
    }
    /* All checked before any is written: a failure leaves out as it was. */
    for (uint64_t i = 0; i < info->count; i++) {
        if (!isfinite(load(entry, tensors->data, i)))
            return SCK_FAIL(SCK_ERR_FORMAT,
                            "%s: tensor \"%s\": element %llu is not finite",
                            tensors->label, name, (unsigned long long)i);
    }
    for (uint64_t i = 0; i < info->count; i++)
        out[i] = load(entry, tensors->data, i);
    return SCK_OK;
}
