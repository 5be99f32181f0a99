/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite gpu.device_graphs: tasks' kernels recorded, captured once and replayed
 * with other rows, on the emulated device. */
#define _POSIX_C_SOURCE 200809L /* setenv() */
#include "automorphism.h"
#include "constants.h"
#include "decompose.h"
#include "device_graphs.h"
#include "emulation.h"
#include "fixture.h"

#include <pthread.h>
#include <stdlib.h>

enum { LOGN = 10, SOURCES = 5, KERNELS = 3 };

static struct sck_device_graph_counts counted(void)
{
    struct sck_device_graph_counts counts;

    sck_device_graphs_count(&counts);
    return counts;
}

/* One polynomial's rows to be taken apart, by ref and by the device. */
struct rows {
    uint32_t *const *in, *const *want, *const *got;
};

struct decomposition {
    const struct sck_ring *ring;
    struct sck_decompose_args args;
    struct sck_prime_table tables[SOURCES];
    struct rows rows[2];
};

static void begin(struct decomposition *d, uint32_t sources)
{
    d->ring = oracle_ring(LOGN);
    sck_decompose_prepare(&d->args, d->ring->id, oracle_primes, sources, NULL,
                          0);
    d->args.ntt_domain = 1;
    fixture_tables(d->ring, d->args.q, sources, d->tables);
    for (int r = 0; r < 2; r++) {
        d->rows[r] = (struct rows){fixture_residues(d->ring, 0, sources, 3),
                                   fixture_rows(sources + 1, d->ring->n),
                                   fixture_rows(sources + 1, d->ring->n)};
        sck_decompose_ref(&d->args, d->ring, d->rows[r].want,
                          fixture_in(d->rows[r].in));
    }
}

static void end(const struct decomposition *d)
{
    fixture_free();
    sck_ring_free(d->ring);
}

/* Records, replays on the stream, and counts the words that are not ref's. */
static size_t run(const struct decomposition *d, int r, void *stream)
{
    size_t wrong = 0;

    sck_device_record();
    const int status = sck_device_replay(
        sck_decompose_cuda(&d->args, LOGN, d->tables, d->rows[r].got,
                           fixture_in(d->rows[r].in), stream),
        stream);

    if (status != 0)
        return SIZE_MAX;
    for (uint32_t i = 0; i <= d->args.limbs; i++)
        wrong += memcmp(d->rows[r].want[i], d->rows[r].got[i],
                        d->ring->n * sizeof(uint32_t)) != 0;
    return wrong;
}

static void other_rows_go_through_the_graph_that_is_there(void)
{
    struct decomposition d;
    int stream;

    begin(&d, SOURCES);
    CU_ASSERT_EQUAL(run(&d, 0, &stream), 0);
    CU_ASSERT_EQUAL(counted().captured, 1);
    CU_ASSERT_EQUAL(counted().replayed, 0);
    CU_ASSERT_EQUAL(run(&d, 1, &stream), 0);
    CU_ASSERT_EQUAL(counted().captured, 1);
    CU_ASSERT_EQUAL(counted().replayed, 1);
    CU_ASSERT_EQUAL(counted().updated, KERNELS);
    /* The same rows again: no node changes. */
    memset(d.rows[1].got[0], 0, d.ring->n * sizeof(uint32_t));
    CU_ASSERT_EQUAL(run(&d, 1, &stream), 0);
    CU_ASSERT_EQUAL(counted().replayed, 2);
    CU_ASSERT_EQUAL(counted().updated, KERNELS);
    CU_ASSERT_EQUAL(counted().single, 0);
    end(&d);
    sck_constants_free();
    CU_ASSERT_EQUAL(counted().captured, 0);
    CU_ASSERT_EQUAL(sck_emulation_graphs(), 0);
}

