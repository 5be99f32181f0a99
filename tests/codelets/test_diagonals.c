/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite codelets.diagonals: the fused kernel against its parts, bit for bit:
 * addition, automorphism and products, term by term. */
#include "automorphism.h"
#include "diagonals.h"
#include "oracle.h"

enum { LIMBS = 2, BABIES = SCK_MAX_BABIES, GIANTS = 6 };

/* What the parts give, what ref does and what every instruction set does. */
enum { PARTS, REF, OF_ISA, RESULTS = OF_ISA + SCK_ISA_AVX512 + 1 };

struct operands {
    struct sck_diagonals_args args;
    uint32_t *words, *next;
    uint32_t *in[2 * BABIES * LIMBS], *own[LIMBS];
    uint32_t *plain[GIANTS * BABIES * LIMBS];
    uint32_t *out[RESULTS][2 * GIANTS * LIMBS];
};

static uint32_t *row(struct operands *o, uint32_t n, uint32_t q, int kind)
{
    uint32_t *r = o->next;

    o->next += n;
    sck_test_fill(r, n, q, kind);
    return r;
}

/* Baby 0 is not turned and has a second half only, whose last limb, as those
 * of special primes, is absent with its own row; some diagonals are absent. */
static void prepare(struct operands *o, const struct sck_ring *ring, int kind,
                    uint32_t babies, uint32_t repeat)
{
    const uint32_t n = ring->n;
    const size_t rows =
        (2 * babies + 1 + GIANTS * babies + RESULTS * 2 * GIANTS) * LIMBS;

    memset(o, 0, sizeof *o);
    /* As blocks' rows are aligned; n is 8 at least and rows even. */
    o->words = o->next = aligned_alloc(64, rows * n * sizeof *o->words);
    if (o->words == NULL)
        abort();
    o->args =
        (struct sck_diagonals_args){.ring = ring->id,
                                    .limbs = LIMBS,
                                    .q = {oracle_primes[20], oracle_primes[44]},
                                    .babies = babies,
                                    .giants = GIANTS,
                                    .galois = {1},
                                    .repeat = repeat,
                                    .onto = repeat % 2};
    for (uint32_t b = 1; b < babies; b++)
        o->args.galois[b] = 1 + 2 * sck_test_below(n);
    for (uint32_t r = 0; r < 2 * babies * LIMBS; r++)
        if (r / LIMBS != 0 && !(r / LIMBS == 1 && r % LIMBS == LIMBS - 1))
            o->in[r] = row(o, n, o->args.q[r % LIMBS], kind);
    for (uint32_t i = 0; i + 1 < LIMBS; i++)
        o->own[i] = row(o, n, o->args.q[i], kind);
    for (uint32_t r = 0; r < GIANTS * babies * LIMBS; r++)
        if (r / LIMBS % 5 != 3)
            o->plain[r] = row(o, n >> repeat, o->args.q[r % LIMBS], kind);
    for (uint32_t k = 0; k < RESULTS; k++)
        for (uint32_t r = 0; r < 2 * GIANTS * LIMBS; r++)
            o->out[k][r] = row(o, n, o->args.q[r % LIMBS], 1);
}

/* One row of the result by the parts. */
static void by_parts(const struct operands *o, const struct sck_ring *ring,
                     uint32_t r, uint32_t *out)
{
    const uint32_t i = r % LIMBS, h = r / LIMBS % 2, g = r / LIMBS / 2;
    const uint32_t q = o->args.q[i], n = ring->n;
    const uint64_t back = sck_ring_prime(ring, q)->r_inverse;
    uint32_t *x = calloc(n, sizeof *x), *turned = malloc(n * sizeof *turned);

    if (x == NULL || turned == NULL)
        abort();
    if (!o->args.onto)
        memset(out, 0, n * sizeof *out);
    for (uint32_t b = 0; b < o->args.babies; b++) {
        const struct sck_automorphism_args turn = {ring->id, 1,
                                                   o->args.galois[b]};
        const uint32_t *in = o->in[(2 * b + h) * LIMBS + i];
        const uint32_t *own = h == 0 ? o->own[i] : NULL;
        const uint32_t *p = o->plain[(g * o->args.babies + b) * LIMBS + i];

        if (p == NULL)
            continue;
        for (uint32_t j = 0; j < n; j++)
            x[j] = ((in != NULL ? in[j] : 0) + (own != NULL ? own[j] : 0)) % q;
        sck_automorphism_ref(&turn, ring, &turned, (const uint32_t *const *)&x);
        for (uint32_t j = 0; j < n; j++)
            out[j] =
                (uint32_t)((out[j] + (uint64_t)turned[j] *
                                         p[j >> o->args.repeat] % q * back) %
                           q);
    }
    free(x);
    free(turned);
}

static void matches(uint32_t logn, uint32_t babies, int kind, uint32_t repeat)
{
    const struct sck_ring *ring = oracle_ring(logn);
    struct operands o;
    int bad = 0;

    prepare(&o, ring, kind, babies, repeat);
    for (uint32_t r = 0; r < 2 * GIANTS * LIMBS; r++)
        by_parts(&o, ring, r, o.out[PARTS][r]);
    sck_diagonals_ref(&o.args, ring, o.out[REF], (const uint32_t *const *)o.in,
                      (const uint32_t *const *)o.own,
                      (const uint32_t *const *)o.plain);
    for (int isa = SCK_ISA_REF; isa <= (int)sck_isa_detect(); isa++) {
        sck_kernels_use((enum sck_isa)isa);
        sck_diagonals(
            &o.args, ring, o.out[OF_ISA + isa], (const uint32_t *const *)o.in,
            (const uint32_t *const *)o.own, (const uint32_t *const *)o.plain);
    }
    sck_kernels_use(SCK_ISA_REF);
    for (uint32_t r = 0; r < 2 * GIANTS * LIMBS; r++)
        for (int k = REF; k <= OF_ISA + (int)sck_isa_detect(); k++)
            bad += memcmp(o.out[PARTS][r], o.out[k][r], ring->n * 4) != 0;
    CU_ASSERT_EQUAL(bad, 0);
    free(o.words);
    sck_ring_free(ring);
}

/* The largest rings' results are written past the caches, where they replace
 * what is there. */
static void in_ring(uint32_t logn, int kind)
{
    matches(logn, logn < 9 ? logn : logn < 13 ? BABIES : 3, kind, 0);
}

static void sums_equal_turned_products_one_by_one(void)
{
    for (uint32_t logn = 3; logn < 10; logn++)
        for (int kind = 0; kind < 4; kind++)
            in_ring(logn, kind);
    oracle_each_ring(in_ring);
}

static void short_diagonals_count_as_their_words_repeated(void)
{
    for (uint32_t logn = 3; logn <= sck_test_largest(); logn++)
        for (uint32_t repeat = 1; repeat + 2 <= logn; repeat++)
            if (logn < 12 || repeat % 3 == logn % 3)
                matches(logn,
                        logn < 9    ? logn
                        : logn < 13 ? BABIES
                                    : 3,
                        1 + (int)(repeat % 3), repeat);
}

static CU_TestInfo cases[] = {
    {"sums_equal_turned_products_one_by_one",
     sums_equal_turned_products_one_by_one},
    {"short_diagonals_count_as_their_words_repeated",
     short_diagonals_count_as_their_words_repeated},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(diagonals, cases)
