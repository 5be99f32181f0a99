/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Making, freeing and reading parameters. */
#include <stdlib.h>
#include <string.h>

#include "params_priv.h"

/* GMP and MPFR end the process when their (small) allocations fail; the one
 * allocation that matters is ours and reported. */
sck_status sck_params_new(const struct sck_params_literal *literal,
                          sck_params **params)
{
    const char *name;
    sck_params *p;
    sck_status status;

    if (params == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "params is NULL");
    *params = NULL;
    if (literal == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "literal is NULL");
    name = literal->name != NULL ? literal->name : "custom";
    if (strlen(name) >= sizeof p->name)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "the name has %zu bytes, at most %zu",
                        strlen(name), sizeof p->name - 1);
    SCK_TRY(sck_params_check_literal(literal));
    p = calloc(1, sizeof *p);
    if (p == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "no memory for %zu bytes", sizeof *p);
    p->literal = *literal;
    p->literal.name = strcpy(p->name, name);
    if ((status = sck_params_make_table(p)) != SCK_OK)
        goto done;
    sck_params_make_scales(p);
    if ((status = sck_params_make_classes(p)) != SCK_OK)
        goto done;
    if ((status = sck_params_check(p)) != SCK_OK)
        goto done;
    sck_params_make_id(p);
    *params = p;
    p = NULL;
done:
    sck_params_free(p);
    return status;
}

void sck_params_free(sck_params *params)
{
    free(params);
}

const char *sck_params_name(const sck_params *params)
{
    return params->name;
}

const struct sck_params_literal *sck_params_shape(const sck_params *params)
{
    return &params->literal;
}

uint32_t sck_params_logn(const sck_params *params)
{
    return params->literal.logn;
}

uint32_t sck_params_levels(const sck_params *params)
{
    return params->levels;
}

uint32_t sck_params_app_top(const sck_params *params)
{
    return params->app_top;
}

const uint32_t *sck_params_primes(const sck_params *params, uint32_t level,
                                  uint32_t *count)
{
    *count = 0;
    if (level >= params->levels)
        return NULL;
    *count = params->level[level].primes.count;
    return params->level[level].primes.q;
}

const uint32_t *sck_params_added(const sck_params *params, uint32_t level,
                                 uint32_t *count)
{
    *count = 0;
    if (level >= params->levels)
        return NULL;
    *count = params->level[level].added.count;
    return params->level[level].added.q;
}

const uint32_t *sck_params_dropped(const sck_params *params, uint32_t level,
                                   uint32_t *count)
{
    *count = 0;
    if (level >= params->levels)
        return NULL;
    *count = params->level[level].dropped.count;
    return params->level[level].dropped.q;
}

sck_scale sck_params_scale(const sck_params *params, uint32_t level)
{
    const sck_scale none = {0, 0};

    return level < params->levels ? params->level[level].scale : none;
}

int sck_params_fuses(const sck_params *params, uint32_t level)
{
    return level < params->levels && params->level[level].fuses;
}

uint32_t sck_params_classes(const sck_params *params)
{
    return params->classes;
}

uint32_t sck_params_class_of(const sck_params *params, uint32_t level)
{
    return level < params->levels ? params->level[level].class_index
                                  : UINT32_MAX;
}

const struct sck_key_class *sck_params_class(const sck_params *params,
                                             uint32_t index)
{
    return index < params->classes ? &params->class_store[index].shape : NULL;
}

const uint32_t *sck_params_storage_order(const sck_params *params,
                                         uint32_t *count)
{
    *count = params->order_count;
    return params->all;
}

const uint32_t *sck_params_all_primes(const sck_params *params, uint32_t *count)
{
    *count = params->order_count + params->special_count;
    return params->all;
}

const uint32_t *sck_params_special(const sck_params *params, uint32_t *count)
{
    *count = params->special_count;
    return params->all + params->order_count;
}

const uint8_t *sck_params_id(const sck_params *params)
{
    return params->id;
}

int sck_params_is_insecure(const sck_params *params)
{
    return params->literal.insecure_test_only != 0;
}

double sck_params_log2_qp(const sck_params *params)
{
    return params->log2_qp;
}

double sck_params_security_bits(const sck_params *params)
{
    if (sck_params_is_insecure(params))
        return 0;
    for (uint32_t i = 0; i < params->classes; i++)
        if (!params->class_store[i].shape.within_limit)
            return 0;
    return 128;
}
