/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* encrypt, decrypt, diff: the key holder's data. */
#include "client_commands.h"

#include "sck_tensors.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Image row of the tensor "images" (values 0..16) as [0, 1] reals. */
static sck_status encrypt_row(const struct options *o,
                              const sck_encryptor *encryptor,
                              const double *images, const struct sck_tensor *t,
                              uint32_t i, double *x,
                              struct sck_limbs_ciphertext **out)
{
    const uint64_t row = (uint64_t)o->first + i;
    const uint64_t width = t->shape[1];
    char name[32];

    if (row >= t->shape[0])
        return SCK_FAIL(SCK_ERR_SHAPE, "image %llu of %llu",
                        (unsigned long long)row,
                        (unsigned long long)t->shape[0]);
    for (uint64_t k = 0; k < width; k++)
        x[k] = images[row * width + k] / 16.0;
    snprintf(name, sizeof name, "image-%llu", (unsigned long long)row);
    return sck_encrypt_reals(encryptor, x, (uint32_t)width, name, out);
}

static sck_status encrypt_all(const struct options *o, const sck_params *params,
                              const sck_encryptor *encryptor,
                              const sck_tensors *data)
{
    const uint32_t count = o->count != 0 ? o->count : 1;
    struct sck_limbs_ciphertext **list = NULL;
    struct sck_tensor t;
    double *images = NULL;
    sck_status status;

    SCK_TRY(sck_tensors_get(data, "images", &t));
    if (t.rank != 2 || t.shape[1] == 0 || t.shape[1] > 32768)
        return SCK_FAIL(SCK_ERR_SHAPE, "images has rank %u", t.rank);
    images = calloc(t.count + t.shape[1], sizeof *images);
    list = calloc(count, sizeof *list);
    status = images != NULL && list != NULL
                 ? sck_tensors_read_f64(data, "images", t.shape, 2, images)
                 : SCK_FAIL(SCK_ERR_MEMORY, "%u images", count);
    for (uint32_t i = 0; i < count && status == SCK_OK; i++)
        status = encrypt_row(o, encryptor, images, &t, i, images + t.count,
                             &list[i]);
    if (status == SCK_OK)
        status = sck_ciphertexts_save(
            params, (const struct sck_limbs_ciphertext *const *)list, count,
            o->out);
    if (status == SCK_OK)
        printf("%u images encrypted\n", count);
    for (uint32_t i = 0; list != NULL && i < count; i++)
        sck_limbs_ciphertext_free(list[i]);
    free(list);
    free(images);
    return status;
}

int command_encrypt(const struct options *o)
{
    sck_params *params = NULL;
    struct sck_limbs_public_key *key = NULL;
    sck_encryptor *encryptor = NULL;
    sck_tensors *data = NULL;
    sck_status status;

    if (options_need(o->params, "--params") != 0 ||
        options_need(o->public_key, "--public") != 0 ||
        options_need(o->in, "--in") != 0 || options_need(o->out, "--out") != 0)
        return EXIT_USAGE;
    status = sck_params_named(o->params, &params);
    if (status == SCK_OK)
        status = sck_public_key_load(params, o->public_key, &key);
    if (status == SCK_OK)
        status = sck_encryptor_new(params, key, &encryptor);
    if (status == SCK_OK)
        status = sck_tensors_open(o->in, &data);
    if (status == SCK_OK)
        status = encrypt_all(o, params, encryptor, data);
    sck_tensors_free(data);
    sck_encryptor_free(encryptor);
    sck_limbs_public_key_free(key);
    sck_params_free(params);
    return status == SCK_OK ? 0 : fail(status);
}

struct opened {
    sck_params *params;
    sck_secret_key *secret;
    struct sck_limbs_ciphertexts *list;
};

static sck_status open_all(const struct options *o, struct opened *x)
{
    SCK_TRY(sck_params_named(o->params, &x->params));
    SCK_TRY(sck_secret_key_load(x->params, o->secret, &x->secret));
    return sck_ciphertexts_load(x->params, o->in, sck_secret_key_id(x->secret),
                                &x->list);
}

static void close_all(struct opened *x)
{
    sck_limbs_ciphertexts_free(x->list);
    sck_secret_key_free(x->secret);
    sck_params_free(x->params);
}

static int needs(const struct options *o)
{
    return options_need(o->params, "--params") != 0 ||
           options_need(o->secret, "--secret") != 0 ||
           options_need(o->in, "--in") != 0;
}

