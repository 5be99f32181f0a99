/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* elementwise_ref.c on LANES words at once. The including file is built with
 * its instruction set's flags and gives LANES, vec, load(), store(), stream()
 * to aligned words past the caches with streams_end() behind it, set(),
 * once(), shoup() and montgomery() as modular_avx512.h has them, load_some(p,
 * count), permute(index, x), and on 64-bit lanes: even_product() of their low
 * words, odd() words down, shift_right(), high() words of even, odd products.
 */
#include "elementwise.h"
#include "modular.h"

#include <stddef.h>

/* One row's constants; vectors hold one in every word. */
struct constants {
    vec q, q2, m; /* q, 2 q, -q^-1 mod 2^32                         */
    vec mu;       /* floor(2^(bits + 31) / q), q of that many bits  */
    uint32_t mu_word;
    uint32_t down; /* bits - 1                                       */
    int tight;     /* product()'s rest is below 2 q                  */
    int streams;   /* results go past the caches                     */
};

#define A load(a + j)
#define B load(b + j)
#define C load(c + j)

/* out may be an input: a vector is read before it is written. */
#define EACH_VECTOR(expression)                                                \
    do {                                                                       \
        if (k->streams)                                                        \
            for (size_t j = 0; j < n; j += LANES)                              \
                stream(out + j, (expression));                                 \
        else                                                                   \
            for (size_t j = 0; j < n; j += LANES)                              \
                store(out + j, (expression));                                  \
    } while (0)

static inline vec add(vec x, vec y, const struct constants *k)
{
    return once(plus(x, y), k->q);
}

/* 0 - 0 gives q before the last step, which makes it 0. */
static inline vec subtract(vec x, vec y, const struct constants *k)
{
    return once(minus(plus(x, k->q), y), k->q);
}

/* x y 2^-32 */
static inline vec reduced(vec x, vec y, const struct constants *k)
{
    return montgomery(x, y, k->q, k->m);
}

/* x y of plain residues (Barrett). With b bits in q and p = x y, h = floor(p /
 * 2^(b - 1)) < 2^31 and h mu / 2^32 fall short of p / q by less than 2^(b - 1)
 * / q <= 1 (h's floor) and q^2 / 2^(b + 31) < 1/2 (mu's), its floor by 1 more:
 * the rest is below 2.5 q < 2^32, and for most q the first two are 1 at most.
 */
static inline vec product(vec x, vec y, const struct constants *k, int tight)
{
    const vec even = shift_right(even_product(x, y), k->down);
    const vec other = shift_right(even_product(odd(x), odd(y)), k->down);
    const vec quotient =
        high(even_product(even, k->mu), even_product(other, k->mu));
    const vec rest = minus(low_product(x, y), low_product(quotient, k->q));

    return once(tight ? rest : once(rest, k->q2), k->q);
}

static void multiply(uint32_t *out, const uint32_t *a, const uint32_t *b,
                     size_t n, const struct constants *k)
{
    if (k->tight)
        EACH_VECTOR(product(A, B, k, 1));
    else
        EACH_VECTOR(product(A, B, k, 0));
}

static void multiply_add(uint32_t *out, const uint32_t *a, const uint32_t *b,
                         const uint32_t *c, size_t n, const struct constants *k)
{
    if (k->tight)
        EACH_VECTOR(add(product(A, B, k, 1), C, k));
    else
        EACH_VECTOR(add(product(A, B, k, 0), C, k));
}

/* out[j] = a[j] w, w plain: one product less by Shoup's companion. */
static void times(uint32_t *out, const uint32_t *a, uint32_t w, size_t n,
                  const struct constants *k, uint32_t q)
{
    const vec factor = set(w);
    const vec companion = set(sck_shoup_companion(w, q));

    EACH_VECTOR(once(shoup(A, factor, companion, k->q), k->q));
}

/* Words j to j + LANES of a row whose every word stands for 2^repeat. */
struct spread {
    uint32_t repeat, words; /* words: of the row in one vector */
    vec index;
};

static inline struct spread spread_of(uint32_t repeat)
{
    uint32_t index[LANES];

    for (uint32_t i = 0; i < LANES; i++)
        index[i] = i >> repeat;
    return (struct spread){repeat, index[LANES - 1] + 1, load(index)};
}

static inline vec spread(const struct spread *s, const uint32_t *b, size_t j)
{
    return permute(s->index, load_some(b + (j >> s->repeat), s->words));
}

/* The operations with a plaintext whose words count fewer than LANES times. */
static void short_runs(enum sck_elementwise_op op, uint32_t repeat, size_t n,
                       uint32_t *out, const uint32_t *a, const uint32_t *b,
                       const uint32_t *c, const struct constants *k)
{
    const struct spread s = spread_of(repeat);
    const vec one = set(1);

    if (op == SCK_MUL_PLAIN)
        EACH_VECTOR(reduced(A, spread(&s, b, j), k));
    else if (op == SCK_MUL_PLAIN_ADD)
        EACH_VECTOR(add(reduced(A, spread(&s, b, j), k), C, k));
    else
        EACH_VECTOR(add(A, reduced(spread(&s, b, j), one, k), k));
}

/* One run: w is its plain word. The companion is up to 2 too small, by which
 * the quotient is too small by 3 a / 2^32 < 3/4 more: still below 2 q. */
