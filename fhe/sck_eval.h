/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/**
 * @file sck_eval.h
 * Arithmetic on encrypted vectors, as StarPU tasks.
 *
 * Every operation submits tasks to a run and returns at once; sck_run_wait()
 * or sck_ciphertext_download() waits. Operands are never changed, and may be
 * freed as soon as an operation has returned.
 *
 * Shapes: operands of one operation have equal slots, and two polynomials
 * unless three are said, as between sck_eval_mul() and relinearisation.
 *
 * Units: a level counts the rescalings left; slots are complex numbers; a
 * rescaled ciphertext has the parameter table's scale of its level. Costs are
 * key switches, none where none is said.
 *
 * Errors of every sck_eval_ function, its output NULL, the message naming
 * operation, levels and scales: SCK_ERR_SHAPE (slots, levels, scales or numbers
 * of polynomials that do not fit), SCK_ERR_LEVEL (too few left), SCK_ERR_KEY
 * (the key that is missing), SCK_ERR_ARGUMENT (a number that is not finite or
 * out of range), SCK_ERR_MEMORY, SCK_ERR_DEVICE (StarPU refused a task). What
 * goes wrong inside a task is told by sck_run_wait().
 *
 * Ownership: what is returned through a pointer is the caller's, for the
 * matching _free, which takes NULL; ciphertexts, plaintexts and maps before
 * their evaluator, evaluators and runs before the session.
 *
 * Papers (ePrint): RNS-CKKS 2018/931, one scale a level 2020/1118, hoisting and
 * Chebyshev series 2020/1203.
 */
#ifndef SCK_EVAL_H
#define SCK_EVAL_H

#include "sck_params.h"
#include "sck_session.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Tasks that end, fail and are traced together. */
typedef struct sck_run sck_run;
/** A parameter set in a session, with its keys. */
typedef struct sck_evaluator sck_evaluator;
/** An encrypted vector, as blocks of limbs. */
typedef struct sck_ciphertext sck_ciphertext;
/** An encoded vector, for one level. */
typedef struct sck_plaintext sck_plaintext;
struct sck_limbs_ciphertext;
struct sck_limbs_keyset;

/** Starts a run without tasks.
 *  @return SCK_OK; *run is NULL with SCK_ERR_MEMORY or SCK_ERR_ARGUMENT
 *          (STARCLOAK_SYNC is neither 0 nor 1) */
SCK_API sck_status sck_run_new(sck_session *session, sck_run **run);
/** Waits until all tasks of a run have ended; more may follow.
 *  @return SCK_OK, or the first failure of a task with its message: tasks after
 *          it did nothing, and what they were to write is undefined */
SCK_API sck_status sck_run_wait(sck_run *run);
/** Waits for a run's tasks and frees it; takes NULL. */
SCK_API void sck_run_free(sck_run *run);
/** Names what the tasks submitted from now on belong to, for traces; label is
 *  borrowed until the run is freed. */
SCK_API void sck_run_label(sck_run *run, const char *label);

/** Makes an evaluator of one parameter set, without keys; params and session
 *  are borrowed and must outlive it.
 *  @return SCK_OK, SCK_ERR_MEMORY or SCK_ERR_ARGUMENT (STARCLOAK_ISA or
 *          STARCLOAK_LIMBS_PER_BLOCK is none of its values); *evaluator is then
 *          NULL */
SCK_API sck_status sck_evaluator_new(sck_session *session,
                                     const sck_params *params,
                                     sck_evaluator **evaluator);
/** Frees it with its keys; its ciphertexts must have been freed. Takes NULL. */
SCK_API void sck_evaluator_free(sck_evaluator *evaluator);

/** Registers evaluation keys: b halves are copied, uniform halves expanded from
 *  the seed by tasks. May be called again with more keys of the same key set.
 *  @return SCK_OK; SCK_ERR_KEY (of another ring or another key set),
 *          SCK_ERR_FORMAT (a key of no such shape), SCK_ERR_MEMORY,
 *          SCK_ERR_DEVICE: keys before the one that failed are loaded */
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
 *  @return SCK_OK; SCK_ERR_SHAPE (not of these parameters), SCK_ERR_KEY (its
 *          key id is not that of the keys loaded), SCK_ERR_MEMORY,
 *          SCK_ERR_DEVICE; *ciphertext is then NULL */
SCK_API sck_status sck_ciphertext_upload(
    sck_evaluator *evaluator, sck_run *run,
    const struct sck_limbs_ciphertext *from, sck_ciphertext **ciphertext);