int command_decrypt(const struct options *o)
{
    struct opened x = {0};
    double *values = NULL;
    sck_status status;

    if (needs(o))
        return EXIT_USAGE;
    status = open_all(o, &x);
    for (uint32_t i = 0; status == SCK_OK && i < x.list->count; i++) {
        const struct sck_limbs_ciphertext *ct = x.list->items[i];
        const uint32_t show =
            o->count != 0 && o->count < ct->slots ? o->count : ct->slots;

        free(values);
        values = calloc(2 * (size_t)ct->slots, sizeof *values);
        status = values != NULL
                     ? sck_decrypt(x.secret, ct, values)
                     : SCK_FAIL(SCK_ERR_MEMORY, "%u slots", ct->slots);
        if (status != SCK_OK)
            break;
        printf("%s", ct->name);
        for (uint32_t k = 0; k < show; k++)
            printf(" %.6f", values[2 * k]);
        printf("\n");
    }
    free(values);
    close_all(&x);
    return status == SCK_OK ? 0 : fail(status);
}

static uint32_t largest(const double *x, uint32_t stride, uint32_t count)
{
    uint32_t best = 0;

    for (uint32_t k = 1; k < count; k++)
        if (x[k * stride] > x[best * stride])
            best = k;
    return best;
}

struct agreement {
    uint32_t images, agree;
    double worst;
};

/* One ciphertext against the clear values of its name. */
static sck_status compare(const struct opened *x,
                          const struct sck_limbs_ciphertext *ct,
                          const json_t *clear, struct agreement *a)
{
    const json_t *entry, *values = NULL;
    size_t i;

    json_array_foreach(clear, i, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "name"));

        if (name != NULL && strcmp(name, ct->name) == 0)
            values = json_object_get(entry, "values");
    }
    const uint32_t count = (uint32_t)json_array_size(values);

    if (count == 0 || count > ct->slots)
        return SCK_FAIL(SCK_ERR_SHAPE, "no clear values for \"%s\"", ct->name);
    double *got = calloc(3 * (size_t)ct->slots, sizeof *got);

    if (got == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u slots", ct->slots);
    double *want = got + 2 * (size_t)ct->slots;
    const sck_status status = sck_decrypt(x->secret, ct, got);

    for (uint32_t k = 0; k < count && status == SCK_OK; k++) {
        want[k] = json_number_value(json_array_get(values, k));
        a->worst = fmax(a->worst, fabs(want[k] - got[2 * k]));
    }
    if (status == SCK_OK) {
        const uint32_t e = largest(got, 2, count), c = largest(want, 1, count);

        a->images++;
        a->agree += e == c;
        printf("%-10s encrypted %u  clear %u%s\n", ct->name, e, c,
               e == c ? "" : "  DIFFERS");
    }
    free(got);
    return status;
}

static sck_status diff(const struct options *o, struct opened *x,
                       struct agreement *a)
{
    char *text = read_text(o->labels);
    json_t *clear = text != NULL ? json_loads(text, 0, NULL) : NULL;
    sck_status status = SCK_OK;

    free(text);
    if (!json_is_array(clear))
        status =
            SCK_FAIL(SCK_ERR_FORMAT, "%s holds no clear values", o->labels);
    for (uint32_t i = 0; status == SCK_OK && i < x->list->count; i++)
        status = compare(x, x->list->items[i], clear, a);
    json_decref(clear);
    if (status == SCK_OK)
        printf(
            "%u of %u predictions agree, worst difference %.3g (%.1f bits)\n",
            a->agree, a->images, a->worst, -log2(a->worst));
    if (status == SCK_OK && o->json != NULL) {
        json_t *json = json_pack(
            "{s:i, s:i, s:f, s:f}", "images", (int)a->images, "agree",
            (int)a->agree, "worst", a->worst, "bits_worst", -log2(a->worst));

        text = json_dumps(json, JSON_INDENT(1));
        status = text != NULL ? write_text(o->json, text)
                              : SCK_FAIL(SCK_ERR_MEMORY, "the report");
        free(text);
        json_decref(json);
    }
    return status;
}

int command_diff(const struct options *o)
{
    struct opened x = {0};
    struct agreement a = {0};
    sck_status status;

    if (needs(o) || options_need(o->labels, "--labels") != 0)
        return EXIT_USAGE;
    status = open_all(o, &x);
    if (status == SCK_OK)
        status = diff(o, &x, &a);
    close_all(&x);
    if (status != SCK_OK)
        return fail(status);
    return a.agree == a.images ? 0 : EXIT_FAILED;
}
