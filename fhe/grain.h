/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* How many limbs a block has where no one asks for a number. */
#ifndef SCK_GRAIN_H
#define SCK_GRAIN_H

#include "model.h"
#include "sck_params.h"

struct sck_grain {
    uint32_t limbs;
    double ntt_us;  /**< a block's transform, predicted  */
    uint32_t least; /**< what the ring's size asks for   */
    uint32_t top;   /**< blocks at the top level         */
    char why[240];  /**< the same as text                */
};

/** The smallest of 1, 2, 4, 8, 16 limbs whose transform is predicted at 100 us
 *  or more, at least 4 from N = 2^15 on; then halved until the top level has
 *  two blocks a worker, but not below what N asks for. What
 *  STARCLOAK_LIMBS_PER_BLOCK says wins, here and with GPUs. */
void sck_grain_choose(const sck_params *params, const struct sck_rates *rates,
                      uint32_t workers, struct sck_grain *grain);

/** The same for a session with GPUs, for which nothing is too long: 16 limbs.
 *  ntt_us is 0. */
void sck_grain_for_gpus(const sck_params *params, struct sck_grain *grain);

#endif
