/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "grain.h"

#include "block.h"
#include "environment.h"
#include "layout.h"

#include <stdio.h>

enum { MOST = 16, LEAST_US = 100 };

static uint32_t blocks_of(const sck_params *params, uint32_t grain)
{
    struct sck_level_layout layout;

    sck_level_layout_of(params, sck_params_app_top(params), grain, &layout);
    return layout.blocks;
}

/* Sessions take what the user has set; then limb_us is 0 for GPUs. */
static void by_hand(const sck_params *params, double limb_us,
                    struct sck_grain *grain)
{
    const uint32_t chosen = grain->limbs, b = sck_environment_grain();
    char time[64] = "";

    if (b == 0)
        return;
    grain->limbs = b;
    grain->ntt_us = b * limb_us;
    grain->top = blocks_of(params, b);
    if (limb_us > 0)
        snprintf(time, sizeof time,
                 "; an ntt of %u limbs is predicted at %.0f us", b,
                 grain->ntt_us);
    snprintf(grain->why, sizeof grain->why,
             "B %u: set by hand, STARCLOAK_LIMBS_PER_BLOCK, where %u would be "
             "chosen%s; %u blocks at the top",
             b, chosen, time, grain->top);
}

void sck_grain_choose(const sck_params *params, const struct sck_rates *rates,
                      uint32_t workers, struct sck_grain *grain)
{
    const uint32_t logn = sck_params_logn(params);
    const double limb_us = sck_rates_transform_us(rates, logn, 1);
    const uint32_t least = logn >= 15 ? 4 : 1;
    uint32_t b = least;

    while (b < MOST && b * limb_us < LEAST_US)
        b *= 2;
    const uint32_t wanted = b;

    while (b > least && blocks_of(params, b) < 2 * workers)
        b /= 2;
    *grain = (struct sck_grain){.limbs = b,
                                .ntt_us = b * limb_us,
                                .least = least,
                                .top = blocks_of(params, b)};
    snprintf(grain->why, sizeof grain->why,
             "B %u: an ntt of %u limbs is predicted at %.0f us%s; %u blocks at "
             "the top for %u workers",
             b, b, grain->ntt_us,
             b < wanted   ? ", longer blocks would be too few"
             : b == least ? ", and N asks for no less"
                          : "",
             grain->top, workers);
    by_hand(params, limb_us, grain);
}

void sck_grain_for_gpus(const sck_params *params, struct sck_grain *grain)
{
    *grain = (struct sck_grain){
        .limbs = MOST, .least = MOST, .top = blocks_of(params, MOST)};
    snprintf(grain->why, sizeof grain->why,
             "B %d: blocks as long as may be, %u at the top; up to %d a task, "
             "tasks joined until they name %d MiB of rows",
             MOST, grain->top, SCK_GPU_BLOCKS_PER_TASK, SCK_GPU_TASK_MIB);
    by_hand(params, 0, grain);
}
