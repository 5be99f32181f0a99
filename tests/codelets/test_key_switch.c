/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.key_switch: the fused kernel against its parts, bit for bit:
 * base conversion, NTT and 64-bit products, digit by digit. Digits of 3, 1, 4
 * and 2 primes that are digits 0, 2, 3 and 6 of a key with 7. */
#include "elementwise.h"
#include "switch_kit.h"

enum { DIGITS = 4, SOURCES = 10, KEY_DIGITS = 7, KEY_LIMBS = 20 };

static const uint8_t digit_sources[DIGITS] = {3, 1, 4, 2};
static const uint8_t digit_number[DIGITS] = {0, 2, 3, 6};

/* Digit primes are oracle_primes[0..9]; a target is one of them or special. */
static uint8_t owner(uint32_t prime)
{
    uint32_t end = 0;

    for (uint8_t d = 0; d < DIGITS; d++) {
        end += digit_sources[d];
        if (prime < end)
            return d;
    }
    return 255;
}

static void prepare(struct sck_key_switch_args *args, uint32_t ring,
                    const uint32_t *targets, uint32_t count)
{
    memset(args, 0xff, sizeof *args);
    args->ring = ring;
    args->targets = count;
    args->key_limbs = KEY_LIMBS;
    args->key_digits = KEY_DIGITS;
    for (uint32_t i = 0; i < count; i++) {
        args->t[i] = oracle_primes[targets[i]];
        args->own[i] = owner(targets[i]);
        args->key_row[i] = (uint8_t)((7 * i + 3) % KEY_LIMBS);
    }
    switch_digits(args, digit_sources, digit_number, DIGITS);
}

struct key {
    uint32_t *words; /* plain, then Montgomery: 2 KEY_DIGITS KEY_LIMBS rows */
    const uint32_t *plain[2 * KEY_DIGITS * KEY_LIMBS];
    const uint32_t *montgomery[2 * KEY_DIGITS * KEY_LIMBS];
};

/* Rows that the targets do not name stay NULL: reading one would fault. */
static void key_new(struct key *key, const struct sck_key_switch_args *args,
                    uint32_t n, int kind)
{
    uint32_t *next;

    memset(key, 0, sizeof *key);
    next = key->words = malloc((size_t)4 * DIGITS * args->targets * n * 4);
    if (next == NULL)
        abort();
    for (uint32_t r = 0; r < 2 * DIGITS * args->targets; r++) {
        const uint32_t i = r % args->targets, half = r / args->targets / DIGITS;
        const uint32_t digit = digit_number[r / args->targets % DIGITS];
        const uint32_t at =
            (half * KEY_DIGITS + digit) * KEY_LIMBS + args->key_row[i];

        sck_test_fill(next, n, args->t[i], kind);
        for (uint32_t j = 0; j < n; j++)
            next[n + j] = (uint32_t)(((uint64_t)next[j] << 32) % args->t[i]);
        key->plain[at] = next;
        key->montgomery[at] = next + n;
        next += 2 * (size_t)n;
    }
}

/* u of one digit and target by the parts, then its products. */
static void add_digit(const struct sck_key_switch_args *args,
                      const struct sck_ring *ring, uint32_t d, uint32_t i,
                      const uint32_t *const *in, const uint32_t *const *own,
                      const struct key *key, struct oracle_rows *want)
{
    uint32_t first = 0, *u = malloc(ring->n * sizeof *u);
    const uint32_t t = args->t[i];

    if (u == NULL)
        abort();
    for (uint32_t k = 0; k < d; k++)
        first += digit_sources[k];
    if (args->own[i] == d) {
        memcpy(u, own[i], ring->n * sizeof *u);
    } else {
        struct sck_base_convert_args convert = {.ring = ring->id};

        sck_conversion_prepare(&convert.conversion, oracle_primes + first,
                               digit_sources[d], &t, 1);
        sck_base_convert_ref(&convert, ring, &u, in + first + d);
        oracle_ntt(ring, t, u);
    }
    for (uint32_t h = 0; h < 2; h++) {
        const uint32_t *const k =
            key->plain[(h * KEY_DIGITS + digit_number[d]) * KEY_LIMBS +
                       args->key_row[i]];
        uint32_t *const sum = want->row[h * args->targets + i];

        for (uint32_t j = 0; j < ring->n; j++)
            sum[j] =
                (uint32_t)(((uint64_t)u[j] * k[j] + (d == 0 ? 0 : sum[j])) % t);
    }
    free(u);
}

