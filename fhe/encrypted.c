/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Shapes of keys, and the arrays that hold keys and ciphertexts. */
#include "sck_encrypted.h"

#include <stdlib.h>
#include <string.h>

static sck_status class_shape(const sck_params *params, uint32_t index,
                              struct sck_key_shape *shape)
{
    const struct sck_key_class *c = sck_params_class(params, index);

    if (c == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "there is no key class %u",
                        (unsigned)index);
    shape->own = c->count;
    shape->limbs = c->count + c->special_count;
    memcpy(shape->q, c->primes, c->count * sizeof *shape->q);
    memcpy(shape->q + c->count, c->special,
           c->special_count * sizeof *shape->q);
    shape->digits = c->digits;
    for (uint32_t j = 0; j < c->digits; j++) {
        shape->digit_first[j] = (uint32_t)(c->digit[j] - c->primes);
        shape->digit_limbs[j] = c->digit_length[j];
    }
    return SCK_OK;
}

/* The keys of sparse-secret encapsulation: one digit, P of two primes. */
static sck_status level_shape(const sck_params *params, uint32_t level,
                              struct sck_key_shape *shape)
{
    uint32_t count, specials;
    const uint32_t *q = sck_params_primes(params, level, &count);
    const uint32_t *special = sck_params_special(params, &specials);

    if (specials < 2)
        return SCK_FAIL(SCK_ERR_ARGUMENT,
                        "these parameters have %u special "
                        "primes, encapsulation takes 2",
                        (unsigned)specials);
    shape->own = count;
    shape->limbs = count + 2;
    memcpy(shape->q, q, count * sizeof *q);
    memcpy(shape->q + count, special, 2 * sizeof *special);
    shape->digits = 1;
    shape->digit_limbs[0] = count;
    return SCK_OK;
}

sck_status sck_key_shape(const sck_params *params, uint32_t kind,
                         uint32_t key_class, uint32_t galois,
                         struct sck_key_shape *shape)
{
    const uint32_t n2 = UINT32_C(2) << sck_params_logn(params);

    memset(shape, 0, sizeof *shape);
    if (kind == SCK_KEY_GALOIS ? galois % 2 == 0 || galois < 3 || galois >= n2
                               : galois != 0)
        return SCK_FAIL(SCK_ERR_ARGUMENT,
                        "no key of kind %u has galois "
                        "element %u",
                        (unsigned)kind, (unsigned)galois);
    if (kind == SCK_KEY_RELIN || kind == SCK_KEY_GALOIS)
        return class_shape(params, key_class, shape);
    if (key_class != SCK_KEY_NO_CLASS)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "keys of kind %u have no class",
                        (unsigned)kind);
    if (kind == SCK_KEY_DENSE_TO_SPARSE)
        return level_shape(params, 0, shape);
    if (kind == SCK_KEY_SPARSE_TO_DENSE)
        return level_shape(params, sck_params_levels(params) - 1, shape);
    return SCK_FAIL(SCK_ERR_ARGUMENT, "there is no key kind %u",
                    (unsigned)kind);
}

uint32_t sck_sparse_weight(const sck_params *params)
{
    const uint32_t logn = sck_params_logn(params);

    if (logn == 16 || sck_params_is_insecure(params))
        return 32;
    return logn == 15 ? 40 : logn == 14 ? 64 : 0;
}

uint32_t sck_public_key_primes(const sck_params *params, uint32_t *q)
{
    uint32_t count, specials;
    const uint32_t *own =
        sck_params_primes(params, sck_params_app_top(params), &count);
    const uint32_t *special = sck_params_special(params, &specials);

    memcpy(q, own, count * sizeof *q);
    q[count] = special[0];
    return count + 1;
}

sck_status sck_limbs_ciphertext_new(const sck_params *params, uint32_t level,
                                    uint32_t polys, uint32_t seeded,
                                    struct sck_limbs_ciphertext **out)
{
    struct sck_limbs_ciphertext *ct;
    uint32_t limbs;

    *out = NULL;
    if (sck_params_primes(params, level, &limbs) == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "there is no level %u",
                        (unsigned)level);
    if (seeded > 1 || polys < 2 || polys > (seeded ? 2u : 3u))
        return SCK_FAIL(SCK_ERR_ARGUMENT, "%u polynomials, seeded %u",
                        (unsigned)polys, (unsigned)seeded);
    if ((ct = calloc(1, sizeof *ct)) == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *ct);
    ct->n = UINT32_C(1) << sck_params_logn(params);
    ct->level = level;
    ct->polys = polys;
    ct->seeded = seeded;
    ct->limbs = limbs;
    ct->slots = ct->n / 2;
    ct->data = calloc((size_t)(polys - seeded) * limbs * ct->n, 4);
    if (ct->data == NULL) {
        free(ct);
        return SCK_FAIL(SCK_ERR_MEMORY, "a ciphertext of %u limbs",
                        (unsigned)limbs);
    }
    *out = ct;
    return SCK_OK;
}

void sck_limbs_ciphertext_free(struct sck_limbs_ciphertext *ct)
{
    if (ct == NULL)
        return;
    free(ct->data);
    free(ct);
}

