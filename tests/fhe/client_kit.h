/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Parameters, keys and an encryptor, from the suite's seed. */
#ifndef SCK_TEST_CLIENT_KIT_H
#define SCK_TEST_CLIENT_KIT_H

#include <string.h>

#include "sck_client.h"
#include "sck_test.h"
#include "seeded.h"

struct kit {
    sck_params *params;
    sck_secret_key *secret;
    struct sck_limbs_public_key *public;
    sck_encryptor *encryptor;
    uint32_t n, top;
};

static inline int kit_open(struct kit *kit, const char *name)
{
    seeded_start();
    memset(kit, 0, sizeof *kit);
    if (sck_params_named(name, &kit->params) != SCK_OK ||
        sck_secret_key_new(kit->params, &kit->secret) != SCK_OK ||
        sck_public_key_new(kit->secret, &kit->public) != SCK_OK ||
        sck_encryptor_new(kit->params, kit->public, &kit->encryptor) !=
            SCK_OK) {
        CU_FAIL(sck_last_error());
        return 0;
    }
    kit->n = 1u << sck_params_logn(kit->params);
    kit->top = sck_params_app_top(kit->params);
    return 1;
}

static inline void kit_close(struct kit *kit)
{
    sck_encryptor_free(kit->encryptor);
    sck_limbs_public_key_free(kit->public);
    sck_secret_key_free(kit->secret);
    sck_params_free(kit->params);
}

#endif
