/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "block.h"

#include <stdatomic.h>
#include <stdlib.h>

sck_status sck_polynomial_new(sck_session *session, uint32_t n,
                              const uint32_t *cut, uint32_t blocks,
                              struct sck_polynomial **polynomial)
{
    sck_status status = SCK_OK;
    struct sck_polynomial *p = calloc(1, sizeof *p);

    *polynomial = NULL;
    if (p != NULL) {
        p->users = 1;
        p->block = calloc(blocks, sizeof *p->block);
        p->first = calloc(blocks + 1, sizeof *p->first);
    }
    if (p == NULL || p->block == NULL || p->first == NULL) {
        sck_polynomial_free(p);
        return SCK_FAIL(SCK_ERR_MEMORY, "a polynomial of %u blocks", blocks);
    }
    p->n = n;
    for (uint32_t i = 0; i < blocks; i++) {
        status = sck_block_new(session, n, cut[i], &p->block[i]);
        if (status != SCK_OK) {
            sck_polynomial_free(p);
            return status;
        }
        p->blocks = i + 1;
        p->first[i + 1] = p->first[i] + cut[i];
    }
    p->limbs = p->first[blocks];
    *polynomial = p;
    return SCK_OK;
}

struct sck_polynomial *sck_polynomial_share(struct sck_polynomial *polynomial)
{
    atomic_fetch_add(&polynomial->users, 1);
    return polynomial;
}

void sck_polynomial_free(struct sck_polynomial *polynomial)
{
    if (polynomial == NULL || atomic_fetch_sub(&polynomial->users, 1) > 1)
        return;
    for (uint32_t i = 0; i < polynomial->blocks; i++)
        sck_block_free(polynomial->block[i]);
    free(polynomial->block);
    free(polynomial->first);
    free(polynomial);
}

sck_block *sck_polynomial_limb(const struct sck_polynomial *polynomial,
                               uint32_t limb, uint32_t *row)
{
    uint32_t i = 0;

    while (limb >= polynomial->first[i + 1])
        i++;
    *row = limb - polynomial->first[i];
    return polynomial->block[i];
}

sck_status sck_polynomial_write(struct sck_polynomial *polynomial,
                                const uint32_t *words)
{
    for (uint32_t i = 0; i < polynomial->blocks; i++)
        SCK_TRY(sck_block_write(polynomial->block[i],
                                words + (size_t)polynomial->first[i] *
                                            polynomial->n));
    return SCK_OK;
}

sck_status sck_polynomial_read(const struct sck_polynomial *polynomial,
                               uint32_t *words)
{
    for (uint32_t i = 0; i < polynomial->blocks; i++)
        SCK_TRY(sck_block_read(polynomial->block[i],
                               words + (size_t)polynomial->first[i] *
                                           polynomial->n));
    return SCK_OK;
}
