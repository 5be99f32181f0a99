/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "fixture.h"

#include "session_kit.h"

#include <stdlib.h>

struct fixture fixture;

/* A set's primes in a smaller ring: insecure. */
static void small_ring(const char *set, uint32_t logn)
{
    struct sck_params_literal shape;
    sck_params *whole;

    CU_ASSERT_EQUAL_FATAL(sck_params_named(set, &whole), SCK_OK);
    shape = *sck_params_shape(whole);
    shape.logn = logn;
    shape.insecure_test_only = 1;
    CU_ASSERT_EQUAL_FATAL(sck_params_new(&shape, &fixture.params), SCK_OK);
    sck_params_free(whole);
}

void fixture_begin(const char *set, uint32_t slots)
{
    fixture_begin_in(set, 10, slots);
}

void fixture_begin_in(const char *set, uint32_t logn, uint32_t slots)
{
    struct sck_limbs_key *wanted;
    struct sck_limbs_keyset *keys;
    uint32_t number;

    small_ring(set, logn);
    CU_ASSERT_EQUAL_FATAL(sck_secret_key_new(fixture.params, &fixture.secret),
                          SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_public_key_new(fixture.secret, &fixture.public_key), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_encryptor_new(fixture.params, fixture.public_key,
                                            &fixture.encryptor),
                          SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &fixture.session), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_evaluator_new(fixture.session, fixture.params, &fixture.evaluator),
        SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_run_new(fixture.session, &fixture.run), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_bootstrap_keys(fixture.params, slots, &wanted, &number), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_keyset_new(fixture.secret, wanted, number, &keys),
                          SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_evaluator_add_keys(fixture.evaluator, fixture.run, keys), SCK_OK);
    sck_limbs_keyset_free(keys);
    free(wanted);
}

void fixture_end(void)
{
    close_session(fixture.session, fixture.evaluator, fixture.run);
    sck_encryptor_free(fixture.encryptor);
    sck_limbs_public_key_free(fixture.public_key);
    sck_secret_key_free(fixture.secret);
    sck_params_free(fixture.params);
}

void fixture_decrypt(const sck_ciphertext *ct, double *values)
{
    struct sck_limbs_ciphertext *out;

    CU_ASSERT_EQUAL_FATAL(sck_ciphertext_download(ct, "x", &out), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_decrypt(fixture.secret, out, values), SCK_OK);
    sck_limbs_ciphertext_free(out);
}

sck_ciphertext *fixture_encrypt(const double *values, uint32_t slots)
{
    struct sck_limbs_ciphertext *ct;
    sck_ciphertext *x = NULL;

    CU_ASSERT_EQUAL_FATAL(
        sck_encrypt(fixture.encryptor, values, slots, "x", &ct), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_ciphertext_upload(fixture.evaluator, fixture.run, ct, &x), SCK_OK);
    sck_limbs_ciphertext_free(ct);
    return x;
}