/* The kernel with rows to add against its parts: what it gives without them,
 * then scalar_mul_add. Half 1 of the second target has none. */
static int adds(struct sck_key_switch_args *args, const struct sck_ring *ring,
                const uint32_t *const *in, const uint32_t *const *own,
                const struct key *key, struct oracle_rows *want)
{
    const uint32_t count = args->targets;
    struct oracle_rows c, got;
    const uint32_t *rows[2 * SCK_BLOCK_LIMBS];
    int equal = 1;

    oracle_rows_new(&c, 2 * count, ring->n);
    oracle_rows_new(&got, 2 * count, ring->n);
    for (uint32_t r = 0; r < 2 * count; r++) {
        struct sck_elementwise_args one = {
            .ring = ring->id, .op = SCK_SCALAR_MUL_ADD, .limbs = 1};
        const uint32_t t = args->t[r % count];

        sck_test_fill(c.row[r], ring->n, t, 3);
        args->factor[r % count] = oracle_primes[47] % t;
        one.q[0] = t;
        one.scalar[0] = args->factor[r % count];
        rows[r] = r == count + 1 ? NULL : c.row[r];
        if (rows[r] != NULL)
            sck_elementwise_ref(&one, ring, &want->row[r], &rows[r], NULL,
                                (const uint32_t *const *)&want->row[r]);
    }
    sck_key_switch_ref(args, ring, got.row, in, own, key->montgomery, rows);
    equal &= oracle_rows_equal(want, &got);
    for (int isa = SCK_ISA_REF; isa <= (int)sck_isa_detect(); isa++) {
        sck_kernels_use((enum sck_isa)isa);
        sck_key_switch(args, ring, got.row, in, own, key->montgomery, rows);
        equal &= oracle_rows_equal(want, &got);
    }
    sck_kernels_use(SCK_ISA_REF);
    oracle_rows_free(&c);
    oracle_rows_free(&got);
    return equal;
}

static int matches(uint32_t logn, const uint32_t *targets, uint32_t count,
                   int kind, int key_kind)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct sck_key_switch_args args;
    struct oracle_rows in, own, want, got;
    const uint32_t *own_rows[SCK_BLOCK_LIMBS] = {NULL};
    struct key key;
    int any = 0;

    prepare(&args, ring->id, targets, count);
    key_new(&key, &args, ring->n, key_kind);
    oracle_rows_new(&in, SOURCES + DIGITS, ring->n);
    oracle_rows_new(&own, count, ring->n);
    oracle_rows_new(&want, 2 * count, ring->n);
    oracle_rows_new(&got, 2 * count, ring->n);
    switch_fill(&in, digit_sources, DIGITS, kind);
    for (uint32_t i = 0; i < count; i++)
        if (args.own[i] != 255) {
            sck_test_fill(own.row[i], ring->n, args.t[i], kind);
            own_rows[i] = own.row[i];
            any = 1;
        }
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t d = 0; d < DIGITS; d++)
            add_digit(&args, ring, d, i, oracle_in(&in), own_rows, &key, &want);
    sck_key_switch_ref(&args, ring, got.row, oracle_in(&in),
                       any ? own_rows : NULL, key.montgomery, NULL);
    int equal = oracle_rows_equal(&want, &got);

    for (int isa = SCK_ISA_REF; isa <= (int)sck_isa_detect(); isa++) {
        for (uint32_t i = 0; i < got.count; i++)
            memset(got.row[i], 0xff, ring->n * sizeof(uint32_t));
        sck_kernels_use((enum sck_isa)isa);
        sck_key_switch(&args, ring, got.row, oracle_in(&in),
                       any ? own_rows : NULL, key.montgomery, NULL);
        equal &= oracle_rows_equal(&want, &got);
    }
    equal &=
        adds(&args, ring, oracle_in(&in), any ? own_rows : NULL, &key, &want);

    free(key.words);
    oracle_rows_free(&in);
    oracle_rows_free(&own);
    oracle_rows_free(&want);
    oracle_rows_free(&got);
    sck_ring_free(ring);
    return equal;
}

