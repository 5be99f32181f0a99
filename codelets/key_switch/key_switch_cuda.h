/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Raised digits for other kernels. */
#ifndef SCK_KEY_SWITCH_CUDA_H
#define SCK_KEY_SWITCH_CUDA_H

extern "C" {
#include "key_switch.h"
}

/** Whether the kernels take these arguments. */
bool sck_key_switch_fits(const struct sck_key_switch_args *args, uint32_t logn);

/** Polynomials' parts, and targets, of which a launch raises the digits: those
 * of 24 MiB and less stay in the second cache of a large device until they are
 * used. */
constexpr uint32_t SCK_SWITCH_PARTS = 8, SCK_SWITCH_TARGETS = 36;

/** Converts every digit to every target whose own it is not, and takes the
 *  transform's first pass: one launch, of parts that fit it and read the same
 *  digits; of two polynomials (sets 2) parts are those of each block by turns,
 *  with the same arguments.
 *  @param row  row[i][d] is 2^logn words for digit d of target i of all parts;
 *              words in [0, 4 t), to be given to the second pass
 *  @return a cudaError_t, 0 for success */
int sck_raise_digits_cuda(const struct sck_key_switch_part *parts,
                          uint32_t count, uint32_t sets, uint32_t logn,
                          uint32_t *const (*row)[SCK_MAX_DIGITS], void *stream);

#endif
