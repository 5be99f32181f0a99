/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* gpu.device: every kernel's bits on this machine's GPU against ref, at every
 * size and in blocks of sixteen limbs; with --logn L at one size, with --logn L
 * --kind K of one kind of inputs. With --bench TASKS FOLDER: the machine's
 * rates and the tasks of codelets/GPU.md at N = 2^16, predicted from TASKS and
 * measured: as they come, those of three kernels and more as graphs, and four
 * calls as one graph, which shows the device without the host's launches; into
 * FOLDER/gpu.json and gpu.md.
 * Exit status: 0 all agree, 1 some do not or CUDA failed, 77 no GPU. */
#include "bench.h"
#include "device_graphs.h"
#include "fixture.h"

#include <cuda_runtime.h>
#include <stdio.h>

enum { KINDS = 4 };

/* How a timed task's kernels are launched: one by one; a graph a call, given
 * the call's rows; a graph of some calls, whose rows are the same each time. */
enum launched { AS_THEY_COME, IN_A_GRAPH, TOGETHER, WAYS };
enum { CALLS_TOGETHER = BENCH_TOGETHER };

static const char *const way_names[WAYS] = {"", ", as a graph",
                                            BENCH_TOGETHER_NAME};

static int wrong_at(const struct emulated_kernel *k, uint32_t logn,
                    uint32_t limbs, int kind, int in_graph)
{
    if (in_graph)
        sck_device_record();

    const size_t words = k->check(logn, limbs, kind);

    if (words != 0)
        printf("%s%s, logN %u, %u limbs, kind %d: %zu words differ (%s)\n",
               k->name, in_graph ? " in a graph" : "", logn, limbs, kind, words,
               cudaGetErrorString(cudaGetLastError()));
    return words != 0;
}

static int ascending(const void *a, const void *b)
{
    const float x = *(const float *)a;
    const float y = *(const float *)b;

    return (x > y) - (x < y);
}

/* Calls of a task, one after the other. */
static unsigned call(int (*run)(void), enum launched way)
{
    unsigned status = 0;

    if (way != AS_THEY_COME)
        sck_device_record();
    for (int c = 1; way == TOGETHER && c < CALLS_TOGETHER; c++)
        status |= (unsigned)run();
    status |= (unsigned)run();
    return (unsigned)sck_device_replay((int)status, NULL);
}

/* The median over SAMPLES of a call's us, CALLS in each; negative if one
 * fails. The first two warm up: they bring the rows to the device. */
static float time_us(int (*run)(void), enum launched way)
{
    enum { SAMPLES = 21, CALLS = 20 };
    const int step = way == TOGETHER ? CALLS_TOGETHER : 1;
    float us[SAMPLES];
    cudaEvent_t begin, end;
    unsigned status = cudaEventCreate(&begin) | cudaEventCreate(&end);

    for (int i = -2; i < SAMPLES && status == 0; i++) {
        float ms = 0;

        status |= cudaEventRecord(begin, NULL);
        for (int k = 0; k < CALLS; k += step)
            status |= call(run, way);
        status |= cudaEventRecord(end, NULL) | cudaEventSynchronize(end) |
                  cudaEventElapsedTime(&ms, begin, end);
        if (i >= 0)
            us[i] = ms * 1000 / CALLS;
    }
    cudaEventDestroy(begin);
    cudaEventDestroy(end);
    if (status != 0)
        return -1;
    qsort(us, SAMPLES, sizeof us[0], ascending);
    return us[SAMPLES / 2];
}

/* FOLDER/name, to be written. */
static FILE *report(const char *folder, const char *name)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");

    if (file == NULL)
        perror(path);
    return file;
}

