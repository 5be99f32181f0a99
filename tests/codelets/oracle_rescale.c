/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "oracle.h"

#include "automorphism.h"

/* y rows and v of the dropped primes for the coefficients x: y_i = x A (D /
 * q_i)^-1 mod q_i. */
static void make_sources(mpz_t *x, const mpz_t a, const uint32_t *dropped,
                         uint32_t count, struct oracle_rows *in)
{
    mpz_t d, m;

    mpz_inits(d, m, NULL);
    oracle_product(d, dropped, count);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t inverse = oracle_inverse(d, dropped[i]);

        for (uint32_t j = 0; j < in->n; j++) {
            mpz_mul(m, x[j], a);
            mpz_mul_ui(m, m, inverse);
            in->row[i][j] = (uint32_t)mpz_fdiv_ui(m, dropped[i]);
        }
    }
    for (uint32_t j = 0; j < in->n; j++)
        in->row[count][j] = oracle_v(dropped, count, oracle_in(in), j);
    mpz_clears(d, m, NULL);
}

static unsigned count_wrong(const struct sck_ring *ring,
                            const struct oracle_rows *out,
                            const uint32_t *targets, mpz_t *x, const mpz_t a,
                            const mpz_t d)
{
    unsigned wrong = 0;
    mpz_t k;

    mpz_init(k);
    for (uint32_t i = 0; i < out->count; i++)
        oracle_intt(ring, targets[i], out->row[i]);
    for (uint32_t j = 0; j < out->n; j++) {
        mpz_mul(k, x[j], a);
        const int neighbour = oracle_round(k, k, d);

        /* One integer behind all rows: k itself or, for all, its neighbour. */
        unsigned exact = 0, other = 0;

        for (uint32_t i = 0; i < out->count; i++)
            exact += oracle_is(out->row[i][j], k, 0, targets[i]);
        if (neighbour > 0)
            mpz_add_ui(k, k, 1);
        else
            mpz_sub_ui(k, k, 1);
        for (uint32_t i = 0; i < out->count; i++)
            other += oracle_is(out->row[i][j], k, 0, targets[i]);
        wrong +=
            exact != out->count && !(neighbour != 0 && other == out->count);
    }
    mpz_clear(k);
    return wrong;
}

/* out from the reference; returns how many instruction sets' rows differ from
 * it. Where out is c, the kernel works in place too, on copies. */
static unsigned differences(sck_rescale_fn *reference, sck_rescale_fn *kernel,
                            const struct sck_rescale_args *args,
                            const struct sck_ring *ring, uint32_t *const *out,
                            const uint32_t *const *in, const uint32_t *const *c)
{
    const uint32_t targets = args->conversion.targets;
    struct oracle_rows want, got[SCK_ISA_AVX512 + 1];
    unsigned wrong = 0;

    for (int isa = SCK_ISA_REF; isa <= (int)sck_isa_detect(); isa++) {
        const uint32_t *from[SCK_BLOCK_LIMBS];

        oracle_rows_new(&got[isa], targets, ring->n);
        for (uint32_t j = 0; j < targets; j++) {
            from[j] = c[j];
            if (out[j] == c[j]) {
                memcpy(got[isa].row[j], c[j], ring->n * sizeof *c[j]);
                from[j] = got[isa].row[j];
            }
        }
        sck_kernels_use((enum sck_isa)isa);
        kernel(args, ring, got[isa].row, in, from);
    }
    sck_kernels_use(SCK_ISA_REF);
    reference(args, ring, out, in, c);
    want.count = targets;
    want.n = ring->n;
    memcpy(want.row, out, targets * sizeof *out);
    for (int isa = SCK_ISA_REF; isa <= (int)sck_isa_detect(); isa++) {
        wrong += !oracle_rows_equal(&want, &got[isa]);
        oracle_rows_free(&got[isa]);
    }
    return wrong;
}

/* With an automorphism: what comes without it, permuted, by the reference and
 * with every instruction set. */
static unsigned turned_wrong(sck_rescale_fn *reference, sck_rescale_fn *kernel,
                             const struct sck_rescale_args *args,
                             const struct sck_ring *ring,
                             const struct oracle_rows *straight,
                             const uint32_t *const *in,
                             const uint32_t *const *c)
{
    struct sck_rescale_args with = *args;
    struct oracle_rows want, got;
    unsigned wrong = 0;

    with.galois = 2 * sck_test_below(ring->n) | 1;
    const struct sck_automorphism_args turn = {
        ring->id, args->conversion.targets, with.galois};

    oracle_rows_new(&want, straight->count, ring->n);
    oracle_rows_new(&got, straight->count, ring->n);
    sck_automorphism_ref(&turn, ring, want.row, oracle_in(straight));
    reference(&with, ring, got.row, in, c);
    wrong += !oracle_rows_equal(&want, &got);
    for (int isa = SCK_ISA_REF; isa <= (int)sck_isa_detect(); isa++) {
        sck_kernels_use((enum sck_isa)isa);
        kernel(&with, ring, got.row, in, c);
        wrong += !oracle_rows_equal(&want, &got);
    }
    sck_kernels_use(SCK_ISA_REF);
    oracle_rows_free(&want);
    oracle_rows_free(&got);
    return wrong;
}

/* A quotient's primes, and its rows: sources with their v, what is divided. */
struct division {
    const uint32_t *kept, *added, *dropped;
    uint32_t kept_count, added_count, dropped_count;
    const struct sck_ring *ring;
    struct oracle_rows in, c, out;
    uint32_t t[SCK_BLOCK_LIMBS];
};

