/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.hoisted_switch: the fused kernel against key switches with one
 * key after another, bit for bit. Digits of 3, 1 and 2 primes; targets are
 * primes of digits and special ones. */
#include "hoisted_switch.h"
#include "switch_kit.h"

enum { DIGITS = 3, SOURCES = 6, KEYS = 3, KEY_DIGITS = 4, KEY_LIMBS = 12 };
enum { KEY_ROWS = 2 * KEY_DIGITS * KEY_LIMBS, IN_ROWS = SOURCES + DIGITS };

static const uint8_t digit_sources[DIGITS] = {3, 1, 2};
static const uint8_t digit_number[DIGITS] = {0, 2, 3};

static void prepare(struct sck_hoisted_switch_args *args, uint32_t ring,
                    uint32_t targets)
{
    static const uint8_t owner[SOURCES] = {0, 0, 0, 1, 2, 2};
    struct sck_key_switch_args *one = &args->one;

    memset(args, 0, sizeof *args);
    args->keys = KEYS;
    one->ring = ring;
    one->targets = targets;
    one->key_limbs = KEY_LIMBS;
    one->key_digits = KEY_DIGITS;
    for (uint32_t i = 0; i < targets; i++) {
        one->t[i] = oracle_primes[i + 1];
        one->own[i] = i + 1 < SOURCES ? owner[i + 1] : 255;
        one->key_row[i] = (uint8_t)((5 * i + 2) % KEY_LIMBS);
    }
    switch_digits(one, digit_sources, digit_number, DIGITS);
}

static void matches(uint32_t logn, uint32_t targets, int kind)
{
    const struct sck_ring *ring = oracle_ring(logn);
    const uint32_t n = ring->n;
    struct sck_hoisted_switch_args args;
    struct oracle_rows in, own, got[KEYS], want[KEYS];
    const uint32_t *own_rows[SCK_BLOCK_LIMBS] = {NULL};
    const uint32_t *add_rows[2 * SCK_BLOCK_LIMBS] = {NULL};
    const uint32_t *key[KEYS * KEY_ROWS] = {NULL};
    uint32_t *words = malloc((size_t)KEYS * KEY_ROWS * n * sizeof *words);
    uint32_t *got_rows[2 * KEYS * SCK_BLOCK_LIMBS];

    if (words == NULL)
        abort();
    prepare(&args, ring->id, targets);
    oracle_rows_new(&in, IN_ROWS, n);
    oracle_rows_new(&own, targets, n);
    switch_fill(&in, digit_sources, DIGITS, kind);
    for (uint32_t i = 0; i < targets; i++) {
        sck_test_fill(own.row[i], n, args.one.t[i], kind);
        own_rows[i] = args.one.own[i] == 255 ? NULL : own.row[i];
        /* Only the first half has something added, but for special primes. */
        add_rows[i] = own_rows[i];
        args.one.factor[i] = args.one.t[i] - 3 - i;
    }
    /* Rows of the key that no target names stay NULL. */
    for (uint32_t r = 0; r < KEYS * 2 * KEY_DIGITS; r++)
        for (uint32_t i = 0; i < targets; i++) {
            const uint32_t at = r * KEY_LIMBS + args.one.key_row[i];

            if (r % KEY_DIGITS == 1)
                continue;
            sck_test_fill(words + (size_t)at * n, n, args.one.t[i], 3);
            key[at] = words + (size_t)at * n;
        }
    for (uint32_t r = 0; r < KEYS; r++) {
        oracle_rows_new(&got[r], 2 * targets, n);
        oracle_rows_new(&want[r], 2 * targets, n);
        memcpy(got_rows + (size_t)2 * r * targets, got[r].row,
               2 * targets * sizeof *got_rows);
        sck_key_switch_ref(&args.one, ring, want[r].row, oracle_in(&in),
                           own_rows, key + (size_t)r * KEY_ROWS, add_rows);
    }
    for (int isa = SCK_ISA_REF; isa <= (int)sck_isa_detect(); isa++) {
        sck_kernels_use((enum sck_isa)isa);
        sck_hoisted_switch(&args, ring, got_rows, oracle_in(&in), own_rows, key,
                           add_rows);
        for (uint32_t r = 0; r < KEYS; r++) {
            CU_ASSERT(oracle_rows_equal(&got[r], &want[r]));
            for (uint32_t i = 0; i < got[r].count; i++)
                memset(got[r].row[i], 0xff, n * sizeof(uint32_t));
        }
    }
    sck_kernels_use(SCK_ISA_REF);
    sck_hoisted_switch_ref(&args, ring, got_rows, oracle_in(&in), own_rows, key,
                           add_rows);
    for (uint32_t r = 0; r < KEYS; r++) {
        CU_ASSERT(oracle_rows_equal(&got[r], &want[r]));
        oracle_rows_free(&got[r]);
        oracle_rows_free(&want[r]);
    }
    oracle_rows_free(&in);
    oracle_rows_free(&own);
    free(words);
    sck_ring_free(ring);
}

/* 11 targets are two groups. 6 of the largest ring go past the caches. */
static void in_ring(uint32_t logn, int kind)
{
    matches(logn, logn < 14 ? 11 : logn < 16 ? 3 : 6, kind);
}

static void every_key_gets_what_it_gets_alone(void)
{
    for (uint32_t logn = 3; logn < 10; logn += 3)
        for (int kind = 0; kind < 4; kind++) {
            matches(logn, 3, kind);
            matches(logn, 11, kind);
        }
    oracle_each_ring(in_ring);
}

static CU_TestInfo cases[] = {
    {"every_key_gets_what_it_gets_alone", every_key_gets_what_it_gets_alone},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(hoisted_switch, cases)
