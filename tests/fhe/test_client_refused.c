/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.client_refused: what encryption and decryption refuse, and what
 * does not repeat. */
#include "client_kit.h"
#include "client_priv.h"

#include <math.h>
#include <string.h>

enum { MAX_N = 1 << 11 };

static double values[MAX_N], back[MAX_N];

static void fill(uint32_t slots)
{
    for (uint32_t i = 0; i < 2 * slots; i++)
        values[i] = sck_test_real();
}

static void encrypting_twice_gives_different_ciphertexts(void)
{
    struct kit kit;
    struct sck_limbs_ciphertext *ct[2];

    if (!kit_open(&kit, "test-10"))
        return;
    fill(8);
    for (int kind = 0; kind < 2; kind++) {
        for (int i = 0; i < 2; i++)
            CU_ASSERT_EQUAL(
                kind == 0
                    ? sck_encrypt(kit.encryptor, values, 8, "x", &ct[i])
                    : sck_encrypt_secret(kit.secret, 3, values, 8, "x", &ct[i]),
                SCK_OK);
        for (uint32_t row = 0; row < ct[0]->limbs * (2 - ct[0]->seeded);
             row++) {
            uint32_t equal = 0;

            for (uint32_t i = 0; i < kit.n; i++)
                equal += ct[0]->data[row * kit.n + i] ==
                         ct[1]->data[row * kit.n + i];
            CU_ASSERT_TRUE(equal < 5); /* of 1024 words, primes above 2^24 */
        }
        sck_limbs_ciphertext_free(ct[0]);
        sck_limbs_ciphertext_free(ct[1]);
    }
    kit_close(&kit);
}

static void another_key_is_refused_and_would_see_noise(void)
{
    struct kit kit;
    sck_secret_key *other;
    struct sck_limbs_ciphertext *ct;
    double worst, average;

    if (!kit_open(&kit, "test-10"))
        return;
    CU_ASSERT_EQUAL(sck_secret_key_new(kit.params, &other), SCK_OK);
    fill(kit.n / 2);
    CU_ASSERT_EQUAL(sck_encrypt(kit.encryptor, values, kit.n / 2, "x", &ct),
                    SCK_OK);
    CU_ASSERT_EQUAL(sck_decrypt(other, ct, back), SCK_ERR_KEY);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "check: 'x' belongs to another key set");
    memcpy(ct->key_id, sck_secret_key_id(other), sizeof ct->key_id);
    CU_ASSERT_EQUAL(sck_decrypt(other, ct, back), SCK_OK);
    sck_precision(back, values, kit.n, &worst, &average);
    CU_ASSERT_TRUE(average < 1);
    sck_secret_key_free(other);
    sck_limbs_ciphertext_free(ct);
    kit_close(&kit);
}

static void wrong_input_is_refused_with_a_reason(void)
{
    struct kit kit;
    struct sck_limbs_ciphertext *ct;

    if (!kit_open(&kit, "test-10"))
        return;
    fill(4);
    CU_ASSERT_EQUAL(sck_encrypt(kit.encryptor, values, 3, "x", &ct),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NULL(ct);
    CU_ASSERT_STRING_EQUAL(
        sck_last_error(),
        "sck_client_encode: 3 slots, not a power of two up to 512");
    CU_ASSERT_EQUAL(sck_encrypt(kit.encryptor, values, kit.n, "x", &ct),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_STRING_EQUAL(
        sck_last_error(),
        "sck_client_encode: 1024 slots, not a power of two up to 512");
    CU_ASSERT_EQUAL(sck_encrypt(kit.encryptor, values, 4, "a b", &ct),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(
        sck_encrypt_secret(kit.secret, kit.top + 1, values, 4, "x", &ct),
        SCK_ERR_ARGUMENT);
    values[5] = 1e10;
    CU_ASSERT_EQUAL(sck_encrypt(kit.encryptor, values, 4, "x", &ct),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "too large for level"));
    values[5] = (double)NAN;
    CU_ASSERT_EQUAL(sck_encrypt(kit.encryptor, values, 4, "x", &ct),
                    SCK_ERR_ARGUMENT);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "check_values: value 2 is not finite");
    kit_close(&kit);
}

static CU_TestInfo cases[] = {
    {"encrypting_twice_gives_different_ciphertexts",
     encrypting_twice_gives_different_ciphertexts},
    {"another_key_is_refused_and_would_see_noise",
     another_key_is_refused_and_would_see_noise},
    {"wrong_input_is_refused_with_a_reason",
     wrong_input_is_refused_with_a_reason},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(client_refused, cases)
