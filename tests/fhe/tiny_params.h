/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The smallest ring: files of it are small. */
#ifndef SCK_TEST_TINY_PARAMS_H
#define SCK_TEST_TINY_PARAMS_H

#include "sck_params.h"

static inline sck_status tiny_params(sck_params **params)
{
    const struct sck_params_literal literal = {.name = "tiny",
                                               .logn = 4,
                                               .q0_bits = 50,
                                               .scale_bits = 40,
                                               .levels = 2,
                                               .special = 2,
                                               .insecure_test_only = 1};

    return sck_params_new(&literal, params);
}

#endif
