/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Every codelet's CUDA kernel against its ref, on the emulated device
 * (memory_emulated.c) and on a real one (memory_device.c). */
#ifndef SCK_GPU_FIXTURE_H
#define SCK_GPU_FIXTURE_H

#include "oracle.h"

/** Words by which the kernel's results are not ref's, over limbs rows of
 *  inputs of kind (sck_test_fill); SIZE_MAX if the launch fails. */
typedef size_t emulated_check(uint32_t logn, uint32_t limbs, int kind);

struct emulated_kernel {
    const char *name;
    emulated_check *check;
    int barriers; /**< 1: its blocks have some */
};

extern const struct emulated_kernel emulated_kernels[];
extern const size_t emulated_kernel_count;

emulated_check check_ntt, check_ntt_in_place, check_intt, check_automorphism,
    check_elementwise, check_sample_uniform, check_embed, check_limbs,
    check_short_embed, check_short_limbs;
emulated_check check_decompose, check_coefficients, check_decompose_in_parts,
    check_decompose_parts, check_key_switch_parts, check_key_switch_batch,
    check_rescale_parts, check_base_convert, check_rescale,
    check_rescale_in_place, check_mod_down, check_mod_raise,
    check_rescale_turned, check_rescale_turned_in_place, check_key_mac,
    check_key_switch, check_key_switch_onto, check_hoisted_switch,
    check_hoisted_diagonals;
emulated_check check_tensor, check_dot, check_automorphism_sum,
    check_combination, check_diagonals;

typedef int emulated_transform(const struct sck_ntt_args *args, uint32_t logn,
                               const struct sck_prime_table *tables,
                               uint32_t *const *out, const uint32_t *const *in,
                               void *stream);

/** One kernel of the shape of sck_ntt_cuda() against ntt, or intt. */
size_t check_transform(uint32_t logn, uint32_t limbs, int kind, int in_place,
                       int inverse, emulated_transform *run);

/** Memory of 0xff that both sides reach; fixture_free() frees all of it. The
 *  emulated device's ends at a page no one may touch, and begins at one where
 *  bytes is a multiple of a page: a word too many ends the test. */
void *fixture_memory(size_t bytes);
void fixture_free(void);

/** words where the device reaches them, until fixture_free(). */
const void *fixture_constant(const void *words, size_t bytes);

/** Waits for the device: a cudaError_t. */
int fixture_wait(void);

uint32_t **fixture_rows(uint32_t count, uint32_t words);

/** Rows of residues modulo oracle_primes[first ...]. */
uint32_t **fixture_residues(const struct sck_ring *ring, uint32_t first,
                            uint32_t count, int kind);

/** Replays what was recorded (device_graphs.h). Differing words of count rows;
 *  frees everything, and the ring. */
size_t fixture_compare(const struct sck_ring *ring, int status,
                       uint32_t *const *want, uint32_t *const *got,
                       uint32_t count);

void fixture_tables(const struct sck_ring *ring, const uint32_t *q,
                    uint32_t count, struct sck_prime_table *tables);

/** Fills the y rows and the v row of the primes from first on. */
void fixture_sources(const struct sck_ring *ring, uint32_t first,
                     uint32_t count, int kind, uint32_t *const *rows);

/** A task to be timed; gives a cudaError_t. */
struct timed_task {
    const char *name;
    int (*run)(void);
};
extern const struct timed_task timed_tasks[];
extern const size_t timed_task_count;

/** Makes the tasks' rows and arguments; not while a check runs. */
void timed_tasks_prepare(uint32_t logn);
void timed_tasks_end(void);

static inline const uint32_t *const *fixture_in(uint32_t *const *rows)
{
    return (const uint32_t *const *)rows;
}

#endif
