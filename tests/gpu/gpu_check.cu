/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The device's kernels against ref, bit for bit, and their times.
 * usage: gpu_check DIRECTORY: writes DIRECTORY/DEVICE/gpu-check.json.
 * Exit status: 0 all bits agree, 1 some do not or CUDA failed, 77 no GPU. */
extern "C" {
#include "elementwise.h"
#include "ntt.h"
}
#include "gpu_check.h"

#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <sys/stat.h>

namespace
{
const char *const names[SCK_ELEMENTWISE_OPS] = {
    "add",        "sub",           "neg",       "mul",        "mul_add",
    "mul_plain",  "mul_plain_add", "add_plain", "scalar_mul", "scalar_mul_add",
    "scalar_add", "mul_x"};

/* Device memory read and written once: what bounds the kernel. */
size_t rows_moved(uint32_t op)
{
    switch (op) {
    case SCK_MUL_ADD:
    case SCK_MUL_PLAIN_ADD:
        return 4;
    case SCK_NEG:
    case SCK_SCALAR_MUL:
    case SCK_SCALAR_ADD:
    case SCK_MUL_X:
        return 2;
    default:
        return 3;
    }
}

size_t check_elementwise(Bench &bench, uint32_t op, int kind)
{
    sck_elementwise_args args = {};

    args.op = op;
    args.limbs = LIMBS;
    for (size_t i = 0; i < LIMBS; i++) {
        args.q[i] = bench.q(i);
        args.scalar[i] = Bench::word(kind, args.q[i], i == 5);
    }
    for (size_t operand = 1; operand < 4; operand++)
        bench.fill(operand, kind);

    const uint32_t *const *a = bench.host_in(1);
    const uint32_t *const *b = bench.host_in(2);
    const uint32_t *const *c = bench.host_in(3);

    sck_elementwise_ref(&args, bench.ring(), bench.host(0), a, b, c);
    CHECK(sck_elementwise_cuda(
        &args, bench.ring()->n, bench.tables(), bench.device(0),
        bench.device_in(1), bench.device_in(2), bench.device_in(3), nullptr));
    size_t wrong = bench.differing(0);

    /* In place. */
    CHECK(sck_elementwise_cuda(
        &args, bench.ring()->n, bench.tables(), bench.device(1),
        bench.device_in(1), bench.device_in(2), bench.device_in(3), nullptr));
    wrong += bench.differing(1, 0);
    return wrong;
}

size_t check_ntt(Bench &bench, int kind)
{
    sck_ntt_args args = {};

    args.limbs = LIMBS;
    for (size_t i = 0; i < LIMBS; i++)
        args.q[i] = bench.q(i);
    bench.fill(1, kind);
    sck_ntt(&args, bench.ring(), bench.host(0), bench.host_in(1));
    CHECK(sck_ntt_cuda(&args, bench.ring()->logn, bench.tables(),
                       bench.device(0), bench.device_in(1), nullptr));
    size_t wrong = bench.differing(0);

    CHECK(sck_ntt_cuda(&args, bench.ring()->logn, bench.tables(),
                       bench.device(1), bench.device_in(1), nullptr));
    wrong += bench.differing(1, 0);
    return wrong;
}

Times time_elementwise(Bench &bench, uint32_t op)
{
    sck_elementwise_args args = {};

    args.op = op;
    args.limbs = LIMBS;
    for (size_t i = 0; i < LIMBS; i++)
        args.q[i] = bench.q(i);
    return bench.time([&] {
        CHECK(sck_elementwise_cuda(&args, bench.ring()->n, bench.tables(),
                                   bench.device(0), bench.device_in(1),
                                   bench.device_in(2), bench.device_in(3),
                                   nullptr));
    });
}

Times time_ntt(Bench &bench)
{
    sck_ntt_args args = {};

    args.limbs = LIMBS;
    for (size_t i = 0; i < LIMBS; i++)
        args.q[i] = bench.q(i);
    return bench.time([&] {
        CHECK(sck_ntt_cuda(&args, bench.ring()->logn, bench.tables(),
                           bench.device(0), bench.device_in(1), nullptr));
    });
}

void report(FILE *json, bool first, const char *kernel, uint32_t logn,
            size_t rows, size_t wrong, const Times &t)
{
    const double bytes = (double)rows * LIMBS * 4 * (1u << logn);
    const double rate = bytes / (t.median * 1e3);

    printf("%-16s %4u %10.2f %10.2f %10.2f %10.1f  %s\n", kernel, logn,
           t.median, t.least, t.most, rate, wrong == 0 ? "same" : "DIFFERS");
    fprintf(json,
            "%s\n  {\"kernel\": \"%s\", \"logn\": %u, \"limbs\": %d, "
            "\"us\": %.3f, \"us_min\": %.3f, \"us_max\": %.3f, "
            "\"gb_per_s\": %.1f, \"words_differing\": %zu}",
            first ? "" : ",", kernel, logn, (int)LIMBS, t.median, t.least,
            t.most, rate, wrong);
}

/* The device's name as a folder's. */
std::string folder_of(const char *name)
{
    std::string folder;

    for (; *name != '\0'; name++)
        folder += isalnum((unsigned char)*name) ? *name : '-';
    return folder;
}

FILE *open_report(const char *directory, const char *device)
{
    const std::string folder = std::string(directory) + "/" + folder_of(device);
    const std::string path = folder + "/gpu-check.json";

    if (mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "gpu_check: %s: %s\n", folder.c_str(), strerror(errno));
        exit(1);
    }

