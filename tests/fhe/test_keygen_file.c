/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite keygen_file: evaluation keys made straight into their file. That they
 * are keys, test_keygen.c and the rounds of tests/integration show. */
#define _POSIX_C_SOURCE 200809L
#include "file_kinds.h"

static uint8_t again[MAX_BYTES];

static struct sck_limbs_key wanted[3] = {
    {.kind = SCK_KEY_RELIN},
    {.kind = SCK_KEY_GALOIS, .galois = 5},
    {.kind = SCK_KEY_GALOIS, .galois = 25}};

static void count_up(void *context, uint32_t done)
{
    uint32_t *seen = context;

    CU_ASSERT_EQUAL(done, *seen + 1);
    *seen = done;
}

/* Keys one at a time are those of the whole set; the third is refused. */
struct compared {
    const struct sck_limbs_keyset *set;
    uint32_t seen, refused;
};

static sck_status compare(void *context, const struct sck_limbs_keyset *one,
                          uint32_t i, uint32_t total)
{
    struct compared *c = context;
    const struct sck_limbs_key *want = &c->set->keys[i], *got = one->keys;

    if (i == c->refused)
        return SCK_ERR_STATE;
    CU_ASSERT_TRUE(i == c->seen && total == c->set->count && one->count == 1 &&
                   one->n == c->set->n);
    CU_ASSERT_EQUAL(memcmp(one->key_id, c->set->key_id, 32), 0);
    CU_ASSERT_EQUAL(memcmp(one->seed, c->set->seed, 32), 0);
    CU_ASSERT_TRUE(got->kind == want->kind && got->galois == want->galois &&
                   got->digits == want->digits && got->limbs == want->limbs);
    CU_ASSERT_EQUAL(
        memcmp(got->b, want->b,
               (size_t)got->digits * got->limbs * one->n * sizeof *got->b),
        0);
    c->seen++;
    return SCK_OK;
}

static void keys_come_one_at_a_time(void)
{
    struct compared c = {.refused = 3};
    struct sck_limbs_keyset *set = NULL;
    uint8_t other_id[SCK_KEY_ID_BYTES] = {1};

    if (!begin())
        return;
    CU_ASSERT_EQUAL(sck_keyset_new_file(secret, wanted, 3, path, NULL, NULL),
                    SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_keyset_load(params, path, NULL, &set), SCK_OK);
    c.set = set;
    CU_ASSERT_EQUAL(sck_keyset_each(params, path, NULL, compare, &c), SCK_OK);
    CU_ASSERT_EQUAL(c.seen, 3);
    c = (struct compared){.set = set, .refused = 2};
    CU_ASSERT_EQUAL(sck_keyset_each(params, path, NULL, compare, &c),
                    SCK_ERR_STATE);
    CU_ASSERT_EQUAL(c.seen, 2);
    CU_ASSERT_EQUAL(sck_keyset_each(params, path, other_id, compare, &c),
                    SCK_ERR_KEY);
    /* A flipped bit in the last key: the two before it are taken. */
    const size_t size = slurp(bytes);
    FILE *file = fopen(path, "r+b");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fseek(file, (long)size - 1, SEEK_SET);
    fputc(bytes[size - 1] ^ 1, file);
    fclose(file);
    c = (struct compared){.set = set, .refused = 3};
    CU_ASSERT_EQUAL(sck_keyset_each(params, path, NULL, compare, &c),
                    SCK_ERR_FORMAT);
    CU_ASSERT_EQUAL(c.seen, 2);
    sck_limbs_keyset_free(set);
    end();
}

static void the_file_holds_every_key_in_order(void)
{
    struct sck_limbs_keyset *set = NULL;
    uint32_t seen = 0;

    if (!begin())
        return;
    CU_ASSERT_EQUAL(
        sck_keyset_new_file(secret, wanted, 3, path, count_up, &seen), SCK_OK);
    CU_ASSERT_EQUAL(seen, 3);
    CU_ASSERT_EQUAL_FATAL(
        sck_keyset_load(params, path, sck_secret_key_id(secret), &set), SCK_OK);
    CU_ASSERT_EQUAL(set->count, 3);
    for (uint32_t i = 0; i < set->count; i++) {
        const struct sck_limbs_key *key = &set->keys[i];

        CU_ASSERT_TRUE(key->kind == wanted[i].kind &&
                       key->galois == wanted[i].galois);
        for (uint32_t k = 0; k < i; k++)
            CU_ASSERT_NOT_EQUAL(
                memcmp(key->b, set->keys[k].b, set->n * sizeof *key->b), 0);
    }
    /* Written at once, the same keys give the same bytes. */
    const size_t size = slurp(bytes);

    CU_ASSERT_EQUAL(sck_keyset_save(params, set, path), SCK_OK);
    CU_ASSERT_EQUAL(slurp(again), size);
    CU_ASSERT_EQUAL(memcmp(bytes, again, size), 0);
    sck_limbs_keyset_free(set);
    end();
}

/* end() fails when anything is left in the folder. */
static void a_failure_leaves_no_file(void)
{
    struct sck_limbs_key bad[2] = {wanted[0], wanted[1]};
    char nowhere[128];

    if (!begin())
        return;
    bad[1].galois = 4;
    CU_ASSERT_EQUAL(sck_keyset_new_file(secret, bad, 2, path, NULL, NULL),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "galois element 4"));
    CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
    bad[1] = bad[0];
    CU_ASSERT_EQUAL(sck_keyset_new_file(secret, bad, 2, path, NULL, NULL),
                    SCK_ERR_ARGUMENT);
    bad[1].kind = SCK_KEY_SPARSE_TO_DENSE;
    bad[1].key_class = SCK_KEY_NO_CLASS;
    CU_ASSERT_EQUAL(sck_keyset_new_file(secret, bad, 2, path, NULL, NULL),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "encapsulation"));
    snprintf(nowhere, sizeof nowhere, "%s/none/keys", folder);
    CU_ASSERT_EQUAL(sck_keyset_new_file(secret, wanted, 3, nowhere, NULL, NULL),
                    SCK_ERR_IO);
    end();
}

static CU_TestInfo cases[] = {
    {"keys_come_one_at_a_time", keys_come_one_at_a_time},
    {"the_file_holds_every_key_in_order", the_file_holds_every_key_in_order},
    {"a_failure_leaves_no_file", a_failure_leaves_no_file},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(keygen_file, cases)
