/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "sck_params.h"

uint32_t sck_galois_rotation(const sck_params *params, int64_t steps)
{
    const int64_t half = (int64_t)1 << (sck_params_logn(params) - 1);
    const uint64_t mask = (uint64_t)4 * (uint64_t)half - 1;
    uint64_t e = (uint64_t)(((steps % half) + half) % half);
    uint64_t g = 1, power = 5;

    for (; e != 0; e >>= 1) {
        if (e & 1)
            g = g * power & mask;
        power = power * power & mask;
    }
    return (uint32_t)g;
}

uint32_t sck_galois_conjugation(const sck_params *params)
{
    return (2u << sck_params_logn(params)) - 1;
}
