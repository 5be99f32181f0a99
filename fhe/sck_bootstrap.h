/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/**
 * @file sck_bootstrap.h
 * Bootstrapping: a ciphertext with few levels left becomes one of the top
 * application level that holds the same values.
 *
 * SlotToCoeff, raising of the modulus, CoeffToSlot, EvalMod, in that order
 * (Bossuat et al., ePrint 2020/1203; through a sparse secret: 2022/024), with a
 * message ratio of 2^12: slots must lie within [-1, 1] (complex ones: real and
 * imaginary part each). A coefficient of the raised multiple of q0 leaves the
 * range of EvalMod with probability 2^-148.7, any of 2^16 with 2^-132.7.
 *
 * Needs a bootstrappable parameter set (b16-40, b16-35, b16-45, test-10 ...).
 *
 * Cost, b16-40 with all 2^15 slots, real: 94 key switches, 7251 limb
 * transforms; 84 keys of 4.8 GiB; 5.8 GiB at the peak, 3.1 GiB and twice the
 * time after sck_evaluator_save_memory().
 *
 * Errors and ownership as in sck_eval.h; an operand of other slots than the
 * bootstrapper's, or of three polynomials, is SCK_ERR_SHAPE; one that
 * sck_ciphertext_set_magnitude() told to be beyond the range, SCK_ERR_ARGUMENT.
 */
#ifndef SCK_BOOTSTRAP_H
#define SCK_BOOTSTRAP_H

#include "sck_encrypted.h"
#include "sck_eval.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The matrices of one number of slots, encoded. */
typedef struct sck_bootstrapper sck_bootstrapper;

/**
 * Lists the evaluation keys that bootstrapping needs: kind, class and galois.
 *
 * @param[in] slots     power of two, 2 to N/2
 * @param[out] keys     the caller's, for free(); NULL on error
 * @return SCK_OK; SCK_ERR_PARAMETERS (not a bootstrappable set);
 *         SCK_ERR_ARGUMENT (slots); SCK_ERR_MEMORY
 */
SCK_API sck_status sck_bootstrap_keys(const sck_params *params, uint32_t slots,
                                      struct sck_limbs_key **keys,
                                      uint32_t *count);

/** Encodes the matrices for ciphertexts of that many slots, by tasks.
 *  @param[out] bootstrapper  the caller's; must be freed before the evaluator;
 *                            NULL on error
 *  @return as sck_bootstrap_keys() */
SCK_API sck_status sck_bootstrapper_new(sck_evaluator *evaluator, sck_run *run,
                                        uint32_t slots,
                                        sck_bootstrapper **bootstrapper);
/** Frees the matrices once the tasks that read them have ended; takes NULL. */
SCK_API void sck_bootstrapper_free(sck_bootstrapper *bootstrapper);

/** A part of a bootstrap, at one level. */
struct sck_bootstrap_stage {
    const char *name;      /**< "StC", "encapsulation", "trace", "CtS",
                                "conjugation" or "EvalMod"                  */
    uint32_t level;        /**< that it starts at                           */
    uint32_t key_switches; /**< rotations of one layer share a decomposition */
    uint32_t giants;       /**< those of the key switches that turn sums  */
    uint32_t diagonals;    /**< plaintexts, over the level's primes and P   */
    uint32_t words;        /**< that one holds a limb: its values repeat    */
    uint32_t sums;         /**< of products and multiples, each rescaled:
                                EvalMod's, which relinearises key_switches of
                                them                                        */
    uint32_t products, multiples; /**< in all of them */
};
/** Stages at most. */
#define SCK_BOOTSTRAP_STAGES 32

/** Lists the parts of a bootstrap (of sck_eval_bootstrap()), in order.
 *  @param[out] stages  room for SCK_BOOTSTRAP_STAGES
 *  @return SCK_OK, or as sck_bootstrap_keys() with a count of 0;
 *  SCK_ERR_MEMORY */
SCK_API sck_status sck_bootstrap_stages(const sck_params *params,
                                        uint32_t slots,
                                        struct sck_bootstrap_stage *stages,
                                        uint32_t *count);

/** The level an operand is lowered to first: 3 in the named sets. */
SCK_API uint32_t sck_bootstrap_input_level(const sck_params *params);

