/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "layout.h"

#include <string.h>

/* ceil(length / grain) runs whose lengths differ by at most one, longer first.
 */
static uint32_t cut(uint32_t length, uint32_t grain, uint32_t *out)
{
    const uint32_t runs = (length + grain - 1) / grain;

    for (uint32_t i = 0; i < runs; i++)
        out[i] = length / runs + (i < length % runs);
    return runs;
}

void sck_class_layout_of(const struct sck_key_class *key_class, uint32_t grain,
                         struct sck_class_layout *layout)
{
    layout->runs = 0;
    for (uint32_t d = 0; d < key_class->digits; d++)
        layout->runs += cut(key_class->digit_length[d], grain,
                            layout->length + layout->runs);
    layout->q_runs = layout->runs;
    layout->runs +=
        cut(key_class->special_count, grain, layout->length + layout->runs);
}

void sck_level_layout_of(const sck_params *params, uint32_t level,
                         uint32_t grain, struct sck_level_layout *layout)
{
    const uint32_t *prime = sck_params_primes(params, level, &layout->limbs);
    const uint32_t index = sck_params_class_of(params, level);

    memset(layout->digit, SCK_NO_DIGIT, sizeof layout->digit);
    layout->blocks = 0;
    if (index == UINT32_MAX) {
        layout->blocks = 1;
        layout->cut[0] = layout->limbs;
        layout->run[0] = 0;
        return;
    }
    const struct sck_key_class *c = sck_params_class(params, index);
    struct sck_class_layout runs;
    uint32_t run = 0, at = 0;

    sck_class_layout_of(c, grain, &runs);
    for (uint32_t d = 0; d < c->digits; d++) {
        for (uint32_t used = 0; used < c->digit_length[d]; run++) {
            uint32_t held = 0;

            for (uint32_t i = 0; i < runs.length[run]; i++) {
                if (at == layout->limbs || prime[at] != c->digit[d][used + i])
                    continue;
                layout->digit[at] = (uint8_t)d;
                layout->row_in_run[at] = (uint8_t)i;
                held++;
                at++;
            }
            used += runs.length[run];
            if (held != 0) {
                layout->cut[layout->blocks] = held;
                layout->run[layout->blocks++] = run;
            }
        }
    }
}

uint32_t sck_joined_rows_most(uint32_t logn, uint32_t blocks, uint32_t workers,
                              int alone)
{
    enum { BLOCKS_A_WORKER = 4 };

    if (logn < (alone ? 15 : 16) || blocks < BLOCKS_A_WORKER * workers)
        return 0;
    return alone ? 16 : 8;
}

uint32_t sck_digit_parts_most(uint32_t workers, uint32_t digits,
                              uint32_t *whole)
{
    /* A digit in parts costs each task that reads it their handles. */
    enum { MOST_PARTS = 16 };
    const uint32_t left = digits % workers;

    *whole = digits - left;
    if (left == 0)
        return 1;
    const uint32_t wanted = (2 * workers + left - 1) / left;

    return wanted * left <= MOST_PARTS ? wanted : MOST_PARTS / left;
}
