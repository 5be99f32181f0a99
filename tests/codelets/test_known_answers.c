/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.known_answers: every entry of a file made by a program that
 * shares nothing with this code, with every instruction set. An entry of a kind
 * unknown here is a failure. */
#include "automorphism.h"
#include "encode.h"
#include "kat_convert.h"
#include "mod_down.h"
#include "ntt.h"
#include "oracle.h"
#include "sample_uniform.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct kat kat;

static int expand(const json_t *e)
{
    uint32_t *row = kat_row(&kat);
    struct sck_sample_uniform_args args = {
        .ring = kat.ring->id, .limbs = 1, .q = {kat_number(e, "prime")}};

    args.kind = kat_number(e, "kind");
    args.key_class = kat_number(e, "class");
    args.digit = kat_number(e, "digit");
    args.galois = kat_number(e, "galois");
    kat_seed(&kat, kat_text(e, "seed_name"), args.seed);
    sck_sample_uniform(&args, kat.ring, &row);
    const int right = kat_row_is(&kat, e, row);

    free(row);
    return right;
}

static int ntt(const json_t *e)
{
    const struct sck_ntt_args args = {
        kat.ring->id, 1, {kat_number(e, "prime")}};
    uint32_t *row = kat_limb(&kat, kat_text(e, "input"), args.q[0]);

    sck_ntt(&args, kat.ring, &row, (const uint32_t *const *)&row);
    const int right = kat_row_is(&kat, e, row);

    free(row);
    return right;
}

static int automorphism(const json_t *e)
{
    const struct sck_automorphism_args args = {kat.ring->id, 1,
                                               kat_number(e, "galois")};
    const uint32_t *const in =
        kat_limb(&kat, kat_text(e, "input"), kat_number(e, "prime"));
    uint32_t *out = kat_row(&kat);

    sck_automorphism(&args, kat.ring, &out, &in);
    const int right = kat_row_is(&kat, e, out);

    free((uint32_t *)in);
    free(out);
    return right;
}

static const struct sck_key_class *class_of(uint32_t level)
{
    return sck_params_class(kat.params, sck_params_class_of(kat.params, level));
}

/* Divides by the class's P (down), by the level's own dropped primes (step), or
 * by both at once. */
static int divide(const json_t *e, sck_rescale_fn *kernel, int down, int step)
{
    const uint32_t level = kat_number(e, "level");
    const char *const input = kat_text(e, "input");
    struct kat_rescale r = {.kernel = kernel};
    uint32_t dropped[SCK_MAX_SOURCES], kept[SCK_MAX_SWITCHED];
    uint32_t *c[SCK_MAX_SWITCHED], *d[SCK_MAX_SOURCES];
    uint32_t count, step_count = 0;
    const uint32_t *const primes = sck_params_primes(kat.params, level, &count);
    const uint32_t *const step_primes =
        sck_params_dropped(kat.params, level, &step_count);

    r.kept = kept;
    r.dropped = dropped;
    if (down) {
        const struct sck_key_class *const class = class_of(level);

        if (class == NULL)
            return 0;
        for (uint32_t i = 0; i < class->special_count; i++)
            dropped[r.dropped_count++] = class->special[i];
    }
    for (uint32_t i = 0; step && i < step_count; i++)
        dropped[r.dropped_count++] = step_primes[i];
    for (uint32_t i = 0; i < count; i++)
        if (!step || !kat_has(step_primes, step_count, primes[i]))
            kept[r.kept_count++] = primes[i];
    if (step)
        r.added = sck_params_added(kat.params, level, &r.added_count);
    kat_rows(&kat, input, kept, r.kept_count, c);
    kat_rows(&kat, input, dropped, r.dropped_count, d);
    const int right =
        kat_rescale_is(&kat, &r, d, c, json_object_get(e, "outputs"));

    kat_rows_free(c, r.kept_count);
    kat_rows_free(d, r.dropped_count);
    return right;
}

static int rescale(const json_t *e)
{
    return divide(e, sck_rescale, 0, 1);
}

static int mod_down(const json_t *e)
{
    return divide(e, sck_mod_down, 1, 0);
}

static int mod_down_rescale(const json_t *e)
{
    return divide(e, sck_rescale, 1, 1);
}

