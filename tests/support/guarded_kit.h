/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Rows that end at a page no one may touch, for sodium_free(). */
#ifndef SCK_TEST_GUARDED_KIT_H
#define SCK_TEST_GUARDED_KIT_H

#include "sck_test.h"

#include <sodium.h>
#include <stdint.h>

static inline uint32_t *guarded(uint32_t n)
{
    CU_ASSERT_FATAL(sodium_init() >= 0);
    uint32_t *row = sodium_malloc(n * sizeof *row);

    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    return row;
}

#endif
