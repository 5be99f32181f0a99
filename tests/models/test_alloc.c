/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite models.alloc: every allocation of the tensor reader fails once, and is
 * reported as such, nothing being kept. The JSON library's own are not ours to
 * fail. */
#include "fail_alloc.h"
#include "sck_tensors.h"
#include "sck_test.h"

#include <stdlib.h>

#define DIGITS SCK_SOURCE_DIR "/models/digits/digits.safetensors"

static void opening_fails_whole(void)
{
    sck_tensors *tensors = NULL;
    uint64_t at = 1;

    for (;; at++) {
        fail_alloc_begin(at);
        const sck_status status = sck_tensors_open(DIGITS, &tensors);

        if (!fail_alloc_end()) {
            CU_ASSERT_EQUAL(status, SCK_OK);
            break;
        }
        CU_ASSERT_EQUAL(status, SCK_ERR_MEMORY);
        CU_ASSERT_PTR_NULL(tensors);
        CU_ASSERT_EQUAL(fail_alloc_kept(), 0);
        if (status == SCK_OK)
            break;
    }
    CU_ASSERT(at > 1);
    sck_tensors_free(tensors);
}

static CU_TestInfo cases[] = {
    {"opening_fails_whole", opening_fails_whole},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(alloc, cases)
