/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A key switch at KERNEL_LEVEL, cut into blocks of destinations. */
#ifndef SCK_BENCH_KERNELS_BLOCKS_H
#define SCK_BENCH_KERNELS_BLOCKS_H

#include "kernels.h"
#include "key_switch.h"

struct kernels_blocks {
    uint32_t digits, blocks;
    uint32_t rows_in;               /**< every digit's rows and its v      */
    uint32_t first[SCK_MAX_DIGITS]; /**< limb where the digit starts       */
    uint32_t length[SCK_MAX_DIGITS];
    struct sck_key_switch_args *args; /**< one a block: the caller's to free */
    uint32_t target[KERNEL_LIMBS];    /**< each block's first row of q      */
    struct counted count;             /**< of all blocks and one key        */
};

/** The digits' blocks, in their order, then those of P. A block's key holds the
 *  block's rows alone. */
void kernels_cut(const struct kernels *k, struct kernels_blocks *s);

#endif
