/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Two random vectors encrypted at a level, and the keys to compute on them. */
#ifndef SCK_TEST_EVAL_KIT_H
#define SCK_TEST_EVAL_KIT_H

#include "keyholder.h"
#include "sck_linear.h"
#include "session_kit.h"

#include <stdio.h>
#include <string.h>

enum { SLOTS = 64, LEVEL = 9 };

struct fixture {
    struct keyholder holder;
    sck_session *session;
    sck_evaluator *evaluator;
    sck_run *run;
    double a[2 * SLOTS], b[2 * SLOTS], want[2 * SLOTS];
    sck_ciphertext *x, *y;
};

static inline void begin(struct fixture *f)
{
    struct sck_limbs_keyset *keys;
    struct sck_limbs_ciphertext *ct;
    uint32_t galois[32], count = 0;

    memset(f, 0, sizeof *f);
    keyholder_new("test-10", &f->holder);
    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &f->session), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_evaluator_new(f->session, f->holder.params, &f->evaluator), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_run_new(f->session, &f->run), SCK_OK);
    galois[count++] = 0;
    galois[count++] = sck_galois_conjugation(f->holder.params);
    for (int k = 1; k < 16; k++)
        galois[count++] = sck_galois_rotation(f->holder.params, k);
    for (int k = 16; k < 64; k += 8)
        galois[count++] = sck_galois_rotation(f->holder.params, k);
    keys = keyholder_keys(&f->holder, LEVEL, galois, count);
    CU_ASSERT_EQUAL_FATAL(sck_evaluator_add_keys(f->evaluator, f->run, keys),
                          SCK_OK);
    sck_limbs_keyset_free(keys);
    for (int i = 0; i < 2 * SLOTS; i++) {
        f->a[i] = sck_test_real();
        f->b[i] = sck_test_real();
    }
    ct = keyholder_encrypt(&f->holder, f->a, SLOTS, LEVEL);
    CU_ASSERT_EQUAL_FATAL(
        sck_ciphertext_upload(f->evaluator, f->run, ct, &f->x), SCK_OK);
    sck_limbs_ciphertext_free(ct);
    ct = keyholder_encrypt(&f->holder, f->b, SLOTS, LEVEL);
    CU_ASSERT_EQUAL_FATAL(
        sck_ciphertext_upload(f->evaluator, f->run, ct, &f->y), SCK_OK);
    sck_limbs_ciphertext_free(ct);
}

static inline void end(struct fixture *f)
{
    sck_ciphertext_free(f->x);
    sck_ciphertext_free(f->y);
    close_session(f->session, f->evaluator, f->run);
    keyholder_free(&f->holder);
}

/* Decrypts and frees ct; asserts its level, table scale (if tabled) and bits.
 */
static inline void expect(struct fixture *f, const char *what,
                          sck_ciphertext *ct, uint32_t level, int tabled,
                          double bits)
{
    struct sck_limbs_ciphertext *out = NULL;
    double got[2 * SLOTS];

    CU_ASSERT_PTR_NOT_NULL_FATAL(ct);
    CU_ASSERT_EQUAL(sck_ciphertext_level(ct), level);
    if (tabled)
        CU_ASSERT(sck_scale_equal(sck_ciphertext_scale(ct),
                                  sck_params_scale(f->holder.params, level)));
    CU_ASSERT_EQUAL_FATAL(sck_ciphertext_download(ct, "out", &out), SCK_OK);
    keyholder_decrypt(&f->holder, out, got);
    const double measured = worst_bits(got, f->want, SLOTS);

    printf("\n    %-24s %.1f bits (at least %.1f)", what, measured, bits);
    CU_ASSERT(measured >= bits);
    CU_ASSERT(measured < 60);
    sck_limbs_ciphertext_free(out);
    sck_ciphertext_free(ct);
}

static inline void product(struct fixture *f)
{
    for (int i = 0; i < SLOTS; i++) {
        const double *a = f->a + 2 * i, *b = f->b + 2 * i;

        f->want[2 * i] = a[0] * b[0] - a[1] * b[1];
        f->want[2 * i + 1] = a[0] * b[1] + a[1] * b[0];
    }
}

#endif
