/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* One word of every elementwise operation, for kernels that hold the word's
 * operands in registers. Host code may include it too: its test does. */
#ifndef SCK_ELEMENTWISE_WORD_H
#define SCK_ELEMENTWISE_WORD_H

#include "elementwise.h"
#include "modular.h"

/** A row's constants. */
struct sck_elementwise_row {
    uint32_t q, minus_q_inverse, r2;
    uint32_t scalar;       /**< plain                          */
    uint32_t factor;       /**< scalar in Montgomery form      */
    uint32_t minus_factor; /**< -scalar in Montgomery form     */
};

/** scalar reduced. */
SCK_INLINE struct sck_elementwise_row
sck_elementwise_row_of(const struct sck_prime_table *t, uint32_t scalar)
{
    const uint32_t factor = sck_to_montgomery(scalar, t);
    const struct sck_elementwise_row row = {t->q,   t->minus_q_inverse,
                                            t->r2,  scalar,
                                            factor, sck_mod_neg(factor, t->q)};

    return row;
}

/** Whether the operation reads b. */
SCK_INLINE int sck_elementwise_has_b(uint32_t op)
{
    return op == SCK_ADD || op == SCK_SUB || op == SCK_MUL ||
           op == SCK_MUL_ADD || op == SCK_MUL_PLAIN ||
           op == SCK_MUL_PLAIN_ADD || op == SCK_ADD_PLAIN;
}

/** Whether the operation reads c. */
SCK_INLINE int sck_elementwise_has_c(uint32_t op)
{
    return op == SCK_MUL_ADD || op == SCK_MUL_PLAIN_ADD ||
           op == SCK_SCALAR_MUL_ADD;
}

/** a, b, c reduced; second: whether the word is in its row's second half.
 *  Gives the operation's word, reduced; a for an operation that is none. */
SCK_INLINE uint32_t sck_elementwise_word(uint32_t op,
                                         const struct sck_elementwise_row *k,
                                         uint32_t a, uint32_t b, uint32_t c,
                                         int second)
{
    const uint32_t q = k->q;
    const uint32_t m = k->minus_q_inverse;

    switch (op) {
    case SCK_ADD:
        return sck_mod_add(a, b, q);
    case SCK_SUB:
        return sck_mod_sub(a, b, q);
    case SCK_NEG:
        return sck_mod_neg(a, q);
    case SCK_MUL:
        return sck_montgomery_mul(sck_montgomery_mul(a, b, q, m), k->r2, q, m);
    case SCK_MUL_ADD:
        return sck_mod_add(
            sck_montgomery_mul(sck_montgomery_mul(a, b, q, m), k->r2, q, m), c,
            q);
    case SCK_MUL_PLAIN:
        return sck_montgomery_mul(a, b, q, m);
    case SCK_MUL_PLAIN_ADD:
        return sck_mod_add(sck_montgomery_mul(a, b, q, m), c, q);
    case SCK_ADD_PLAIN:
        return sck_mod_add(a, sck_montgomery(b, q, m), q);
    case SCK_SCALAR_MUL:
        return sck_montgomery_mul(a, k->factor, q, m);
    case SCK_SCALAR_MUL_ADD:
        return sck_mod_add(sck_montgomery_mul(a, k->factor, q, m), c, q);
    case SCK_SCALAR_ADD:
        return sck_mod_add(a, k->scalar, q);
    case SCK_MUL_X:
        return sck_montgomery_mul(a, second ? k->minus_factor : k->factor, q,
                                  m);
    default:
        return a;
    }
}

#endif
