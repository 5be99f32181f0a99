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
                         const sck_ciphertext *x, sck_ciphertext **y)
{
    if (options->iterated > 0)
        return sck_eval_bootstrap_iterated(s->run, s->bootstrapper, x,
                                           options->iterated, y);
    return options->shape == COMPLEX
               ? sck_eval_bootstrap_complex(s->run, s->bootstrapper, x, y)
               : sck_eval_bootstrap(s->run, s->bootstrapper, x, y);
}

/* in, bootstrapped, as *out. */
static sck_status bootstrap(const struct options *options, struct sides *s,
                            const struct sck_limbs_ciphertext *in,
                            double magnitude, struct outcome *o,
                            struct sck_limbs_ciphertext **out)
{
    sck_ciphertext *x = NULL, *y = NULL;
    sck_status status = sck_ciphertext_upload(s->evaluator, s->run, in, &x);

    if (status == SCK_OK)
        status = sck_ciphertext_set_magnitude(x, magnitude);
    if (status == SCK_OK)
        status = sck_run_wait(s->run);
    for (uint32_t r = 0; r <= options->again && status == SCK_OK; r++) {
        sck_ciphertext_free(y);
        y = NULL;
        const double begin = now();

        status = submit(options, s, x, &y);
        if (status == SCK_OK)
            status = sck_run_wait(s->run);
        const double seconds = now() - begin;

        if (r == 0 || seconds < o->seconds)
            o->seconds = seconds;
    }
    if (status == SCK_OK)
        status = sck_ciphertext_download(y, "out", out);
    if (status == SCK_OK) {
        o->predicted = -log2(sck_ciphertext_error(y));
        o->levels =
            sck_ciphertext_level(y) - sck_bootstrap_input_level(s->params);
    }
    sck_ciphertext_free(x);
    sck_ciphertext_free(y);
    return status;
}

/* Against the decrypted operand: its own noise is not the bootstrap's. */
static sck_status measure(const struct options *options, struct sides *s,
                          const struct sck_limbs_ciphertext *in,
                          const struct sck_limbs_ciphertext *out,
                          struct bits *bits)
{
    const size_t bytes = 2 * (size_t)options->slots * sizeof(double);
    double *want = malloc(bytes), *got = malloc(bytes);
    sck_status status = SCK_OK;

    if (want == NULL || got == NULL)
        status = SCK_FAIL(SCK_ERR_MEMORY, "%u slots", options->slots);
    if (status == SCK_OK)
        status = sck_decrypt(s->secret, in, want);
    if (status == SCK_OK)
        status = sck_decrypt(s->secret, out, got);
    if (status == SCK_OK)
        status = message_bits(got, want, options->slots,
                              options->shape == COMPLEX, bits);
    free(want);
    free(got);
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
    struct sck_limbs_ciphertext *out = NULL;
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
    in->items[0]->error = 0x1p-100; /* exact: what is measured starts here */
    status = bootstrap(options, sides, in->items[0], magnitude, outcome, &out);
    if (status == SCK_OK) {
        const struct sck_limbs_ciphertext *const list[] = {out};

        status = sck_ciphertexts_save(sides->params, list, 1,
                                      example_path(options, "out.sck"));
    }
    if (status == SCK_OK)
        status = hash(example_path(options, "out.sck"), outcome->sha256);
    if (status == SCK_OK && sides->secret != NULL)
        status = measure(options, sides, in->items[0], out, &outcome->bits);
    sck_session_get_stats(sides->session, &stats);
    outcome->peak_bytes = stats.bytes_peak;
    outcome->evicted_bytes = stats.bytes_evicted;
    outcome->resident_bytes = peak_resident();
    sck_limbs_ciphertext_free(out);
    sck_limbs_ciphertexts_free(in);
    return status;
}

sck_status example_table(const struct options *options, struct sides *sides)
{
    printf("%-12s %-5s %6s %8s %7s %10s %10s %7s %7s\n", "shape", "seed",
           "worst", "average", "median", "deviation", "predicted", "levels",
           "s");
    for (int shape = 0; shape < SHAPES; shape++) {
        if (shape == COMPLEX && options->iterated > 0)
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
