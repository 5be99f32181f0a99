/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "kat_convert.h"

#include "decompose.h"
#include "key_switch.h"
#include "mod_raise.h"
#include "sck_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int kat_has(const uint32_t *primes, uint32_t count, uint32_t q)
{
    for (uint32_t i = 0; i < count; i++)
        if (primes[i] == q)
            return 1;
    return 0;
}

uint32_t kat_batch(uint32_t left)
{
    return left < SCK_BLOCK_LIMBS ? left : SCK_BLOCK_LIMBS;
}

void kat_sources(const struct kat *kat, const uint32_t *q, uint32_t count,
                 const uint32_t *added, uint32_t added_count, int ntt_domain,
                 uint32_t *const *in, uint32_t **out)
{
    struct sck_decompose_args args;

    kat_rows(kat, NULL, NULL, count + 1, out);
    sck_decompose_prepare(&args, kat->ring->id, q, count, added, added_count);
    args.ntt_domain = ntt_domain != 0;
    sck_decompose(&args, kat->ring, out, (const uint32_t *const *)in);
}

int kat_rescale_is(const struct kat *kat, const struct kat_rescale *r,
                   uint32_t *const *dropped_rows, uint32_t *const *kept_rows,
                   const json_t *answers)
{
    const uint32_t total = r->kept_count + r->added_count;
    uint32_t *y[SCK_MAX_SOURCES + 1];
    uint32_t t[SCK_MAX_SWITCHED];
    int right = json_object_size(answers) == total;

    for (uint32_t i = 0; i < total; i++)
        t[i] = i < r->kept_count ? r->kept[i] : r->added[i - r->kept_count];
    kat_sources(kat, r->dropped, r->dropped_count, r->added, r->added_count, 1,
                dropped_rows, y);
    for (uint32_t at = 0, count; at < total; at += count) {
        struct sck_rescale_args args;
        uint32_t *out[SCK_BLOCK_LIMBS];
        const uint32_t *c[SCK_BLOCK_LIMBS] = {NULL};

        count = kat_batch(total - at);
        for (uint32_t i = 0; i < count; i++)
            c[i] = at + i < r->kept_count ? kept_rows[at + i] : NULL;
        kat_rows(kat, NULL, NULL, count, out);
        sck_rescale_prepare(&args, kat->ring->id, r->dropped, r->dropped_count,
                            r->added, r->added_count, t + at, count);
        r->kernel(&args, kat->ring, out, (const uint32_t *const *)y, c);
        for (uint32_t i = 0; i < count; i++)
            right &= kat_limb_is(kat, answers, t[at + i], out[i]);
        kat_rows_free(out, count);
    }
    kat_rows_free(y, r->dropped_count + 1);
    return right;
}

int kat_base_convert_is(const struct kat *kat, const json_t *e)
{
    const json_t *const sources = json_object_get(e, "sources");
    json_t *const outputs = json_object_get(e, "outputs");
    const uint32_t count = (uint32_t)json_array_size(sources);
    uint32_t q[SCK_MAX_SOURCES] = {0}, *x[SCK_MAX_SOURCES];
    uint32_t *y[SCK_MAX_SOURCES + 1];
    int right = count > 0 && count <= SCK_MAX_SOURCES;
    const char *name;
    json_t *answer;

    if (!right)
        return 0;
    for (uint32_t i = 0; i < count; i++)
        q[i] = (uint32_t)json_integer_value(json_array_get(sources, i));
    kat_rows(kat, kat_text(e, "input"), q, count, x);
    kat_sources(kat, q, count, NULL, 0, 0, x, y);
    json_object_foreach(outputs, name, answer)
    {
        const uint32_t t = (uint32_t)strtoul(name, NULL, 10);
        struct sck_base_convert_args args = {.ring = kat->ring->id};
        uint32_t *out = kat_row(kat);

        sck_conversion_prepare(&args.conversion, q, count, &t, 1);
        sck_base_convert(&args, kat->ring, &out, (const uint32_t *const *)y);
        right &= kat_row_is(kat, answer, out);
        free(out);
    }
    kat_rows_free(x, count);
    kat_rows_free(y, count + 1);
    return right && json_object_size(outputs) > 0;
}

int kat_mod_raise_is(const struct kat *kat, const json_t *e)
{
    const json_t *const answers = json_object_get(e, "outputs");
    uint32_t count, top, total = 0, t[SCK_MAX_SWITCHED];
    const uint32_t *const bottom = sck_params_primes(kat->params, 0, &count);
    const uint32_t *const primes = sck_params_primes(
        kat->params, sck_params_levels(kat->params) - 1, &top);
    uint32_t *c[SCK_MAX_SOURCES], *y[SCK_MAX_SOURCES + 1];

    for (uint32_t i = 0; i < top; i++)
        if (!kat_has(bottom, count, primes[i]))
            t[total++] = primes[i];
    kat_rows(kat, kat_text(e, "input"), bottom, count, c);
    kat_sources(kat, bottom, count, NULL, 0, 1, c, y);
    int right = json_object_size(answers) == total;

    for (uint32_t at = 0, block; at < total; at += block) {
        struct sck_base_convert_args args = {.ring = kat->ring->id};
        uint32_t *out[SCK_BLOCK_LIMBS];

        block = kat_batch(total - at);
        kat_rows(kat, NULL, NULL, block, out);
        sck_conversion_prepare(&args.conversion, bottom, count, t + at, block);
        sck_mod_raise(&args, kat->ring, out, (const uint32_t *const *)y);
        for (uint32_t i = 0; i < block; i++)
            right &= kat_limb_is(kat, answers, t[at + i], out[i]);
        kat_rows_free(out, block);
    }
    kat_rows_free(c, count);
    kat_rows_free(y, count + 1);
    return right;
}

