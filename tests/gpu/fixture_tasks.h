/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What the timed tasks share. */
#ifndef SCK_GPU_FIXTURE_TASKS_H
#define SCK_GPU_FIXTURE_TASKS_H

#include "automorphism.h"
#include "decompose.h"
#include "encode.h"
#include "fixture.h"
#include "hoisted_switch.h"
#include "key_mac.h"
#include "mod_raise.h"
#include "sample_uniform.h"

enum {
    TASK_LIMBS = SCK_BLOCK_LIMBS,
    TASK_SOURCES = 12,
    TASK_FIRST_SOURCE = 26,
    TASK_DIGITS = 4,
    TASK_IN = TASK_DIGITS * (TASK_SOURCES + 1),
    TASK_OUT = 3 * TASK_LIMBS,
    TASK_KEY = 2 * TASK_DIGITS * TASK_LIMBS,
    TASK_SETS = 4
};

/* One call's rows; the next call takes the next set, so that no cache has them:
 * 60 MiB each at N = 2^16. */
struct task_rows {
    uint32_t *const *out, *const *in, *const *key;
};

struct task_state {
    const struct sck_ring *ring;
    uint32_t logn, calls;
    struct sck_prime_table target[TASK_LIMBS], source[TASK_SOURCES];
    struct task_rows rows[TASK_SETS];
    void *scratch;
    int64_t *coefficients;
    double *values;
    const double *roots;
    struct sck_ntt_args ntt;
    struct sck_automorphism_args automorphism;
    struct sck_sample_uniform_args sample;
    struct sck_decompose_args decompose;
    struct sck_base_convert_args convert;
    struct sck_rescale_args rescale;
    struct sck_key_mac_args mac;
    struct sck_hoisted_switch_args key_switch;
    struct sck_encode_args embed;
    struct sck_encode_limbs_args limbs;
};
extern struct task_state task;

const struct task_rows *task_rows_next(void);

/** key_switch with so many targets of digit 0, or special ones. */
struct sck_hoisted_switch_args task_switch_of(uint32_t targets, int special,
                                              uint32_t keys);

int task_tensor(void), task_dot(void), task_combination(void),
    task_automorphism_sum(void), task_diagonals(void), task_hoisted(void),
    task_whole_switch(void);

#endif
