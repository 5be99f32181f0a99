/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/**
 * @file sck_eval.h
 * Arithmetic on encrypted vectors, as StarPU tasks.
 *
 * Every operation submits tasks to a run and returns at once; sck_run_wait()
 * or sck_ciphertext_download() waits. Operands are never changed. On error the
 * output is NULL and the message names operation, levels and scales.
 *
 * Units: a level counts the rescalings left; slots are complex numbers; a
 * rescaled ciphertext has the parameter table's scale of its level.
 */
#ifndef SCK_EVAL_H
#define SCK_EVAL_H

#include "sck_params.h"
#include "sck_session.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sck_run sck_run;
typedef struct sck_evaluator sck_evaluator;
typedef struct sck_ciphertext sck_ciphertext;
typedef struct sck_plaintext sck_plaintext;
struct sck_limbs_ciphertext;
struct sck_limbs_keyset;

/** Tasks that end, fail and are traced together. */
SCK_API sck_status sck_run_new(sck_session *session, sck_run **run);
SCK_API sck_status sck_run_wait(sck_run *run);
SCK_API void sck_run_free(sck_run *run);
/** Names what the tasks submitted from now on belong to, for traces; label is
 *  borrowed until the run is freed. */
SCK_API void sck_run_label(sck_run *run, const char *label);

/** An evaluator of one parameter set; params and session are borrowed and must
 *  outlive it. */
SCK_API sck_status sck_evaluator_new(sck_session *session,
                                     const sck_params *params,
                                     sck_evaluator **evaluator);
/** Frees it with its keys; its ciphertexts must have been freed. */
SCK_API void sck_evaluator_free(sck_evaluator *evaluator);

/** Registers evaluation keys: b halves are copied, uniform halves expanded from
 *  the seed by tasks. May be called again with more keys of the same key set.
 *  @return SCK_ERR_KEY (other parameters or another key set) */
SCK_API sck_status sck_evaluator_add_keys(sck_evaluator *evaluator,
                                          sck_run *run,
                                          const struct sck_limbs_keyset *keys);

/** Takes memory or time, from then on: with saves 1, evaluation keys that are
 *  added keep their b halves only, half the bytes, and matrices of
 *  bootstrappers their coefficients; tasks make the rest at every use. Results
 *  have the same bits. */
SCK_API void sck_evaluator_save_memory(sck_evaluator *evaluator, int saves);

/** Copies a ciphertext in; a seeded last polynomial is expanded by tasks. Its
 *  error is the one it states, else that of a fresh encryption: with the secret
 *  key when seeded, else with the public one.
 *  @return SCK_ERR_KEY when its key id is not that of the keys loaded */
SCK_API sck_status sck_ciphertext_upload(
    sck_evaluator *evaluator, sck_run *run,
    const struct sck_limbs_ciphertext *from, sck_ciphertext **ciphertext);
/** Waits for a ciphertext's tasks and copies it out, named name. */
SCK_API sck_status sck_ciphertext_download(const sck_ciphertext *ciphertext,
                                           const char *name,
                                           struct sck_limbs_ciphertext **to);
SCK_API void sck_ciphertext_free(sck_ciphertext *ciphertext);

SCK_API uint32_t sck_ciphertext_level(const sck_ciphertext *ciphertext);
SCK_API uint32_t sck_ciphertext_slots(const sck_ciphertext *ciphertext);
/** 2, or 3 before relinearisation. */
SCK_API uint32_t sck_ciphertext_size(const sck_ciphertext *ciphertext);
SCK_API sck_scale sck_ciphertext_scale(const sck_ciphertext *ciphertext);

/**
 * Predicts a ciphertext's error: the standard deviation of one slot's real
 * part, and of its imaginary part, in units of the message.
 *
 * Every operation carries the estimate along; it needs no key and no data.
 * Operands count as independent (one given twice as the same), messages as
 * spread evenly over the slots. -log2 of four deviations is the precision in
 * bits that all but one value in 16000 have.
 */
SCK_API double sck_ciphertext_error(const sck_ciphertext *ciphertext);
/** The message's predicted magnitude, the root mean square of its slots'
 *  moduli: 1 after an upload; products of errors and messages go by it. */
