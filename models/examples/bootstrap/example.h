/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What the files of the bootstrapping example share. */
#ifndef EXAMPLE_BOOTSTRAP_H
#define EXAMPLE_BOOTSTRAP_H

#include "sck_bootstrap.h"
#include "sck_client.h"

enum shape { RANDOM, COMPLEX, ONE, HALF, ALTERNATING, PAIR, SHAPES };

struct options {
    const char *dir, *set, *scheduler, *swap;
    uint32_t logn; /* 0: the set's */
    uint32_t slots, workers, grain, iterated;
    uint64_t memory_mib, seed;
    enum shape shape;
    int prepare, run, table, json, save_memory;
};

/* A round's two sides: the key holder's, which the evaluator's never needs. */
struct sides {
    sck_params *params;
    sck_secret_key *secret;
    struct sck_limbs_public_key *public_key;
    sck_encryptor *encryptor;
    sck_session *session;
    sck_evaluator *evaluator;
    sck_run *run;
    sck_bootstrapper *bootstrapper;
};

/* -log2 of errors over all parts of slots that count, and of their root mean
 * square. */
struct bits {
    double worst, average, median, deviation;
};

/* What one bootstrap gave. */
struct outcome {
    struct bits bits;
    double predicted; /* -log2 of the deviation that the result carries */
    double seconds;
    uint32_t levels; /* left above the level that a bootstrap starts from */
    uint64_t peak_bytes, evicted_bytes, resident_bytes;
    char sha256[65];
};

const char *shape_name(enum shape shape);
/* The shape of that name, or SHAPES. */
enum shape shape_of(const char *name);
/* 2 slots doubles, the same for the same seed. */
void message_fill(enum shape shape, uint64_t seed, uint32_t slots,
                  double *values);
/* Root mean square of the slots' moduli. */
double message_magnitude(const double *values, uint32_t slots);
sck_status message_bits(const double *got, const double *want, uint32_t slots,
                        int is_complex, struct bits *bits);

sck_status example_params(const struct options *options, struct sides *sides);
/* Makes DIR's files: the keys and, from the message, the ciphertext. */
sck_status example_prepare(const struct options *options, struct sides *sides);
/* Starts the evaluator with DIR's keys; the matrices are encoded. */
sck_status example_open(const struct options *options, struct sides *sides);
void example_close(struct sides *sides);
/* DIR/name, in a buffer that the next call reuses. */
const char *example_path(const struct options *options, const char *name);

/* Bootstraps DIR's ciphertext into DIR/out.sck; where DIR has the secret key,
 * bits compares it with the decrypted operand. */
sck_status example_round(const struct options *options, struct sides *sides,
                         struct outcome *outcome);
/* Every shape from three seeds, printed as a table. */
sck_status example_table(const struct options *options, struct sides *sides);

#endif
