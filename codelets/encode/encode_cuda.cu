/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Embedding: up to three stages of the special transform a launch, eight slots
 * a thread, then one gather that reverses bits, scales and rounds. The order
 * of operations is ref's, and nothing is contracted (--fmad=false). Limbs: the
 * residues are made as the transform's first pass reads them; rings below 2^10
 * (plaintexts that repeat) are a block's whole. */
extern "C" {
#include "encode.h"
}
#include "ntt_cuda.h"

#include <cmath>

namespace
{
enum { THREADS = 128 };

struct stages {
    uint32_t slots, len; /* blocks of len slots are transforms of their own */
    const double *root_re, *root_im;
    const double2 *in;
    double2 *out;
};

/* The stages len, len / 2, ... of the slots at + j + e len / 2^STAGES. */
template <uint32_t STAGES>
__global__ void __launch_bounds__(THREADS)
    embed_stages(const __grid_constant__ struct stages p)
{
    const uint32_t g = blockIdx.x * THREADS + threadIdx.x;
    const uint32_t step = p.len >> STAGES;

    if (g >= p.slots >> STAGES)
        return;
    const uint32_t j = g & (step - 1);
    const uint32_t at = ((g - j) << STAGES) + j;
    double2 x[1 << STAGES];

#pragma unroll
    for (uint32_t e = 0; e < 1u << STAGES; e++)
        x[e] = p.in[at + e * step];
#pragma unroll
    for (uint32_t s = 0; s < STAGES; s++) {
        const uint32_t half = 1u << (STAGES - 1 - s);

#pragma unroll
        for (uint32_t k = 0; k < 1u << (STAGES - 1); k++) {
            const uint32_t inside = k % half;
            const uint32_t a = k + (k - inside);
            const uint32_t root = half * step + inside * step + j;
            const double wr = p.root_re[root], wi = p.root_im[root];
            const double dr = x[a].x - x[a + half].x;
            const double di = x[a].y - x[a + half].y;

            x[a].x = x[a].x + x[a + half].x;
            x[a].y = x[a].y + x[a + half].y;
            x[a + half].x = dr * wr - di * wi;
            x[a + half].y = dr * wi + di * wr;
        }
    }
#pragma unroll
    for (uint32_t e = 0; e < 1u << STAGES; e++)
        p.out[at + e * step] = x[e];
}

struct rounding {
    uint32_t log_slots, log_gap, half; /* half: N / 2 */
    double inverse, scale;
    const double2 *in;
    int64_t *out;
};

__global__ void __launch_bounds__(THREADS)
    embed_round(const __grid_constant__ struct rounding p)
{
    const uint32_t k = blockIdx.x * THREADS + threadIdx.x;
    const uint32_t i = k >> p.log_gap;

    if (k >= p.half)
        return;
    if (i << p.log_gap != k) {
        p.out[k] = p.out[p.half + k] = 0;
        return;
    }
    /* Shifted twice: one slot has no bits to reverse. */
    const uint32_t from = __brev(i) >> 1 >> (31 - p.log_slots);
    const double2 x = p.in[from];

    p.out[k] = (int64_t)rint(x.x * p.inverse * p.scale);
    p.out[p.half + k] = (int64_t)rint(x.y * p.inverse * p.scale);
}

struct limbs {
    struct sck_ntt_pass pass;
    uint32_t montgomery;
    const int64_t *coefficients;
    struct limb {
        struct sck_ntt_limb limb;
        struct sck_prime_table table;
    } limb[SCK_BLOCK_LIMBS];
};

/* Two's complement is the value plus 2^64 if negative. */
__device__ __forceinline__ uint32_t residue(long long c, uint32_t montgomery,
                                            const struct sck_prime_table &t)
{
    const uint32_t borrow = c < 0 ? t.r2 : 0;
    const uint32_t x =
        sck_mod_sub(sck_mod_reduce64((uint64_t)c, &t), borrow, t.q);

    return montgomery != 0 ? sck_to_montgomery(x, &t) : x;
}

struct residues {
    const struct limbs &p;
    const struct sck_prime_table &t;

