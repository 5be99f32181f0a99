/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* keygen: a secret key, its public key and the keys a plan names. */
#include "client_commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 0: no kind of key. */
static uint32_t key_kind(const char *name)
{
    static const char *const names[] = {
        [SCK_KEY_RELIN] = "relinearisation",
        [SCK_KEY_GALOIS] = "galois",
        [SCK_KEY_DENSE_TO_SPARSE] = "dense-to-sparse",
        [SCK_KEY_SPARSE_TO_DENSE] = "sparse-to-dense",
    };

    for (uint32_t i = 1; name != NULL && i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return i;
    return 0;
}

/* The plan's "keys": [{"kind": k, "element": g, "class_index": c}, ...]. */
static sck_status wanted_keys(const char *path, struct sck_limbs_key **keys,
                              uint32_t *count)
{
    json_error_t error;
    char *text = read_text(path);

    *keys = NULL;
    if (text == NULL)
        return SCK_ERR_IO;
    json_t *plan = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    const json_t *list = json_object_get(plan, "keys");
    const size_t length = json_array_size(list);
    sck_status status = SCK_OK;

    free(text);
    if (length == 0 || length > SCK_MAX_KEYS)
        status = SCK_FAIL(SCK_ERR_FORMAT, "%s names no keys: not a plan", path);
    else if ((*keys = calloc(length, sizeof **keys)) == NULL)
        status = SCK_FAIL(SCK_ERR_MEMORY, "%zu keys", length);
    for (size_t i = 0; i < length && status == SCK_OK; i++) {
        const json_t *k = json_array_get(list, i);
        const json_t *g = json_object_get(k, "element");
        const json_t *c = json_object_get(k, "class_index");

        (*keys)[i].kind =
            key_kind(json_string_value(json_object_get(k, "kind")));
        if ((*keys)[i].kind == 0 || !json_is_integer(g) ||
            !json_is_integer(c) || json_integer_value(g) < 0 ||
            json_integer_value(g) > UINT32_MAX || json_integer_value(c) < 0 ||
            json_integer_value(c) > 255)
            status =
                SCK_FAIL(SCK_ERR_FORMAT, "%s: key %zu is malformed", path, i);
        (*keys)[i].galois = (uint32_t)json_integer_value(g);
        (*keys)[i].key_class = (uint32_t)json_integer_value(c);
    }
    *count = (uint32_t)length;
    json_decref(plan);
    if (status != SCK_OK) {
        free(*keys);
        *keys = NULL;
    }
    return status;
}

static void show(void *context, uint32_t done)
{
    progress_show(context, done);
}

static sck_status told(const struct options *o, const sck_params *params,
                       uint32_t count, double seconds)
{
    say(o, "secret key, public key and %u evaluation keys for %s%s\n", count,
        sck_params_name(params),
        sck_params_is_insecure(params) ? " (INSECURE: for tests only)" : "");
    if (o->json == NULL)
        return SCK_OK;
    return report_json(
        o, json_pack("{s:s, s:b, s:f, s:i, s:s, s:s, s:s, s:f}", "params",
                     sck_params_name(params), "insecure",
                     sck_params_is_insecure(params), "security_bits",
                     sck_params_security_bits(params), "keys_count", (int)count,
                     "secret", o->secret, "public", o->public_key, "keys",
                     o->keys, "seconds", seconds));
}

/* The evaluation keys first, the largest: when they fail, nothing is left. */
static sck_status make(const struct options *o, const sck_params *params,
                       const struct sck_limbs_key *wanted, uint32_t count)
{
    struct progress p = progress_begin("keygen", count);
    sck_secret_key *secret = NULL;
    struct sck_limbs_public_key *public_key = NULL;
    sck_status status = sck_secret_key_new(params, &secret);

    if (status == SCK_OK)
        status = sck_public_key_new(secret, &public_key);
    if (status == SCK_OK)
        status = sck_keyset_new_file(secret, wanted, count, o->keys, show, &p);
    if (status == SCK_OK)
        status = sck_secret_key_save(secret, o->secret);
    if (status == SCK_OK)
        status = sck_public_key_save(params, public_key, o->public_key);
    if (status == SCK_OK)
        status = told(o, params, count, seconds_now() - p.begin);
    sck_limbs_public_key_free(public_key);
    sck_secret_key_free(secret);
    return status;
}

int command_keygen(const struct options *o)
{
    sck_params *params = NULL;
    struct sck_limbs_key *wanted = NULL;
    uint32_t count = 0;
    sck_status status;

    if (options_need(o->params, "--params") != 0 ||
        options_need(o->plan, "--plan") != 0 ||
        options_need(o->secret, "--secret") != 0 ||
        options_need(o->public_key, "--public") != 0 ||
        options_need(o->keys, "--keys") != 0)
        return EXIT_USAGE;
    status = sck_params_named(o->params, &params);
    if (status == SCK_OK)
        status = wanted_keys(o->plan, &wanted, &count);
    if (status == SCK_OK)
        status = make(o, params, wanted, count);
    free(wanted);
    sck_params_free(params);
    return status == SCK_OK ? 0 : fail(status);
}
