/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A polynomial's digits, and their inner products with keys, counted. */
#include "cost_priv.h"

#include <math.h>

/* A digit in so many parts: rows of each, then the correction of all. */
static double digit_in_parts(const struct sck_costs *m, double rows,
                             double parts, struct sck_cost *c)
{
    const struct sck_piece part = {.transforms = rows / parts,
                                   .terms = rows / parts,
                                   .hot = 2 * rows / parts,
                                   .passes = rows / parts,
                                   .handles = 2};
    const struct sck_piece last = {
        .hot = 1, .passes = rows, .handles = parts + 1};
    double longest = 0;

    for (uint32_t k = 0; k < parts; k++)
        longest = sck_cost_add_one(m, &part, c);
    return longest + sck_cost_add_one(m, &last, c);
}

/* Blocks and limbs of every digit that a level has. */
static uint32_t digits_of(const struct sck_cost_blocks *b, double *blocks,
                          double *limbs)
{
    uint32_t digits = 0;

    for (uint32_t k = 0; k < b->q; k++) {
        if (k == 0 || b->digit[k] != b->digit[k - 1]) {
            blocks[digits] = limbs[digits] = 0;
            digits++;
        }
        blocks[digits - 1]++;
        limbs[digits - 1] += b->cut[k];
    }
    return digits;
}

void sck_cost_digits(const struct sck_costs *m, uint32_t level,
                     struct sck_cost *c)
{
    double blocks[SCK_MAX_DIGITS], limbs[SCK_MAX_DIGITS], longest = 0;
    struct sck_cost_blocks b;
    uint32_t whole;

    sck_cost_blocks_of(m, level, &b);
    const uint32_t digits = digits_of(&b, blocks, limbs);
    const double most = sck_digit_parts_most(m->workers, digits, &whole);

    for (uint32_t d = 0; d < digits; d++) {
        const double parts = d < whole ? 1 : fmin(blocks[d], most);
        const double s = limbs[d];
        const struct sck_piece p = {.transforms = s,
                                    .terms = s,
                                    .hot = 2 * s + 1,
                                    .passes = s,
                                    .handles = 1 + blocks[d]};

        longest = fmax(longest, parts > 1 ? digit_in_parts(m, s, parts, c)
                                          : sck_cost_add_one(m, &p, c));
    }
    c->span_us += longest;
}

/* What the tasks of one phase have in common. */
struct raising {
    double limbs, digits, keys; /* of the operand; keys that all take */
    const struct sck_cost_onward *more;
};

/* So many blocks of rows limbs together: own: the limbs of their own digit, 0
 * for P. */
static struct sck_piece raised(const struct raising *r, double blocks,
                               double rows, double own)
{
    const double others = own == 0 ? r->digits : r->digits - 1;
    const double sources = r->limbs - own + others;
    const double sums = 2.0 * r->more->sums;

    return (struct sck_piece){.transforms = others * rows,
                              .terms = (sources + r->more->terms) * rows,
                              .hot = sources * ceil(rows / SCK_COST_TARGETS) +
                                     (2 * others + r->more->hot) * rows,
                              .passes = (sums + (own == 0 ? 0 : 3)) * rows,
                              .cold = r->more->cold * rows,
                              .keys = 2 * r->digits * r->keys * rows,
                              .digits = r->digits,
                              .handles = (sums + (own == 0 ? 0 : 2)) * blocks +
                                         r->digits};
}

/* A task takes up to `most` blocks of one digit, or of P. */
static void raise_blocks(const struct sck_costs *m, uint32_t level,
                         uint32_t keys, const struct sck_cost_onward *more,
                         uint32_t most, struct sck_cost *c)
{
    double blocks[SCK_MAX_DIGITS], limbs[SCK_MAX_DIGITS], longest = 0;
    struct sck_cost_blocks b;
    uint32_t digit = 0, taken;

    sck_cost_raised_blocks_of(m, level, &b);
    const struct raising r = {.limbs = sck_cost_limbs(m->params, level),
                              .digits = digits_of(&b, blocks, limbs),
                              .keys = keys,
                              .more = more};

    for (uint32_t k = 0; k < b.blocks; k += taken) {
        const int special = k >= b.q;
        double rows = 0;

        digit += !special && k != 0 && b.digit[k] != b.digit[k - 1];
        taken = sck_cost_joined(m, &b, k, special ? b.blocks : b.q, most);
        while (!special && b.digit[k + taken - 1] != b.digit[k])
            taken--;
        for (uint32_t i = k; i < k + taken; i++)
            rows += b.cut[i];
        const struct sck_piece p =
            raised(&r, taken, rows, special ? 0 : limbs[digit]);

        longest = fmax(longest, sck_cost_add_one(m, &p, c));
    }
    c->span_us += longest;
}

void sck_cost_hoisted_onward(const struct sck_costs *m, uint32_t level,
                             uint32_t keys, const struct sck_cost_onward *more,
                             struct sck_cost *c)
{
    raise_blocks(m, level, keys, more, 1, c);
}

void sck_cost_hoisted(const struct sck_costs *m, uint32_t level, uint32_t keys,
                      struct sck_cost *c)
{
    const struct sck_cost_onward none = {.sums = keys};

    raise_blocks(m, level, keys, &none, keys > 1 ? SCK_PAIR : SCK_JOINED_BLOCKS,
                 c);
}

void sck_cost_raise(const struct sck_costs *m, uint32_t level,
                    struct sck_cost *c)
{
    sck_cost_hoisted(m, level, 1, c);
}
