/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.alloc: every allocation of the scheme and of the client fails once.
 * Each time the call reports SCK_ERR_MEMORY, gives out nothing and keeps
 * nothing. */
#define _POSIX_C_SOURCE 200809L
#include "client_kit.h"
#include "fail_alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A call under test: what it makes goes to *made. */
typedef sck_status call(struct kit *kit, void **made);

static double values[2 * 512];
static char path[64];
static struct sck_limbs_ciphertext *encrypted;
static struct sck_limbs_keyset *keys;
static sck_params *elsewhere;

/* Fails the call's allocations one by one until it succeeds; what it then made
 * is the caller's. */
static void *each_fails(const char *name, struct kit *kit, call *run)
{
    void *made = NULL;

    for (uint64_t at = 1; at < 10000; at++) {
        made = NULL;
        fail_alloc_begin(at);
        const sck_status status = run(kit, &made);

        if (!fail_alloc_end()) {
            CU_ASSERT_EQUAL(status, SCK_OK);
            CU_ASSERT(at > 1);
            printf("\n    %s: %d allocations ", name, (int)at - 1);
            return made;
        }
        CU_ASSERT_EQUAL(status, SCK_ERR_MEMORY);
        CU_ASSERT_PTR_NULL(made);
        CU_ASSERT_EQUAL(fail_alloc_kept(), 0);
        if (status != SCK_ERR_MEMORY || made != NULL || fail_alloc_kept() != 0)
            printf("\n    %s, allocation %d: status %d, made %p, %d kept ",
                   name, (int)at, (int)status, made, (int)fail_alloc_kept());
        if (status == SCK_OK)
            return made;
    }
    CU_FAIL("no end of allocations");
    return NULL;
}

static int start(struct kit *kit)
{
    snprintf(path, sizeof path, "/tmp/sck-alloc-%ld", (long)getpid());
    return kit_open(kit, "test-10");
}

static void stop(struct kit *kit)
{
    unlink(path);
    kit_close(kit);
}

static sck_status make_params(struct kit *kit, void **made)
{
    (void)kit;
    return sck_params_named("test-10", (sck_params **)made);
}

static sck_status load_params(struct kit *kit, void **made)
{
    (void)kit;
    return sck_params_load(path, (sck_params **)made);
}

static sck_status save_params(struct kit *kit, void **made)
{
    (void)made;
    return sck_params_save(kit->params, path);
}

static void parameters(void)
{
    struct kit kit;

    if (!start(&kit))
        return;
    sck_params_free(each_fails("params_named", &kit, make_params));
    each_fails("params_save", &kit, save_params);
    sck_params_free(each_fails("params_load", &kit, load_params));
    stop(&kit);
}

/* Of a ring that nobody has made yet: its tables, too. */
static sck_status make_secret_elsewhere(struct kit *kit, void **made)
{
    (void)kit;
    return sck_secret_key_new(elsewhere, (sck_secret_key **)made);
}

static sck_status make_secret(struct kit *kit, void **made)
{
    return sck_secret_key_new(kit->params, (sck_secret_key **)made);
}

static sck_status save_secret(struct kit *kit, void **made)
{
    (void)made;
    return sck_secret_key_save(kit->secret, path);
}

static sck_status load_secret(struct kit *kit, void **made)
{
    return sck_secret_key_load(kit->params, path, (sck_secret_key **)made);
}

static sck_status make_public(struct kit *kit, void **made)
{
    return sck_public_key_new(kit->secret,
                              (struct sck_limbs_public_key **)made);
}

static sck_status save_public(struct kit *kit, void **made)
{
    (void)made;
    return sck_public_key_save(kit->params, kit->public, path);
}

static sck_status load_public(struct kit *kit, void **made)
{
    return sck_public_key_load(kit->params, path,
                               (struct sck_limbs_public_key **)made);
}

static sck_status make_keys(struct kit *kit, void **made)
{
    const struct sck_limbs_key wanted[] = {
        {.kind = SCK_KEY_RELIN, .key_class = 1},
        {.kind = SCK_KEY_GALOIS,
         .key_class = 1,
         .galois = sck_galois_rotation(kit->params, 1)}};

    return sck_keyset_new(kit->secret, wanted, 2,
                          (struct sck_limbs_keyset **)made);
}

static sck_status save_keys(struct kit *kit, void **made)
{
    (void)made;
    return sck_keyset_save(kit->params, keys, path);
}

