/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* encrypt: images of a tensor file, with the public key. */
#include "client_commands.h"

#include "sck_tensors.h"

#include <stdio.h>
#include <stdlib.h>

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

    for (uint64_t k = 0; k < width; k++)
        x[k] = images[row * width + k] / 16.0;
    snprintf(name, sizeof name, "image-%llu", (unsigned long long)row);
    return sck_encrypt_reals(encryptor, x, (uint32_t)width, name, out);
}

static sck_status told(const struct options *o, const sck_params *params,
                       struct sck_limbs_ciphertext *const *list, uint32_t count)
{
    json_t *names;

    say(o, "%u images encrypted\n", count);
    if (o->json == NULL)
        return SCK_OK;
    names = json_array();
    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(names, json_string(list[i]->name));
    return report_json(o, json_pack("{s:s, s:s, s:i, s:i, s:o}", "file", o->out,
                                    "params", sck_params_name(params), "slots",
                                    (int)list[0]->slots, "count", (int)count,
                                    "names", names));
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
    if ((uint64_t)o->first + count > t.shape[0])
        return SCK_FAIL(SCK_ERR_SHAPE, "--first %u --count %u of %llu images",
                        o->first, count, (unsigned long long)t.shape[0]);
    images = calloc(t.count + t.shape[1], sizeof *images);
    list = calloc(count, sizeof *list);
    status = images != NULL && list != NULL
                 ? sck_tensors_read_f64(data, "images", t.shape, 2, images)
                 : SCK_FAIL(SCK_ERR_MEMORY, "%u images", count);
    const struct progress p = progress_begin("encrypt", count);

    for (uint32_t i = 0; i < count && status == SCK_OK; i++) {
        progress_show(&p, i);
        status = encrypt_row(o, encryptor, images, &t, i, images + t.count,
                             &list[i]);
    }
    if (status == SCK_OK)
        progress_show(&p, count);
    if (status == SCK_OK)
        status = sck_ciphertexts_save(
            params, (const struct sck_limbs_ciphertext *const *)list, count,
            o->out);
    if (status == SCK_OK)
        status = told(o, params, list, count);
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
