/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "automorphism.h"
#include "elementwise.h"
#include "encode.h"
#include "fixture.h"
#include "ntt.h"
#include "sample_uniform.h"

static struct sck_ntt_args args_of(const struct sck_ring *ring, uint32_t limbs)
{
    struct sck_ntt_args args = {ring->id, limbs, {0}};

    memcpy(args.q, oracle_primes, limbs * sizeof args.q[0]);
    return args;
}

size_t check_transform(uint32_t logn, uint32_t limbs, int kind, int in_place,
                       int inverse, emulated_transform *run)
{
    const struct sck_ring *ring = oracle_ring(logn);
    const struct sck_ntt_args args = args_of(ring, limbs);
    struct sck_prime_table tables[SCK_BLOCK_LIMBS];
    uint32_t *const *in = fixture_residues(ring, 0, limbs, kind);
    uint32_t *const *want = fixture_rows(limbs, ring->n);
    uint32_t *const *got = in_place ? in : fixture_rows(limbs, ring->n);

    fixture_tables(ring, args.q, limbs, tables);
    (inverse ? sck_intt : sck_ntt)(&args, ring, want, fixture_in(in));
    const int status = run(&args, logn, tables, got, fixture_in(in), NULL);

    return fixture_compare(ring, status, want, got, limbs);
}

size_t check_ntt(uint32_t logn, uint32_t limbs, int kind)
{
    return check_transform(logn, limbs, kind, 0, 0, sck_ntt_cuda);
}

size_t check_ntt_in_place(uint32_t logn, uint32_t limbs, int kind)
{
    return check_transform(logn, limbs, kind, 1, 0, sck_ntt_cuda);
}

size_t check_intt(uint32_t logn, uint32_t limbs, int kind)
{
    return check_transform(logn, limbs, kind, kind == 3, 1, sck_intt_cuda);
}

size_t check_automorphism(uint32_t logn, uint32_t limbs, int kind)
{
    const struct sck_ring *ring = oracle_ring(logn);
    const struct sck_automorphism_args args = {ring->id, limbs,
                                               2 * sck_test_below(ring->n) + 1};
    uint32_t *const *in = fixture_residues(ring, 0, limbs, kind);
    uint32_t *const *want = fixture_rows(limbs, ring->n);
    uint32_t *const *got = fixture_rows(limbs, ring->n);

    sck_automorphism_ref(&args, ring, want, fixture_in(in));
    const int status =
        sck_automorphism_cuda(&args, logn, got, fixture_in(in), NULL);

    return fixture_compare(ring, status, want, got, limbs);
}

static size_t one_operation(uint32_t logn, uint32_t limbs, int kind,
                            uint32_t op, uint32_t repeat)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_elementwise_args args = {
        .ring = ring->id, .op = op, .limbs = limbs, .repeat = repeat};
    struct sck_prime_table tables[SCK_BLOCK_LIMBS];
    uint32_t *const *a = fixture_residues(ring, 0, limbs, kind);
    uint32_t *const *c = fixture_residues(ring, 0, limbs, kind);
    uint32_t *const *b = fixture_rows(limbs, ring->n >> repeat);
    uint32_t *const *want = fixture_rows(limbs, ring->n);
    uint32_t *const *got = fixture_rows(limbs, ring->n);

    for (uint32_t i = 0; i < limbs; i++) {
        args.q[i] = oracle_primes[i];
        sck_test_fill(b[i], ring->n >> repeat, args.q[i], kind);
        sck_test_fill(&args.scalar[i], 1, args.q[i], kind);
    }
    fixture_tables(ring, args.q, limbs, tables);
    sck_elementwise_ref(&args, ring, want, fixture_in(a), fixture_in(b),
                        fixture_in(c));
    const int status =
        sck_elementwise_cuda(&args, ring->n, tables, got, fixture_in(a),
                             fixture_in(b), fixture_in(c), NULL);

    return fixture_compare(ring, status, want, got, limbs);
}

size_t check_elementwise(uint32_t logn, uint32_t limbs, int kind)
{
    size_t differing = 0;

    for (uint32_t op = 0; op < SCK_ELEMENTWISE_OPS; op++)
        differing += one_operation(logn, limbs, kind, op, 0);
    for (uint32_t repeat = 1; repeat < logn; repeat += repeat < 3 ? 1 : 4) {
        differing += one_operation(logn, limbs, kind, SCK_MUL_PLAIN, repeat);
        differing += one_operation(logn, limbs, kind, SCK_ADD_PLAIN, repeat);
        differing +=
            one_operation(logn, limbs, kind, SCK_MUL_PLAIN_ADD, repeat);
    }
    return differing;
}