/** Waits for a ciphertext's tasks and copies it out, named name
 *  (sck_limbs_ciphertext_name()).
 *  @return SCK_OK; SCK_ERR_ARGUMENT (the name), SCK_ERR_MEMORY; *to is then
 *          NULL. Whether its run failed is sck_run_wait()'s to tell */
SCK_API sck_status sck_ciphertext_download(const sck_ciphertext *ciphertext,
                                           const char *name,
                                           struct sck_limbs_ciphertext **to);
/** Frees a ciphertext once the tasks that read it have ended; does not wait.
 *  Takes NULL. */
SCK_API void sck_ciphertext_free(sck_ciphertext *ciphertext);

/** Returns the level: rescalings left. */
SCK_API uint32_t sck_ciphertext_level(const sck_ciphertext *ciphertext);
/** Returns the number of slots. */
SCK_API uint32_t sck_ciphertext_slots(const sck_ciphertext *ciphertext);
/** Returns the number of polynomials: 2, or 3 before relinearisation. */
SCK_API uint32_t sck_ciphertext_size(const sck_ciphertext *ciphertext);
/** Returns the scale, exactly. */
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
/** States the magnitude where it is known to be another than predicted; a
 *  bootstrap then refuses what it tells to be beyond its range.
 *  @return SCK_OK, or SCK_ERR_ARGUMENT unless it is finite and at least 0;
 *          nothing changes then */
SCK_API sck_status sck_ciphertext_set_magnitude(sck_ciphertext *ciphertext,
                                                double magnitude);

/** Reads the same polynomial as one of more or fewer slots: a vector that
 *  repeats is a ciphertext of its period, and the other way round. Fewer slots
 *  than the values' period would be another vector: the caller answers for it.
 *  @return SCK_OK, or SCK_ERR_ARGUMENT unless slots is a power of two up to
 *          N/2; nothing changes then */
SCK_API sck_status sck_ciphertext_set_slots(sck_ciphertext *ciphertext,
                                            uint32_t slots);

/** Encodes values by tasks, for use at one level. Slots that repeat with a
 *  period p below N/2, as fewer slots than N/2 do, are held as 2p words a limb
 *  (8 at least) instead of N, and spread inside every product: the same bits.
 *  @param[in] values  slots complex numbers, re and im interleaved; copied
 *  @return SCK_OK; SCK_ERR_ARGUMENT (slots, level; a value that is not finite,
 *          or |value| scale reaches 2^62: the slot is named), SCK_ERR_MEMORY,
 *          SCK_ERR_DEVICE; *plaintext is then NULL */
SCK_API sck_status sck_plaintext_encode(sck_evaluator *evaluator, sck_run *run,
                                        const double *values, uint32_t slots,
                                        uint32_t level, sck_scale scale,
                                        sck_plaintext **plaintext);
/** Frees a plaintext once the tasks that read it have ended; takes NULL. */
SCK_API void sck_plaintext_free(sck_plaintext *plaintext);

/** Adds: a + b, of equal level, scale and size. No level. */
SCK_API sck_status sck_eval_add(sck_run *run, const sck_ciphertext *a,
                                const sck_ciphertext *b, sck_ciphertext **out);
/** Subtracts: a - b, as sck_eval_add(). */
SCK_API sck_status sck_eval_sub(sck_run *run, const sck_ciphertext *a,
                                const sck_ciphertext *b, sck_ciphertext **out);
/** Negates: -a. No level. */
SCK_API sck_status sck_eval_neg(sck_run *run, const sck_ciphertext *a,
                                sck_ciphertext **out);
/** Adds a plaintext: a + p, of equal level and scale. No level. */
SCK_API sck_status sck_eval_add_plain(sck_run *run, const sck_ciphertext *a,
                                      const sck_plaintext *p,
                                      sck_ciphertext **out);
/** Multiplies by a plaintext: a p of equal level, not rescaled: the scales
 *  multiply. */
SCK_API sck_status sck_eval_mul_plain(sck_run *run, const sck_ciphertext *a,
                                      const sck_plaintext *p,
                                      sck_ciphertext **out);
/** Sums a_i p_i over count pairs, 1 or more, all of one level and their
 * products of one scale; not rescaled. One accumulation, no copies. */
SCK_API sck_status sck_eval_dot_plain(sck_run *run,
                                      const sck_ciphertext *const *a,
                                      const sck_plaintext *const *p,
                                      uint32_t count, sck_ciphertext **out);
/** Multiplies every slot by a real number, encoded at the given scale; not
 *  rescaled: the scales multiply. */
SCK_API sck_status sck_eval_mul_scalar(sck_run *run, const sck_ciphertext *a,
                                       double value, sck_scale scale,
                                       sck_ciphertext **out);
