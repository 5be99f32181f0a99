/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Digits of 3 primes; target i is a prime of digit i, the ones past them
 * special. One digit more than limbs, so that some rows need scratch. */
#include "fixture.h"
#include "hoisted_diagonals.h"

enum { PER_DIGIT = 3, DIGITS_MAX = 6, KEYS = 3 };

/* One polynomial's switch with several keys, and what is added. */
struct operands {
    const struct sck_ring *ring;
    struct sck_hoisted_switch_args args;
    struct sck_prime_table tables[SCK_BLOCK_LIMBS];
    uint32_t *const *in, *const *key;
    uint32_t **add; /* the last target's second row is none */
    const uint32_t *own[SCK_BLOCK_LIMBS];
};

static void prepare_targets(struct operands *o, uint32_t limbs, int kind)
{
    struct sck_key_switch_args *const one = &o->args.one;
    const uint32_t rows = 2 * one->key_digits * limbs * o->args.keys;
    const uint32_t n = o->ring->n;

    o->key = fixture_rows(rows, n);
    o->add = fixture_rows(2 * limbs, n);
    for (uint32_t i = 0; i < limbs; i++) {
        const int special = i >= one->digits;

        one->t[i] = oracle_primes[special ? 47 - i : PER_DIGIT * i];
        one->own[i] = (uint8_t)(special ? 255 : i);
        one->key_row[i] = (uint8_t)(limbs - 1 - i);
        o->own[i] = NULL;
        if (!special) {
            uint32_t *const row = *fixture_rows(1, n);

            sck_test_fill(row, n, one->t[i], kind);
            o->own[i] = row;
        }
        for (uint32_t r = one->key_row[i]; r < rows; r += limbs)
            sck_test_fill(o->key[r], n, one->t[i], kind);
        sck_test_fill(&one->factor[i], 1, one->t[i], kind);
        sck_test_fill(o->add[i], n, one->t[i], kind);
        sck_test_fill(o->add[limbs + i], n, one->t[i], kind);
    }
    o->add[2 * limbs - 1] = NULL;
}

static void prepare(struct operands *o, uint32_t logn, uint32_t limbs, int kind,
                    uint32_t keys)
{
    struct sck_key_switch_args *const one = &o->args.one;
    const uint32_t digits = limbs < DIGITS_MAX ? limbs + 1 : DIGITS_MAX;

    o->ring = oracle_ring(logn);
    o->args = (struct sck_hoisted_switch_args){.one = {.ring = o->ring->id,
                                                       .digits = digits,
                                                       .targets = limbs,
                                                       .key_limbs = limbs,
                                                       .key_digits = digits},
                                               .keys = keys};
    prepare_targets(o, limbs, kind);
    o->in = fixture_rows(digits * (PER_DIGIT + 1), o->ring->n);
    for (uint32_t d = 0; d < digits; d++) {
        struct sck_conversion c;

        one->sources[d] = PER_DIGIT;
        one->key_digit[d] = (uint8_t)d;
        sck_conversion_prepare(&c, oracle_primes + PER_DIGIT * d, PER_DIGIT,
                               one->t, limbs);
        memcpy(one->w[PER_DIGIT * d], c.w, PER_DIGIT * sizeof c.w[0]);
        memcpy(one->minus_d[d], c.minus_d, sizeof c.minus_d);
        fixture_sources(o->ring, PER_DIGIT * d, PER_DIGIT, kind,
                        o->in + d * (PER_DIGIT + 1));
    }
    fixture_tables(o->ring, one->t, limbs, o->tables);
}

static size_t switch_one(uint32_t logn, uint32_t limbs, int kind, int adds)
{
    struct operands o;

    prepare(&o, logn, limbs, kind, 1);

    const struct sck_key_switch_args *const one = &o.args.one;
    const uint32_t *const *const add = adds ? fixture_in(o.add) : NULL;
    uint32_t *const *want = fixture_rows(2 * limbs, o.ring->n);
    uint32_t *const *got = fixture_rows(2 * limbs, o.ring->n);

    sck_key_switch_ref(one, o.ring, want, fixture_in(o.in), o.own,
                       fixture_in(o.key), add);
    const int status = sck_key_switch_cuda(
        one, logn, o.tables, got, fixture_in(o.in), o.own, fixture_in(o.key),
        add, fixture_memory(sck_key_switch_cuda_scratch(one, logn)), NULL);

    return fixture_compare(o.ring, status, want, got, 2 * limbs);
}

