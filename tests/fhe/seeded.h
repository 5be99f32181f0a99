/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Puts the suite's generator in place of the system's, so that keys and errors
 * replay from the printed seed. */
#ifndef SCK_TEST_SEEDED_H
#define SCK_TEST_SEEDED_H

#include <sodium.h>
#include <string.h>

#include "sck_test.h"

static const char *seeded_name(void)
{
    return "seeded";
}

static uint32_t seeded_word(void)
{
    return (uint32_t)sck_test_random();
}

static void seeded_fill(void *const out, const size_t size)
{
    unsigned char *at = out;

    for (size_t left = size; left > 0;) {
        const uint64_t word = sck_test_random();
        const size_t step = left < sizeof word ? left : sizeof word;

        memcpy(at, &word, step);
        at += step;
        left -= step;
    }
}

static inline void seeded_start(void)
{
    static randombytes_implementation seeded = {.implementation_name =
                                                    seeded_name,
                                                .random = seeded_word,
                                                .buf = seeded_fill};

    randombytes_set_implementation(&seeded);
}

#endif
