/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#define _POSIX_C_SOURCE 200809L /* setenv */
#include "elementwise.h"
#include "intt.h"
#include "isa.h"
#include "ntt.h"
#include "sck_test.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const enum sck_isa all[] = {SCK_ISA_REF, SCK_ISA_AVX2, SCK_ISA_AVX512};

static void names_are_what_the_environment_takes(void)
{
    CU_ASSERT_STRING_EQUAL(sck_isa_name(SCK_ISA_REF), "ref");
    CU_ASSERT_STRING_EQUAL(sck_isa_name(SCK_ISA_AVX2), "avx2");
    CU_ASSERT_STRING_EQUAL(sck_isa_name(SCK_ISA_AVX512), "avx512");
    CU_ASSERT_STRING_EQUAL(sck_isa_name((enum sck_isa)3), "unknown");
}

static void the_environment_caps_and_never_raises(void)
{
    const enum sck_isa host = sck_isa_detect();
    enum sck_isa isa;

    unsetenv("STARCLOAK_ISA");
    CU_ASSERT_EQUAL(sck_isa_allowed(&isa), SCK_OK);
    CU_ASSERT_EQUAL(isa, host);
    setenv("STARCLOAK_ISA", "", 1);
    CU_ASSERT_EQUAL(sck_isa_allowed(&isa), SCK_OK);
    CU_ASSERT_EQUAL(isa, host);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        setenv("STARCLOAK_ISA", sck_isa_name(all[i]), 1);
        CU_ASSERT_EQUAL(sck_isa_allowed(&isa), SCK_OK);
        CU_ASSERT_EQUAL(isa, all[i] < host ? all[i] : host);
    }
}

static void another_word_is_refused_and_named(void)
{
    enum sck_isa isa = SCK_ISA_AVX512;

    setenv("STARCLOAK_ISA", "AVX2", 1);
    CU_ASSERT_EQUAL(sck_isa_allowed(&isa), SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(isa, SCK_ISA_REF);
    CU_ASSERT_PTR_NOT_NULL(strstr(sck_last_error(), "AVX2"));
    CU_ASSERT_EQUAL(sck_kernels_init(), SCK_ERR_ARGUMENT);
    CU_ASSERT_PTR_EQUAL(sck_ntt_row, sck_ntt_row_ref);
    CU_ASSERT_PTR_EQUAL(sck_intt_row, sck_intt_row_ref);
    CU_ASSERT_PTR_EQUAL(sck_elementwise, sck_elementwise_ref);
}

static void *init(void *status)
{
    *(sck_status *)status = sck_kernels_init();
    return NULL;
}

/* After the cases above: the first success counts for the process. */
static void kernels_move_once_to_the_best_variant(void)
{
    pthread_t threads[4];
    sck_status status[4];

    unsetenv("STARCLOAK_ISA");
    for (int i = 0; i < 4; i++)
        CU_ASSERT_EQUAL_FATAL(
            pthread_create(&threads[i], NULL, init, &status[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        CU_ASSERT_EQUAL(status[i], SCK_OK);
    }
    sck_ntt_row_fn *ntt = sck_ntt_row_ref;
    sck_intt_row_fn *intt = sck_intt_row_ref;
    sck_elementwise_fn *elementwise = sck_elementwise_ref;

#ifdef SCK_HAVE_ntt_row_avx2
    if (sck_isa_detect() >= SCK_ISA_AVX2)
        ntt = sck_ntt_row_avx2;
#endif
#ifdef SCK_HAVE_intt_row_avx2
    if (sck_isa_detect() >= SCK_ISA_AVX2)
        intt = sck_intt_row_avx2;
#endif
#ifdef SCK_HAVE_ntt_row_avx512
    if (sck_isa_detect() >= SCK_ISA_AVX512)
        ntt = sck_ntt_row_avx512;
#endif
#ifdef SCK_HAVE_intt_row_avx512
    if (sck_isa_detect() >= SCK_ISA_AVX512)
        intt = sck_intt_row_avx512;
#endif
#ifdef SCK_HAVE_elementwise_avx2
    if (sck_isa_detect() >= SCK_ISA_AVX2)
        elementwise = sck_elementwise_avx2;
#endif
#ifdef SCK_HAVE_elementwise_avx512
    if (sck_isa_detect() >= SCK_ISA_AVX512)
        elementwise = sck_elementwise_avx512;
#endif
    CU_ASSERT_PTR_EQUAL(sck_ntt_row, ntt);
    CU_ASSERT_PTR_EQUAL(sck_intt_row, intt);
    CU_ASSERT_PTR_EQUAL(sck_elementwise, elementwise);
    setenv("STARCLOAK_ISA", "ref", 1);
    CU_ASSERT_EQUAL(sck_kernels_init(), SCK_OK);
    CU_ASSERT_PTR_EQUAL(sck_ntt_row, ntt);
    unsetenv("STARCLOAK_ISA");
}

static CU_TestInfo cases[] = {
    {"names_are_what_the_environment_takes",
     names_are_what_the_environment_takes},
    {"the_environment_caps_and_never_raises",
     the_environment_caps_and_never_raises},
    {"another_word_is_refused_and_named", another_word_is_refused_and_named},
    {"kernels_move_once_to_the_best_variant",
     kernels_move_once_to_the_best_variant},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(isa, cases)