SCK_API double sck_ciphertext_magnitude(const sck_ciphertext *ciphertext);
/** States the magnitude where it is known to be another than predicted.
 *  @return SCK_ERR_ARGUMENT unless it is finite and at least 0 */
SCK_API sck_status sck_ciphertext_set_magnitude(sck_ciphertext *ciphertext,
                                                double magnitude);

/** Reads the same polynomial as one of more or fewer slots: a vector that
 *  repeats is a ciphertext of its period, and the other way round. Fewer slots
 *  than the values' period would be another vector: the caller answers for it.
 *  @return SCK_ERR_ARGUMENT unless slots is a power of two up to N/2 */
SCK_API sck_status sck_ciphertext_set_slots(sck_ciphertext *ciphertext,
                                            uint32_t slots);

/** Encodes values by tasks, for use at one level. Slots that repeat with a
 *  period p below N/2, as fewer slots than N/2 do, are held as 2p words a limb
 *  (8 at least) instead of N, and spread inside every product: the same bits.
 *  @param values  slots complex numbers, re and im interleaved; copied
 *  @return SCK_ERR_ARGUMENT (not finite, or |value| scale reaches 2^62: the
 * slot is named) */
SCK_API sck_status sck_plaintext_encode(sck_evaluator *evaluator, sck_run *run,
                                        const double *values, uint32_t slots,
                                        uint32_t level, sck_scale scale,
                                        sck_plaintext **plaintext);
SCK_API void sck_plaintext_free(sck_plaintext *plaintext);

/** a + b, a - b: equal level, scale and size. No level. */
SCK_API sck_status sck_eval_add(sck_run *run, const sck_ciphertext *a,
                                const sck_ciphertext *b, sck_ciphertext **out);
SCK_API sck_status sck_eval_sub(sck_run *run, const sck_ciphertext *a,
                                const sck_ciphertext *b, sck_ciphertext **out);
SCK_API sck_status sck_eval_neg(sck_run *run, const sck_ciphertext *a,
                                sck_ciphertext **out);
/** a + p: equal level and scale. */
SCK_API sck_status sck_eval_add_plain(sck_run *run, const sck_ciphertext *a,
                                      const sck_plaintext *p,
                                      sck_ciphertext **out);
/** a p, not rescaled: the scales multiply. */
SCK_API sck_status sck_eval_mul_plain(sck_run *run, const sck_ciphertext *a,
                                      const sck_plaintext *p,
                                      sck_ciphertext **out);
/** sum of a_i p_i over count pairs, not rescaled: one accumulation, no copies.
 */
SCK_API sck_status sck_eval_dot_plain(sck_run *run,
                                      const sck_ciphertext *const *a,
                                      const sck_plaintext *const *p,
                                      uint32_t count, sck_ciphertext **out);
/** a times a real number encoded at the given scale, not rescaled. */
SCK_API sck_status sck_eval_mul_scalar(sck_run *run, const sck_ciphertext *a,
                                       double value, sck_scale scale,
                                       sck_ciphertext **out);
/** a + value in every slot. */
SCK_API sck_status sck_eval_add_scalar(sck_run *run, const sck_ciphertext *a,
                                       double value, sck_ciphertext **out);
/** i a: a product with X^(N/2), exact, no level. */
SCK_API sck_status sck_eval_mul_i(sck_run *run, const sck_ciphertext *a,
                                  sck_ciphertext **out);
/** a b with three polynomials, neither relinearised nor rescaled. */
SCK_API sck_status sck_eval_mul(sck_run *run, const sck_ciphertext *a,
                                const sck_ciphertext *b, sck_ciphertext **out);
/** From three polynomials to two; needs the relinearisation key of a's class.
 */
SCK_API sck_status sck_eval_relinearise(sck_run *run, const sck_ciphertext *a,
                                        sck_ciphertext **out);
/** One level down, divided by the table's primes; the scale becomes the table's
 *  when within 2^-50 of it, else it is an error. */
SCK_API sck_status sck_eval_rescale(sck_run *run, const sck_ciphertext *a,
                                    sck_ciphertext **out);
/** Relinearise and rescale with a single rounding (three polynomials in). */
SCK_API sck_status sck_eval_relinearise_rescale(sck_run *run,
                                                const sck_ciphertext *a,
                                                sck_ciphertext **out);