static inline void run(enum sck_elementwise_op op, size_t n, uint32_t *out,
                       const uint32_t *a, const uint32_t *c, uint32_t w,
                       const struct constants *k)
{
    const vec factor = set(w);
    const vec companion = set((uint32_t)((uint64_t)w * k->mu_word >> k->down));

    if (op == SCK_MUL_PLAIN)
        EACH_VECTOR(once(shoup(A, factor, companion, k->q), k->q));
    else if (op == SCK_MUL_PLAIN_ADD)
        EACH_VECTOR(add(once(shoup(A, factor, companion, k->q), k->q), C, k));
    else
        EACH_VECTOR(add(A, factor, k));
}

/* The operations with a plaintext of which every word counts 2^repeat times. */
static void periodic(enum sck_elementwise_op op, uint32_t repeat, size_t n,
                     uint32_t *out, const uint32_t *a, const uint32_t *b,
                     const uint32_t *c, const struct constants *k)
{
    const size_t length = (size_t)1 << repeat, runs = n >> repeat;
    const vec one = set(1);

    if (length < LANES) {
        short_runs(op, repeat, n, out, a, b, c, k);
        return;
    }
    for (size_t first = 0; first < runs; first += LANES) {
        const size_t left = runs - first;
        const uint32_t count = left < LANES ? (uint32_t)left : LANES;
        uint32_t words[LANES];

        store(words, reduced(load_some(b + first, count), one, k));
        for (uint32_t i = 0; i < count; i++) {
            const size_t at = (first + i) * length;

            run(op, length, out + at, a + at, c != NULL ? c + at : NULL,
                words[i], k);
        }
    }
}

/* One row of n >= 2 LANES words; scalar as in the arguments. */
static void row(enum sck_elementwise_op op, const struct sck_prime_table *t,
                uint32_t scalar, size_t n, uint32_t *out, const uint32_t *a,
                const uint32_t *b, const uint32_t *c, const struct constants *k)
{
    const vec factor = set(scalar);
    const vec companion = set(sck_shoup_companion(scalar, t->q));
    const vec one = set(1);
    const vec zero = set(0);

    switch (op) {
    case SCK_ADD:
        EACH_VECTOR(add(A, B, k));
        break;
    case SCK_SUB:
        EACH_VECTOR(subtract(A, B, k));
        break;
    case SCK_NEG:
        EACH_VECTOR(subtract(zero, A, k));
        break;
    case SCK_MUL:
        multiply(out, a, b, n, k);
        break;
    case SCK_MUL_ADD:
        multiply_add(out, a, b, c, n, k);
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
        times(out, a, scalar, n, k, t->q);
        break;
    case SCK_SCALAR_MUL_ADD:
        EACH_VECTOR(add(once(shoup(A, factor, companion, k->q), k->q), C, k));
        break;
    case SCK_SCALAR_ADD:
        EACH_VECTOR(add(A, factor, k));
        break;
    case SCK_MUL_X:
        times(out, a, scalar, n / 2, k, t->q);
        times(out + n / 2, a + n / 2, sck_mod_neg(scalar, t->q), n / 2, k,
              t->q);
        break;
    case SCK_ELEMENTWISE_OPS:
        break;
    }
}

/* A task's results from this size on would not stay in the second cache: lines
 * that are written whole need not be fetched then, a third of the traffic of a
 * sum. In place they are here already. */
enum { STREAM_BYTES = 512 << 10 };

static int streams(const struct sck_elementwise_args *args, size_t n,
                   const uint32_t *out, const uint32_t *a, const uint32_t *b,
                   const uint32_t *c)
{
    return args->limbs * n * sizeof *out >= STREAM_BYTES &&
           (uintptr_t)out % (LANES * sizeof *out) == 0 && out != a &&
           out != b && out != c;
}

static struct constants constants_of(const struct sck_prime_table *t)
{
    const uint64_t q = t->q;
    uint32_t down = 0;

    while (q >> down > 1)
        down++;

    const uint32_t mu = (uint32_t)((1ull << (down + 32)) / q);

    /* 2^down / q + q^2 / 2^(down + 32) <= 1, in units of q, the two floors'
     * loss added. */
    const int tight = (1ull << down) + ((q * q >> down) * q >> 32) + 2 <= q;

    return (struct constants){.q = set(t->q),
                              .q2 = set(2 * t->q),
                              .m = set(t->minus_q_inverse),
                              .mu = set(mu),
                              .mu_word = mu,
                              .down = down,
                              .tight = tight};
}

static void rows(const struct sck_elementwise_args *args,
                 const struct sck_ring *ring, uint32_t *const *out,
                 const uint32_t *const *a, const uint32_t *const *b,
                 const uint32_t *const *c)
{
    const enum sck_elementwise_op op = (enum sck_elementwise_op)args->op;

    if (ring->n < 2 * LANES) {
        sck_elementwise_ref(args, ring, out, a, b, c);
        return;
    }
    for (uint32_t i = 0; i < args->limbs; i++) {
        const struct sck_prime_table *t = sck_ring_prime(ring, args->q[i]);
        const uint32_t *const second = b != NULL ? b[i] : NULL;
        const uint32_t *const third = c != NULL ? c[i] : NULL;
        struct constants k = constants_of(t);

        k.streams = streams(args, ring->n, out[i], a[i], second, third);
        if (args->repeat != 0)
            periodic(op, args->repeat, ring->n, out[i], a[i], second, third,
                     &k);
        else
            row(op, t, args->scalar[i], ring->n, out[i], a[i], second, third,
                &k);
        if (k.streams)
            streams_end();
    }
}
