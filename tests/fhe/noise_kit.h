/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Trials of an operation, its errors gathered by name and compared with what
 * the results carry. */
#ifndef SCK_TEST_NOISE_KIT_H
#define SCK_TEST_NOISE_KIT_H

#include "keyholder.h"
#include "sck_linear.h"
#include "session_kit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SLOTS = 64, LEVEL = 9, LEAST = 3, TRIALS = 3, TALLIES = 8 };

struct noise_kit {
    struct keyholder holder;
    sck_session *session;
    sck_evaluator *evaluator;
    sck_run *run;
    int trial;
    double a[2 * SLOTS], b[2 * SLOTS]; /* x's values and y's, real */
    double want[2 * SLOTS], turned[2 * SLOTS];
    sck_ciphertext *x, *y;
    int tallies;
    struct {
        char name[32];
        double measured, predicted; /* sums of variances */
        int count;
    } tally[TALLIES];
};

static inline void noise_open(struct noise_kit *k)
{
    uint32_t galois[16], count = 0;

    memset(k, 0, sizeof *k);
    keyholder_new("test-10", &k->holder);
    CU_ASSERT_EQUAL_FATAL(sck_session_new(NULL, &k->session), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(
        sck_evaluator_new(k->session, k->holder.params, &k->evaluator), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_run_new(k->session, &k->run), SCK_OK);
    galois[count++] = 0;
    galois[count++] = sck_galois_conjugation(k->holder.params);
    for (int r = 1; r < 8; r++)
        galois[count++] = sck_galois_rotation(k->holder.params, r);
    for (int r = 8; r < SLOTS; r += 8)
        galois[count++] = sck_galois_rotation(k->holder.params, r);
    for (uint32_t level = LEAST; level <= LEVEL; level++) {
        if (level > LEAST &&
            sck_params_class_of(k->holder.params, level) ==
                sck_params_class_of(k->holder.params, level - 1))
            continue;
        struct sck_limbs_keyset *keys =
            keyholder_keys(&k->holder, level, galois, count);

        CU_ASSERT_EQUAL_FATAL(
            sck_evaluator_add_keys(k->evaluator, k->run, keys), SCK_OK);
        sck_limbs_keyset_free(keys);
    }
}

/* The real slots, said to have that root mean square. */
static inline sck_ciphertext *
noise_upload(struct noise_kit *k, const double *values, double magnitude)
{
    struct sck_limbs_ciphertext *ct =
        keyholder_encrypt(&k->holder, values, SLOTS, LEVEL);
    sck_ciphertext *out = NULL;

    CU_ASSERT_EQUAL_FATAL(sck_ciphertext_upload(k->evaluator, k->run, ct, &out),
                          SCK_OK);
    sck_limbs_ciphertext_free(ct);
    CU_ASSERT_EQUAL(sck_ciphertext_set_magnitude(out, magnitude), SCK_OK);
    return out;
}

static inline sck_ciphertext *noise_encrypt(struct noise_kit *k, double *values)
{
    double squares = 0;

    for (int i = 0; i < SLOTS; i++) {
        values[2 * i] = sck_test_real();
        values[2 * i + 1] = 0;
        squares += values[2 * i] * values[2 * i];
    }
    return noise_upload(k, values, sqrt(squares / SLOTS));
}

/* Uniform in [-reach, reach], one in each of as many parts as there are slots.
 */
static inline sck_ciphertext *noise_encrypt_even(struct noise_kit *k,
                                                 double *values, double reach)
{
    for (int i = 0; i < SLOTS; i++) {
        const double at = (i + (1 + sck_test_real()) / 2) / SLOTS;

        values[2 * i] = reach * (2 * at - 1);
        values[2 * i + 1] = 0;
    }
    return noise_upload(k, values, reach / sqrt(3));
}

static inline void noise_drop(struct noise_kit *k)
{
    sck_ciphertext_free(k->x);
    sck_ciphertext_free(k->y);
    k->x = k->y = NULL;
}

/* Fresh operands for the next trial; 0 after the last. */
static inline int noise_again(struct noise_kit *k)
{
    noise_drop(k);
    if (k->trial++ == TRIALS)
        return 0;
    k->x = noise_encrypt(k, k->a);
    k->y = noise_encrypt(k, k->b);
    return 1;
}

/* Decrypts and frees ct; its errors from want go under name. */
static inline void noise_measure(struct noise_kit *k, const char *name,
                                 sck_ciphertext *ct)
{
    struct sck_limbs_ciphertext *out = NULL;
    double got[2 * SLOTS], squares = 0;
    int t = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(ct);
    CU_ASSERT_EQUAL_FATAL(sck_ciphertext_download(ct, "out", &out), SCK_OK);
    keyholder_decrypt(&k->holder, out, got);
    for (int i = 0; i < 2 * SLOTS; i++)
        squares += (got[i] - k->want[i]) * (got[i] - k->want[i]);
    while (t < k->tallies && strcmp(k->tally[t].name, name) != 0)
        t++;
    CU_ASSERT_FATAL(t < TALLIES);
    if (t == k->tallies)
        snprintf(k->tally[k->tallies++].name, sizeof k->tally->name, "%s",
                 name);
    k->tally[t].measured += squares / (2 * SLOTS);
    k->tally[t].predicted += pow(sck_ciphertext_error(ct), 2);
    k->tally[t].count++;
    sck_limbs_ciphertext_free(out);
    sck_ciphertext_free(ct);
}

static inline void noise_finish(struct noise_kit *k)
{
    noise_drop(k);
    close_session(k->session, k->evaluator, k->run);
    keyholder_free(&k->holder);
}

/* Every name's deviations, measured and predicted, agree within so many bits.
 */
static inline void noise_close(struct noise_kit *k, double within)
{
    CU_ASSERT(k->tallies > 0);
    for (int t = 0; t < k->tallies; t++) {
        const double measured = 0.5 * log2(k->tally[t].measured / TRIALS);
        const double predicted = 0.5 * log2(k->tally[t].predicted / TRIALS);

        printf("\n    %-26s 2^%.2f measured, 2^%.2f predicted: %+.2f",
               k->tally[t].name, measured, predicted, measured - predicted);
        CU_ASSERT_EQUAL(k->tally[t].count, TRIALS);
        CU_ASSERT(fabs(measured - predicted) <= within);
    }
    noise_finish(k);
}

static inline void noise_times(double *out, const double *a, const double *b)
{
    for (int i = 0; i < 2 * SLOTS; i += 2) {
        const double re = a[i] * b[i] - a[i + 1] * b[i + 1];

        out[i + 1] = a[i] * b[i + 1] + a[i + 1] * b[i];
        out[i] = re;
    }
}

static inline void noise_turn(double *out, const double *a, int steps)
{
    for (int i = 0; i < 2 * SLOTS; i++)
        out[i] = a[(i + 2 * steps) % (2 * SLOTS)];
}

/* At real values. */
static inline void noise_polynomial(double *out, const double *a,
                                    const double *c, int degree)
{
    for (int i = 0; i < 2 * SLOTS; i++) {
        out[i] = 0;
        for (int k = degree; k >= 0 && i % 2 == 0; k--)
            out[i] = out[i] * a[i] + c[k];
    }
}

#endif
