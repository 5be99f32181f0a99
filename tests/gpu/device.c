/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* gpu.device: every kernel's bits on this machine's GPU against ref, at every
 * size and in blocks of sixteen limbs; with --logn L at one size. With --bench
 * TASKS FOLDER: the machine's rates and the tasks of codelets/GPU.md at N =
 * 2^16, predicted from TASKS and measured, those of three kernels and more as
 * graphs too, into FOLDER/gpu.json and gpu.md.
 * Exit status: 0 all agree, 1 some do not or CUDA failed, 77 no GPU. */
#include "bench.h"
#include "device_graphs.h"
#include "fixture.h"

#include <cuda_runtime.h>
#include <stdio.h>

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

/* The median over SAMPLES of a call's us, CALLS in each; negative if one
 * fails. The first two warm up: they bring the rows to the device. */
static float time_us(int (*run)(void), int in_graph)
{
    enum { SAMPLES = 21, CALLS = 20 };
    float us[SAMPLES];
    cudaEvent_t begin, end;
    unsigned status = cudaEventCreate(&begin) | cudaEventCreate(&end);

    for (int i = -2; i < SAMPLES && status == 0; i++) {
        float ms = 0;

        status |= cudaEventRecord(begin, NULL);
        for (int k = 0; k < CALLS; k++) {
            if (in_graph)
                sck_device_record();
            status |= (unsigned)sck_device_replay(run(), NULL);
        }
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
    static const char bootstrap[] = "a bootstrap: b16-40, full slots";
    struct bench_row rows[64];
    char names[64][96];
    struct gpu_rates rates, assumed;
    char name[GPU_NAME];
    size_t count = 0;
    int processors = 0, failed = 0;
    struct bench_predictions *p = bench_predictions_read(tasks);
    FILE *json = report(folder, "gpu.json"), *table = report(folder, "gpu.md");

    if (p == NULL || json == NULL || table == NULL ||
        2 * timed_task_count >= sizeof rows / sizeof rows[0] ||
        gpu_rates_measure(&rates, name, &processors) != 0) {
        fprintf(stderr, "%s: no predictions, or no rates: %s\n", tasks,
                cudaGetErrorString(cudaGetLastError()));
        return 1;
    }
    assumed = bench_predictions_assumed(p);
    timed_tasks_prepare(16);
    for (size_t i = 0; i < 2 * timed_task_count; i++) {
        const struct timed_task *const t = &timed_tasks[i / 2];
        struct gpu_rates first = assumed, then = rates;
        struct bench_row *const row = &rows[count];
        struct sck_device_graph_counts before, after;
        const int in_graph = i % 2 == 1;

        sck_device_graphs_count(&before);
        row->measured_us = (double)time_us(t->run, in_graph);
        sck_device_graphs_count(&after);
        failed |= row->measured_us < 0;
        if (in_graph && after.captured == before.captured)
            continue;
        if (in_graph) {
            first.gap = first.node;
            then.gap = then.node;
        }
        snprintf(names[count], sizeof names[count], "%s%s", t->name,
                 in_graph ? ", as a graph" : "");
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
            bootstrap, bench_predict(p, bootstrap, &assumed),
            bench_predict(p, bootstrap, &rates), bootstrap_us};
    bench_predictions_free(p);
    failed |= bench_write(json, table, name, processors, &rates, rows, count);
    failed |= fclose(json) != 0;
    failed |= fclose(table) != 0;
    return failed;
}

static int compare(uint32_t least, uint32_t most)
{
    unsigned checks = 0, wrong = 0;

    for (uint32_t logn = least; logn <= most; logn++) {
        const struct sck_ring *ring = oracle_ring(logn); /* checks share it */

        for (size_t k = 0; k < emulated_kernel_count; k++)
            for (int kind = 0; kind < 8; kind++, checks++)
                wrong += (unsigned)wrong_at(&emulated_kernels[k], logn,
                                            kind % 4 == 3 ? SCK_BLOCK_LIMBS : 2,
                                            kind % 4, kind / 4);
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
    if (argc == 3 && strcmp(argv[1], "--logn") == 0) {
        const uint32_t logn = (uint32_t)strtoul(argv[2], NULL, 10);

        return logn >= 10 && logn <= 16 ? compare(logn, logn) : 2;
    }
    return compare(10, 16);
}