static sck_status load_keys(struct kit *kit, void **made)
{
    return sck_keyset_load(kit->params, path, NULL,
                           (struct sck_limbs_keyset **)made);
}

static void keys_of_all_kinds(void)
{
    struct kit kit;

    if (!start(&kit))
        return;
    sck_secret_key_free(each_fails("secret_key_new", &kit, make_secret));
    CU_ASSERT_EQUAL_FATAL(sck_params_named("test-11", &elsewhere), SCK_OK);
    sck_secret_key_free(
        each_fails("secret_key_new, ring", &kit, make_secret_elsewhere));
    sck_params_free(elsewhere);
    each_fails("secret_key_save", &kit, save_secret);
    sck_secret_key_free(each_fails("secret_key_load", &kit, load_secret));
    unlink(path);
    sck_limbs_public_key_free(each_fails("public_key_new", &kit, make_public));
    each_fails("public_key_save", &kit, save_public);
    sck_limbs_public_key_free(each_fails("public_key_load", &kit, load_public));
    keys = each_fails("keyset_new", &kit, make_keys);
    each_fails("keyset_save", &kit, save_keys);
    sck_limbs_keyset_free(each_fails("keyset_load", &kit, load_keys));
    sck_limbs_keyset_free(keys);
    stop(&kit);
}

static sck_status make_encryptor(struct kit *kit, void **made)
{
    return sck_encryptor_new(kit->params, kit->public, (sck_encryptor **)made);
}

static sck_status encrypt(struct kit *kit, void **made)
{
    return sck_encrypt(kit->encryptor, values, 64, "x",
                       (struct sck_limbs_ciphertext **)made);
}

static sck_status encrypt_reals(struct kit *kit, void **made)
{
    return sck_encrypt_reals(kit->encryptor, values, 60, "x",
                             (struct sck_limbs_ciphertext **)made);
}

static sck_status encrypt_secret(struct kit *kit, void **made)
{
    return sck_encrypt_secret(kit->secret, 3, values, 64, "x",
                              (struct sck_limbs_ciphertext **)made);
}

static sck_status decrypt(struct kit *kit, void **made)
{
    double out[128];

    (void)made;
    return sck_decrypt(kit->secret, encrypted, out);
}

static sck_status save(struct kit *kit, void **made)
{
    const struct sck_limbs_ciphertext *const list[] = {encrypted};

    (void)made;
    return sck_ciphertexts_save(kit->params, list, 1, path);
}

static sck_status load(struct kit *kit, void **made)
{
    return sck_ciphertexts_load(kit->params, path, NULL,
                                (struct sck_limbs_ciphertexts **)made);
}

static void encryption(void)
{
    struct kit kit;

    if (!start(&kit))
        return;
    for (int i = 0; i < 128; i++)
        values[i] = sck_test_real();
    sck_encryptor_free(each_fails("encryptor_new", &kit, make_encryptor));
    sck_limbs_ciphertext_free(each_fails("encrypt", &kit, encrypt));
    sck_limbs_ciphertext_free(each_fails("encrypt_reals", &kit, encrypt_reals));
    encrypted = each_fails("encrypt_secret", &kit, encrypt_secret);
    CU_ASSERT_PTR_NOT_NULL_FATAL(encrypted);
    each_fails("decrypt", &kit, decrypt);
    each_fails("ciphertexts_save", &kit, save);
    sck_limbs_ciphertexts_free(each_fails("ciphertexts_load", &kit, load));
    sck_limbs_ciphertext_free(encrypted);
    stop(&kit);
}

/* A file survives a save that fails. */
static void a_failed_save_leaves_the_file(void)
{
    struct kit kit;
    void *made = NULL;

    if (!start(&kit))
        return;
    CU_ASSERT_EQUAL(save_params(&kit, &made), SCK_OK);
    for (uint64_t at = 1; at < 100; at++) {
        fail_alloc_begin(at);
        const sck_status status =
            sck_public_key_save(kit.params, kit.public, path);

        if (!fail_alloc_end())
            break;
        CU_ASSERT_EQUAL(status, SCK_ERR_MEMORY);
        CU_ASSERT_EQUAL(load_params(&kit, &made), SCK_OK);
        sck_params_free(made);
    }
    stop(&kit);
}

static CU_TestInfo cases[] = {
    {"parameters", parameters},
    {"keys_of_all_kinds", keys_of_all_kinds},
    {"encryption", encryption},
    {"a_failed_save_leaves_the_file", a_failed_save_leaves_the_file},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(alloc, cases)