    __device__ __forceinline__ void
    operator()(uint32_t at, uint32_t step, uint32_t count, uint32_t *x) const
    {
#pragma unroll
        for (uint32_t e = 0; e < count; e++) {
            const longlong2 *const from = reinterpret_cast<const longlong2 *>(
                p.coefficients + at + e * step);
            const longlong2 low = from[0], high = from[1];

            x[4 * e] = residue(low.x, p.montgomery, t);
            x[4 * e + 1] = residue(low.y, p.montgomery, t);
            x[4 * e + 2] = residue(high.x, p.montgomery, t);
            x[4 * e + 3] = residue(high.y, p.montgomery, t);
        }
    }
};

template <uint32_t LOGN>
__global__ void __launch_bounds__(SCK_NTT_COLUMNS_THREADS)
    residues_and_columns(const __grid_constant__ struct limbs p)
{
    const sck_ntt_pass pass = sck_ntt_columns_of<LOGN>(p.pass);
    alignas(16) __shared__ uint32_t shared[SCK_NTT_COLUMNS_WORDS];
    const struct limbs::limb &l = p.limb[blockIdx.y];
    const residues source = {p, l.table};
    const sck_row_sink<SCK_NTT_COLUMNS_WIDTH> sink = {l.limb.out};

    sck_ntt_forward<SCK_NTT_COLUMNS_WIDTH>(pass, l.limb, shared, source, sink);
}

enum { SHORT_LOGN = 9 };

struct short_limbs {
    uint32_t n, montgomery;
    const int64_t *coefficients;
    struct limb {
        struct sck_prime_table table;
        uint32_t *out;
    } limb[SCK_BLOCK_LIMBS];
};

/* All of a limb, stage after stage as ref has them. */
__global__ void __launch_bounds__(THREADS)
    residues_and_stages(const __grid_constant__ struct short_limbs p)
{
    __shared__ uint32_t x[1 << SHORT_LOGN];
    const struct short_limbs::limb &l = p.limb[blockIdx.x];
    const struct sck_prime_table &t = l.table;

    for (uint32_t k = threadIdx.x; k < p.n; k += THREADS)
        x[k] = residue(p.coefficients[k], p.montgomery, t);
    for (uint32_t half = p.n / 2, first = 1; half > 0; half /= 2, first *= 2) {
        __syncthreads();
        for (uint32_t k = threadIdx.x; k < p.n / 2; k += THREADS) {
            const uint32_t i = k / half;
            const uint32_t a = k + i * half;
            const uint32_t u = x[a];
            const uint32_t v = sck_shoup(x[a + half], t.psi[first + i],
                                         t.psi_shoup[first + i], t.q);

            x[a] = sck_mod_add(u, v, t.q);
            x[a + half] = sck_mod_sub(u, v, t.q);
        }
    }
    __syncthreads();
    for (uint32_t k = threadIdx.x; k < p.n; k += THREADS)
        l.out[k] = x[k];
}

int encode_short(const struct sck_encode_limbs_args *args, uint32_t logn,
                 const struct sck_prime_table *tables, uint32_t *const *out,
                 const int64_t *coefficients, void *stream)
{
    struct short_limbs p = {};

    p.n = 1u << logn;
    p.montgomery = args->montgomery;
    p.coefficients = coefficients;
    for (uint32_t i = 0; i < args->limbs; i++)
        p.limb[i] = {tables[i], out[i]};
    return sck_launch(residues_and_stages, dim3(args->limbs), THREADS, p,
                      stream);
}

bool has_size(uint32_t logn)
{
    return sck_ntt_has_size(logn) || (logn >= 1 && logn <= SHORT_LOGN);
}

uint32_t log2_of(uint32_t power)
{
    uint32_t log = 0;

    while (power >> log > 1)
        log++;
    return log;
}
} // namespace

extern "C" size_t
sck_encode_embed_cuda_scratch(const struct sck_encode_args *args)
{
    return args->slots * sizeof(double2);
}

extern "C" int sck_encode_embed_cuda(const struct sck_encode_args *args,
                                     uint32_t logn, const double *slot_roots,
                                     int64_t *out, const double *values,
                                     void *scratch, void *stream)
{
    const uint32_t slots = args->slots, log_slots = log2_of(slots);
    double2 *const work = static_cast<double2 *>(scratch);
    int status = cudaSuccess;
    struct stages p = {};
    struct rounding r = {};

    if (!has_size(logn) || slots == 0 || slots != 1u << log_slots ||
        log_slots >= logn || scratch == nullptr)
        return cudaErrorInvalidValue;
    p.slots = slots;
    p.root_re = slot_roots;
    p.root_im = slot_roots + ((size_t)1 << (logn - 1));
    p.in = reinterpret_cast<const double2 *>(values);
    p.out = work;
    for (uint32_t left = log_slots; left > 0 && status == cudaSuccess;) {
        const uint32_t some = left < 3 ? left : 3;
        const dim3 grid(sck_blocks(slots >> some, THREADS));

        p.len = 1u << left;
        status = sck_launch(some == 3   ? embed_stages<3>
                            : some == 2 ? embed_stages<2>
                                        : embed_stages<1>,
                            grid, THREADS, p, stream);
        p.in = work;
        left -= some;
    }
    r.log_slots = log_slots;
    r.log_gap = logn - 1 - log_slots;
    r.half = 1u << (logn - 1);
    r.inverse = 1.0 / slots;
    r.scale = args->scale;
    r.in = p.in;
    r.out = out;
    if (status == cudaSuccess)
        status = sck_launch(embed_round, dim3(sck_blocks(r.half, THREADS)),
                            THREADS, r, stream);
    return status;
}

extern "C" int sck_encode_limbs_cuda(const struct sck_encode_limbs_args *args,
                                     uint32_t logn,
                                     const struct sck_prime_table *tables,
                                     uint32_t *const *out,
                                     const int64_t *coefficients, void *stream)
{
    sck_ntt_limb rows[SCK_BLOCK_LIMBS];
    struct limbs p = {};

    if (!has_size(logn) || args->limbs > SCK_BLOCK_LIMBS)
        return cudaErrorInvalidValue;
    if (args->limbs == 0)
        return cudaSuccess;
    if (logn <= SHORT_LOGN)
        return encode_short(args, logn, tables, out, coefficients, stream);
    p.pass = sck_ntt_columns(logn);
    p.montgomery = args->montgomery;
    p.coefficients = coefficients;
    for (uint32_t i = 0; i < args->limbs; i++) {
        rows[i] = sck_ntt_limb_of(tables[i], out[i], out[i]);
        p.limb[i] = {rows[i], tables[i]};
    }
    int status = sck_ntt_launch<struct limbs>(
        {residues_and_columns<0>, residues_and_columns<SCK_NTT_CONSTANT_LOGN>},
        p, args->limbs, stream);

    if (status == cudaSuccess)
        status = sck_ntt_rows_cuda(logn, rows, args->limbs, stream);
    return status;
}
