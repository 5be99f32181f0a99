/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Which of a switch's blocks one launch takes, and their rows. */
#ifndef SCK_KEY_SWITCH_GROUP_CUDA_H
#define SCK_KEY_SWITCH_GROUP_CUDA_H

#include "key_switch_cuda.h"
#include "mod_raise_cuda.h"

namespace
{
uint32_t converted(const struct sck_key_switch_args *args, uint32_t target)
{
    return args->digits - (args->own[target] < args->digits ? 1 : 0);
}

uint32_t spare_rows(const struct sck_key_switch_args *args)
{
    uint32_t rows = 0;

    for (uint32_t i = 0; i < args->targets; i++)
        if (converted(args, i) > 2)
            rows += converted(args, i) - 2;
    return rows;
}

/* Where every digit's row of every target lies: the first two that a target
 * converts in its rows of out, which the last kernel reads before it writes.
 * Gives what is left of scratch. */
uint32_t *lay_out(const struct sck_key_switch_part &part, uint32_t logn,
                  uint32_t *scratch, uint32_t *(*row)[SCK_MAX_DIGITS])
{
    const struct sck_key_switch_args *const args = part.args;

    for (uint32_t i = 0; i < args->targets; i++) {
        uint32_t used = 0;

        for (uint32_t d = 0; d < args->digits; d++) {
            row[i][d] = nullptr;
            if (d == args->own[i])
                continue;
            if (used < 2) {
                row[i][d] = part.out[used++ * args->targets + i];
            } else {
                row[i][d] = scratch;
                scratch += (size_t)1 << logn;
            }
        }
    }
    return scratch;
}

uint32_t sources_of(const struct sck_key_switch_args *args)
{
    uint32_t sources = 0;

    for (uint32_t d = 0; d < args->digits; d++)
        sources += args->sources[d];
    return sources;
}

bool same_digits(const struct sck_key_switch_part &a,
                 const struct sck_key_switch_part &b)
{
    if (a.args->digits != b.args->digits)
        return false;
    for (uint32_t d = 0; d < a.args->digits; d++)
        if (a.args->sources[d] != b.args->sources[d])
            return false;
    for (uint32_t r = 0; r < sources_of(a.args) + a.args->digits; r++)
        if (a.in[r] != b.in[r])
            return false;
    return true;
}

/* Parts from the first on that a launch takes; at least one. Sets: 2 where they
 * are two polynomials' by turns, which then read each key row together. */
struct parts_of_launch {
    uint32_t parts, sets;
};

struct parts_of_launch group(const struct sck_key_switch_part *parts,
                             uint32_t count)
{
    const uint32_t rows = sources_of(parts[0].args) + parts[0].args->digits;
    const uint32_t sets =
        count > 1 && 2 * parts[0].args->digits <= SCK_MAX_DIGITS &&
                2 * parts[0].args->targets <= SCK_SWITCH_TARGETS &&
                sck_key_switch_same_keys(&parts[0], &parts[1]) != 0
            ? 2
            : 1;
    uint32_t some = sets, targets = parts[0].args->targets;

    while (some + sets <= count && some < SCK_SWITCH_PARTS &&
           sets * (targets + parts[some].args->targets) <= SCK_SWITCH_TARGETS &&
           sck_raise_fits(rows, targets + parts[some].args->targets) &&
           same_digits(parts[0], parts[some]) &&
           (sets == 1 ||
            (sck_key_switch_same_keys(&parts[some], &parts[some + 1]) &&
             same_digits(parts[1], parts[some + 1])))) {
        targets += parts[some].args->targets;
        some += sets;
    }
    return {some, sets};
}
} // namespace

#endif
