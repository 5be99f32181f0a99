/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "sck_test.h"

#include <stdlib.h>

static uint64_t state;
static int seeded;

uint64_t sck_test_seed(void)
{
    const char *text = getenv("STARCLOAK_TEST_SEED");

    return text != NULL ? strtoull(text, NULL, 0) : 0x53636b2d74657374u;
}

uint32_t sck_test_largest(void)
{
    const char *text = getenv("STARCLOAK_TEST_LOGN");

    return text != NULL ? (uint32_t)strtoul(text, NULL, 10) : 16;
}

uint64_t sck_test_random(void)
{
    if (!seeded) {
        state = sck_test_seed();
        seeded = 1;
    }
    uint64_t z = (state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint32_t sck_test_below(uint32_t bound)
{
    return (uint32_t)((sck_test_random() >> 32) * bound >> 32);
}

double sck_test_real(void)
{
    return (double)(int64_t)sck_test_random() * 0x1p-63;
}

void sck_test_fill(uint32_t *x, size_t n, uint32_t q, int kind)
{
    for (size_t i = 0; i < n; i++)
        x[i] = kind == 1 ? q - 1 : kind == 3 ? sck_test_below(q) : 0;
    if (kind == 2)
        x[sck_test_below((uint32_t)n)] = 1 + sck_test_below(q - 1);
}
