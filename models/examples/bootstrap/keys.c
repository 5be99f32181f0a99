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

/* Part k of complex values becomes real ones. */
static void take_part(const double *values, uint32_t slots, int k, double *part)
{
    for (size_t i = 0; i < slots; i++) {
        part[2 * i] = values[2 * i + (size_t)k];
        part[2 * i + 1] = 0;
    }
}

/* A message, or both of a pair. */
static sck_status encrypt(const struct options *options, struct sides *s)
{
    const int count = options->shape == PAIR ? 2 : 1;
    const size_t words = 2 * (size_t)options->slots;
    double *values = malloc(2 * words * sizeof *values);
    struct sck_limbs_ciphertext *ct[2] = {NULL, NULL};
    const struct sck_limbs_ciphertext *list[2];
    sck_status status = SCK_OK;

    if (values == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u slots", options->slots);
    message_fill(options->shape, options->seed, options->slots, values);
    for (int k = 0; k < count && status == SCK_OK; k++) {
        double *const message = count == 2 ? values + words : values;

        if (count == 2)
            take_part(values, options->slots, k, message);
        status = sck_encrypt(s->encryptor, message, options->slots,
                             k == 0 ? "x" : "x2", &ct[k]);
        list[k] = ct[k];
    }
    if (status == SCK_OK)
        status = sck_ciphertexts_save(s->params, list, (uint32_t)count,
                                      example_path(options, "in.sck"));
    for (int k = 0; k < 2; k++)
        sck_limbs_ciphertext_free(ct[k]);
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

/* Key after key, each in memory only until it is handed over. */
static sck_status take_key(void *context, const struct sck_limbs_keyset *one,
                           uint32_t i, uint32_t total)
{
    const struct sides *s = context;

    (void)i;
    (void)total;
    return sck_evaluator_add_keys(s->evaluator, s->run, one);
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
    SCK_TRY(sck_keyset_each(sides->params, example_path(options, "keys.sck"),
                            NULL, take_key, sides));
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
