/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* One loop an operation, without branches on data and with equal or disjoint
 * rows, so that the compiler vectorises each. */
#include "elementwise.h"

#include "modular.h"

#include <stddef.h>

sck_elementwise_fn *sck_elementwise = sck_elementwise_ref;

/* out may be an input, word for word: no iteration reads what another wrote,
 * which the compiler must be told. */
#if defined(__clang__)
/* Builds that vectorise nothing (-O0, sanitizers) are no less right. */
#pragma clang diagnostic ignored "-Wpass-failed"
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define INDEPENDENT _Pragma("GCC ivdep")
#else
#define INDEPENDENT
#endif

#define EACH_WORD(expression)                                                  \
    do {                                                                       \
        INDEPENDENT                                                            \
        for (size_t j = 0; j < n; j++)                                         \
            out[j] = (expression);                                             \
    } while (0)

/* out[j] = a[j] w, w any constant in Montgomery form. */
static void times(uint32_t *out, const uint32_t *a, uint32_t w, size_t n,
                  uint32_t q, uint32_t m)
{
    EACH_WORD(sck_montgomery_mul(a[j], w, q, m));
}

/* The operations with a plaintext of which every word counts `run` times. */
static void periodic(enum sck_elementwise_op op,
                     const struct sck_prime_table *t, size_t n, size_t run,
                     uint32_t *out, const uint32_t *a, const uint32_t *b,
                     const uint32_t *c)
{
    const uint32_t q = t->q;
    const uint32_t m = t->minus_q_inverse;

    for (size_t j = 0; j < n; j++) {
        const uint32_t plain = b[j / run];
        const uint32_t product = sck_montgomery_mul(a[j], plain, q, m);

        if (op == SCK_MUL_PLAIN)
            out[j] = product;
        else if (op == SCK_MUL_PLAIN_ADD)
            out[j] = sck_mod_add(product, c[j], q);
        else
            out[j] = sck_mod_add(a[j], sck_montgomery(plain, q, m), q);
    }
}

/* One row. Products: both factors plain, so a Montgomery product by r2 puts
 * back what the first reduction took; one factor in Montgomery form needs one
 * reduction. Ranges: modular.h, all inputs in [0, q). */
static void row(enum sck_elementwise_op op, const struct sck_prime_table *t,
                uint32_t scalar, size_t n, uint32_t *out, const uint32_t *a,
                const uint32_t *b, const uint32_t *c)
{
    const uint32_t q = t->q;
    const uint32_t m = t->minus_q_inverse;
    const uint32_t r2 = t->r2;
    const uint32_t w = sck_to_montgomery(scalar, t);

    switch (op) {
    case SCK_ADD:
        EACH_WORD(sck_mod_add(a[j], b[j], q));
        break;
    case SCK_SUB:
        EACH_WORD(sck_mod_sub(a[j], b[j], q));
        break;
    case SCK_NEG:
        EACH_WORD(sck_mod_neg(a[j], q));
        break;
    case SCK_MUL:
        EACH_WORD(
            sck_montgomery_mul(sck_montgomery_mul(a[j], b[j], q, m), r2, q, m));
        break;
    case SCK_MUL_ADD:
        EACH_WORD(sck_mod_add(
            sck_montgomery_mul(sck_montgomery_mul(a[j], b[j], q, m), r2, q, m),
            c[j], q));
        break;
    case SCK_MUL_PLAIN:
        EACH_WORD(sck_montgomery_mul(a[j], b[j], q, m));
        break;
    case SCK_MUL_PLAIN_ADD:
        EACH_WORD(sck_mod_add(sck_montgomery_mul(a[j], b[j], q, m), c[j], q));
        break;
    case SCK_ADD_PLAIN:
        EACH_WORD(sck_mod_add(a[j], sck_montgomery(b[j], q, m), q));
        break;
    case SCK_SCALAR_MUL:
        times(out, a, w, n, q, m);
        break;
    case SCK_SCALAR_MUL_ADD:
        EACH_WORD(sck_mod_add(sck_montgomery_mul(a[j], w, q, m), c[j], q));
        break;
    case SCK_SCALAR_ADD:
        EACH_WORD(sck_mod_add(a[j], scalar, q));
        break;
    case SCK_MUL_X:
        times(out, a, w, n / 2, q, m);
        times(out + n / 2, a + n / 2, sck_mod_neg(w, q), n / 2, q, m);
        break;
    case SCK_ELEMENTWISE_OPS:
        break;
    }
}

void sck_elementwise_ref(const struct sck_elementwise_args *args,
                         const struct sck_ring *ring, uint32_t *const *out,
                         const uint32_t *const *a, const uint32_t *const *b,
                         const uint32_t *const *c)
{
    const enum sck_elementwise_op op = (enum sck_elementwise_op)args->op;

    for (uint32_t i = 0; i < args->limbs; i++) {
        const struct sck_prime_table *t = sck_ring_prime(ring, args->q[i]);
        const uint32_t *const third = c != NULL ? c[i] : NULL;

        if (args->repeat != 0)
            periodic(op, t, ring->n, (size_t)1 << args->repeat, out[i], a[i],
                     b[i], third);
        else
            row(op, t, args->scalar[i], ring->n, out[i], a[i],
                b != NULL ? b[i] : NULL, third);
    }
}
