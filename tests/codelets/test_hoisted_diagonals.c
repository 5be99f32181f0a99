/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.hoisted_diagonals: the fused kernel against its two parts, bit
 * for bit. Digits of 3, 1 and 2 primes; targets are primes of digits and
 * special ones. */
#include "hoisted_diagonals.h"
#include "modular.h"
#include "switch_kit.h"

enum { DIGITS = 3, SOURCES = 6, KEY_LIMBS = 12, TARGETS = 7 };
enum { BABIES = 4, GIANTS = 2, KEYS = BABIES - 1 };
/* What the parts give, what ref does and what every instruction set does. */
enum { PARTS, REF, OF_ISA, RESULTS = OF_ISA + SCK_ISA_AVX512 + 1 };
enum {
    KEY_ROWS = 2 * DIGITS * KEY_LIMBS,
    IN_ROWS = SOURCES + DIGITS,
    PLAINS = GIANTS * BABIES * TARGETS,
    SUMS = 2 * GIANTS * TARGETS,
    ROWS = KEYS * KEY_ROWS + IN_ROWS + 2 * TARGETS + PLAINS +
           2 * (KEYS + 1) * TARGETS + RESULTS * SUMS
};

static const uint8_t digit_sources[DIGITS] = {3, 1, 2};

struct operands {
    struct sck_hoisted_diagonals_args args;
    uint32_t n, *words, *next;
    const uint32_t *in[IN_ROWS], *own[2 * TARGETS], *key[KEYS * KEY_ROWS];
    const uint32_t *plain[PLAINS];
    uint32_t *rotation[2 * KEYS * TARGETS], *lifted[2 * TARGETS];
    uint32_t *sum[RESULTS][SUMS];
};

static uint32_t *row(struct operands *o, uint32_t q, int kind)
{
    uint32_t *r = o->next;

    o->next += o->n;
    sck_test_fill(r, o->n, q, kind);
    return r;
}

/* Baby 2 is not turned. */
static void prepare_args(struct operands *o, uint32_t ring)
{
    static const uint8_t owner[SOURCES] = {0, 0, 0, 1, 2, 2};
    struct sck_key_switch_args *one = &o->args.hoisted.one;
    struct sck_diagonals_args *d = &o->args.diagonals;

    o->args.hoisted.keys = KEYS;
    one->ring = d->ring = ring;
    one->key_digits = DIGITS;
    one->targets = d->limbs = TARGETS;
    one->key_limbs = KEY_LIMBS;
    d->babies = BABIES;
    d->giants = GIANTS;
    for (uint32_t i = 0; i < TARGETS; i++) {
        one->t[i] = d->q[i] = oracle_primes[i + 1];
        one->own[i] = i + 1 < SOURCES ? owner[i + 1] : 255;
        one->key_row[i] = (uint8_t)((5 * i + 2) % KEY_LIMBS);
        one->factor[i] = one->t[i] - 1 - i;
    }
    switch_digits(one, digit_sources, NULL, DIGITS);
    for (uint32_t b = 0; b < BABIES; b++)
        d->galois[b] = b == 2 ? 1 : 1 + 2 * sck_test_below(o->n);
}

static void prepare(struct operands *o, const struct sck_ring *ring, int kind,
                    uint32_t repeat)
{
    const struct sck_key_switch_args *one = &o->args.hoisted.one;

    memset(o, 0, sizeof *o);
    o->n = ring->n;
    o->words = o->next =
        aligned_alloc(64, (size_t)(ROWS + ROWS % 2) * o->n * sizeof *o->words);
    if (o->words == NULL)
        abort();
    prepare_args(o, ring->id);
    o->args.diagonals.repeat = repeat;
    o->args.diagonals.onto = repeat % 2;
    for (uint32_t d = 0, first = 0, r = 0; d < DIGITS; d++) {
        const uint32_t *const *const y = o->in + r;

        for (uint32_t k = 0; k < digit_sources[d]; k++)
            o->in[r++] = row(o, oracle_primes[first + k], kind);
        uint32_t *const v = row(o, 2, 1);

        for (uint32_t j = 0; j < o->n; j++)
            v[j] = oracle_v(oracle_primes + first, digit_sources[d], y, j);
        o->in[r++] = v;
        first += digit_sources[d];
    }
    for (uint32_t i = 0; i < 2 * TARGETS; i++)
        if (one->own[i % TARGETS] != 255)
            o->own[i] = row(o, one->t[i % TARGETS], kind);
    for (uint32_t r = 0; r < KEYS * 2 * DIGITS; r++)
        for (uint32_t i = 0; i < TARGETS; i++)
            o->key[r * KEY_LIMBS + one->key_row[i]] = row(o, one->t[i], 3);
    for (uint32_t r = 0; r < PLAINS; r++)
        if (r / TARGETS % 5 != 3)
            o->plain[r] = row(o, one->t[r % TARGETS], kind);
    for (uint32_t r = 0; r < 2 * KEYS * TARGETS; r++)
        o->rotation[r] = row(o, 2, 1);
    for (uint32_t r = 0; r < 2 * TARGETS; r++)
        o->lifted[r] = row(o, 2, 1);
    for (uint32_t k = 0; k < RESULTS; k++)
        for (uint32_t r = 0; r < SUMS; r++)
            o->sum[k][r] = row(o, 2, 1); /* alike: what sums go onto */
}

