/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* sck_encode_limbs() with the residues made on LANES coefficients at once,
 * inside the transform, as it reads them. The including file gives LANES words
 * in a vec, and on 64-bit lanes: load64(), set64(), plus64(), product() of low
 * words, high_word() shifted down, exclusive_or(), and high_words(a, b) of two
 * vectors, in order. */
#include "encode.h"
#include "modular.h"
#include "ntt.h"

/* c + 2^63 = h 2^32 + l. With a = 2^64 F and b = 2^32 F mod q the sum h a + l b
 * is below 2^33 q; Montgomery's step makes it (c + 2^63) F modulo q, below 3 q,
 * and `minus` in [0, q] takes 2^63 F away. F is 1, or 2^32 for plaintexts. */
struct residues {
    const int64_t *coefficients;
    uint32_t q, minus_q_inverse;
    uint32_t a, b, minus;
};

static struct residues residues_of(const struct sck_prime_table *t,
                                   int montgomery, const int64_t *coefficients)
{
    struct residues r = {coefficients, t->q, t->minus_q_inverse,
                         t->r2,        t->r, 0};

    if (montgomery) {
        r.a = sck_mod_mul(t->r2, t->r, t);
        r.b = t->r2;
    }
    r.minus = t->q - (r.a % 2 == 0 ? r.a : r.a + t->q) / 2;
    return r;
}

static inline vec half(const struct residues *r, const int64_t *c)
{
    const vec x = exclusive_or(load64(c), set64(1ull << 63));
    const vec sum =
        plus64(product(high_word(x), set64(r->a)), product(x, set64(r->b)));
    const vec m = product(sum, set64(r->minus_q_inverse));

    return plus64(sum, product(m, set64(r->q)));
}

static void before(void *context, uint32_t at, uint32_t count, uint32_t *x)
{
    const struct residues *r = context;
    const vec q = set(r->q), q2 = set(2 * r->q), less = set(r->minus);

    for (uint32_t j = 0; j < count; j += LANES) {
        const int64_t *c = r->coefficients + at + j;

        /* The transform's columns come back for what follows these: short runs
         * far apart, which the processor does not foresee. */
        for (uint32_t line = 0; line < LANES; line += 8)
            __builtin_prefetch(c + count + line, 0, 2);
        const vec sum =
            plus(high_words(half(r, c), half(r, c + LANES / 2)), less);

        store(x + j, once(once(sum, q2), q));
    }
}

static void limbs(const struct sck_encode_limbs_args *args,
                  const struct sck_ring *ring, uint32_t *const *out,
                  const int64_t *coefficients)
{
    if (ring->n < LANES) {
        sck_encode_limbs_ref(args, ring, out, coefficients);
        return;
    }
    for (uint32_t i = 0; i < args->limbs; i++) {
        const struct sck_prime_table *t = sck_ring_prime(ring, args->q[i]);
        struct residues r = residues_of(t, args->montgomery != 0, coefficients);
        const struct sck_ntt_around around = {.context = &r, .before = before};

        sck_ntt_row(t, ring->n, out[i], out[i], &around);
    }
}