static int key_switch(const json_t *e)
{
    const uint32_t level = kat_number(e, "level");
    const struct sck_key_class *const class = class_of(level);
    uint32_t count, basis[SCK_MAX_SWITCHED + SCK_BLOCK_LIMBS], *sums[KAT_ROWS];
    const uint32_t *const primes = sck_params_primes(kat.params, level, &count);
    int right = 1;

    if (class == NULL)
        return 0;
    const uint32_t total = count + class->special_count;

    memcpy(basis, primes, count * sizeof basis[0]);
    memcpy(basis + count, class->special,
           class->special_count * sizeof basis[0]);
    kat_rows(&kat, NULL, NULL, 2 * total, sums);
    kat_inner_product(&kat, class, kat_text(e, "input"), primes, count, basis,
                      total, sums);
    for (uint32_t h = 0; h < 2; h++) {
        const struct kat_rescale r = {sck_mod_down,        primes, NULL,
                                      class->special,      count,  0,
                                      class->special_count};
        const json_t *const products =
            json_array_get(json_object_get(e, "inner_product"), h);

        right &= json_object_size(products) == total;
        for (uint32_t i = 0; i < total; i++)
            right &= kat_limb_is(&kat, products, basis[i], sums[h * total + i]);
        right &=
            kat_rescale_is(&kat, &r, sums + h * total + count, sums + h * total,
                           json_array_get(json_object_get(e, "mod_down"), h));
    }
    kat_rows_free(sums, 2 * total);
    return right;
}

/* values reads "... q = PRIME". */
static int encode(const json_t *e)
{
    const char *const prime = strrchr(kat_text(e, "values"), '=');
    const uint32_t q =
        prime != NULL ? (uint32_t)strtoul(prime + 1, NULL, 10) : 0;
    const sck_scale scale =
        sck_params_scale(kat.params, kat_number(e, "level"));
    const struct sck_encode_args args = {
        kat.ring->id, kat_number(e, "slots"),
        ldexp((double)scale.integer, scale.exponent)};

    if (q == 0 || args.slots == 0 || args.slots > kat.ring->n / 2)
        return 0;
    uint32_t *const w = kat_limb(&kat, kat_text(e, "input"), q);
    double *const z = malloc(2 * args.slots * sizeof *z);
    int64_t *const m = malloc(kat.ring->n * sizeof *m);

    for (uint32_t i = 0; i < 2 * args.slots; i++)
        z[i] = 2.0 * w[i] / q - 1.0;
    sck_encode_embed(&args, kat.ring, m, z);
    const int right = kat_words_are(&kat, e, m);

    free(w);
    free(z);
    free(m);
    return right;
}

static int parameter_id(const json_t *e)
{
    int right = json_object_size(e) > 0;
    const char *name;
    json_t *id;

    json_object_foreach((json_t *)e, name, id)
    {
        sck_params *params = NULL;
        const int same =
            sck_params_named(name, &params) == SCK_OK &&
            kat_is_hex(json_string_value(id), sck_params_id(params));

        if (!same)
            fprintf(stderr, "  parameter id of %s\n", name);
        right &= same;
        sck_params_free(params);
    }
    return right;
}

static int base_convert(const json_t *e)
{
    return kat_base_convert_is(&kat, e);
}

static int mod_raise(const json_t *e)
{
    return kat_mod_raise_is(&kat, e);
}

static const struct {
    const char *kind;
    int (*holds)(const json_t *entry);
} kinds[] = {
    {"expand", expand},
    {"ntt", ntt},
    {"automorphism", automorphism},
    {"base_convert", base_convert},
    {"rescale", rescale},
    {"mod_down", mod_down},
    {"mod_down_rescale", mod_down_rescale},
    {"mod_raise", mod_raise},
    {"key_switch", key_switch},
    {"encode", encode},
    {"parameter_id", parameter_id},
};

/* Entries of one kind: a list, or a single object. */
static void check(const char *kind, const json_t *entries)
{
    const size_t count = json_is_array(entries) ? json_array_size(entries) : 1;

    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        if (strcmp(kinds[k].kind, kind) == 0) {
            CU_ASSERT_TRUE(count > 0);
            for (size_t i = 0; i < count; i++) {
                const int holds = kinds[k].holds(
                    json_is_array(entries) ? json_array_get(entries, i)
                                           : entries);

                if (!holds)
                    fprintf(stderr, "  known answer: %s %zu\n", kind, i);
                CU_ASSERT_TRUE(holds);
            }
            return;
        }
    fprintf(stderr, "  known answers of an unknown kind: %s\n", kind);
    CU_FAIL("unknown kind");
}

/* Texts and numbers at the top say how the file was made; the rest is entries.
 */
static void entries_of_the_file(void)
{
    const char *kind;
    json_t *entries;
    size_t found = 0;

    if (kat_open(&kat)) {
        json_object_foreach(kat.root, kind, entries)
        {
            if (!json_is_array(entries) && !json_is_object(entries))
                continue;
            check(kind, entries);
            found++;
        }
        CU_ASSERT_EQUAL(found, sizeof kinds / sizeof kinds[0]);
    } else {
        CU_FAIL("the file, its parameters or its ring");
    }
    kat_close(&kat);
}

static void every_entry_of_the_file_holds(void)
{
    oracle_each_isa(entries_of_the_file);
}

static CU_TestInfo cases[] = {
    {"every_entry_of_the_file_holds", every_entry_of_the_file_holds},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(known_answers, cases)
