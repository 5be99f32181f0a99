/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The parts of bootstrapping, each an operation of its own. */
#ifndef SCK_EVAL_BOOTSTRAP_PRIV_H
#define SCK_EVAL_BOOTSTRAP_PRIV_H

#include "eval_dft_priv.h"
#include "eval_priv.h"
#include "sck_bootstrap.h"

enum { SCK_MAX_LAYERS = 8 };

struct sck_bootstrapper {
    sck_evaluator *evaluator;
    uint32_t slots;
    struct sck_transform *stc[SCK_MAX_LAYERS], *cts[SCK_MAX_LAYERS];
};

/** Which stages of the special FFT a layer of SlotToCoeff or CoeffToSlot takes,
 *  and at which level. */
struct sck_layer {
    uint32_t level, first, stages;
};
struct sck_layer sck_bootstrap_layer(const sck_params *params, uint32_t slots,
                                     int cts, uint32_t i);
/** The rotations of every layer: the fastest ones of which CoeffToSlot's are no
 *  more than memory is to hold keys for. */
struct sck_bootstrap_splits {
    struct sck_giant_steps stc[SCK_MAX_LAYERS], cts[SCK_MAX_LAYERS];
};
void sck_bootstrap_splits_of(const sck_params *params, uint32_t slots,
                             struct sck_bootstrap_splits *splits);
/** q0 as a scale: exact, it has at most 60 bits. */
sck_scale sck_bootstrap_modulus(const sck_params *params);
sck_status sck_bootstrap_check(const sck_params *params, uint32_t slots);

/** SCK_ERR_SHAPE or SCK_ERR_LEVEL for an operand that it cannot refresh;
 *  SCK_ERR_ARGUMENT where its magnitude is known to be beyond most: then some
 *  slot is. A magnitude that is but predicted tells of no slot. */
sck_status sck_bootstrap_takes(const sck_bootstrapper *b,
                               const sck_ciphertext *a, double most);
/** The real part of a's slots, refreshed, and with a count of 2 the imaginary
 *  part, too; all NULL on error. What the operand's shape adds to their noise
 *  is the caller's: sck_bootstrapped_noise(). */
sck_status sck_bootstrap_parts(sck_run *run, const sck_bootstrapper *b,
                               const sck_ciphertext *a, uint32_t count,
                               sck_ciphertext **out);
/** a 2^-bits at SlotToCoeff's level; bits 0: a lowered to it. */
sck_status sck_bootstrap_halved(sck_run *run, const sck_ciphertext *a,
                                uint32_t bits, sck_ciphertext **out);
/** Sizes beyond [-1, 1], at most. */
enum { SCK_BOOTSTRAP_BITS = 20 };

/** q0 over the scale at level 0: messages are this much below q0. */
#define SCK_MESSAGE_RATIO 4096.0

/** From level 0 to the top level, through a sparse secret (ePrint 2022/024):
 *  a's plaintext polynomial plus a multiple of q0 with small coefficients.
 *  Needs both encapsulation keys. The scale stays a's. */
sck_status sck_raise_modulus(sck_run *run, const sck_ciphertext *a,
                             sck_ciphertext **out);

/** sin(2 pi t) for values t = I + m, |I| <= 15, |m| <= 2^-lr, of a whose slots
 *  hold u = t / B (sck_evalmod_span()): 8 levels down. The result's scale is
 *  the level's table scale for m 2^lr, the polynomial's balance included. */
sck_status sck_eval_mod(sck_run *run, const sck_ciphertext *a,
                        sck_ciphertext **out);
/** The same of a batch; out is all NULL on error. */
sck_status sck_eval_mod_batch(sck_run *run, const sck_ciphertext *const *a,
                              uint32_t members, sck_ciphertext **out);

enum { SCK_EVALMOD_RANGE = 15 };

/** The B that its argument is divided by. */
double sck_evalmod_span(void);
/** The message's units in a sine: how much more the result stands for. */
double sck_evalmod_unit(void);
/** The series, and how many double angles follow it. */
const double *sck_evalmod_series(uint32_t *degree, uint32_t *doublings);

/** How u is spread when all m are 0: I is a sum of as many uniforms on
 *  (-1/2, 1/2) as the sparse secret has coefficients, and one more. */
void sck_evalmod_spread(const sck_params *params, struct sck_spread *spread);
/** What EvalMod's result carries: what came in with u, and what the circuit
 *  itself made of it by the end, as a sine. */
struct sck_noise sck_evalmod_noise(struct sck_noise u, struct sck_noise made);

/** The slots of a raised ciphertext, in units of q0. */
struct sck_noise sck_raised_noise(const sck_ciphertext *raised);
/** One step of the trace to a subring of that many slots: x and its rotations
 *  have the same error there, but for the switches'. */
struct sck_noise sck_trace_noise(const sck_ciphertext *x, uint32_t slots,
                                 uint32_t rotations);
enum { SCK_TRACE_ROTATIONS = 3 };
/** How many rotations, by slots and its multiples, are added at once on the way
 *  from a period of slots to one of all: 1 or 3. */
uint32_t sck_trace_rotations(uint32_t slots, uint32_t all);
/** *x becomes its sum over the rotations that leave a subring of that many
 *  slots in place, which takes the multiple of q0 into it; *x is used up, and
 *  NULL on error. */
sck_status sck_trace(sck_run *run, uint32_t slots, sck_ciphertext **x);
/** w and its conjugate, added or subtracted: one error twice. */
struct sck_noise sck_conjugates_noise(const sck_ciphertext *w,
                                      const sck_ciphertext *conjugate);
/** What leaves a bootstrap of a: the polynomial's own error joins. */
struct sck_noise sck_bootstrapped_noise(const sck_ciphertext *a,
                                        struct sck_noise carried,
                                        int is_complex);

/** Its first level, and the scale that a ciphertext must have there. */
uint32_t sck_evalmod_level(const sck_params *params);
sck_scale sck_evalmod_scale(const sck_params *params);

#endif
