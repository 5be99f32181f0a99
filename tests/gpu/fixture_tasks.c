/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The tasks of codelets/GPU.md's table, under its names, to be timed: blocks
 * of 16 limbs, 12 sources, 4 digits. What their rows hold is of no account but
 * for being reduced. */
#include "automorphism.h"
#include "decompose.h"
#include "encode.h"
#include "fixture.h"
#include "key_mac.h"
#include "key_switch.h"
#include "mod_raise.h"
#include "sample_uniform.h"

enum { LIMBS = SCK_BLOCK_LIMBS, SOURCES = 12, FIRST_SOURCE = 26, DIGITS = 4 };

static struct {
    const struct sck_ring *ring;
    uint32_t logn;
    struct sck_prime_table target[LIMBS], source[SOURCES];
    uint32_t *const *out, *const *in, *const *key;
    const uint32_t *own[LIMBS];
    void *scratch;
    int64_t *coefficients;
    double *values;
    const double *roots;
    struct sck_ntt_args ntt;
    struct sck_automorphism_args automorphism;
    struct sck_sample_uniform_args sample;
    struct sck_decompose_args decompose;
    struct sck_base_convert_args convert;
    struct sck_rescale_args rescale;
    struct sck_key_mac_args mac;
    struct sck_key_switch_args key_switch;
    struct sck_encode_args embed;
    struct sck_encode_limbs_args limbs;
} s;

static int ntt(void)
{
    return sck_ntt_cuda(&s.ntt, s.logn, s.target, s.out, fixture_in(s.in),
                        NULL);
}

static int intt(void)
{
    return sck_intt_cuda(&s.ntt, s.logn, s.target, s.out, fixture_in(s.in),
                         NULL);
}

static int automorphism(void)
{
    return sck_automorphism_cuda(&s.automorphism, s.logn, s.out,
                                 fixture_in(s.in), NULL);
}

static int sample(void)
{
    return sck_sample_uniform_cuda(&s.sample, s.logn, s.target, s.out, NULL);
}

static int decompose(void)
{
    return sck_decompose_cuda(&s.decompose, s.logn, s.source, s.out,
                              fixture_in(s.in), NULL);
}

static int convert(void)
{
    return sck_base_convert_cuda(&s.convert, s.logn, s.target, s.out,
                                 fixture_in(s.in), NULL);
}

static int raise(void)
{
    return sck_mod_raise_cuda(&s.convert, s.logn, s.target, s.out,
                              fixture_in(s.in), NULL);
}

static int rescale(void)
{
    return sck_rescale_cuda(&s.rescale, s.logn, s.target, s.out,
                            fixture_in(s.in), fixture_in(s.in + LIMBS), NULL,
                            NULL);
}

static int key_mac(void)
{
    return sck_key_mac_cuda(&s.mac, s.logn, s.target, s.out, fixture_in(s.in),
                            fixture_in(s.key), NULL);
}

static int key_switch(void)
{
    return sck_key_switch_cuda(&s.key_switch, s.logn, s.target, s.out,
                               fixture_in(s.in), s.own, fixture_in(s.key), NULL,
                               s.scratch, NULL);
}

static int embed(void)
{
    return sck_encode_embed_cuda(&s.embed, s.logn, s.roots, s.coefficients,
                                 s.values, s.scratch, NULL);
}

static int limbs(void)
{
    return sck_encode_limbs_cuda(&s.limbs, s.logn, s.target, s.out,
                                 s.coefficients, NULL);
}

const struct timed_task timed_tasks[] = {
    {"ntt, 16 limbs", ntt},
    {"intt, 16 limbs", intt},
    {"automorphism, 16 limbs", automorphism},
    {"sample_uniform, 16 limbs", sample},
    {"decompose, 12 sources", decompose},
    {"base_convert, 12 to 16", convert},
    {"mod_raise, 12 to 16", raise},
    {"rescale, mod_down, 12 to 16", rescale},
    {"key_mac, 16 limbs", key_mac},
    {"key_switch, 4 x 12 to 16", key_switch},
    {"encode: embed, 2^15 slots", embed},
    {"encode: limbs, 16", limbs},
};
const size_t timed_task_count = sizeof timed_tasks / sizeof timed_tasks[0];

