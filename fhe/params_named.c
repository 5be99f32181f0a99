/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The sets that have names. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "params_priv.h"

#define LEVELED(label, n, delta, count, specials)                              \
    {                                                                          \
        .name = (label), .logn = (n), .q0_bits = 50, .scale_bits = (delta),    \
        .levels = (count), .special = (specials)                               \
    }

#define BOOTSTRAPPABLE(label, n, q0, delta, count, em, cts, insecure)          \
    {                                                                          \
        .name = (label), .logn = (n), .q0_bits = (q0), .scale_bits = (delta),  \
        .levels = (count), .levels_stc = 3, .levels_evalmod = 8,               \
        .evalmod_bits = (em), .levels_cts = 4, .cts_bits = (cts),              \
        .special = 12, .insecure_test_only = (insecure)                        \
    }

static const struct sck_params_literal sets[] = {
    LEVELED("l13-30", 13, 30, 3, 2),
    LEVELED("l14-40", 14, 40, 7, 3),
    LEVELED("l15-40", 15, 40, 16, 5),
    BOOTSTRAPPABLE("b16-40", 16, 50, 40, 14, 56, 50, 0),
    BOOTSTRAPPABLE("b16-35", 16, 50, 35, 16, 56, 50, 0),
    BOOTSTRAPPABLE("b16-45", 16, 55, 45, 10, 60, 54, 0),
    BOOTSTRAPPABLE("test-10", 10, 50, 40, 14, 56, 50, 1),
    BOOTSTRAPPABLE("test-11", 11, 50, 40, 14, 56, 50, 1),
    BOOTSTRAPPABLE("test-12", 12, 50, 40, 14, 56, 50, 1),
};

static sck_status no_such_set(const char *name)
{
    char known[128] = "";
    size_t used = 0;

    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s",
                                 i == 0 ? "" : ", ", sets[i].name);
    return sck_fail(SCK_ERR_ARGUMENT, "sck_params_named",
                    "no parameter set is called '%.40s', but %s", name, known);
}

sck_status sck_params_named(const char *name, sck_params **params)
{
    if (params == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "params is NULL");
    *params = NULL;
    if (name == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "name is NULL");
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (strcmp(sets[i].name, name) == 0)
            return sck_params_new(&sets[i], params);
    return no_such_set(name);
}
