/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Whole operations through StarPU: set, keys, session, counted work. */
#ifndef SCK_BENCH_OPERATIONS_H
#define SCK_BENCH_OPERATIONS_H

#include "kernels.h"
#include "sck_client.h"
#include "sck_eval.h"

enum { OPERATIONS_KEYS = 17, OPERATIONS_HOISTED = 16 };

struct operations {
    struct bench *b;
    sck_params *params;
    uint32_t level, logn, n, limbs;
    sck_secret_key *secret;
    /** Relinearisation, then rotations by 1 to 16; each its own seed. */
    struct sck_limbs_keyset *keys[OPERATIONS_KEYS];
    struct sck_limbs_ciphertext *input; /**< random residues */
    double *values;                     /**< N/2 random slots */
    /* Of the session: */
    uint32_t workers;
    sck_session *session;
    sck_evaluator *evaluator;
    sck_run *run;
    sck_ciphertext *x;
    sck_plaintext *p;
};

/** Ends the program unless status is SCK_OK. */
void operations_check(sck_status status, const char *what);

/** Random parameters' set, secret, keys of the level's class. */
void operations_open(struct operations *o, struct bench *b, const char *set,
                     uint32_t level);
void operations_close(struct operations *o);
/** Makes o->keys. Two rows tell the time of a rotation key: streamed through
 *  one buffer, and into memory of its own, whose pages are touched for the
 *  first time. */
void operations_make_keys(struct operations *o);
/** Starts StarPU with the keys registered and x and p made; ends it. */
void operations_start(struct operations *o, uint32_t workers);
void operations_stop(struct operations *o);
/** Limbs a block of the session. */
uint32_t operations_grain(const struct operations *o);

/** Adds the row of an operation, beside the floor of what is counted. */
void operations_row(struct operations *o, const char *name, bench_work *work,
                    void *context, const struct counted *counted);

/** Submits an operation on x. @return its results, OPERATIONS_HOISTED at most
 */
typedef uint32_t operations_submit(struct operations *o, sck_ciphertext **out);
operations_submit operations_hmul, operations_rotate, operations_hoisted,
    operations_pmul;
/** The same, waited for, results freed. */
void operations_once(struct operations *o, operations_submit *submit);

/** As the evaluator's operations, on levels for which the table has no scale,
 *  too: the bootstrapping circuit's. The tasks are the same. */
sck_status operations_rescale(sck_run *run, const sck_ciphertext *a,
                              sck_ciphertext **out);
sck_status operations_relinearise_rescale(sck_run *run, const sck_ciphertext *a,
                                          sck_ciphertext **out);

/* What the algorithms cost at a level: adds to c. */
void count_decompose(const struct operations *o, struct counted *c);
/** All digits raised, times a key. */
void count_raise(const struct operations *o, struct counted *c);
/** So many keys with the digits of one polynomial, raised once. */
void count_raise_hoisted(const struct operations *o, uint32_t keys,
                         struct counted *c);
/** Division of `halves` polynomials by P, dropped primes or both. */
void count_divide(const struct operations *o, int by_special, int by_dropped,
                  struct counted *c);
void count_encode(const struct operations *o, struct counted *c);
void count_decrypt(const struct operations *o, struct counted *c);
void count_keygen(const struct operations *o, struct counted *c);

/** The client's operations, a 1024 x 1024 matrix at N = 2^15, and Chebyshev
 *  series at 2^16. */
void operations_client(struct operations *o);
void operations_matrix(struct bench *b);
void operations_chebyshev(struct bench *b);

#endif
