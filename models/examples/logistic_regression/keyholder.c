/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "keyholder.h"

#include <stdlib.h>

sck_status keyholder_new(const sck_params *params, struct keyholder *k)
{
    *k = (struct keyholder){.params = params};
    SCK_TRY(sck_secret_key_new(params, &k->secret));
    SCK_TRY(sck_public_key_new(k->secret, &k->public_key));
    return sck_encryptor_new(params, k->public_key, &k->encryptor);
}

void keyholder_free(struct keyholder *k)
{
    sck_encryptor_free(k->encryptor);
    sck_limbs_public_key_free(k->public_key);
    sck_secret_key_free(k->secret);
    *k = (struct keyholder){0};
}

sck_status keyholder_encrypt(const struct keyholder *k, const double *values,
                             uint32_t count, uint32_t slots, const char *name,
                             struct sck_limbs_ciphertext **out)
{
    double *all = calloc(2 * (size_t)slots, sizeof *all);

    *out = NULL;
    if (all == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u slots", slots);
    for (uint32_t i = 0; i < slots; i++)
        all[2 * (size_t)i] = values[i % count];
    const sck_status status = sck_encrypt(k->encryptor, all, slots, name, out);

    free(all);
    return status;
}

sck_status keyholder_decrypt(const struct keyholder *k,
                             const struct sck_limbs_ciphertext *ct,
                             double *values, uint32_t count)
{
    double *all = malloc(2 * (size_t)ct->slots * sizeof *all);

    if (all == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u slots", ct->slots);
    const sck_status status = sck_decrypt(k->secret, ct, all);

    for (uint32_t i = 0; i < count && status == SCK_OK; i++)
        values[i] = all[2 * (size_t)i];
    free(all);
    return status;
}
