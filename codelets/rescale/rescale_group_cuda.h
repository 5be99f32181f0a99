/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Which of a division's blocks one launch takes, and where their rows are. */
#ifndef SCK_RESCALE_GROUP_CUDA_H
#define SCK_RESCALE_GROUP_CUDA_H

extern "C" {
#include "rescale.h"
}
#include "mod_raise_cuda.h"

namespace
{
enum { HALVES = 2, PARTS = 8 };

bool in_place(uint32_t rows, uint32_t *const *out, const uint32_t *const *c)
{
    bool same = false;

    for (uint32_t j = 0; j < rows; j++)
        same |= out[j] == c[j];
    return same;
}

/* A row of out holds its target's conversion until its end, unless c is there
 * too, or results go to other places of it. */
bool apart(const struct sck_rescale_args *args, uint32_t *const *out,
           const uint32_t *const *c)
{
    return args->galois != 0 ||
           in_place(args->halves * args->conversion.targets, out, c);
}

/* Whether turned results would overwrite c: they are all in rows first. */
bool turns_last(const struct sck_rescale_part &part)
{
    return part.args->galois != 0 &&
           in_place(part.args->halves * part.args->conversion.targets, part.out,
                    part.c);
}

bool alike(const struct sck_rescale_part &a, const struct sck_rescale_part &b)
{
    const uint32_t sources = a.args->conversion.sources;

    if (sources != b.args->conversion.sources ||
        a.args->halves != b.args->halves || a.args->galois != b.args->galois ||
        turns_last(a) || turns_last(b))
        return false;
    for (uint32_t r = 0; r < a.args->halves * (sources + 1); r++)
        if (a.in[r] != b.in[r])
            return false;
    return true;
}

/* Parts from the first on that a launch takes; at least one. */
uint32_t group(const struct sck_rescale_part *parts, uint32_t count)
{
    const struct sck_rescale_args *const args = parts[0].args;
    const uint32_t rows = args->halves * (args->conversion.sources + 1);
    uint32_t some = 1, targets = args->conversion.targets;

    while (
        some < count && some < PARTS &&
        sck_raise_fits(rows, targets + parts[some].args->conversion.targets) &&
        alike(parts[0], parts[some]))
        targets += parts[some++].args->conversion.targets;
    return some;
}
} // namespace

#endif
