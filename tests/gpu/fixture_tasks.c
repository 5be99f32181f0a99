/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The tasks of codelets/GPU.md's table, under its names, to be timed: blocks
 * of 16 limbs, 12 sources, 4 digits. What their rows hold is of no account but
 * for being reduced. */
#include "fixture_tasks.h"

struct task_state task;

const struct task_rows *task_rows_next(void)
{
    return &task.rows[task.calls++ % TASK_SETS];
}

static int ntt(void)
{
    const struct task_rows *const r = task_rows_next();

    return sck_ntt_cuda(&task.ntt, task.logn, task.target, r->out,
                        fixture_in(r->in), NULL);
}

static int intt(void)
{
    const struct task_rows *const r = task_rows_next();

    return sck_intt_cuda(&task.ntt, task.logn, task.target, r->out,
                         fixture_in(r->in), NULL);
}

static int automorphism(void)
{
    const struct task_rows *const r = task_rows_next();

    return sck_automorphism_cuda(&task.automorphism, task.logn, r->out,
                                 fixture_in(r->in), NULL);
}

static int sample(void)
{
    const struct task_rows *const r = task_rows_next();

    return sck_sample_uniform_cuda(&task.sample, task.logn, task.target, r->out,
                                   NULL);
}

static int decompose(void)
{
    const struct task_rows *const r = task_rows_next();

    return sck_decompose_cuda(&task.decompose, task.logn, task.source, r->out,
                              fixture_in(r->in), NULL);
}

static int convert(void)
{
    const struct task_rows *const r = task_rows_next();

    return sck_base_convert_cuda(&task.convert, task.logn, task.target, r->out,
                                 fixture_in(r->in), NULL);
}

static int raise(void)
{
    const struct task_rows *const r = task_rows_next();

    return sck_mod_raise_cuda(&task.convert, task.logn, task.target, r->out,
                              fixture_in(r->in), NULL);
}

static int rescale(void)
{
    const struct task_rows *const r = task_rows_next();

    return sck_rescale_cuda(&task.rescale, task.logn, task.target, r->out,
                            fixture_in(r->in), fixture_in(r->key), NULL, NULL);
}

static int rescale_two(void)
{
    const struct task_rows *const r = task_rows_next();
    struct sck_rescale_args both = task.rescale;

    both.halves = 2;
    return sck_rescale_cuda(&both, task.logn, task.target, r->out,
                            fixture_in(r->in), fixture_in(r->key), NULL, NULL);
}

static int key_mac(void)
{
    const struct task_rows *const r = task_rows_next();

    return sck_key_mac_cuda(&task.mac, task.logn, task.target, r->out,
                            fixture_in(r->in), fixture_in(r->key), NULL);
}

static int key_switch(void)
{
    const struct task_rows *const r = task_rows_next();

    return sck_key_switch_cuda(&task.key_switch.one, task.logn, task.target,
                               r->out, fixture_in(r->in), fixture_in(r->in),
                               fixture_in(r->key), NULL, task.scratch, NULL);
}

static int embed(void)
{
    return sck_encode_embed_cuda(&task.embed, task.logn, task.roots,
                                 task.coefficients, task.values, task.scratch,
                                 NULL);
}

static int limbs(void)
{
    const struct task_rows *const r = task_rows_next();

    return sck_encode_limbs_cuda(&task.limbs, task.logn, task.target, r->out,
                                 task.coefficients, NULL);
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
    {"rescale, mod_down, two 12 to 16", rescale_two},
    {"key_mac, 16 limbs", key_mac},
    {"key_switch, 4 x 12 to 16", key_switch},
    {"hoisted_switch, 8 keys, 4 x 12 to 12", task_hoisted},
    {"tensor, 16 limbs", task_tensor},
    {"dot, 8 terms, 16 limbs", task_dot},
    {"combination, 2 products, 4 terms, 16 limbs", task_combination},
    {"automorphism_sum, 8 terms, 16 limbs", task_automorphism_sum},
    {"diagonals, 8 x 8, 8 limbs", task_diagonals},
    {"encode: embed, 2^15 slots", embed},
    {"encode: limbs, 16", limbs},
    {"a whole key switch: 47 limbs, 4 digits", task_whole_switch},
};
const size_t timed_task_count = sizeof timed_tasks / sizeof timed_tasks[0];