/* Added primes first: rows are found by the arguments, not by their place. */
static struct division division_new(uint32_t logn, const uint32_t *kept,
                                    uint32_t kept_count, const uint32_t *added,
                                    uint32_t added_count,
                                    const uint32_t *dropped,
                                    uint32_t dropped_count)
{
    struct division d = {.kept = kept,
                         .added = added,
                         .dropped = dropped,
                         .kept_count = kept_count,
                         .added_count = added_count,
                         .dropped_count = dropped_count,
                         .ring = oracle_ring(logn)};
    const uint32_t targets = kept_count + added_count;

    oracle_rows_new(&d.in, dropped_count + 1, d.ring->n);
    oracle_rows_new(&d.c, kept_count, d.ring->n);
    oracle_rows_new(&d.out, targets, d.ring->n);
    for (uint32_t i = 0; i < targets; i++)
        d.t[i] = i < added_count ? added[i] : kept[i - added_count];
    return d;
}

static void division_free(struct division *d)
{
    oracle_rows_free(&d->in);
    oracle_rows_free(&d->c);
    oracle_rows_free(&d->out);
    sck_ring_free(d->ring);
}

/* The quotient into out, by the reference; returns how often it is another one:
 * with another instruction set, turned, in the place of c. c is lost. */
static unsigned divided_otherwise(struct division *d, sck_rescale_fn *reference,
                                  sck_rescale_fn *kernel)
{
    const uint32_t *const *const in = oracle_in(&d->in);
    const uint32_t *source[SCK_BLOCK_LIMBS] = {NULL};
    struct oracle_rows place = d->out;
    struct sck_rescale_args args;

    for (uint32_t i = 0; i < d->kept_count; i++)
        source[d->added_count + i] = d->c.row[i];
    sck_rescale_prepare(&args, d->ring->id, d->dropped, d->dropped_count,
                        d->added, d->added_count, d->t, d->out.count);
    unsigned wrong =
        differences(reference, kernel, &args, d->ring, d->out.row, in, source);

    wrong +=
        turned_wrong(reference, kernel, &args, d->ring, &d->out, in, source);
    for (uint32_t i = 0; i < d->kept_count; i++)
        place.row[d->added_count + i] = d->c.row[i];
    for (uint32_t i = 0; i < d->added_count; i++)
        place.row[i] = malloc(d->ring->n * sizeof(uint32_t));
    wrong +=
        differences(reference, kernel, &args, d->ring, place.row, in, source);
    wrong += !oracle_rows_equal(&place, &d->out);
    for (uint32_t i = 0; i < d->added_count; i++)
        free(place.row[i]);
    return wrong;
}

unsigned oracle_rescale_errors(sck_rescale_fn *reference,
                               sck_rescale_fn *kernel, uint32_t logn, int kind,
                               const uint32_t *kept, uint32_t kept_count,
                               const uint32_t *added, uint32_t added_count,
                               const uint32_t *dropped, uint32_t dropped_count)
{
    struct division r = division_new(logn, kept, kept_count, added, added_count,
                                     dropped, dropped_count);
    const uint32_t n = r.ring->n;
    mpz_t *x = calloc(n, sizeof *x);
    mpz_t a, d, bound;

    if (x == NULL)
        abort();
    mpz_inits(a, d, bound, NULL);
    oracle_product(a, added, added_count);
    oracle_product(d, dropped, dropped_count);
    oracle_product(bound, kept, kept_count);
    mpz_mul(bound, bound, d);
    for (uint32_t j = 0; j < n; j++) {
        mpz_init(x[j]);
        oracle_value(x[j], bound, kind);
        for (uint32_t i = 0; i < kept_count; i++)
            r.c.row[i][j] = (uint32_t)mpz_fdiv_ui(x[j], kept[i]);
    }
    make_sources(x, a, dropped, dropped_count, &r.in);
    for (uint32_t i = 0; i < kept_count; i++)
        oracle_ntt(r.ring, kept[i], r.c.row[i]);
    unsigned wrong = divided_otherwise(&r, reference, kernel);

    wrong += count_wrong(r.ring, &r.out, r.t, x, a, d);
    for (uint32_t j = 0; j < n; j++)
        mpz_clear(x[j]);
    free(x);
    mpz_clears(a, d, bound, NULL);
    division_free(&r);
    return wrong;
}

unsigned oracle_rescale_differences(
    sck_rescale_fn *reference, sck_rescale_fn *kernel, uint32_t logn, int kind,
    const uint32_t *kept, uint32_t kept_count, const uint32_t *added,
    uint32_t added_count, const uint32_t *dropped, uint32_t dropped_count)
{
    struct division r = division_new(logn, kept, kept_count, added, added_count,
                                     dropped, dropped_count);
    const uint32_t n = r.ring->n;

    for (uint32_t i = 0; i < dropped_count; i++)
        sck_test_fill(r.in.row[i], n, dropped[i], kind);
    for (uint32_t j = 0; j < n; j++)
        r.in.row[dropped_count][j] =
            oracle_v(dropped, dropped_count, oracle_in(&r.in), j);
    for (uint32_t i = 0; i < kept_count; i++)
        sck_test_fill(r.c.row[i], n, kept[i], kind);
    const unsigned wrong = divided_otherwise(&r, reference, kernel);

    division_free(&r);
    return wrong;
}