/* kind 0 and 1: plain and Montgomery form. */
size_t check_sample_uniform(uint32_t logn, uint32_t limbs, int kind)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_sample_uniform_args args = {.ring = ring->id,
                                           .limbs = limbs,
                                           .kind = SCK_SEED_GALOIS,
                                           .key_class = 3,
                                           .digit = 2,
                                           .galois = 25,
                                           .montgomery = kind & 1};
    struct sck_prime_table tables[SCK_BLOCK_LIMBS];
    uint32_t *const *want = fixture_rows(limbs, ring->n);
    uint32_t *const *got = fixture_rows(limbs, ring->n);

    memcpy(args.q, oracle_primes + 20, limbs * sizeof args.q[0]);
    for (size_t i = 0; i < sizeof args.seed; i++)
        args.seed[i] = (uint8_t)sck_test_random();
    fixture_tables(ring, args.q, limbs, tables);
    sck_sample_uniform_ref(&args, ring, want);
    const int status = sck_sample_uniform_cuda(&args, logn, tables, got, NULL);

    return fixture_compare(ring, status, want, got, limbs);
}

static size_t embed(uint32_t logn, uint32_t log_slots, int kind)
{
    const struct sck_ring *ring = oracle_ring(logn);
    const struct sck_encode_args args = {ring->id, 1u << log_slots,
                                         1099511627776.0 + kind};
    const size_t bytes = ring->n * sizeof(int64_t);
    double *const values = fixture_memory(sizeof(double) * 2 * args.slots);
    int64_t *const want = fixture_memory(bytes);
    int64_t *const got = fixture_memory(bytes);
    uint32_t *const want_words[] = {(uint32_t *)want,
                                    (uint32_t *)want + ring->n};
    uint32_t *const got_words[] = {(uint32_t *)got, (uint32_t *)got + ring->n};

    for (uint32_t i = 0; i < 2 * args.slots; i++)
        values[i] = kind == 0 ? 0 : kind == 1 ? 1 : sck_test_real();
    sck_encode_embed_ref(&args, ring, want, values);
    const int status = sck_encode_embed_cuda(
        &args, logn,
        fixture_constant(ring->slot_roots, ring->n * sizeof(double)), got,
        values, fixture_memory(sck_encode_embed_cuda_scratch(&args)), NULL);

    return fixture_compare(ring, status, want_words, got_words, 2);
}

size_t check_embed(uint32_t logn, uint32_t limbs, int kind)
{
    size_t differing = embed(logn, logn - 1, kind);

    (void)limbs;
    for (uint32_t log_slots = 0; log_slots < logn - 1; log_slots++)
        differing += embed(logn, log_slots, kind);
    return differing;
}

size_t check_limbs(uint32_t logn, uint32_t limbs, int kind)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_encode_limbs_args args = {ring->id, limbs, {0}, kind == 3};
    struct sck_prime_table tables[SCK_BLOCK_LIMBS];
    int64_t *const coefficients = fixture_memory(ring->n * sizeof(int64_t));
    uint32_t *const *want = fixture_rows(limbs, ring->n);
    uint32_t *const *got = fixture_rows(limbs, ring->n);

    for (uint32_t k = 0; k < ring->n; k++)
        coefficients[k] = kind == 0   ? 0
                          : kind == 1 ? (k % 2 ? INT64_MAX : INT64_MIN)
                                      : (int64_t)sck_test_random();
    memcpy(args.q, oracle_primes, limbs * sizeof args.q[0]);
    fixture_tables(ring, args.q, limbs, tables);
    sck_encode_limbs_ref(&args, ring, want, coefficients);
    const int status =
        sck_encode_limbs_cuda(&args, logn, tables, got, coefficients, NULL);

    return fixture_compare(ring, status, want, got, limbs);
}

size_t check_short_embed(uint32_t logn, uint32_t limbs, int kind)
{
    size_t differing = 0;

    (void)limbs;
    for (uint32_t least = 3; least < 10 && least < logn; least++)
        for (uint32_t log_slots = 0; log_slots < least; log_slots++)
            differing += embed(least, log_slots, kind);
    return differing;
}

size_t check_short_limbs(uint32_t logn, uint32_t limbs, int kind)
{
    size_t differing = 0;

    for (uint32_t least = 3; least < 10 && least < logn; least++)
        differing += check_limbs(least, limbs, kind);
    return differing;
}
