/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Which rotations a linear map takes: for its making and for plans. */
#ifndef SCK_EVAL_LINEAR_SPLIT_H
#define SCK_EVAL_LINEAR_SPLIT_H

#include "sck_linear.h"

/** used[k] becomes 1 where diagonal k of a matrix has an entry, else 0.
 *  @return how many have */
uint32_t sck_linear_used(const double *matrix, uint32_t n, int64_t *used);

/** The split of the least cost in key switches, of all powers of two. */
uint32_t sck_linear_stride(const int64_t *used, uint32_t n);

/** 1 when a diagonal is b more than a multiple of stride; when one is from g to
 *  below g + stride. */
int sck_linear_has_baby(const int64_t *used, uint32_t n, uint32_t stride,
                        uint32_t b);
int sck_linear_has_giant(const int64_t *used, uint32_t n, uint32_t stride,
                         uint32_t g);

#endif
