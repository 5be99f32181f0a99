/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a GPU can do: the rates by which perfmodels/gpu/predict.py predicts. */
#ifndef SCK_GPU_RATES_H
#define SCK_GPU_RATES_H

/** Bytes and warp instructions a second, microseconds. */
struct gpu_rates {
    double memory; /**< copied, read and written counted              */
    double cache;  /**< read from the second cache                    */
    double issue;  /**< instructions, two pipes alternating           */
    double narrow; /**< 32-bit multiply-adds                          */
    double wide;   /**< 32 x 32 to 64-bit multiply-adds               */
    double other;  /**< logic: the pipe of additions and minima       */
    double gap;    /**< from one launch to the next, nothing to do    */
    double node;   /**< the same of a graph's nodes                   */
};

enum { GPU_NAME = 256 };

#ifdef __cplusplus
extern "C" {
#endif

/** Measures them on the current device; name gets its name, processors their
 *  number. A second.
 *  @return a cudaError_t, 0 for success */
int gpu_rates_measure(struct gpu_rates *rates, char *name, int *processors);

#ifdef __cplusplus
}
#endif

#endif
