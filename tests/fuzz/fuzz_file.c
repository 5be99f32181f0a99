/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A file of any bytes either loads as its kind or is refused. Built with
 * FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION hashes are not compared, so that
 * what lies behind them is reached; the header's parameter id is put right for
 * the same reason. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sck_client.h"
#include "sck_file.h"
#include "tiny_params.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const sck_params *ring_of_16(void)
{
    static sck_params *params;

    if (params == NULL && tiny_params(&params) != SCK_OK)
        abort();
    return params;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const sck_params *params = ring_of_16();
    uint8_t *copy = malloc(length + 1);
    sck_params *read;
    sck_secret_key *secret;
    struct sck_limbs_public_key *public;
    struct sck_limbs_keyset *set;
    struct sck_limbs_ciphertexts *list;

    if (copy == NULL)
        return 0;
    if (length != 0)
        memcpy(copy, bytes, length);
    (void)sck_params_parse(copy, length, NULL, &read);
    sck_params_free(read);
    if (length >= 44)
        memcpy(copy + 12, sck_params_id(params), SCK_PARAMS_ID_BYTES);
    (void)sck_secret_key_parse(params, copy, length, NULL, &secret);
    sck_secret_key_free(secret);
    (void)sck_public_key_parse(params, copy, length, NULL, &public);
    sck_limbs_public_key_free(public);
    (void)sck_keyset_parse(params, copy, length, NULL, NULL, &set);
    sck_limbs_keyset_free(set);
    (void)sck_ciphertexts_parse(params, copy, length, NULL, NULL, &list);
    sck_limbs_ciphertexts_free(list);
    free(copy);
    return 0;
}