    FILE *json = fopen(path.c_str(), "w");

    if (json == nullptr) {
        fprintf(stderr, "gpu_check: %s: %s\n", path.c_str(), strerror(errno));
        exit(1);
    }
    printf("report: %s\n", path.c_str());
    return json;
}

size_t run_size(FILE *json, uint32_t logn)
{
    Bench bench(logn);
    size_t all = 0;

    for (uint32_t op = 0; op < SCK_ELEMENTWISE_OPS; op++) {
        size_t wrong = 0;

        for (int kind = 0; kind < KINDS; kind++)
            wrong += check_elementwise(bench, op, kind);
        report(json, logn == 10 && op == 0, names[op], logn, rows_moved(op),
               wrong, time_elementwise(bench, op));
        all += wrong;
    }

    size_t wrong = 0;

    for (int kind = 0; kind < KINDS; kind++)
        wrong += check_ntt(bench, kind);
    /* Two passes, each reading and writing a limb. */
    report(json, false, "ntt", logn, 4, wrong, time_ntt(bench));
    return all + wrong;
}
} // namespace

int main(int argc, char **argv)
{
    int devices = 0;
    int driver = 0;
    int runtime = 0;
    cudaDeviceProp device;
    const char *commit = getenv("STARCLOAK_COMMIT");

    if (argc != 2) {
        fputs("usage: gpu_check DIRECTORY\n", stderr);
        return 2;
    }
    if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
        puts("no GPU on this machine");
        return 77;
    }
    CHECK(cudaGetDeviceProperties(&device, 0));
    CHECK(cudaDriverGetVersion(&driver));
    CHECK(cudaRuntimeGetVersion(&runtime));

    FILE *json = open_report(argv[1], device.name);
    size_t wrong = 0;

    printf("%s, %d multiprocessors, CUDA %d, %d limbs a call; median of %d\n"
           "%-16s %4s %10s %10s %10s %10s\n",
           device.name, device.multiProcessorCount, runtime, (int)LIMBS,
           (int)SAMPLES, "kernel", "logN", "us", "least", "most", "GB/s");
    fprintf(json,
            "{\"device\": \"%s\", \"multiprocessors\": %d, \"driver\": %d, "
            "\"runtime\": %d, \"commit\": \"%s\", \"samples\": %d, "
            "\"calls_a_sample\": %d, \"results\": [",
            device.name, device.multiProcessorCount, driver, runtime,
            commit != nullptr ? commit : "", (int)SAMPLES, (int)CALLS);
    for (uint32_t logn = 10; logn <= 16; logn++)
        wrong += run_size(json, logn);
    fputs("\n]}\n", json);
    if (fclose(json) != 0) {
        perror("gpu_check");
        return 1;
    }
    printf("%zu words differ from ref\n", wrong);
    return wrong == 0 ? 0 : 1;
}