/* The block of a polynomial's first digit. */
struct sck_hoisted_switch_args task_switch_of(uint32_t targets, int special,
                                              uint32_t keys)
{
    struct sck_hoisted_switch_args all = {.one = {.ring = task.ring->id,
                                                  .digits = TASK_DIGITS,
                                                  .targets = targets,
                                                  .key_limbs = targets,
                                                  .key_digits = TASK_DIGITS},
                                          .keys = keys};
    struct sck_key_switch_args *const a = &all.one;

    for (uint32_t i = 0; i < targets; i++) {
        a->t[i] = oracle_primes[i];
        a->own[i] = special ? 255 : 0;
        a->key_row[i] = (uint8_t)i;
    }
    for (uint32_t d = 0; d < TASK_DIGITS; d++) {
        a->sources[d] = TASK_SOURCES;
        a->key_digit[d] = (uint8_t)d;
        memcpy(a->w[(size_t)TASK_SOURCES * d], task.convert.conversion.w,
               TASK_SOURCES * sizeof a->w[0]);
        memcpy(a->minus_d[d], task.convert.conversion.minus_d,
               sizeof a->minus_d[d]);
    }
    return all;
}

/* Below the least prime, so that a row serves every operand. */
static uint32_t **filled(uint32_t count)
{
    uint32_t **const rows = fixture_rows(count, task.ring->n);

    for (uint32_t i = 0; i < count; i++)
        sck_test_fill(rows[i], task.ring->n, oracle_primes[46], 3);
    return rows;
}

static void prepare_encode(void)
{
    const struct sck_ring *const ring = task.ring;

    task.coefficients = fixture_memory(ring->n * sizeof *task.coefficients);
    memset(task.coefficients, 0, ring->n * sizeof *task.coefficients);
    task.values = fixture_memory(ring->n * sizeof *task.values);
    for (uint32_t i = 0; i < ring->n; i++)
        task.values[i] = sck_test_real();
    task.roots =
        fixture_constant(ring->slot_roots, ring->n * sizeof *ring->slot_roots);
    task.embed = (struct sck_encode_args){ring->id, ring->n / 2, 1ull << 40};
    task.limbs = (struct sck_encode_limbs_args){ring->id, TASK_LIMBS, {0}, 1};
    memcpy(task.limbs.q, oracle_primes, sizeof task.limbs.q);
}

static void *scratch(void)
{
    const struct sck_hoisted_switch_args special =
        task_switch_of(TASK_LIMBS, 1, 1);
    const size_t switching =
        sck_hoisted_switch_cuda_scratch(&special, task.logn);
    const size_t embedding = sck_encode_embed_cuda_scratch(&task.embed);
    /* A launch of 36 targets in four digits, none of them their own. */
    const size_t several = (size_t)72 * 4 << task.logn;
    const size_t most = switching > embedding ? switching : embedding;

    return fixture_memory(most > several ? most : several);
}

void timed_tasks_prepare(uint32_t logn)
{
    const struct sck_ring *const ring = oracle_ring(logn);
    const uint32_t *const sources = oracle_primes + TASK_FIRST_SOURCE;

    task.ring = ring;
    task.logn = logn;
    task.calls = 0;
    fixture_tables(ring, oracle_primes, TASK_LIMBS, task.target);
    fixture_tables(ring, sources, TASK_SOURCES, task.source);
    for (int k = 0; k < TASK_SETS; k++)
        task.rows[k] = (struct task_rows){filled(TASK_OUT), filled(TASK_IN),
                                          filled(TASK_KEY)};
    task.ntt = (struct sck_ntt_args){ring->id, TASK_LIMBS, {0}};
    memcpy(task.ntt.q, oracle_primes, sizeof task.ntt.q);
    task.automorphism = (struct sck_automorphism_args){ring->id, TASK_LIMBS, 5};
    task.sample =
        (struct sck_sample_uniform_args){.ring = ring->id, .limbs = TASK_LIMBS};
    memcpy(task.sample.q, oracle_primes, sizeof task.sample.q);
    sck_decompose_prepare(&task.decompose, ring->id, sources, TASK_SOURCES,
                          NULL, 0);
    task.convert.ring = ring->id;
    sck_conversion_prepare(&task.convert.conversion, sources, TASK_SOURCES,
                           oracle_primes, TASK_LIMBS);
    sck_rescale_prepare(&task.rescale, ring->id, sources, TASK_SOURCES, NULL, 0,
                        oracle_primes, TASK_LIMBS);
    task.mac = (struct sck_key_mac_args){ring->id, TASK_LIMBS, {0}, 1};
    memcpy(task.mac.q, oracle_primes, sizeof task.mac.q);
    task.key_switch = task_switch_of(TASK_LIMBS, 0, 1);
    prepare_encode();
    task.scratch = scratch();
}

void timed_tasks_end(void)
{
    fixture_free();
    sck_ring_free(task.ring);
}
