/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Evaluation keys, limb by limb: b = -a s_out + e + P s_in. */
#define _DEFAULT_SOURCE
#include <math.h>
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "automorphism.h"
#include "client_priv.h"
#include "sampler.h"

/* Locked scratch of one keygen call. */
struct scratch {
    uint32_t *rows; /* s, another secret, the mask, e */
    int8_t *errors; /* one polynomial a digit */
    uint8_t *sparse;
    uint32_t *a; /* public, hence not locked */
};

static void release(struct scratch *w)
{
    sodium_free(w->rows);
    sodium_free(w->errors);
    sodium_free(w->sparse);
    free(w->a);
}

static sck_status acquire(struct scratch *w, const struct sck_ring *ring)
{
    const size_t n = ring->n;

    memset(w, 0, sizeof *w);
    w->rows = sck_client_rows(ring, 4);
    w->errors = sodium_allocarray(SCK_MAX_DIGITS, n);
    w->sparse = sodium_malloc(SCK_TERNARY_BYTES(n));
    w->a = malloc(n * sizeof *w->a);
    if (w->rows == NULL || w->errors == NULL || w->sparse == NULL ||
        w->a == NULL) {
        release(w);
        return SCK_FAIL(SCK_ERR_MEMORY, "key generation at N = %zu", n);
    }
    return SCK_OK;
}

/* s(X^(1/g)), s in NTT form. */
static void automorphism(const struct sck_ring *ring, uint32_t galois,
                         uint32_t *out, const uint32_t *s)
{
    /* Newton's iteration for g^-1 modulo a power of two; 5 doublings of the 3
     * bits that g itself has right. */
    uint32_t inverse = galois;

    for (int i = 0; i < 5; i++)
        inverse *= 2 - galois * inverse;

    const struct sck_automorphism_args args = {ring->id, 1,
                                               inverse & (2 * ring->n - 1)};

    sck_automorphism(&args, ring, &out, &s);
}

/* Returns s_in modulo q and makes s_out's mask, row 2 of the scratch; rows 0
 * and 1 hold the secrets. */
static const uint32_t *key_secrets(const sck_secret_key *key,
                                   const struct sck_limbs_key *made, uint32_t q,
                                   struct scratch *w)
{
    const struct sck_ring *ring = key->ring;
    uint32_t *s = w->rows, *other = s + ring->n;
    const uint32_t *in = s, *out = other;

    sck_client_ternary(ring, q, key->packed, s);
    switch (made->kind) {
    case SCK_KEY_RELIN:
        sck_client_mul(ring, q, other, s, s);
        in = other, out = s;
        break;
    case SCK_KEY_GALOIS:
        automorphism(ring, made->galois, other, s);
        break;
    case SCK_KEY_DENSE_TO_SPARSE:
        sck_client_ternary(ring, q, w->sparse, other);
        break;
    default:
        sck_client_ternary(ring, q, w->sparse, other);
        in = other, out = s;
        break;
    }
    sck_client_mask_of(ring, q, other + ring->n, out);
    return in;
}

static uint32_t p_modulo(const struct sck_key_shape *shape, uint32_t q)
{
    uint64_t p = 1;

    for (uint32_t i = shape->own; i < shape->limbs; i++)
        p = p * (shape->q[i] % q) % q;
    return (uint32_t)p;
}

/* A key is fresh memory of 43 MB at N = 2^16: in pages of 4 KiB its faults take
 * a third of the time. Advice only, so what it returns does not matter. */
static void prefer_large_pages(void *p, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    const uintptr_t page = (uintptr_t)1 << 21;
    const uintptr_t first = ((uintptr_t)p + page - 1) & ~(page - 1);
    const uintptr_t end = ((uintptr_t)p + bytes) & ~(page - 1);

    if (first < end)
        (void)madvise((void *)first, end - first, MADV_HUGEPAGE);
#else
    (void)p;
    (void)bytes;
#endif
}

static void make_key(const sck_secret_key *key, const uint8_t *seed,
                     const struct sck_key_shape *shape, struct scratch *w,
                     struct sck_limbs_key *made)
{
    const struct sck_ring *ring = key->ring;
    const size_t n = ring->n;
    uint32_t *mask = w->rows + 2 * n, *e = mask + n;

    for (uint32_t d = 0; d < shape->digits; d++)
        sck_sample_gaussian(w->errors + d * n, ring->n);
    for (uint32_t i = 0; i < shape->limbs; i++) {
        const uint32_t q = shape->q[i];
        const uint32_t *in = key_secrets(key, made, q, w);

        for (uint32_t d = 0; d < shape->digits; d++) {
            const uint32_t first = shape->digit_first[d];

            sck_client_small(ring, q, w->errors + d * n, e);
            sck_client_uniform(ring, q, seed, (enum sck_seed_kind)made->kind,
                               made->key_class, d, made->galois, w->a);
            if (i >= first && i < first + shape->digit_limbs[d])
                sck_client_scalar_mul_add(ring, q, e, in, p_modulo(shape, q));
            sck_client_mask(ring, q,
                            made->b + ((size_t)d * shape->limbs + i) * n, e,
                            w->a, mask);
        }
    }
}

