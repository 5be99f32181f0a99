/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* decrypt: values of ciphertexts, for the key holder. */
#include "client_commands.h"

#include <stdio.h>
#include <stdlib.h>

sck_status open_all(const struct options *o, const char *path, struct opened *x)
{
    SCK_TRY(sck_params_named(o->params, &x->params));
    SCK_TRY(sck_secret_key_load(x->params, o->secret, &x->secret));
    return sck_ciphertexts_load(x->params, path, sck_secret_key_id(x->secret),
                                &x->list);
}

void close_all(struct opened *x)
{
    sck_limbs_ciphertexts_free(x->list);
    sck_secret_key_free(x->secret);
    sck_params_free(x->params);
}

int decrypt_needs(const struct options *o)
{
    return options_need(o->params, "--params") != 0 ||
           options_need(o->secret, "--secret") != 0;
}

/* The first show values, printed or as {"name": ..., "values": [...]}. */
static json_t *show_values(const struct options *o, const char *name,
                           const double *values, uint32_t show)
{
    json_t *list;

    say(o, "%s", name);
    for (uint32_t k = 0; k < show; k++)
        say(o, " %.6f", values[2 * k]);
    say(o, "\n");
    if (o->json == NULL)
        return NULL;
    list = json_array();
    for (uint32_t k = 0; k < show; k++)
        json_array_append_new(list, json_real(values[2 * k]));
    return json_pack("{s:s, s:o}", "name", name, "values", list);
}

static sck_status decrypt_one(const struct options *o, const struct opened *x,
                              const struct sck_limbs_ciphertext *ct,
                              json_t *all)
{
    const uint32_t show = o->count != 0 ? o->count : ct->slots;

    if (show > ct->slots)
        return SCK_FAIL(SCK_ERR_SHAPE, "--count %u, but '%s' holds %u values",
                        show, ct->name, ct->slots);
    double *values = calloc(2 * (size_t)ct->slots, sizeof *values);

    if (values == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u slots", ct->slots);
    const sck_status status = sck_decrypt(x->secret, ct, values);

    if (status == SCK_OK) {
        json_t *shown = show_values(o, ct->name, values, show);

        if (shown != NULL)
            json_array_append_new(all, shown);
    }
    free(values);
    return status;
}

int command_decrypt(const struct options *o)
{
    struct opened x = {0};
    json_t *all = json_array();
    sck_status status;

    if (decrypt_needs(o) || options_need(o->in, "--in") != 0) {
        json_decref(all);
        return EXIT_USAGE;
    }
    status = open_all(o, o->in, &x);
    const uint32_t count = status == SCK_OK ? x.list->count : 0;
    const struct progress p = progress_begin("decrypt", count);

    for (uint32_t i = 0; status == SCK_OK && i < count; i++) {
        status = decrypt_one(o, &x, x.list->items[i], all);
        progress_show(&p, i + 1);
    }
    if (status == SCK_OK && o->json != NULL)
        status = report_json(o, json_pack("{s:s, s:i, s:O}", "params",
                                          sck_params_name(x.params), "count",
                                          (int)count, "ciphertexts", all));
    json_decref(all);
    close_all(&x);
    return status == SCK_OK ? 0 : fail(status);
}
