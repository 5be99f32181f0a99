/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite gpu.emulated: the CUDA kernels as they are written, compiled for the
 * host, every thread a fiber; no GPU. Bits against ref, in three orders of a
 * block's threads. */
#define _DEFAULT_SOURCE
#include "emulation.h"
#include "fixture.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* emulation/planted.cu: ntt_cuda.cu with one group's index off by one, and 16
 * bytes read from a row's first word and its second. */
emulated_transform planted_ntt_cuda;
int planted_aligned(const uint32_t *row);
int planted_misaligned(const uint32_t *row);

/* Whether every kernel agrees; says which does not. */
static int all_agree(uint32_t logn, uint32_t limbs, int kind)
{
    const struct sck_ring *ring = oracle_ring(logn); /* checks share it */
    size_t wrong = 0;

    for (size_t k = 0; k < emulated_kernel_count; k++) {
        const size_t words = emulated_kernels[k].check(logn, limbs, kind);

        if (words != 0)
            printf("%s, logN %u, %u limbs, kind %d: %zu words differ\n",
                   emulated_kernels[k].name, logn, limbs, kind, words);
        wrong += words != 0;
    }
    sck_ring_free(ring);
    return wrong == 0;
}

static void every_kernel_has_the_bits_of_ref(void)
{
    sck_emulation_use(SCK_EMULATION_ASCENDING);
    for (uint32_t logn = 10; logn <= 11; logn++)
        for (int kind = 0; kind < 4; kind++)
            CU_ASSERT_TRUE(all_agree(logn, 5, kind));
}

static void the_order_of_threads_is_of_no_account(void)
{
    for (int order = 0; order < SCK_EMULATION_ORDERS; order++) {
        sck_emulation_use((enum sck_emulation_order)order);
        CU_ASSERT_TRUE(all_agree(10, 2, 3));
        CU_ASSERT_TRUE(all_agree(12, 1, 3));
    }
    sck_emulation_use(SCK_EMULATION_ASCENDING);
}

static void a_block_of_sixteen_limbs_is_one_launch_a_pass(void)
{
    const uint64_t before = sck_emulation_launches();

    CU_ASSERT_EQUAL(check_ntt(10, SCK_BLOCK_LIMBS, 3), 0);
    CU_ASSERT_EQUAL(sck_emulation_launches() - before, 2);
    CU_ASSERT_EQUAL(check_key_switch(10, SCK_BLOCK_LIMBS, 1), 0);
    CU_ASSERT_EQUAL(check_rescale_parts(10, SCK_BLOCK_LIMBS, 3), 0);
    /* 36 targets are two launches: 8, 8 and 16; 16 and 16 from other digits. */
    uint64_t then = sck_emulation_launches();

    CU_ASSERT_EQUAL(check_key_switch_parts(10, SCK_BLOCK_LIMBS, 3), 0);
    CU_ASSERT_EQUAL(sck_emulation_launches() - then, 4);
    /* Twice 8 and 8. */
    then = sck_emulation_launches();
    CU_ASSERT_EQUAL(check_key_switch_batch(10, SCK_BLOCK_LIMBS, 3), 0);
    CU_ASSERT_EQUAL(sck_emulation_launches() - then, 2);
}

static void the_transforms_are_right_at_every_size(void)
{
    for (uint32_t logn = 13; logn <= 16; logn++) {
        CU_ASSERT_EQUAL(check_ntt(logn, 1, 3), 0);
        CU_ASSERT_EQUAL(check_intt(logn, 1, 3), 0);
    }
}

static void one_limb_of_the_largest_ring_is_right_everywhere(void)
{
    CU_ASSERT_TRUE(all_agree(16, 1, 3));
}

