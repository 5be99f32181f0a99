/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* One bootstrap, timed and measured, and the table of many. */
#define _POSIX_C_SOURCE 200809L
#include "example.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static uint64_t peak_resident(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    uint64_t kib = 0;
    char line[256];

    while (kib == 0 && file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtoull(line + 6, NULL, 10);
    if (file != NULL)
        fclose(file);
    return kib << 10;
}

static sck_status hash(const char *path, char *hex)
{
    crypto_hash_sha256_state state;
    unsigned char block[65536], digest[crypto_hash_sha256_BYTES];
    FILE *file = fopen(path, "rb");
    size_t size;

    if (file == NULL)
        return SCK_FAIL(SCK_ERR_IO, "%s: cannot be read", path);
    crypto_hash_sha256_init(&state);
    while ((size = fread(block, 1, sizeof block, file)) > 0)
        crypto_hash_sha256_update(&state, block, size);
    fclose(file);
    crypto_hash_sha256_final(&state, digest);
    sodium_bin2hex(hex, 2 * sizeof digest + 1, digest, sizeof digest);
    return SCK_OK;
}

static sck_status submit(const struct options *options, struct sides *s,
                         sck_ciphertext *const *x, sck_ciphertext **y)
{
    if (options->shape == PAIR) {
        const struct sck_refresh pair[2] = {{x[0], 0, 0}, {x[1], 0, 0}};

        return sck_eval_bootstrap_pair(s->run, s->bootstrapper, pair, y);
    }
    if (options->iterated > 0)
        return sck_eval_bootstrap_iterated(s->run, s->bootstrapper, x[0],
                                           options->iterated, y);
    return options->shape == COMPLEX
               ? sck_eval_bootstrap_complex(s->run, s->bootstrapper, x[0], y)
               : sck_eval_bootstrap(s->run, s->bootstrapper, x[0], y);
}

/* in, bootstrapped, as out: as many. */
static sck_status bootstrap(const struct options *options, struct sides *s,
                            const struct sck_limbs_ciphertexts *in,
                            double magnitude, struct outcome *o,
                            struct sck_limbs_ciphertext **out)
{
    sck_ciphertext *x[2] = {NULL, NULL}, *y[2] = {NULL, NULL};
    sck_status status = SCK_OK;

    for (uint32_t k = 0; k < in->count && status == SCK_OK; k++) {
        in->items[k]->error = 0x1p-100; /* what is measured starts here */
        status =
            sck_ciphertext_upload(s->evaluator, s->run, in->items[k], &x[k]);
        if (status == SCK_OK)
            status = sck_ciphertext_set_magnitude(
                x[k], in->count == 2 ? magnitude / sqrt(2) : magnitude);
    }
    if (status == SCK_OK)
        status = sck_run_wait(s->run);
    const double begin = now();

    if (status == SCK_OK)
        status = submit(options, s, x, y);
    if (status == SCK_OK)
        status = sck_run_wait(s->run);
    o->seconds = now() - begin;
    for (uint32_t k = 0; k < in->count && status == SCK_OK; k++)
        status =
            sck_ciphertext_download(y[k], k == 0 ? "out" : "out2", &out[k]);
    if (status == SCK_OK) {
        o->predicted = -log2(sck_ciphertext_error(y[0]));
        o->levels =
            sck_ciphertext_level(y[0]) - sck_bootstrap_input_level(s->params);
    }
    for (int k = 0; k < 2; k++) {
        sck_ciphertext_free(x[k]);
        sck_ciphertext_free(y[k]);
    }
    return status;
}

/* A list's slots, a pair's as real and imaginary parts; scratch as large. */
static sck_status decrypt(const struct sides *s,
                          struct sck_limbs_ciphertext *const *list,
                          uint32_t count, uint32_t slots, double *scratch,
                          double *values)
{
    SCK_TRY(sck_decrypt(s->secret, list[0], values));
    if (count == 1)
        return SCK_OK;
    SCK_TRY(sck_decrypt(s->secret, list[1], scratch));
    for (size_t i = 0; i < slots; i++)
        values[2 * i + 1] = scratch[2 * i];
    return SCK_OK;
}