static void another_shape_stream_or_device_is_another_graph(void)
{
    struct decomposition d, fewer;
    int one, two;

    begin(&d, SOURCES);
    CU_ASSERT_EQUAL(run(&d, 0, &one), 0);
    CU_ASSERT_EQUAL(run(&d, 0, &two), 0);
    CU_ASSERT_EQUAL(counted().captured, 2);
    sck_emulation_device(1);
    CU_ASSERT_EQUAL(run(&d, 1, &one), 0);
    sck_emulation_device(0);
    CU_ASSERT_EQUAL(counted().captured, 3);
    end(&d);
    begin(&fewer, SOURCES - 1);
    CU_ASSERT_EQUAL(run(&fewer, 0, &one), 0);
    CU_ASSERT_EQUAL(counted().captured, 4);
    CU_ASSERT_EQUAL(counted().replayed, 0);
    CU_ASSERT_EQUAL(run(&fewer, 1, &one), 0);
    CU_ASSERT_EQUAL(counted().replayed, 1);
    end(&fewer);
    sck_constants_free();
    CU_ASSERT_EQUAL(sck_emulation_graphs(), 0);
}

/* A node that keeps its first arguments writes the first rows. */
static void stale_arguments_are_found(void)
{
    struct decomposition d;
    int stream;

    begin(&d, SOURCES);
    sck_emulation_stale(1);
    CU_ASSERT_EQUAL(run(&d, 0, &stream), 0);
    CU_ASSERT_NOT_EQUAL(run(&d, 1, &stream), 0);
    sck_emulation_stale(0);
    end(&d);
    sck_constants_free();
}

static void few_kernels_and_none_are_no_graph(void)
{
    const uint64_t before = sck_emulation_launches();

    sck_device_record();
    CU_ASSERT_EQUAL(sck_device_records(), 1);
    CU_ASSERT_EQUAL(check_ntt(LOGN, 2, 3), 0);
    CU_ASSERT_EQUAL(sck_device_records(), 0);
    CU_ASSERT_EQUAL(sck_emulation_launches() - before, 2);
    CU_ASSERT_EQUAL(counted().single, 1);
    CU_ASSERT_EQUAL(counted().captured, 0);
    sck_device_record();
    CU_ASSERT_EQUAL(sck_device_replay(0, NULL), 0);
    CU_ASSERT_EQUAL(counted().single, 1);
    sck_constants_free();
}

static void the_variable_turns_graphs_off(void)
{
    setenv("STARCLOAK_CUDA_GRAPHS", "0", 1);
    sck_device_record();
    CU_ASSERT_EQUAL(sck_device_records(), 0);
    CU_ASSERT_EQUAL(check_decompose(LOGN, 2, 3), 0);
    CU_ASSERT_EQUAL(counted().captured, 0);
    setenv("STARCLOAK_CUDA_GRAPHS", "1", 1);
    sck_device_record();
    CU_ASSERT_EQUAL(check_decompose(LOGN, 2, 3), 0);
    CU_ASSERT_EQUAL(counted().captured, 1);
    unsetenv("STARCLOAK_CUDA_GRAPHS");
    sck_constants_free();
}

static void an_error_launches_nothing_and_passes(void)
{
    struct decomposition d;
    int stream;
    const uint64_t before = sck_emulation_launches();

    begin(&d, SOURCES);
    sck_device_record();
    CU_ASSERT_EQUAL(sck_decompose_cuda(&d.args, LOGN, d.tables, d.rows[0].got,
                                       fixture_in(d.rows[0].in), &stream),
                    0);
    CU_ASSERT_EQUAL(sck_device_replay(1, &stream), 1);
    sck_emulation_capture(1);
    CU_ASSERT_NOT_EQUAL(run(&d, 0, &stream), 0);
    CU_ASSERT_EQUAL(sck_emulation_launches(), before);
    CU_ASSERT_EQUAL(sck_emulation_graphs(), 0);
    sck_emulation_capture(0);
    CU_ASSERT_EQUAL(run(&d, 0, &stream), 0);
    CU_ASSERT_EQUAL(counted().captured, 1);
    end(&d);
    sck_constants_free();
    CU_ASSERT_EQUAL(sck_emulation_graphs(), 0);
}