/** log2 of the probability that a bootstrap fails: some coefficient's multiple
 *  of q0, the rounded sum of h uniforms on (-1/2, 1/2), h the weight of the
 *  sparse secret, leaves EvalMod's range (Irwin-Hall tail, all N
 *  coefficients). */
SCK_API double sck_bootstrap_failure_log2(const sck_params *params);

/**
 * The error of a bootstrap that no precision removes: what EvalMod's polynomial
 * makes of a slot's real or imaginary part m, root mean square over the
 * multiples of q0 that it may stand on.
 *
 * About m^3 - 3/4 m times 2^-21.3, never above 2^-22.6 for |m| <= 1. A result's
 * sck_ciphertext_error() has it in, averaged over parts spread evenly around 0
 * with the operand's magnitude.
 */
SCK_API double sck_bootstrap_approximation_error(const sck_params *params,
                                                 double m);

/**
 * Refreshes a: the same slots at the top application level and its table scale.
 *
 * Imaginary parts are dropped; one EvalMod.
 * @param[in] a  two polynomials, at sck_bootstrap_input_level() or above
 * @return SCK_OK; SCK_ERR_LEVEL, SCK_ERR_SHAPE, SCK_ERR_KEY (names it)
 */
SCK_API sck_status sck_eval_bootstrap(sck_run *run,
                                      const sck_bootstrapper *bootstrapper,
                                      const sck_ciphertext *a,
                                      sck_ciphertext **out);

/** Refreshes complex slots, both parts within [-1, 1]: as sck_eval_bootstrap(),
 *  with two EvalMods. */
SCK_API sck_status
sck_eval_bootstrap_complex(sck_run *run, const sck_bootstrapper *bootstrapper,
                           const sck_ciphertext *a, sck_ciphertext **out);

/**
 * Refreshes 2^-down a and multiplies it by 2^up: with down = up, a's values,
 * which may then reach 2^down.
 *
 * Halving takes one level, so that a is at sck_bootstrap_input_level() + 1 or
 * above; without it (down = 0) the least level is that one. The bootstrap's
 * error grows by 2^up.
 * @param[in] down  0 to 20
 * @param[in] up    0 to 20
 * @return as sck_eval_bootstrap(); SCK_ERR_ARGUMENT (down, up)
 */
SCK_API sck_status sck_eval_bootstrap_scaled(
    sck_run *run, const sck_bootstrapper *bootstrapper, const sck_ciphertext *a,
    uint32_t down, uint32_t up, sck_ciphertext **out);

/** A value to refresh, and what it is multiplied by before and after. */
struct sck_refresh {
    const sck_ciphertext *value;
    uint32_t down, up; /**< 2^-down before, 2^up after; 0 to 20 */
};

/**
 * Refreshes two ciphertexts of real slots by one bootstrap, the second one as
 * the imaginary part: each as sck_eval_bootstrap_scaled() does, in less
 * time than two (two thirds, by the plan's model).
 *
 * Imaginary parts are not dropped but end in the other result: slots must be
 * real, as encryption of real values, real polynomials and matrices leave them;
 * then it is the errors' imaginary part alone.
 * @param[in] pair  two values, each at sck_bootstrap_input_level() or above,
 *                  with a down above 0 one level more
 * @param[out] out  two, the caller's, at the top application level; both NULL
 *                  on error
 * @return as sck_eval_bootstrap_scaled()
 */
SCK_API sck_status sck_eval_bootstrap_pair(sck_run *run,
                                           const sck_bootstrapper *bootstrapper,
                                           const struct sck_refresh *pair,
                                           sck_ciphertext **out);

/**
 * Bootstraps, then bootstraps what the first one missed (Meta-BTS, ePrint
 * 2022/1167): about twice the bits, as far as one rounding at the operand's
 * scale allows, so meant for scales of 2^44 and more (b16-45).
 *
 * The result is one level below sck_eval_bootstrap()'s.
 * @param[in] bits  a single bootstrap's error is below 2^-bits, 1 to 30: 20
 *                  for b16-45, whose worst error seen is 2^-22
 * @return as sck_eval_bootstrap(); SCK_ERR_ARGUMENT (bits)
 */
SCK_API sck_status sck_eval_bootstrap_iterated(
    sck_run *run, const sck_bootstrapper *bootstrapper, const sck_ciphertext *a,
    uint32_t bits, sck_ciphertext **out);

#ifdef __cplusplus
}
#endif
#endif
