/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_DECOMPOSE_H
#define SCK_DECOMPOSE_H

#include "ring.h"

/** The rows in are y already: only v is written, the rows out may be NULL. */
enum { SCK_DECOMPOSED = 2 };

/** Task 1 of base conversion from the NTT domain: what all destinations share.
 */
struct sck_decompose_args {
    uint32_t ring;
    uint32_t limbs; /**< source primes, at most SCK_MAX_SOURCES */
    uint32_t q[SCK_MAX_SOURCES];
    uint32_t factor[SCK_MAX_SOURCES]; /**< A (D/q_i)^-1 mod q_i */
    uint32_t ntt_domain; /**< 1: rows come in NTT form; 0: coefficients;
                            SCK_DECOMPOSED */
    uint32_t
        halves; /**< a task: polynomials that it takes apart, each
                   operand's     rows those of the first, then of the second */
};

/** Fills args for the sources D (count primes) and the multiplier A (the
 * product of added_count primes, 1 if none). halves is 1. */
void sck_decompose_prepare(struct sck_decompose_args *args, uint32_t ring,
                           const uint32_t *sources, uint32_t count,
                           const uint32_t *added, uint32_t added_count);

/** Kernel: y_i = INTT(in[i]) factor_i mod q_i into out[i], i < limbs, and
 *  v = (sum_i y_i floor(2^56 / q_i) + 2^55) >> 56 into out[limbs].
 *  out has limbs + 1 rows; out[i] == in[i] is allowed; out[limbs] may be NULL
 *  where rows come in NTT form: no v. */
typedef void sck_decompose_fn(const struct sck_decompose_args *args,
                              const struct sck_ring *ring, uint32_t *const *out,
                              const uint32_t *const *in);
void sck_decompose_ref(const struct sck_decompose_args *args,
                       const struct sck_ring *ring, uint32_t *const *out,
                       const uint32_t *const *in);
/** The same bits; the factor goes into the inverse transform's last stage. */
sck_decompose_fn sck_decompose;
/** sck_decompose() of args->halves polynomials, whose rows follow one another
 *  in both lists: a prime's rows meet its twiddles one after the other. */
sck_decompose_fn sck_decompose_halves;

/** Kernel: v = (sum_i y_i share_i + 2^55) >> 56, words 0 to n of every row;
 *  share_i = floor(2^56 / q_i), at most SCK_MAX_SOURCES of them. */
typedef void sck_correction_fn(const uint32_t *share, uint32_t sources,
                               uint32_t n, uint32_t *v,
                               const uint32_t *const *y);
sck_correction_fn sck_correction_ref, sck_correction_avx2,
    sck_correction_avx512;
extern sck_correction_fn *sck_correction;

/** sck_decompose_ref() on the current CUDA device, asynchronously; same bits.
 *  Lists, rows, stream and errors as for sck_ntt_cuda().
 *  @param tables  row i's prime; ipsi and ipsi_shoup point to device memory,
 *                 not followed where the rows are coefficients */
int sck_decompose_cuda(const struct sck_decompose_args *args, uint32_t logn,
                       const struct sck_prime_table *tables,
                       uint32_t *const *out, const uint32_t *const *in,
                       void *stream);

/** What sck_decompose_cuda() takes. */
struct sck_decompose_part {
    const struct sck_decompose_args *args;
    const struct sck_prime_table *tables;
    uint32_t *const *out;
    const uint32_t *const *in;
};
enum { SCK_DECOMPOSE_PARTS = 16 };

/** sck_decompose_cuda() of up to SCK_DECOMPOSE_PARTS, in the launches of one:
 *  all in NTT form, or all coefficients. */
int sck_decompose_parts_cuda(const struct sck_decompose_part *parts,
                             uint32_t count, uint32_t logn, void *stream);

#endif