/* All targets are of digit 0: the block of a polynomial's first digit. */
static void prepare_key_switch(void)
{
    struct sck_key_switch_args *const a = &s.key_switch;

    *a = (struct sck_key_switch_args){.ring = s.ring->id,
                                      .digits = DIGITS,
                                      .targets = LIMBS,
                                      .key_limbs = LIMBS,
                                      .key_digits = DIGITS};
    for (uint32_t i = 0; i < LIMBS; i++) {
        a->t[i] = oracle_primes[i];
        a->key_row[i] = (uint8_t)i;
        s.own[i] = s.in[i];
    }
    for (uint32_t d = 0; d < DIGITS; d++) {
        a->sources[d] = SOURCES;
        a->key_digit[d] = (uint8_t)d;
        memcpy(a->w[(size_t)SOURCES * d], s.convert.conversion.w,
               SOURCES * sizeof a->w[0]);
        memcpy(a->minus_d[d], s.convert.conversion.minus_d,
               sizeof a->minus_d[d]);
    }
}

void timed_tasks_prepare(uint32_t logn)
{
    const struct sck_ring *const ring = oracle_ring(logn);
    const uint32_t *const sources = oracle_primes + FIRST_SOURCE;

    s.ring = ring;
    s.logn = logn;
    fixture_tables(ring, oracle_primes, LIMBS, s.target);
    fixture_tables(ring, sources, SOURCES, s.source);
    s.out = fixture_rows(2 * LIMBS, ring->n);
    /* Below the least prime, so that a row serves every operand. */
    s.in = fixture_rows(DIGITS * (SOURCES + 1), ring->n);
    s.key = fixture_rows(2 * DIGITS * LIMBS, ring->n);
    for (uint32_t i = 0; i < DIGITS * (SOURCES + 1); i++)
        sck_test_fill(s.in[i], ring->n, oracle_primes[46], 3);
    for (uint32_t i = 0; i < 2 * DIGITS * LIMBS; i++)
        sck_test_fill(s.key[i], ring->n, oracle_primes[46], 3);
    s.coefficients = fixture_memory(ring->n * sizeof *s.coefficients);
    s.values = fixture_memory(ring->n * sizeof *s.values);
    for (uint32_t i = 0; i < ring->n; i++)
        s.values[i] = sck_test_real();
    s.roots =
        fixture_constant(ring->slot_roots, ring->n * sizeof *ring->slot_roots);
    s.ntt = (struct sck_ntt_args){ring->id, LIMBS, {0}};
    memcpy(s.ntt.q, oracle_primes, sizeof s.ntt.q);
    s.automorphism = (struct sck_automorphism_args){ring->id, LIMBS, 5};
    s.sample =
        (struct sck_sample_uniform_args){.ring = ring->id, .limbs = LIMBS};
    memcpy(s.sample.q, oracle_primes, sizeof s.sample.q);
    sck_decompose_prepare(&s.decompose, ring->id, sources, SOURCES, NULL, 0);
    s.convert.ring = ring->id;
    sck_conversion_prepare(&s.convert.conversion, sources, SOURCES,
                           oracle_primes, LIMBS);
    sck_rescale_prepare(&s.rescale, ring->id, sources, SOURCES, NULL, 0,
                        oracle_primes, LIMBS);
    s.mac = (struct sck_key_mac_args){ring->id, LIMBS, {0}, 1};
    memcpy(s.mac.q, oracle_primes, sizeof s.mac.q);
    prepare_key_switch();
    s.embed = (struct sck_encode_args){ring->id, ring->n / 2, 1ull << 40};
    s.limbs = (struct sck_encode_limbs_args){ring->id, LIMBS, {0}, 1};
    memcpy(s.limbs.q, oracle_primes, sizeof s.limbs.q);
    const size_t switching = sck_key_switch_cuda_scratch(&s.key_switch, logn);
    const size_t embedding = sck_encode_embed_cuda_scratch(&s.embed);

    s.scratch = fixture_memory(switching > embedding ? switching : embedding);
}

void timed_tasks_end(void)
{
    fixture_free();
    sck_ring_free(s.ring);
}