/* Against the decrypted operand: its own noise is not the bootstrap's. */
static sck_status measure(const struct options *options, const struct sides *s,
                          const struct sck_limbs_ciphertexts *in,
                          struct sck_limbs_ciphertext *const *out,
                          struct bits *bits)
{
    const size_t words = 2 * (size_t)options->slots;
    double *want = malloc(3 * words * sizeof *want);
    sck_status status = SCK_OK;

    if (want == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u slots", options->slots);
    double *got = want + words, *scratch = got + words;

    status = decrypt(s, in->items, in->count, options->slots, scratch, want);
    if (status == SCK_OK)
        status = decrypt(s, out, in->count, options->slots, scratch, got);
    if (status == SCK_OK)
        status = message_bits(
            got, want, options->slots,
            options->shape == COMPLEX || options->shape == PAIR, bits);
    free(want);
    return status;
}

/* The secret key of DIR, where it is there. */
static sck_status secret(const struct options *options, struct sides *s)
{
    const char *path = example_path(options, "secret.sck");

    if (s->secret != NULL || access(path, R_OK) != 0)
        return SCK_OK;
    return sck_secret_key_load(s->params, path, &s->secret);
}

sck_status example_round(const struct options *options, struct sides *sides,
                         struct outcome *outcome)
{
    struct sck_limbs_ciphertexts *in = NULL;
    struct sck_limbs_ciphertext *out[2] = {NULL, NULL};
    struct sck_session_stats stats;
    double *values = malloc(2 * (size_t)options->slots * sizeof *values);
    sck_status status = SCK_OK;

    if (values == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u slots", options->slots);
    message_fill(options->shape, options->seed, options->slots, values);
    const double magnitude = message_magnitude(values, options->slots);

    free(values);
    SCK_TRY(secret(options, sides));
    SCK_TRY(sck_ciphertexts_load(sides->params, example_path(options, "in.sck"),
                                 NULL, &in));
    if (in->count != (options->shape == PAIR ? 2u : 1u))
        status =
            SCK_FAIL(SCK_ERR_SHAPE, "in.sck holds %u ciphertexts", in->count);
    if (status == SCK_OK)
        status = bootstrap(options, sides, in, magnitude, outcome, out);
    if (status == SCK_OK) {
        const struct sck_limbs_ciphertext *const list[] = {out[0], out[1]};

        status = sck_ciphertexts_save(sides->params, list, in->count,
                                      example_path(options, "out.sck"));
    }
    if (status == SCK_OK)
        status = hash(example_path(options, "out.sck"), outcome->sha256);
    if (status == SCK_OK && sides->secret != NULL)
        status = measure(options, sides, in, out, &outcome->bits);
    sck_session_get_stats(sides->session, &stats);
    outcome->peak_bytes = stats.bytes_peak;
    outcome->evicted_bytes = stats.bytes_evicted;
    outcome->resident_bytes = peak_resident();
    sck_limbs_ciphertext_free(out[0]);
    sck_limbs_ciphertext_free(out[1]);
    sck_limbs_ciphertexts_free(in);
    return status;
}

sck_status example_table(const struct options *options, struct sides *sides)
{
    printf("%-12s %-5s %6s %8s %7s %10s %10s %7s %7s\n", "shape", "seed",
           "worst", "average", "median", "deviation", "predicted", "levels",
           "s");
    for (int shape = 0; shape < SHAPES; shape++) {
        if ((shape == COMPLEX || shape == PAIR) && options->iterated > 0)
            continue;
        for (uint64_t seed = 0; seed < 3; seed++) {
            struct options one = *options;
            struct outcome o = {0};

            one.shape = (enum shape)shape;
            one.seed = options->seed + seed;
            SCK_TRY(example_prepare(&one, sides));
            SCK_TRY(example_round(&one, sides, &o));
            printf("%-12s %-5llu %6.2f %8.2f %7.2f %10.2f %10.2f %7u %7.2f\n",
                   shape_name(one.shape), (unsigned long long)one.seed,
                   o.bits.worst, o.bits.average, o.bits.median,
                   o.bits.deviation, o.predicted, o.levels, o.seconds);
            fflush(stdout);
        }
    }
    return SCK_OK;
}