/* The dense-to-sparse key is the one RLWE sample under the sparse secret. Its
 * modulus, q0 times P, may have 121 bits: the weights are costed for that. */
static sck_status draw_sparse(const sck_secret_key *key, struct scratch *w)
{
    const uint32_t weight = sck_sparse_weight(key->params);
    struct sck_key_shape shape;
    double bits = 0;

    SCK_TRY(sck_key_shape(key->params, SCK_KEY_DENSE_TO_SPARSE,
                          SCK_KEY_NO_CLASS, 0, &shape));
    for (uint32_t i = 0; i < shape.limbs; i++)
        bits += log2(shape.q[i]);
    if (weight == 0 || weight > key->ring->n || bits > 121)
        return SCK_FAIL(SCK_ERR_PARAMETERS,
                        "no sparse secret at N = 2^%u, q0 P of %.1f bits",
                        (unsigned)sck_params_logn(key->params), bits);
    sck_sample_sparse(w->sparse, key->ring->n, weight);
    return SCK_OK;
}

/* Both encapsulation keys or neither; then their secret is drawn. */
static sck_status ready(const sck_secret_key *key,
                        const struct sck_limbs_keyset *set, struct scratch *w)
{
    const int to_sparse = sck_limbs_keyset_find(set, SCK_KEY_DENSE_TO_SPARSE,
                                                SCK_KEY_NO_CLASS, 0) != NULL;
    const int to_dense = sck_limbs_keyset_find(set, SCK_KEY_SPARSE_TO_DENSE,
                                               SCK_KEY_NO_CLASS, 0) != NULL;

    if (to_sparse != to_dense)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "one encapsulation key without the "
                                          "other");
    return to_sparse ? draw_sparse(key, w) : SCK_OK;
}

static sck_status fill_key(const sck_secret_key *key, const uint8_t *seed,
                           struct scratch *w, struct sck_limbs_key *made)
{
    struct sck_key_shape shape;

    SCK_TRY(sck_key_shape(key->params, made->kind, made->key_class,
                          made->galois, &shape));
    made->digits = shape.digits;
    made->limbs = shape.limbs;
    make_key(key, seed, &shape, w, made);
    return SCK_OK;
}

static sck_status make_keys(const sck_secret_key *key, struct scratch *w,
                            struct sck_limbs_keyset *set)
{
    SCK_TRY(ready(key, set, w));
    memcpy(set->key_id, key->key_id, sizeof set->key_id);
    randombytes_buf(set->seed, sizeof set->seed);
    for (uint32_t i = 0; i < set->count; i++) {
        struct sck_limbs_key *made = &set->keys[i];

        prefer_large_pages(made->b, (size_t)made->digits * made->limbs *
                                        set->n * sizeof *made->b);
        SCK_TRY(fill_key(key, set->seed, w, made));
    }
    return SCK_OK;
}

sck_status sck_keyset_new(const sck_secret_key *key,
                          const struct sck_limbs_key *wanted, uint32_t count,
                          struct sck_limbs_keyset **out)
{
    struct sck_limbs_keyset *set;
    struct scratch w;
    sck_status status;

    if (key == NULL || out == NULL || (wanted == NULL && count != 0))
        return SCK_FAIL(SCK_ERR_ARGUMENT, "an argument is NULL");
    *out = NULL;
    SCK_TRY(sck_limbs_keyset_new(key->params, wanted, count, &set));
    status = acquire(&w, key->ring);
    if (status == SCK_OK) {
        status = make_keys(key, &w, set);
        release(&w);
    }
    if (status == SCK_OK)
        *out = set;
    else
        sck_limbs_keyset_free(set);
    return status;
}

/* Words of the largest key. */
static sck_status most_words(const sck_secret_key *key,
                             const struct sck_limbs_keyset *all, size_t *words)
{
    *words = 1;
    for (uint32_t i = 0; i < all->count; i++) {
        struct sck_key_shape shape;

        SCK_TRY(sck_key_shape(key->params, all->keys[i].kind,
                              all->keys[i].key_class, all->keys[i].galois,
                              &shape));
        const size_t count = (size_t)shape.digits * shape.limbs * key->ring->n;

        *words = count > *words ? count : *words;
    }
    return SCK_OK;
}

/* One buffer for every key: memory that was touched before costs no faults. */
sck_status sck_client_each_key(const sck_secret_key *key,
                               const struct sck_limbs_keyset *all,
                               sck_client_take *take, void *context)
{
    struct scratch w;
    size_t words;
    uint32_t *b;
    sck_status status;

    SCK_TRY(most_words(key, all, &words));
    SCK_TRY(acquire(&w, key->ring));
    if ((b = malloc(words * sizeof *b)) == NULL) {
        release(&w);
        return SCK_FAIL(SCK_ERR_MEMORY, "a key of %zu words", words);
    }
    prefer_large_pages(b, words * sizeof *b);
    status = ready(key, all, &w);
    for (uint32_t i = 0; i < all->count && status == SCK_OK; i++) {
        struct sck_limbs_key one = all->keys[i];

        one.b = b;
        status = fill_key(key, all->seed, &w, &one);
        if (status == SCK_OK)
            status = take(context, i, &one);
    }
    free(b);
    release(&w);
    return status;
}