/* bootstrap_us: what one was measured at, 0 if none was. */
static int bench(const char *tasks, const char *folder, double bootstrap_us)
{
    struct bench_row rows[96];
    char names[96][96];
    struct gpu_rates rates, assumed;
    char name[GPU_NAME];
    size_t count = 0;
    int processors = 0, failed = 0;
    struct bench_predictions *p = bench_predictions_read(tasks);
    FILE *json = report(folder, "gpu.json"), *table = report(folder, "gpu.md");

    if (p == NULL || json == NULL || table == NULL ||
        WAYS * timed_task_count >= sizeof rows / sizeof rows[0] ||
        gpu_rates_measure(&rates, name, &processors) != 0) {
        fprintf(stderr, "%s: no predictions, or no rates: %s\n", tasks,
                cudaGetErrorString(cudaGetLastError()));
        return 1;
    }
    assumed = bench_predictions_assumed(p);
    timed_tasks_prepare(16);
    for (size_t i = 0; i < WAYS * timed_task_count; i++) {
        const struct timed_task *const t = &timed_tasks[i / WAYS];
        struct gpu_rates first = assumed, then = rates;
        struct bench_row *const row = &rows[count];
        struct sck_device_graph_counts before, after;
        const enum launched way = (enum launched)(i % WAYS);

        sck_device_graphs_count(&before);
        row->measured_us = (double)time_us(t->run, way);
        sck_device_graphs_count(&after);
        failed |= row->measured_us < 0;
        if (way == IN_A_GRAPH && after.captured == before.captured)
            continue;
        if (way != AS_THEY_COME) {
            first.gap = first.node;
            then.gap = then.node;
        }
        snprintf(names[count], sizeof names[count], "%s%s", t->name,
                 way_names[way]);
        row->task = names[count++];
        row->assumed_us = bench_predict(p, t->name, &first);
        row->rates_us = bench_predict(p, t->name, &then);
        printf("%-56s %8.2f %8.2f %8.2f us\n", row->task, row->assumed_us,
               row->rates_us, row->measured_us);
    }
    sck_device_graphs_free();
    timed_tasks_end();
    if (bootstrap_us > 0)
        rows[count++] = (struct bench_row){
            bench_bootstrap, bench_predict(p, bench_bootstrap, &assumed),
            bench_predict(p, bench_bootstrap, &rates), bootstrap_us};
    bench_predictions_free(p);
    failed |= bench_write(json, table, name, processors, &rates, rows, count);
    failed |= fclose(json) != 0;
    failed |= fclose(table) != 0;
    return failed;
}

/* first_kind to last_kind of inputs, launched as they come and in graphs. */
static int compare(uint32_t least, uint32_t most, int first_kind, int last_kind)
{
    unsigned checks = 0, wrong = 0;

    for (uint32_t logn = least; logn <= most; logn++) {
        const struct sck_ring *ring = oracle_ring(logn); /* checks share it */

        for (size_t k = 0; k < emulated_kernel_count; k++)
            for (int i = 2 * first_kind; i < 2 * (last_kind + 1); i++, checks++)
                wrong += (unsigned)wrong_at(
                    &emulated_kernels[k], logn,
                    i / 2 == KINDS - 1 ? SCK_BLOCK_LIMBS : 2, i / 2, i % 2);
        sck_ring_free(ring);
    }
    struct sck_device_graph_counts graphs;

    sck_device_graphs_count(&graphs);
    sck_device_graphs_free();
    printf("%zu kernels, %u checks, %u wrong; %llu graphs, replayed %llu "
           "times\n",
           emulated_kernel_count, checks, wrong,
           (unsigned long long)graphs.captured,
           (unsigned long long)graphs.replayed);
    return wrong != 0;
}

int main(int argc, char **argv)
{
    int devices = 0;

    if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
        puts("no GPU on this machine");
        return 77;
    }
    if ((argc == 4 || argc == 5) && strcmp(argv[1], "--bench") == 0)
        return bench(argv[2], argv[3],
                     argc == 5 ? strtod(argv[4], NULL) * 1e6 : 0);
    if ((argc == 3 || argc == 5) && strcmp(argv[1], "--logn") == 0) {
        const uint32_t logn = (uint32_t)strtoul(argv[2], NULL, 10);
        const int one = argc == 5 && strcmp(argv[3], "--kind") == 0;
        const unsigned long kind = one ? strtoul(argv[4], NULL, 10) : 0;

        if (logn < 10 || logn > 16 || kind >= KINDS || (argc == 5 && !one))
            return 2;
        return compare(logn, logn, (int)kind, one ? (int)kind : KINDS - 1);
    }
    return argc == 1 ? compare(10, 16, 0, KINDS - 1) : 2;
}