uint32_t *sck_limbs_row(const struct sck_limbs_ciphertext *ct, uint32_t poly,
                        uint32_t limb)
{
    return ct->data + ((size_t)poly * ct->limbs + limb) * ct->n;
}

sck_status sck_limbs_ciphertext_name(struct sck_limbs_ciphertext *ct,
                                     const char *name)
{
    const size_t length = name != NULL ? strlen(name) : 0;

    if (length == 0 || length >= SCK_NAME_BYTES)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "a name has 1 to %d bytes, not %zu",
                        SCK_NAME_BYTES - 1, length);
    for (size_t i = 0; i < length; i++)
        if (name[i] <= ' ' || name[i] > '~')
            return SCK_FAIL(SCK_ERR_ARGUMENT,
                            "byte %zu of a name is %d, not "
                            "printable ASCII",
                            i, name[i]);
    memset(ct->name, 0, sizeof ct->name);
    memcpy(ct->name, name, length);
    return SCK_OK;
}

void sck_limbs_ciphertexts_free(struct sck_limbs_ciphertexts *list)
{
    if (list == NULL)
        return;
    for (uint32_t i = 0; i < list->count; i++)
        sck_limbs_ciphertext_free(list->items[i]);
    free(list->items);
    free(list);
}

const struct sck_limbs_ciphertext *
sck_limbs_ciphertexts_find(const struct sck_limbs_ciphertexts *list,
                           const char *name)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i]->name, name) == 0)
            return list->items[i];
    return NULL;
}

sck_status sck_limbs_keyset_new(const sck_params *params,
                                const struct sck_limbs_key *keys,
                                uint32_t count, struct sck_limbs_keyset **out)
{
    struct sck_limbs_keyset *set;
    sck_status status;

    *out = NULL;
    if (count > SCK_MAX_KEYS)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "%u keys, at most %d",
                        (unsigned)count, SCK_MAX_KEYS);
    if ((set = calloc(1, sizeof *set)) == NULL ||
        (set->keys = calloc((size_t)count + 1, sizeof *keys)) == NULL) {
        free(set);
        return SCK_FAIL(SCK_ERR_MEMORY, "a set of %u keys", (unsigned)count);
    }
    set->n = UINT32_C(1) << sck_params_logn(params);
    for (uint32_t i = 0; i < count; i++) {
        struct sck_limbs_key *key = &set->keys[i];
        struct sck_key_shape shape;

        status = sck_key_shape(params, keys[i].kind, keys[i].key_class,
                               keys[i].galois, &shape);
        if (status == SCK_OK &&
            sck_limbs_keyset_find(set, keys[i].kind, keys[i].key_class,
                                  keys[i].galois) != NULL)
            status = SCK_FAIL(SCK_ERR_ARGUMENT, "key %u is there already",
                              (unsigned)i);
        if (status == SCK_OK) {
            key->b = malloc((size_t)shape.digits * shape.limbs * set->n *
                            sizeof *key->b);
            if (key->b == NULL)
                status = SCK_FAIL(SCK_ERR_MEMORY, "key %u of %u", (unsigned)i,
                                  (unsigned)count);
        }
        if (status != SCK_OK) {
            sck_limbs_keyset_free(set);
            return status;
        }
        key->kind = keys[i].kind;
        key->key_class = keys[i].key_class;
        key->galois = keys[i].galois;
        key->digits = shape.digits;
        key->limbs = shape.limbs;
        set->count = i + 1;
    }
    *out = set;
    return SCK_OK;
}

void sck_limbs_keyset_free(struct sck_limbs_keyset *set)
{
    if (set == NULL)
        return;
    for (uint32_t i = 0; i < set->count; i++)
        free(set->keys[i].b);
    free(set->keys);
    free(set);
}

const struct sck_limbs_key *
sck_limbs_keyset_find(const struct sck_limbs_keyset *set, uint32_t kind,
                      uint32_t key_class, uint32_t galois)
{
    for (uint32_t i = 0; i < set->count; i++) {
        const struct sck_limbs_key *key = &set->keys[i];

        if (key->kind == kind && key->key_class == key_class &&
            key->galois == galois)
            return key;
    }
    return NULL;
}

sck_status sck_limbs_public_key_alloc(const sck_params *params,
                                      struct sck_limbs_public_key **out)
{
    struct sck_limbs_public_key *key = calloc(1, sizeof *key);
    uint32_t q[SCK_MAX_KEY_LIMBS];

    *out = NULL;
    if (key == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *key);
    key->n = UINT32_C(1) << sck_params_logn(params);
    key->limbs = sck_public_key_primes(params, q);
    key->b = calloc((size_t)key->limbs * key->n, 4);
    if (key->b == NULL) {
        free(key);
        return SCK_FAIL(SCK_ERR_MEMORY, "a public key");
    }
    *out = key;
    return SCK_OK;
}

void sck_limbs_public_key_free(struct sck_limbs_public_key *key)
{
    if (key == NULL)
        return;
    free(key->b);
    free(key);
}