static void own_digit_rows_are_taken_as_they_are(void)
{
    static const uint32_t targets[] = {0, 2, 3, 4, 7, 8, 9};

    for (uint32_t logn = 6; logn <= 10; logn++)
        for (int kind = 0; kind < 4; kind++)
            CU_ASSERT_TRUE(matches(logn, targets, 7, kind, 3));
}

static void special_primes_have_no_own_rows(void)
{
    static const uint32_t targets[] = {20, 21, 22, 36, 47};

    for (uint32_t logn = 6; logn <= 10; logn++)
        for (int kind = 0; kind < 4; kind++)
            CU_ASSERT_TRUE(matches(logn, targets, 5, kind, 3));
}

static void largest_residues_do_not_overflow(void)
{
    static const uint32_t targets[] = {9, 0,  1,  2,  3,  4,  5,  6,
                                       7, 20, 21, 22, 23, 24, 36, 8};

    CU_ASSERT_TRUE(matches(6, targets, 16, 1, 1));
    CU_ASSERT_TRUE(matches(6, targets, 16, 0, 0));
    CU_ASSERT_TRUE(matches(10, targets, 16, 3, 3));
}

/* A level of one digit: nothing to convert, and rows of out are written once.
 */
static void lone_digit_is_multiplied_as_it_is(void)
{
    const struct sck_ring *ring = oracle_ring(10);
    static const uint32_t targets[] = {0, 2, 1};
    struct sck_key_switch_args args;
    struct oracle_rows in, own, want, got;
    struct key key;

    prepare(&args, ring->id, targets, 3);
    args.digits = 1;
    key_new(&key, &args, ring->n, 3);
    oracle_rows_new(&in, digit_sources[0] + 1, ring->n);
    oracle_rows_new(&own, 3, ring->n);
    oracle_rows_new(&want, 6, ring->n);
    oracle_rows_new(&got, 6, ring->n);
    for (uint32_t i = 0; i < 3; i++)
        sck_test_fill(own.row[i], ring->n, args.t[i], 3);
    for (uint32_t i = 0; i < 3; i++)
        add_digit(&args, ring, 0, i, oracle_in(&in), oracle_in(&own), &key,
                  &want);
    for (int isa = SCK_ISA_REF; isa <= (int)sck_isa_detect(); isa++) {
        sck_kernels_use((enum sck_isa)isa);
        sck_key_switch(&args, ring, got.row, oracle_in(&in), oracle_in(&own),
                       key.montgomery, NULL);
        CU_ASSERT_TRUE(oracle_rows_equal(&want, &got));
    }
    sck_kernels_use(SCK_ISA_REF);
    free(key.words);
    oracle_rows_free(&in);
    oracle_rows_free(&own);
    oracle_rows_free(&want);
    oracle_rows_free(&got);
    sck_ring_free(ring);
}

static const uint32_t mixed[] = {20, 3, 21, 0, 9, 36, 47, 22, 1, 5, 8};

/* Two groups of targets, where that does not take long. */
static void in_ring(uint32_t logn, int kind)
{
    CU_ASSERT_TRUE(matches(logn, mixed, logn < 13 ? 11 : 3, kind, 3));
}

static void every_size_is_the_composition(void)
{
    CU_ASSERT_TRUE(matches(3, mixed, 11, 3, 3));
    oracle_each_ring(in_ring);
}

static CU_TestInfo cases[] = {
    {"own_digit_rows_are_taken_as_they_are",
     own_digit_rows_are_taken_as_they_are},
    {"special_primes_have_no_own_rows", special_primes_have_no_own_rows},
    {"largest_residues_do_not_overflow", largest_residues_do_not_overflow},
    {"every_size_is_the_composition", every_size_is_the_composition},
    {"lone_digit_is_multiplied_as_it_is", lone_digit_is_multiplied_as_it_is},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(key_switch, cases)
