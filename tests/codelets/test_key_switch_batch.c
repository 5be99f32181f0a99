/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.key_switch_batch: two polynomials switched with one key have
 * the words that each has alone. Digits of 3, 1, 4 and 2 primes. */
#include "switch_kit.h"

enum { DIGITS = 4, SOURCES = 10, TARGETS = 16, LOGN = 10 };

static const uint8_t digit_sources[DIGITS] = {3, 1, 4, 2};
static const uint8_t digit_of[SOURCES] = {0, 0, 0, 1, 2, 2, 2, 2, 3, 3};

/* 16 targets, of which a group has all, or where rows are short half. */
static const uint32_t targets[TARGETS] = {9, 0,  1,  2,  3,  4,  5,  6,
                                          7, 20, 21, 22, 23, 24, 36, 8};

/* The rows that are switched are also what is added, times other factors. */
struct member {
    struct sck_key_switch_args args;
    struct oracle_rows in, own, want, got;
};

static void prepare(struct sck_key_switch_args *args, uint32_t ring,
                    uint32_t factor)
{
    memset(args, 0xff, sizeof *args);
    args->ring = ring;
    args->targets = args->key_limbs = TARGETS;
    args->key_digits = DIGITS;
    for (uint32_t i = 0; i < TARGETS; i++) {
        args->t[i] = oracle_primes[targets[i]];
        args->own[i] = targets[i] < SOURCES ? digit_of[targets[i]] : 255;
        args->key_row[i] = (uint8_t)((7 * i + 3) % TARGETS);
        args->factor[i] = factor;
    }
    switch_digits(args, digit_sources, NULL, DIGITS);
}

struct key {
    uint32_t words[2 * DIGITS * TARGETS][1 << LOGN];
    const uint32_t *row[2 * DIGITS * TARGETS];
};

/* Every row modulo the prime of the target that names it. */
static void fill_key(const struct sck_key_switch_args *args, struct key *key)
{
    for (uint32_t r = 0; r < 2 * DIGITS * TARGETS; r++) {
        uint32_t i = 0;

        while (args->key_row[i] != r % TARGETS)
            i++;
        sck_test_fill(key->words[r], 1 << LOGN, args->t[i], 3);
        key->row[r] = key->words[r];
    }
}

static void open_member(struct member *m, const struct sck_ring *ring,
                        uint32_t factor, const struct key *key,
                        struct sck_key_switch_part *part)
{
    prepare(&m->args, ring->id, factor);
    oracle_rows_new(&m->in, SOURCES + DIGITS, ring->n);
    oracle_rows_new(&m->own, 2 * TARGETS, ring->n);
    oracle_rows_new(&m->want, 2 * TARGETS, ring->n);
    oracle_rows_new(&m->got, 2 * TARGETS, ring->n);
    switch_fill(&m->in, digit_sources, DIGITS, 3);
    for (uint32_t r = 0; r < 2 * TARGETS; r++)
        sck_test_fill(m->own.row[r], ring->n, m->args.t[r % TARGETS], 3);
    *part = (struct sck_key_switch_part){.args = &m->args,
                                         .out = m->got.row,
                                         .in = oracle_in(&m->in),
                                         .own = oracle_in(&m->own),
                                         .key = key->row,
                                         .add = oracle_in(&m->own)};
    sck_key_switch_ref(&m->args, ring, m->want.row, part->in, part->own,
                       part->key, part->add);
}

static void close_member(struct member *m)
{
    oracle_rows_free(&m->in);
    oracle_rows_free(&m->own);
    oracle_rows_free(&m->want);
    oracle_rows_free(&m->got);
}

static void a_batch_is_its_members(void)
{
    const struct sck_ring *const ring = oracle_ring(LOGN);
    struct sck_key_switch_part part[SCK_SWITCHED];
    struct member member[SCK_SWITCHED];
    static struct key key;

    prepare(&member[0].args, ring->id, 0);
    fill_key(&member[0].args, &key);
    for (uint32_t m = 0; m < SCK_SWITCHED; m++)
        open_member(&member[m], ring, 5 + m, &key, &part[m]);
    CU_ASSERT_FALSE(oracle_rows_equal(&member[0].want, &member[1].want));
    for (int isa = SCK_ISA_REF; isa <= (int)sck_isa_detect(); isa++) {
        sck_kernels_use((enum sck_isa)isa);
        sck_key_switch_batch(part, SCK_SWITCHED, ring);
        for (int m = 0; m < SCK_SWITCHED; m++) {
            CU_ASSERT_TRUE(oracle_rows_equal(&member[m].want, &member[m].got));
            memset(member[m].got.row[0], 0xff, ring->n * sizeof(uint32_t));
        }
    }
    sck_kernels_use(SCK_ISA_REF);
    for (int m = 0; m < SCK_SWITCHED; m++)
        close_member(&member[m]);
    sck_ring_free(ring);
}

static void members_have_the_same_key_and_targets(void)
{
    const struct sck_ring *const ring = oracle_ring(LOGN);
    struct sck_key_switch_part part[SCK_SWITCHED];
    struct member member[SCK_SWITCHED];
    static struct key key, other;

    prepare(&member[0].args, ring->id, 0);
    fill_key(&member[0].args, &key);
    fill_key(&member[0].args, &other);
    open_member(&member[0], ring, 5, &key, &part[0]);
    open_member(&member[1], ring, 6, &other, &part[1]);
    CU_ASSERT_FALSE(sck_key_switch_same_keys(&part[0], &part[1]));
    part[1].key = part[0].key;
    CU_ASSERT_TRUE(sck_key_switch_same_keys(&part[0], &part[1]));
    member[1].args.key_row[TARGETS - 1]++;
    CU_ASSERT_FALSE(sck_key_switch_same_keys(&part[0], &part[1]));
    member[1].args.key_row[TARGETS - 1]--;
    member[1].args.minus_d[DIGITS - 1][0]++;
    CU_ASSERT_FALSE(sck_key_switch_same_keys(&part[0], &part[1]));
    for (int m = 0; m < SCK_SWITCHED; m++)
        close_member(&member[m]);
    sck_ring_free(ring);
}

static CU_TestInfo cases[] = {
    {"a_batch_is_its_members", a_batch_is_its_members},
    {"members_have_the_same_key_and_targets",
     members_have_the_same_key_and_targets},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(key_switch_batch, cases)