/** To a lower level, with that level's table scale; exact but for one rounding
 *  (definitions.md, Lowering). */
SCK_API sck_status sck_eval_lower(sck_run *run, const sck_ciphertext *a,
                                  uint32_t level, sck_ciphertext **out);
/** Slot j becomes slot j + steps (cyclic in the slots). No level. Steps count
 *  modulo the slots: of fewer than N/2, a step of -1 takes the key of
 *  slots - 1. */
SCK_API sck_status sck_eval_rotate(sck_run *run, const sck_ciphertext *a,
                                   int64_t steps, sck_ciphertext **out);
SCK_API sck_status sck_eval_conjugate(sck_run *run, const sck_ciphertext *a,
                                      sck_ciphertext **out);
/** Several rotations of one ciphertext, its digits raised once (hoisting).
 *  @param[out] out  count ciphertexts, all NULL on error */
SCK_API sck_status sck_eval_rotate_hoisted(sck_run *run,
                                           const sck_ciphertext *a,
                                           const int64_t *steps, uint32_t count,
                                           sck_ciphertext **out);
/** Every slot becomes the sum of the width slots from it on (width a power of
 *  two): log2 width rotations. */
SCK_API sck_status sck_eval_inner_sum(sck_run *run, const sck_ciphertext *a,
                                      uint32_t width, sck_ciphertext **out);

/** A linear map of the slots, by its nonzero diagonals, encoded for one level:
 *  baby-step giant-step with double hoisting. Diagonals of fewer than N/2 slots
 *  are held and multiplied in short form, N / (2 slots) times fewer bytes. */
typedef struct sck_linear_map sck_linear_map;

/** @param matrix  n x n reals, row-major, n = slots of the ciphertexts
 *  Cost of an application: 1 level, about 2 sqrt(diagonals) key switches. */
SCK_API sck_status sck_linear_map_new(sck_evaluator *evaluator, sck_run *run,
                                      const double *matrix, uint32_t n,
                                      uint32_t level, sck_linear_map **map);
SCK_API void sck_linear_map_free(sck_linear_map *map);
/** The rotations that a map of this matrix needs; steps holds up to 2 n.
 *  Needs neither keys nor evaluator. */
SCK_API uint32_t sck_linear_map_steps(const double *matrix, uint32_t n,
                                      int64_t *steps);
/** What applying a map of a matrix takes. */
struct sck_linear_map_plan {
    uint32_t diagonals; /**< that have an entry                        */
    uint32_t stride;    /**< giant steps are multiples of it           */
    uint32_t rotations; /**< key switches, each with a key of its own  */
    uint32_t turns;     /**< of them giant steps, the last in the list */
};
/** The same list as sck_linear_map_steps(), babies before giants. */
SCK_API struct sck_linear_map_plan
sck_linear_map_plan(const double *matrix, uint32_t n, int64_t *steps);
/** map a, rescaled: one level lower, the table's scale. */
SCK_API sck_status sck_eval_linear(sck_run *run, const sck_ciphertext *a,
                                   const sck_linear_map *map,
                                   sck_ciphertext **out);
/** sum of c_i a^i, degree 1..15, in the power basis: 1 + ceil(log2 degree)
 *  levels; the result has its level's table scale. Needs relinearisation keys
 *  of every level passed. */
SCK_API sck_status sck_eval_polynomial(sck_run *run, const sck_ciphertext *a,
                                       const double *coefficients,
                                       uint32_t degree, sck_ciphertext **out);
/** sum of c_k T_k(a), values of a in [-1, 1], degree 1..127: ceil(log2(degree +
 *  1)) levels, one more for some; zero coefficients cost nothing, so that an
 *  even or odd series is cheaper (Paterson and Stockmeyer; ePrint 2020/1203).
 *  Needs relinearisation keys of every level passed.
 *  @param target  the result's scale; {0, 0} for its level's table scale, or
 * a's where the table has none */
SCK_API sck_status sck_eval_chebyshev(sck_run *run, const sck_ciphertext *a,
                                      const double *coefficients,
                                      uint32_t degree, sck_scale target,
                                      sck_ciphertext **out);

#ifdef __cplusplus
}
#endif
#endif