/** Adds a real number to every slot. No level. */
SCK_API sck_status sck_eval_add_scalar(sck_run *run, const sck_ciphertext *a,
                                       double value, sck_ciphertext **out);
/** Multiplies by i: a product with X^(N/2), exact. No level. */
SCK_API sck_status sck_eval_mul_i(sck_run *run, const sck_ciphertext *a,
                                  sck_ciphertext **out);
/** Multiplies slot by slot: a b, of equal level and slots and two polynomials
 *  each, as three polynomials, neither relinearised nor rescaled: the scales
 *  multiply. */
SCK_API sck_status sck_eval_mul(sck_run *run, const sck_ciphertext *a,
                                const sck_ciphertext *b, sck_ciphertext **out);
/** Takes three polynomials to two: one key switch, with the relinearisation key
 *  of the level's class. No level. */
SCK_API sck_status sck_eval_relinearise(sck_run *run, const sck_ciphertext *a,
                                        sck_ciphertext **out);
/** Rescales: one level down, divided by the level's dropped primes and
 *  multiplied by the added ones; the scale becomes the table's when within
 * 2^-50 of it, else SCK_ERR_SHAPE. */
SCK_API sck_status sck_eval_rescale(sck_run *run, const sck_ciphertext *a,
                                    sck_ciphertext **out);
/** Relinearises and rescales with a single rounding: three polynomials in, two
 *  out, one level down, one key switch. */
SCK_API sck_status sck_eval_relinearise_rescale(sck_run *run,
                                                const sck_ciphertext *a,
                                                sck_ciphertext **out);
/** Lowers to a level, with that level's table scale; exact but for one rounding
 *  (definitions.md, Lowering). */
SCK_API sck_status sck_eval_lower(sck_run *run, const sck_ciphertext *a,
                                  uint32_t level, sck_ciphertext **out);
/** Rotates: slot j becomes slot j + steps, cyclic in the slots, with the Galois
 *  key of sck_galois_rotation(). No level, one key switch. Steps count modulo
 *  the slots: of fewer than N/2, a step of -1 takes the key of slots - 1. */
SCK_API sck_status sck_eval_rotate(sck_run *run, const sck_ciphertext *a,
                                   int64_t steps, sck_ciphertext **out);
/** Conjugates every slot, with the Galois key of 2N - 1. No level, one key
 *  switch. */
SCK_API sck_status sck_eval_conjugate(sck_run *run, const sck_ciphertext *a,
                                      sck_ciphertext **out);
/** Rotates one ciphertext several times, its digits raised once (hoisting;
 *  ePrint 2020/1203, section 4): the same bits as one by one. No level.
 *  @param[in] steps  count of them, as for sck_eval_rotate()
 *  @param[out] out   count ciphertexts, all NULL on error */
SCK_API sck_status sck_eval_rotate_hoisted(sck_run *run,
                                           const sck_ciphertext *a,
                                           const int64_t *steps, uint32_t count,
                                           sck_ciphertext **out);
/** Sums: every slot becomes the sum of the width slots from it on, width a
 * power of two up to the slots. No level; log2 width rotations, by 1, 2, 4, ...
 */
SCK_API sck_status sck_eval_inner_sum(sck_run *run, const sck_ciphertext *a,
                                      uint32_t width, sck_ciphertext **out);

/** Evaluates a polynomial, sum of c_i a^i, in the power basis: 1 +
 *  ceil(log2 degree) levels, a key switch for each power from a^2 on; the
 *  result has its level's table scale. Needs relinearisation keys of every
 * level passed.
 *  @param[in] coefficients  degree + 1 of them, c_0 first
 *  @param[in] degree        1..15 */
SCK_API sck_status sck_eval_polynomial(sck_run *run, const sck_ciphertext *a,
                                       const double *coefficients,
                                       uint32_t degree, sck_ciphertext **out);
/** Evaluates a Chebyshev series, sum of c_k T_k(a), for values of a in [-1, 1]:
 *  ceil(log2(degree + 1)) levels, one more for some; zero coefficients cost
 *  nothing, so that an even or odd series is cheaper (Paterson and Stockmeyer;
 *  ePrint 2020/1203). Needs relinearisation keys of every level
 *  passed.
 *  @param[in] coefficients  degree + 1 of them, c_0 first
 *  @param[in] degree        1..127
 *  @param[in] target        the result's scale; {0, 0} for its level's table
 *                           scale, or a's where the table has none */
SCK_API sck_status sck_eval_chebyshev(sck_run *run, const sck_ciphertext *a,
                                      const double *coefficients,
                                      uint32_t degree, sck_scale target,
                                      sck_ciphertext **out);

#ifdef __cplusplus
}
#endif
#endif
