/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Evaluation keys straight into a file, one in memory at a time. */
#include <sodium.h>

#include "client_priv.h"
#include "sck_file.h"

struct streaming {
    const sck_params *params;
    sck_file_writer *writer;
    sck_keyset_progress *made;
    void *context;
};

static sck_status write_key(void *context, uint32_t i,
                            const struct sck_limbs_key *key)
{
    struct streaming *s = context;

    SCK_TRY(sck_keyset_append(s->writer, s->params, key));
    if (s->made != NULL)
        s->made(s->context, i + 1);
    return SCK_OK;
}

static int is_twice(const struct sck_limbs_key *wanted, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t j = 0; j < i; j++)
            if (wanted[i].kind == wanted[j].kind &&
                wanted[i].key_class == wanted[j].key_class &&
                wanted[i].galois == wanted[j].galois)
                return 1;
    return 0;
}

sck_status sck_keyset_new_file(const sck_secret_key *key,
                               const struct sck_limbs_key *wanted,
                               uint32_t count, const char *path,
                               sck_keyset_progress *made, void *context)
{
    struct sck_limbs_keyset all = {.count = count,
                                   .keys = (struct sck_limbs_key *)wanted};
    struct streaming s = {.made = made, .context = context};
    sck_status status;

    if (key == NULL || wanted == NULL || path == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "an argument is NULL");
    if (count > SCK_MAX_KEYS || is_twice(wanted, count))
        return SCK_FAIL(SCK_ERR_ARGUMENT, "%u keys: more than %d, or one twice",
                        (unsigned)count, SCK_MAX_KEYS);
    s.params = key->params;
    randombytes_buf(all.seed, sizeof all.seed);
    SCK_TRY(sck_keyset_create(key->params, key->key_id, all.seed, count, path,
                              &s.writer));
    status = sck_client_each_key(key, &all, write_key, &s);
    if (status == SCK_OK)
        status = sck_file_commit(s.writer);
    sck_file_discard(s.writer);
    return status;
}