/* Digits of the class that hold primes at the level, their y and v rows. */
struct digits {
    struct sck_key_switch_args args;
    uint32_t source[SCK_MAX_SWITCHED]; /* the digits' primes, in order */
    uint32_t *in[KAT_ROWS];
    uint32_t rows;
};

static void digits_new(struct digits *d, const struct kat *kat,
                       const struct sck_key_class *class, const char *name,
                       const uint32_t *primes, uint32_t count)
{
    uint32_t first = 0;

    memset(d, 0, sizeof *d);
    d->args.ring = kat->ring->id;
    d->args.key_digits = class->digits;
    for (uint32_t j = 0; j < class->digits; j++) {
        uint32_t *const q = d->source + first;
        uint32_t *c[SCK_MAX_SOURCES];
        uint32_t length = 0;

        for (uint32_t i = 0; i < class->digit_length[j]; i++)
            if (kat_has(primes, count, class->digit[j][i]))
                q[length++] = class->digit[j][i];
        if (length == 0)
            continue;
        kat_rows(kat, name, q, length, c);
        kat_sources(kat, q, length, NULL, 0, 1, c, d->in + d->rows);
        kat_rows_free(c, length);
        d->args.sources[d->args.digits] = (uint8_t)length;
        d->args.key_digit[d->args.digits++] = (uint8_t)j;
        first += length;
        d->rows += length + 1;
    }
}

/* The arguments that depend on the destination block. */
static void digits_aim(struct digits *d, const uint32_t *t, uint32_t count)
{
    uint32_t first = 0;

    d->args.targets = d->args.key_limbs = count;
    for (uint32_t i = 0; i < count; i++) {
        d->args.t[i] = t[i];
        d->args.key_row[i] = (uint8_t)i;
        d->args.own[i] = 255;
    }
    for (uint32_t j = 0; j < d->args.digits; j++) {
        const uint32_t length = d->args.sources[j];
        struct sck_conversion conversion;

        sck_conversion_prepare(&conversion, d->source + first, length, t,
                               count);
        memcpy(d->args.w[first], conversion.w, length * sizeof d->args.w[0]);
        memcpy(d->args.minus_d[j], conversion.minus_d,
               sizeof d->args.minus_d[0]);
        for (uint32_t i = 0; i < count; i++)
            if (kat_has(d->source + first, length, t[i]))
                d->args.own[i] = (uint8_t)j;
        first += length;
    }
}

/* The key's rows for the block in Montgomery form; absent digits' stay NULL. */
static void key_rows(const struct digits *d, const struct kat *kat,
                     const char *name, uint32_t **key)
{
    const uint32_t limbs = d->args.key_limbs;

    for (uint32_t r = 0; r < 2 * d->args.digits * limbs; r++) {
        const uint32_t i = r % limbs, half = r / limbs / d->args.digits;
        const uint32_t digit = d->args.key_digit[r / limbs % d->args.digits];
        const uint32_t q = d->args.t[i];
        char label[64];

        snprintf(label, sizeof label, "%s.key%u.%u", name, digit, half);
        uint32_t *const row = kat_limb(kat, label, q);

        for (uint32_t k = 0; k < kat->ring->n; k++)
            row[k] = (uint32_t)(((uint64_t)row[k] << 32) % q);
        key[(half * d->args.key_digits + digit) * limbs + i] = row;
    }
}

void kat_inner_product(const struct kat *kat, const struct sck_key_class *class,
                       const char *name, const uint32_t *primes, uint32_t count,
                       const uint32_t *basis, uint32_t total,
                       uint32_t *const *sums)
{
    enum { KEY_ROWS = 2 * SCK_MAX_DIGITS * SCK_BLOCK_LIMBS };
    struct digits d;

    digits_new(&d, kat, class, name, primes, count);
    for (uint32_t at = 0, block; at < total; at += block) {
        uint32_t *own[SCK_BLOCK_LIMBS], *out[2 * SCK_BLOCK_LIMBS];
        uint32_t *key[KEY_ROWS] = {NULL};

        block = kat_batch(total - at);
        digits_aim(&d, basis + at, block);
        key_rows(&d, kat, name, key);
        kat_rows(kat, name, basis + at, block, own);
        for (uint32_t i = 0; i < block; i++) {
            out[i] = sums[at + i];
            out[block + i] = sums[total + at + i];
        }
        sck_key_switch(&d.args, kat->ring, out, (const uint32_t *const *)d.in,
                       (const uint32_t *const *)own,
                       (const uint32_t *const *)key, NULL);
        kat_rows_free(key, KEY_ROWS);
        kat_rows_free(own, block);
    }
    kat_rows_free(d.in, d.rows);
}
