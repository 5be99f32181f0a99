/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Rows on both sides, their comparison and their timing: gpu_check's tools. */
#ifndef SCK_GPU_CHECK_H
#define SCK_GPU_CHECK_H

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cuda_runtime.h>
#include <vector>

extern "C" {
#include "ring.h"
}

enum {
    LIMBS = SCK_BLOCK_LIMBS,
    OPERANDS = 4, /* out, a, b, c */
    KINDS = 4,
    SAMPLES = 21, /* odd: the median is one of them      */
    CALLS = 20    /* in one sample: events resolve 0.5 us */
};

/* Ends the program where CUDA fails: nothing after it would mean anything. */
#define CHECK(call) check_((int)(call), #call, __FILE__, __LINE__)

inline void check_(int status, const char *call, const char *file, int line)
{
    if (status == cudaSuccess)
        return;
    fprintf(stderr, "%s:%d: %s: %s\n", file, line, call,
            cudaGetErrorString((cudaError_t)status));
    exit(1);
}

struct Times {
    double median, least, most; /* us a call */
};

/* LIMBS rows for each operand, on the host and on the device; four primes
 * (below 2^30, 1 mod 2^17) take turns. */
class Bench
{
  public:
    explicit Bench(uint32_t logn)
    {
        static const uint32_t primes[] = {1073479681, 32899073, 1037303809,
                                          265420801};

        if (sck_ring_new(logn, primes, 4, &ring_) != SCK_OK) {
            fprintf(stderr, "gpu_check: %s\n", sck_last_error());
            exit(1);
        }
        for (size_t i = 0; i < 4; i++)
            by_prime_[i] = on_device(*sck_ring_prime(ring_, primes[i]));
        for (size_t i = 0; i < LIMBS; i++)
            tables_[i] = by_prime_[i % 4];
        memory_.resize(OPERANDS * LIMBS * (size_t)ring_->n);
        CHECK(cudaMalloc((void **)&device_memory_, bytes() * OPERANDS));
        CHECK(cudaMemset(device_memory_, 0, bytes() * OPERANDS));
        for (size_t r = 0; r < OPERANDS * LIMBS; r++) {
            host_[r] = memory_.data() + r * ring_->n;
            device_[r] = device_memory_ + r * ring_->n;
        }
        CHECK(cudaEventCreate(&begin_));
        CHECK(cudaEventCreate(&end_));
    }

    ~Bench()
    {
        for (const sck_prime_table &t : by_prime_) {
            cudaFree((void *)t.psi);
            cudaFree((void *)t.psi_shoup);
        }
        cudaFree(device_memory_);
        cudaEventDestroy(begin_);
        cudaEventDestroy(end_);
        sck_ring_free(ring_);
    }

    Bench(const Bench &) = delete;
    Bench &operator=(const Bench &) = delete;

    const sck_ring *ring() const
    {
        return ring_;
    }
    const sck_prime_table *tables() const
    {
        return tables_;
    }
    uint32_t q(size_t limb) const
    {
        return tables_[limb].q;
    }
    uint32_t *const *host(size_t operand) const
    {
        return host_ + operand * LIMBS;
    }
    const uint32_t *const *host_in(size_t operand) const
    {
        return host(operand);
    }
    uint32_t *const *device(size_t operand) const
    {
        return device_ + operand * LIMBS;
    }
    const uint32_t *const *device_in(size_t operand) const
    {
        return device(operand);
    }

    /* A residue: kind 0 zero, 1 q - 1, 2 zero but at the spike, 3 random. */
    static uint32_t word(int kind, uint32_t q, bool spike)
    {
        static uint64_t state = 0x53636b2d74657374u;
        uint64_t z = (state += 0x9e3779b97f4a7c15u);

        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        z ^= z >> 31;
        if (kind == 0 || (kind == 2 && !spike))
            return 0;
        return kind == 1 ? q - 1 : (uint32_t)((z >> 32) * q >> 32);
    }

    /* On the host, then on the device. */
    void fill(size_t operand, int kind)
    {
        for (size_t i = 0; i < LIMBS; i++)
            for (uint32_t j = 0; j < ring_->n; j++)
                host(operand)[i][j] =
                    word(kind, q(i), j == (977 * (i + 1)) % ring_->n);
        CHECK(cudaMemcpy(device(operand)[0], host(operand)[0], bytes(),
                         cudaMemcpyHostToDevice));
    }

    /* Words in which the device's operand is not the host's. */
    size_t differing(size_t of_device, size_t of_host)
    {
        std::vector<uint32_t> got(LIMBS * (size_t)ring_->n);
        size_t wrong = 0;

        CHECK(cudaMemcpy(got.data(), device(of_device)[0], bytes(),
                         cudaMemcpyDeviceToHost));
        for (size_t j = 0; j < got.size(); j++)
            wrong += got[j] != host(of_host)[0][j];
        return wrong;
    }
    size_t differing(size_t operand)
    {
        return differing(operand, operand);
    }

    template <class Call> Times time(Call call)
    {
        std::vector<double> us;

        for (int i = -2; i < SAMPLES; i++) {
            float ms = 0;

            CHECK(cudaEventRecord(begin_));
            for (int k = 0; k < CALLS; k++)
                call();
            CHECK(cudaEventRecord(end_));
            CHECK(cudaEventSynchronize(end_));
            CHECK(cudaEventElapsedTime(&ms, begin_, end_));
            if (i >= 0) /* the first two warm up */
                us.push_back(ms * 1e3 / CALLS);
        }
        std::sort(us.begin(), us.end());
        return {us[SAMPLES / 2], us.front(), us.back()};
    }

  private:
    size_t bytes() const
    {
        return LIMBS * (size_t)ring_->n * sizeof(uint32_t);
    }

    uint32_t *copied(const uint32_t *words) const
    {
        uint32_t *copy = nullptr;

        CHECK(cudaMalloc((void **)&copy, ring_->n * sizeof *copy));
        CHECK(cudaMemcpy(copy, words, ring_->n * sizeof *copy,
                         cudaMemcpyHostToDevice));
        return copy;
    }

    sck_prime_table on_device(sck_prime_table t) const
    {
        t.psi = copied(t.psi);
        t.psi_shoup = copied(t.psi_shoup);
        t.ipsi = t.ipsi_shoup = nullptr;
        return t;
    }

    const sck_ring *ring_ = nullptr;
    sck_prime_table by_prime_[4], tables_[LIMBS];
    std::vector<uint32_t> memory_;
    uint32_t *device_memory_ = nullptr;
    uint32_t *host_[OPERANDS * LIMBS], *device_[OPERANDS * LIMBS];
    cudaEvent_t begin_, end_;
};

#endif
