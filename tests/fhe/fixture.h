/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A key holder (the client library's) and an evaluator with the keys of
 * bootstrapping, in a small ring: for the suites of bootstrapping. */
#ifndef SCK_TEST_FIXTURE_H
#define SCK_TEST_FIXTURE_H

#include "sck_bootstrap.h"
#include "sck_client.h"

enum { MAX_SLOTS = 2048 };

extern struct fixture {
    sck_params *params;
    sck_secret_key *secret;
    struct sck_limbs_public_key *public_key;
    sck_encryptor *encryptor;
    sck_session *session;
    sck_evaluator *evaluator;
    sck_run *run;
    double in[2 * MAX_SLOTS], out[2 * MAX_SLOTS];
} fixture;

/* The primes of a set, in a ring of 2^10, or of 2^logn, with fresh keys. */
void fixture_begin(const char *set, uint32_t slots);
void fixture_begin_in(const char *set, uint32_t logn, uint32_t slots);
/* Asserts that no block is left. */
void fixture_end(void);

sck_ciphertext *fixture_encrypt(const double *values, uint32_t slots);
void fixture_decrypt(const sck_ciphertext *ct, double *values);

#endif