static void by_parts(struct operands *o, const struct sck_ring *ring)
{
    const uint32_t *in[2 * BABIES * TARGETS] = {NULL};
    const uint32_t *own[TARGETS] = {NULL};
    uint32_t r = 0;

    for (uint32_t i = 0; i < 2 * TARGETS; i++) {
        const uint32_t q = o->args.diagonals.q[i % TARGETS];

        for (uint32_t j = 0; j < o->n && o->own[i] != NULL; j++)
            o->lifted[i][j] = sck_mod_mul(
                o->own[i][j], o->args.hoisted.one.factor[i % TARGETS],
                sck_ring_prime(ring, q));
    }
    sck_hoisted_switch_ref(&o->args.hoisted, ring, o->rotation, o->in, o->own,
                           o->key, NULL);
    for (uint32_t b = 0; b < BABIES; b++)
        if (o->args.diagonals.galois[b] != 1)
            for (uint32_t i = 0; i < 2 * TARGETS; i++)
                in[2 * b * TARGETS + i] = o->rotation[r++];
        else
            for (uint32_t i = 0; i < TARGETS; i++)
                in[(2 * b + 1) * TARGETS + i] =
                    o->own[i] != NULL ? o->lifted[i] : NULL;
    for (uint32_t i = 0; i < TARGETS; i++)
        if (o->own[TARGETS + i] != NULL)
            own[i] = o->lifted[TARGETS + i];
    sck_diagonals_ref(&o->args.diagonals, ring, o->sum[PARTS], in, own,
                      o->plain);
}

static void matches(uint32_t logn, int kind, uint32_t repeat)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct operands o;

    prepare(&o, ring, kind, repeat);
    by_parts(&o, ring);
    sck_hoisted_diagonals_ref(&o.args, ring, o.sum[REF], o.in, o.own, o.key,
                              o.plain);
    for (int isa = SCK_ISA_REF; isa <= (int)sck_isa_detect(); isa++) {
        sck_kernels_use((enum sck_isa)isa);
        sck_hoisted_diagonals(&o.args, ring, o.sum[OF_ISA + isa], o.in, o.own,
                              o.key, o.plain);
    }
    sck_kernels_use(SCK_ISA_REF);
    for (int k = REF; k <= OF_ISA + (int)sck_isa_detect(); k++)
        for (uint32_t r = 0; r < SUMS; r++)
            CU_ASSERT_EQUAL(
                memcmp(o.sum[k][r], o.sum[PARTS][r], o.n * sizeof(uint32_t)),
                0);
    free(o.words);
    sck_ring_free(ring);
}

/* In the largest ring targets are two groups, and sums go past the caches. */
static void in_ring(uint32_t logn, int kind)
{
    matches(logn, kind, 0);
}

static void a_matrix_gets_what_its_parts_give(void)
{
    for (uint32_t logn = 3; logn < 10; logn += 3)
        for (int kind = 0; kind < 4; kind++)
            in_ring(logn, kind);
    oracle_each_ring(in_ring);
}

static void a_matrix_with_short_diagonals_does_too(void)
{
    for (uint32_t logn = 3; logn <= 12; logn += 3)
        for (uint32_t repeat = 1; repeat + 2 <= logn; repeat += 1 + logn / 6)
            matches(logn, 3, repeat);
}

static CU_TestInfo cases[] = {
    {"a_matrix_gets_what_its_parts_give", a_matrix_gets_what_its_parts_give},
    {"a_matrix_with_short_diagonals_does_too",
     a_matrix_with_short_diagonals_does_too},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(hoisted_diagonals, cases)