/* More kernels than a graph has are launched as they come. */
static void too_many_kernels_are_launched_in_order(void)
{
    enum { MANY = 71 };
    const struct sck_ring *ring = oracle_ring(LOGN);
    const struct sck_automorphism_args args = {ring->id, 1, 5};
    uint32_t *const *rows = fixture_residues(ring, 0, MANY + 1, 3);
    uint32_t *const *want = fixture_rows(2, ring->n);
    int wrong = 0;

    memcpy(want[0], rows[0], ring->n * sizeof(uint32_t));
    sck_device_record();
    for (uint32_t k = 0; k < MANY; k++) {
        wrong |= sck_automorphism_cuda(&args, LOGN, rows + k + 1,
                                       fixture_in(rows + k), NULL);
        sck_automorphism_ref(&args, ring, want + (k + 1) % 2,
                             fixture_in(want + k % 2));
    }
    CU_ASSERT_EQUAL(sck_device_records(), 0);
    CU_ASSERT_EQUAL(sck_device_replay(wrong, NULL), 0);
    CU_ASSERT_EQUAL(counted().captured, 0);
    CU_ASSERT_EQUAL(
        memcmp(rows[MANY], want[MANY % 2], ring->n * sizeof(uint32_t)), 0);
    fixture_free();
    sck_ring_free(ring);
    sck_constants_free();
}

static void *records_in_another_thread(void *unused)
{
    CU_ASSERT_EQUAL(sck_device_records(), 0);
    return unused;
}

static void a_thread_records_its_own_launches(void)
{
    pthread_t other;

    sck_device_record();
    CU_ASSERT_EQUAL_FATAL(
        pthread_create(&other, NULL, records_in_another_thread, NULL), 0);
    pthread_join(other, NULL);
    CU_ASSERT_EQUAL(sck_device_records(), 1);
    CU_ASSERT_EQUAL(sck_device_replay(0, NULL), 0);
}

static void every_kernel_has_the_bits_of_ref_in_a_graph(void)
{
    const struct sck_ring *ring = oracle_ring(LOGN); /* checks share it */

    for (int kind = 0; kind < 4; kind++)
        for (size_t k = 0; k < emulated_kernel_count; k++) {
            sck_device_record();
            CU_ASSERT_EQUAL(emulated_kernels[k].check(LOGN, 4, kind), 0);
            CU_ASSERT_EQUAL(sck_device_records(), 0);
        }
    CU_ASSERT_TRUE(counted().captured >= 4);
    CU_ASSERT_TRUE(counted().replayed >= 2 * counted().captured);
    sck_ring_free(ring);
    sck_constants_free();
    CU_ASSERT_EQUAL(sck_emulation_graphs(), 0);
}

static CU_TestInfo cases[] = {
    {"other_rows_go_through_the_graph_that_is_there",
     other_rows_go_through_the_graph_that_is_there},
    {"another_shape_stream_or_device_is_another_graph",
     another_shape_stream_or_device_is_another_graph},
    {"stale_arguments_are_found", stale_arguments_are_found},
    {"few_kernels_and_none_are_no_graph", few_kernels_and_none_are_no_graph},
    {"the_variable_turns_graphs_off", the_variable_turns_graphs_off},
    {"an_error_launches_nothing_and_passes",
     an_error_launches_nothing_and_passes},
    {"too_many_kernels_are_launched_in_order",
     too_many_kernels_are_launched_in_order},
    {"a_thread_records_its_own_launches", a_thread_records_its_own_launches},
    {"every_kernel_has_the_bits_of_ref_in_a_graph",
     every_kernel_has_the_bits_of_ref_in_a_graph},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(device_graphs, cases)
