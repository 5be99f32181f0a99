/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A call whose every allocation fails once: each time it reports
 * SCK_ERR_MEMORY, its output is NULL and no block is left. */
#ifndef SCK_TEST_ALLOC_KIT_H
#define SCK_TEST_ALLOC_KIT_H

#include "fail_alloc.h"
#include "noise_kit.h"

/* A call under test: what it makes goes to *made. */
typedef sck_status call(struct noise_kit *k, sck_ciphertext **made);

/* Fails the call's allocations one by one until it succeeds; what it then made
 * is freed. */
static inline void each_fails(const char *name, struct noise_kit *k, call *run)
{
    const uint64_t before = blocks_alive(k->session);
    sck_ciphertext *made = NULL;

    for (uint64_t at = 1; at < 100000; at++) {
        fail_alloc_begin(at);
        const sck_status status = run(k, &made);

        if (!fail_alloc_end()) {
            CU_ASSERT_EQUAL(status, SCK_OK);
            CU_ASSERT(at > 1);
            printf("\n    %s: %d allocations ", name, (int)at - 1);
            sck_ciphertext_free(made);
            return;
        }
        CU_ASSERT_EQUAL(status, SCK_ERR_MEMORY);
        CU_ASSERT_PTR_NULL(made);
        CU_ASSERT_EQUAL(blocks_alive(k->session), before);
        /* Tasks submitted before the failure end well. */
        CU_ASSERT_EQUAL(sck_run_wait(k->run), SCK_OK);
        CU_ASSERT_EQUAL(fail_alloc_kept(), 0);
        if (status != SCK_ERR_MEMORY || made != NULL ||
            blocks_alive(k->session) != before || fail_alloc_kept() != 0) {
            printf("\n    %s, allocation %d: status %d, made %p, %d blocks, %d "
                   "kept ",
                   name, (int)at, (int)status, (void *)made,
                   (int)(blocks_alive(k->session) - before),
                   (int)fail_alloc_kept());
            return;
        }
    }
    CU_FAIL("no end of allocations");
}

/* A matrix of four baby steps and two giant ones. */
static inline void alloc_fill(double *matrix)
{
    static const int diagonals[] = {0, 1, 2, 3, 8, 9, 10, 11};

    for (int i = 0; i < SLOTS; i++) {
        for (int d = 0; d < 8; d++)
            matrix[i * SLOTS + (i + diagonals[d]) % SLOTS] = 0.25;
        matrix[i * SLOTS + i] = i * 0x1p-8;
    }
}

#endif
