/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* elementwise_ref.c on eight words at once. */
#include "elementwise.h"
#include "modular.h"
#include "modular_avx2.h"

#include <stddef.h>

/* One row's constants, one in every word. */
struct constants {
    __m256i q, m, r2; /* m = -q^-1 mod 2^32 */
};

#define A sck_v8_load(a + j)
#define B sck_v8_load(b + j)
#define C sck_v8_load(c + j)

/* out may be an input: a vector is read before it is written. */
#define EACH_VECTOR(expression)                                                \
    do {                                                                       \
        for (size_t j = 0; j < n; j += 8)                                      \
            sck_v8_store(out + j, (expression));                               \
    } while (0)

static inline __m256i add(__m256i x, __m256i y, const struct constants *k)
{
    return sck_v8_once(_mm256_add_epi32(x, y), k->q);
}

/* 0 - 0 gives q before the last step, which makes it 0. */
static inline __m256i subtract(__m256i x, __m256i y, const struct constants *k)
{
    return sck_v8_once(_mm256_sub_epi32(_mm256_add_epi32(x, k->q), y), k->q);
}

/* x y 2^-32 */
static inline __m256i reduced(__m256i x, __m256i y, const struct constants *k)
{
    return sck_v8_montgomery(x, y, k->q, k->m);
}

/* x y of plain residues */
static inline __m256i product(__m256i x, __m256i y, const struct constants *k)
{
    return reduced(reduced(x, y, k), k->r2, k);
}

static void times(uint32_t *out, const uint32_t *a, uint32_t w, size_t n,
                  const struct constants *k)
{
    const __m256i factor = sck_v8_set(w);

    EACH_VECTOR(reduced(A, factor, k));
}

/* One row of n >= 16 words; scalar as in the arguments. */
static void row(enum sck_elementwise_op op, const struct sck_prime_table *t,
                uint32_t scalar, size_t n, uint32_t *out, const uint32_t *a,
                const uint32_t *b, const uint32_t *c)
{
    const struct constants constants = {
        sck_v8_set(t->q), sck_v8_set(t->minus_q_inverse), sck_v8_set(t->r2)};
    const struct constants *k = &constants;
    const uint32_t w = sck_to_montgomery(scalar, t);
    const __m256i factor = sck_v8_set(w);
    const __m256i term = sck_v8_set(scalar);
    const __m256i one = sck_v8_set(1);

    switch (op) {
    case SCK_ADD:
        EACH_VECTOR(add(A, B, k));
        break;
    case SCK_SUB:
        EACH_VECTOR(subtract(A, B, k));
        break;
    case SCK_NEG:
        EACH_VECTOR(subtract(_mm256_setzero_si256(), A, k));
        break;
    case SCK_MUL:
        EACH_VECTOR(product(A, B, k));
        break;
    case SCK_MUL_ADD:
        EACH_VECTOR(add(product(A, B, k), C, k));
        break;
    case SCK_MUL_PLAIN:
        EACH_VECTOR(reduced(A, B, k));
        break;
    case SCK_MUL_PLAIN_ADD:
        EACH_VECTOR(add(reduced(A, B, k), C, k));
        break;
    case SCK_ADD_PLAIN:
        EACH_VECTOR(add(A, reduced(B, one, k), k));
        break;
    case SCK_SCALAR_MUL:
        times(out, a, w, n, k);
        break;
    case SCK_SCALAR_MUL_ADD:
        EACH_VECTOR(add(reduced(A, factor, k), C, k));
        break;
    case SCK_SCALAR_ADD:
        EACH_VECTOR(add(A, term, k));
        break;
    case SCK_MUL_X:
        times(out, a, w, n / 2, k);
        times(out + n / 2, a + n / 2, sck_mod_neg(w, t->q), n / 2, k);
        break;
    case SCK_ELEMENTWISE_OPS:
        break;
    }
}

void sck_elementwise_avx2(const struct sck_elementwise_args *args,
                          const struct sck_ring *ring, uint32_t *const *out,
                          const uint32_t *const *a, const uint32_t *const *b,
                          const uint32_t *const *c)
{
    if (ring->n < 16) {
        sck_elementwise_ref(args, ring, out, a, b, c);
        return;
    }
    for (uint32_t i = 0; i < args->limbs; i++)
        row((enum sck_elementwise_op)args->op, sck_ring_prime(ring, args->q[i]),
            args->scalar[i], ring->n, out[i], a[i], b != NULL ? b[i] : NULL,
            c != NULL ? c[i] : NULL);
}