size_t check_key_switch(uint32_t logn, uint32_t limbs, int kind)
{
    return switch_one(logn, limbs, kind, 0);
}

size_t check_key_switch_onto(uint32_t logn, uint32_t limbs, int kind)
{
    return switch_one(logn, limbs, kind, 1);
}

/* Targets first to first + count of a switch: their columns, and the rows that
 * begin with them in every list. */
struct some_targets {
    struct sck_key_switch_args args;
    uint32_t *out[2 * SCK_BLOCK_LIMBS];
    const uint32_t *own[SCK_BLOCK_LIMBS], *add[2 * SCK_BLOCK_LIMBS];
};

static struct sck_key_switch_part
part_of(const struct operands *o, uint32_t first, uint32_t count,
        uint32_t *const *out, const uint32_t *const *in, struct some_targets *s)
{
    const struct sck_key_switch_args *const all = &o->args.one;

    s->args = *all;
    s->args.targets = count;
    for (uint32_t i = 0; i < count; i++) {
        s->args.t[i] = all->t[first + i];
        s->args.own[i] = all->own[first + i];
        s->args.key_row[i] = all->key_row[first + i];
        s->args.factor[i] = all->factor[first + i];
        for (uint32_t r = 0; r < SCK_MAX_SWITCHED; r++)
            s->args.w[r][i] = all->w[r][first + i];
        for (uint32_t d = 0; d < SCK_MAX_DIGITS; d++)
            s->args.minus_d[d][i] = all->minus_d[d][first + i];
        s->own[i] = o->own[first + i];
        for (uint32_t h = 0; h < 2; h++) {
            s->out[h * count + i] = out[h * all->targets + first + i];
            s->add[h * count + i] = o->add[h * all->targets + first + i];
        }
    }
    return (struct sck_key_switch_part){
        &s->args, o->tables + first,  s->out, in,
        s->own,   fixture_in(o->key), s->add};
}

/* Two blocks of a polynomial, all of it again, which a launch takes too if they
 * are not many, and all of it once more with the same from digits in other
 * rows, which a launch takes as two polynomials'. */
size_t check_key_switch_parts(uint32_t logn, uint32_t limbs, int kind)
{
    enum { PARTS = 5 };
    static struct some_targets some[PARTS];
    struct sck_key_switch_part parts[PARTS];
    struct operands o;

    prepare(&o, logn, limbs, kind, 1);

    const uint32_t digits = o.args.one.digits, half = (limbs + 1) / 2;
    const uint32_t rows = digits * (PER_DIGIT + 1), n = o.ring->n;
    uint32_t **const want = fixture_rows(8 * limbs, n);
    uint32_t **const got = fixture_rows(8 * limbs, n);
    uint32_t **const other = fixture_rows(rows, n);
    const uint32_t *const *const in = fixture_in(o.in);

    for (uint32_t r = 0; r < rows; r++)
        memcpy(other[r], o.in[r], n * sizeof **other);
    for (uint32_t k = 0; k < 4; k++)
        sck_key_switch_ref(&o.args.one, o.ring, want + 2 * k * limbs, in, o.own,
                           fixture_in(o.key), fixture_in(o.add));
    parts[0] = part_of(&o, 0, half, got, in, &some[0]);
    parts[1] = part_of(&o, half, limbs - half, got, in, &some[1]);
    parts[2] = part_of(&o, 0, limbs, got + 2 * limbs, in, &some[2]);
    parts[3] = part_of(&o, 0, limbs, got + 4 * limbs, in, &some[3]);
    parts[4] =
        part_of(&o, 0, limbs, got + 6 * limbs, fixture_in(other), &some[4]);
    const int status = sck_key_switch_parts_cuda(
        parts, PARTS, logn,
        fixture_memory(sck_key_switch_parts_cuda_scratch(parts, PARTS, logn)),
        NULL);

    return fixture_compare(o.ring, status, want, got, 8 * limbs);
}

