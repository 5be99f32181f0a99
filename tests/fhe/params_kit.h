/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The named sets, and products of primes as integers. */
#ifndef SCK_TEST_PARAMS_KIT_H
#define SCK_TEST_PARAMS_KIT_H

#include <gmp.h>
#include <stdio.h>

#include "sck_params.h"
#include "sck_test.h"

#define COUNT(x) (sizeof(x) / sizeof *(x))

static const char *const all_names[] = {"b16-40",  "b16-35",  "b16-45",
                                        "l13-30",  "l14-40",  "l15-40",
                                        "test-10", "test-11", "test-12"};

static inline sck_params *named(const char *name)
{
    sck_params *p = NULL;
    const sck_status status = sck_params_named(name, &p);

    if (status != SCK_OK)
        fprintf(stderr, "%s: %s\n", name, sck_last_error());
    CU_ASSERT_EQUAL_FATAL(status, SCK_OK);
    return p;
}

static inline void product(mpz_t out, const uint32_t *x, uint32_t n)
{
    mpz_set_ui(out, 1);
    for (uint32_t i = 0; i < n; i++)
        mpz_mul_ui(out, out, x[i]);
}

#endif
