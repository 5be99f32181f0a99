/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a transform's making and its application share. */
#ifndef SCK_EVAL_TRANSFORM_PRIV_H
#define SCK_EVAL_TRANSFORM_PRIV_H

#include "eval_dft_priv.h"

struct sck_transform {
    sck_evaluator *evaluator;
    uint32_t level, slots;
    sck_scale in, out;
    struct sck_giant_steps steps;
    struct sck_transform_shape shape;
    /* Giant-major, NULL where no diagonal is: over QP in the level's blocks and
     * P's, or coefficients that tasks take there at every use. One of the two
     * is NULL. */
    struct sck_polynomial **plain;
    sck_block **coefficients;
};

#endif