/* Two polynomials, two blocks of each by turns, with one key. */
size_t check_key_switch_batch(uint32_t logn, uint32_t limbs, int kind)
{
    enum { MEMBERS = 2, PARTS = 2 * MEMBERS };
    static struct some_targets some[PARTS];
    struct sck_key_switch_part parts[PARTS];
    struct operands o[MEMBERS];

    for (int m = 0; m < MEMBERS; m++)
        prepare(&o[m], logn, limbs, kind, 1);
    o[1].key = o[0].key;

    const uint32_t half = (limbs + 1) / 2, n = o[0].ring->n;
    uint32_t **const want = fixture_rows(2 * MEMBERS * limbs, n);
    uint32_t **const got = fixture_rows(2 * MEMBERS * limbs, n);

    for (uint32_t m = 0; m < MEMBERS; m++)
        sck_key_switch_ref(&o[m].args.one, o[m].ring, want + 2 * m * limbs,
                           fixture_in(o[m].in), o[m].own, fixture_in(o[m].key),
                           fixture_in(o[m].add));
    for (uint32_t p = 0; p < PARTS; p++) {
        const uint32_t m = p % MEMBERS, first = p / MEMBERS * half;

        parts[p] = part_of(&o[m], first, first == 0 ? half : limbs - half,
                           got + 2 * m * limbs, fixture_in(o[m].in), &some[p]);
    }
    const int status = sck_key_switch_parts_cuda(
        parts, PARTS, logn,
        fixture_memory(sck_key_switch_parts_cuda_scratch(parts, PARTS, logn)),
        NULL);

    sck_ring_free(o[1].ring);
    return fixture_compare(o[0].ring, status, want, got, 2 * MEMBERS * limbs);
}

static size_t switch_all(uint32_t logn, uint32_t limbs, int kind, uint32_t keys)
{
    const uint32_t rows = 2 * limbs * keys;
    struct operands o;

    prepare(&o, logn, limbs, kind, keys);

    const uint32_t *const *const add = kind % 2 ? fixture_in(o.add) : NULL;
    uint32_t *const *want = fixture_rows(rows, o.ring->n);
    uint32_t *const *got = fixture_rows(rows, o.ring->n);

    sck_hoisted_switch_ref(&o.args, o.ring, want, fixture_in(o.in), o.own,
                           fixture_in(o.key), add);
    const int status = sck_hoisted_switch_cuda(
        &o.args, logn, o.tables, got, fixture_in(o.in), o.own,
        fixture_in(o.key), add,
        fixture_memory(sck_hoisted_switch_cuda_scratch(&o.args, logn)), NULL);

    return fixture_compare(o.ring, status, want, got, rows);
}

/* One limb: few digits, and more keys than a launch takes. */
size_t check_hoisted_switch(uint32_t logn, uint32_t limbs, int kind)
{
    return switch_all(logn, limbs, kind, KEYS) + switch_all(logn, 1, kind, 17);
}

/* Baby 1 is not turned; some diagonals are absent. */
size_t check_hoisted_diagonals(uint32_t logn, uint32_t limbs, int kind)
{
    enum { BABIES = KEYS + 1, GIANTS = 9 };
    const uint32_t *own[2 * SCK_BLOCK_LIMBS];
    struct operands o;

    prepare(&o, logn, limbs, kind, KEYS);

    struct sck_hoisted_diagonals_args args = {.hoisted = o.args,
                                              .diagonals = {.ring = o.ring->id,
                                                            .limbs = limbs,
                                                            .babies = BABIES,
                                                            .giants = GIANTS}};
    uint32_t **const plain = fixture_rows(GIANTS * BABIES * limbs, o.ring->n);
    uint32_t *const *want = fixture_rows(2 * GIANTS * limbs, o.ring->n);
    uint32_t *const *got = fixture_rows(2 * GIANTS * limbs, o.ring->n);

    for (uint32_t b = 0; b < BABIES; b++)
        args.diagonals.galois[b] =
            b == 1 ? 1 : 2 * sck_test_below(o.ring->n) + 1;
    for (uint32_t i = 0; i < limbs; i++) {
        args.diagonals.q[i] = o.args.one.t[i];
        own[i] = o.own[i];
        own[limbs + i] = o.own[i] == NULL ? NULL : o.add[i];
        for (uint32_t k = i; k < GIANTS * BABIES * limbs; k += limbs)
            if (k % 5 == 3)
                plain[k] = NULL;
            else
                sck_test_fill(plain[k], o.ring->n, o.args.one.t[i], kind);
    }
    sck_hoisted_diagonals_ref(&args, o.ring, want, fixture_in(o.in), own,
                              fixture_in(o.key), fixture_in(plain));
    const int status = sck_hoisted_diagonals_cuda(
        &args, logn, o.tables, got, fixture_in(o.in), own, fixture_in(o.key),
        fixture_in(plain),
        fixture_memory(sck_hoisted_diagonals_cuda_scratch(&args, logn)), NULL);

    return fixture_compare(o.ring, status, want, got, 2 * GIANTS * limbs);
}
