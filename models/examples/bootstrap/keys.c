/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Both sides' keys, by way of files: so that the same keys and the same
 * ciphertext serve any number of runs. */
#define _POSIX_C_SOURCE 200809L
#include "example.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *example_path(const struct options *options, const char *name)
{
    static char path[4096];

    snprintf(path, sizeof path, "%s/%s", options->dir, name);
    return path;
}

sck_status example_params(const struct options *options, struct sides *sides)
{
    sck_params *whole;
    struct sck_params_literal shape;
    sck_status status;

    if (options->logn == 0)
        return sck_params_named(options->set, &sides->params);
    SCK_TRY(sck_params_named(options->set, &whole));
    shape = *sck_params_shape(whole);
    shape.insecure_test_only = options->logn != shape.logn;
    shape.logn = options->logn;
    status = sck_params_new(&shape, &sides->params);
    sck_params_free(whole);
    return status;
}

static int has(const struct options *options, const char *name)
{
    return access(example_path(options, name), R_OK) == 0;
}

/* A secret key that DIR has is taken, with its evaluation keys. */
static sck_status make_keys(const struct options *options, struct sides *s)
{
    const int made = has(options, "secret.sck") && has(options, "keys.sck");
    struct sck_limbs_key *wanted = NULL;
    uint32_t count;
    sck_status status;

    if (made)
        SCK_TRY(sck_secret_key_load(
            s->params, example_path(options, "secret.sck"), &s->secret));
    else
        SCK_TRY(sck_secret_key_new(s->params, &s->secret));
    SCK_TRY(sck_public_key_new(s->secret, &s->public_key));
    SCK_TRY(sck_encryptor_new(s->params, s->public_key, &s->encryptor));
    if (made)
        return SCK_OK;
    SCK_TRY(
        sck_secret_key_save(s->secret, example_path(options, "secret.sck")));
    SCK_TRY(sck_bootstrap_keys(s->params, options->slots, &wanted, &count));
    status = sck_keyset_new_file(s->secret, wanted, count,
                                 example_path(options, "keys.sck"), NULL, NULL);
    free(wanted);
    return status;
}

static sck_status encrypt(const struct options *options, struct sides *s)
{
    double *values = malloc(2 * (size_t)options->slots * sizeof *values);
    struct sck_limbs_ciphertext *ct = NULL;
    const struct sck_limbs_ciphertext *list[1];
    sck_status status;

    if (values == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u slots", options->slots);
    message_fill(options->shape, options->seed, options->slots, values);
    status = sck_encrypt(s->encryptor, values, options->slots, "x", &ct);
    list[0] = ct;
    if (status == SCK_OK)
        status = sck_ciphertexts_save(s->params, list, 1,
                                      example_path(options, "in.sck"));
    sck_limbs_ciphertext_free(ct);
    free(values);
    return status;
}

sck_status example_prepare(const struct options *options, struct sides *sides)
{
    mkdir(options->dir, 0700);
    if (sides->encryptor == NULL)
        SCK_TRY(make_keys(options, sides));
    return encrypt(options, sides);
}

/* Key after key, each host copy freed once it is handed over. */
static sck_status load_keys(const struct options *options, struct sides *s)
{
    struct sck_limbs_keyset *keys = NULL;
    sck_status status = sck_keyset_load(
        s->params, example_path(options, "keys.sck"), NULL, &keys);

    for (uint32_t i = 0; status == SCK_OK && i < keys->count; i++) {
        struct sck_limbs_keyset one = *keys;

        one.count = 1;
        one.keys = &keys->keys[i];
        status = sck_evaluator_add_keys(s->evaluator, s->run, &one);
        free(one.keys->b);
        one.keys->b = NULL;
    }
    sck_limbs_keyset_free(keys);
    return status;
}

sck_status example_open(const struct options *options, struct sides *sides)
{
    const struct sck_session_options session = {
        .workers = options->workers,
        .scheduler = options->scheduler,
        .memory_bytes = options->memory_mib << 20,
        .swap_folder = options->swap,
        .limbs_per_block = options->grain};

    SCK_TRY(sck_session_new(&session, &sides->session));
    SCK_TRY(
        sck_evaluator_new(sides->session, sides->params, &sides->evaluator));
    SCK_TRY(sck_run_new(sides->session, &sides->run));
    sck_evaluator_save_memory(sides->evaluator, options->save_memory);
    SCK_TRY(load_keys(options, sides));
    SCK_TRY(sck_bootstrapper_new(sides->evaluator, sides->run, options->slots,
                                 &sides->bootstrapper));
    return sck_run_wait(sides->run);
}

void example_close(struct sides *sides)
{
    sck_bootstrapper_free(sides->bootstrapper);
    sck_run_free(sides->run);
    sck_evaluator_free(sides->evaluator);
    sck_session_free(sides->session);
    sck_encryptor_free(sides->encryptor);
    sck_limbs_public_key_free(sides->public_key);
    sck_secret_key_free(sides->secret);
    sck_params_free(sides->params);
    memset(sides, 0, sizeof *sides);
}