/* No task of any graph has to stay on the CPU. */
static void every_codelet_has_a_kernel(void)
{
    static const char *const codelets[] = {
#define SCK_CODELET(name, what) #name,
#include "codelets.def"
#undef SCK_CODELET
    };

    for (size_t c = 0; c < sizeof codelets / sizeof codelets[0]; c++) {
        const size_t length = strlen(codelets[c]);
        int found = 0;

        for (size_t k = 0; k < emulated_kernel_count; k++)
            found |=
                strncmp(emulated_kernels[k].name, codelets[c], length) == 0 &&
                strchr(" :", emulated_kernels[k].name[length]) != NULL;
        CU_ASSERT_TRUE(found);
    }
}

static void every_task_that_is_timed_runs(void)
{
    timed_tasks_prepare(10);
    for (size_t i = 0; i < timed_task_count; i++)
        CU_ASSERT_EQUAL(timed_tasks[i].run(), 0);
    timed_tasks_end();
}

/* What follows shows that the cases above can fail. */

/* The child dies at a load of 16 bytes from a row's second word. */
static void an_access_that_is_not_aligned_is_found(void)
{
    int status = 0;

    fflush(NULL);
    const pid_t child = fork();

    CU_ASSERT_TRUE_FATAL(child >= 0);
    if (child == 0) {
        const struct rlimit none = {0, 0};

        setrlimit(RLIMIT_CORE, &none);
        uint32_t *const *const row = fixture_rows(1, 64);

        _exit(planted_misaligned(row[0]) == planted_aligned(row[0]));
    }
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    CU_ASSERT_TRUE(WIFSIGNALED(status));
    uint32_t *const *const row = fixture_rows(1, 64);

    CU_ASSERT_EQUAL(planted_aligned(row[0]), 0);
    fixture_free();
}

static void an_index_off_by_one_in_a_copy_of_a_kernel_is_found(void)
{
    for (uint32_t logn = 10; logn <= 12; logn++)
        CU_ASSERT_NOT_EQUAL(check_transform(logn, 1, 3, 0, 0, planted_ntt_cuda),
                            0);
}

static void a_thread_with_its_neighbours_index_is_found(void)
{
    sck_emulation_plant(SCK_EMULATION_INDEX);
    for (size_t k = 0; k < emulated_kernel_count; k++)
        CU_ASSERT_NOT_EQUAL(emulated_kernels[k].check(10, 1, 3), 0);
    sck_emulation_plant(SCK_EMULATION_RIGHT);
}

static void a_missing_barrier_is_found(void)
{
    sck_emulation_plant(SCK_EMULATION_NO_BARRIER);
    for (size_t k = 0; k < emulated_kernel_count; k++)
        CU_ASSERT_EQUAL(emulated_kernels[k].check(10, 1, 3) != 0,
                        emulated_kernels[k].barriers);
    sck_emulation_plant(SCK_EMULATION_RIGHT);
}

static CU_TestInfo cases[] = {
    {"every_kernel_has_the_bits_of_ref", every_kernel_has_the_bits_of_ref},
    {"the_order_of_threads_is_of_no_account",
     the_order_of_threads_is_of_no_account},
    {"a_block_of_sixteen_limbs_is_one_launch_a_pass",
     a_block_of_sixteen_limbs_is_one_launch_a_pass},
    {"the_transforms_are_right_at_every_size",
     the_transforms_are_right_at_every_size},
    {"one_limb_of_the_largest_ring_is_right_everywhere",
     one_limb_of_the_largest_ring_is_right_everywhere},
    {"every_codelet_has_a_kernel", every_codelet_has_a_kernel},
    {"every_task_that_is_timed_runs", every_task_that_is_timed_runs},
    {"an_access_that_is_not_aligned_is_found",
     an_access_that_is_not_aligned_is_found},
    {"an_index_off_by_one_in_a_copy_of_a_kernel_is_found",
     an_index_off_by_one_in_a_copy_of_a_kernel_is_found},
    {"a_thread_with_its_neighbours_index_is_found",
     a_thread_with_its_neighbours_index_is_found},
    {"a_missing_barrier_is_found", a_missing_barrier_is_found},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(emulated, cases)
