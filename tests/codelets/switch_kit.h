/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Digits of a key switch, cut from the first of oracle_primes. */
#ifndef SCK_TEST_SWITCH_KIT_H
#define SCK_TEST_SWITCH_KIT_H

#include "key_switch.h"
#include "oracle.h"

/* The digits' numbers and conversions, of so many primes each, for the targets
 * that args names. number: which of the key's digits they are; NULL: the first
 * ones. */
static inline void switch_digits(struct sck_key_switch_args *args,
                                 const uint8_t *sources, const uint8_t *number,
                                 uint32_t digits)
{
    args->digits = digits;
    for (uint32_t d = 0, first = 0; d < digits; first += sources[d++]) {
        struct sck_conversion c;

        sck_conversion_prepare(&c, oracle_primes + first, sources[d], args->t,
                               args->targets);
        memcpy(args->w[first], c.w, sources[d] * sizeof args->w[0]);
        memcpy(args->minus_d[d], c.minus_d, sizeof args->minus_d[0]);
        args->sources[d] = sources[d];
        args->key_digit[d] = number != NULL ? number[d] : (uint8_t)d;
    }
}

/* Digits' rows in order, each digit's v after its y. */
static inline void switch_fill(struct oracle_rows *in, const uint8_t *sources,
                               uint32_t digits, int kind)
{
    for (uint32_t d = 0, first = 0, row = 0; d < digits;
         first += sources[d++]) {
        const uint32_t *const *const y = oracle_in(in) + row;

        for (uint32_t k = 0; k < sources[d]; k++)
            sck_test_fill(in->row[row++], in->n, oracle_primes[first + k],
                          kind);
        for (uint32_t j = 0; j < in->n; j++)
            in->row[row][j] = oracle_v(oracle_primes + first, sources[d], y, j);
        row++;
    }
}

#endif
