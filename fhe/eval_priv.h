/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What the files of fhe's evaluation share. */
#ifndef SCK_EVAL_PRIV_H
#define SCK_EVAL_PRIV_H

#include "block.h"
#include "decompose.h"
#include "elementwise.h"
#include "eval_encode_priv.h"
#include "layout.h"
#include "noise.h"
#include "rescale.h"
#include "sck_encrypted.h"
#include "sck_eval.h"
#include "sck_linear.h"
#include "submit.h"

/** The shortest row of a plaintext in short form, and log2 of how many times
 *  shorter than N one can be. */
enum { SCK_SHORTEST_ROW = 8, SCK_MAX_REPEAT = 13 };

/** One evaluation key: a block per run of its class, both halves of all digits:
 *  row (half digits + digit) length + row in run, Montgomery form. A halved key
 *  has the first half only; the second is expanded at every use. */
struct sck_eval_key {
    uint32_t kind, key_class, galois, digits;
    int halved;
    uint8_t seed[32];
    uint32_t blocks;
    uint32_t first[SCK_MAX_RUNS]; /**< limb where each begins */
    uint32_t q[SCK_MAX_KEY_LIMBS];
    sck_block *block[SCK_MAX_RUNS];
    struct sck_eval_key *next;
};

struct sck_evaluator {
    sck_session *session;
    const sck_params *params;
    const struct sck_ring *ring;
    /** Of N >> i coefficients, for plaintexts in short form; NULL: unused yet
     */
    const struct sck_ring *shorter[SCK_MAX_REPEAT + 1];
    uint32_t grain;
    uint32_t blocks_per_task; /**< of a decomposition, key switch, division */
    int has_key_id;
    int saves_memory; /**< half keys, coefficients: sck_evaluator_save_memory()
                       */
    uint8_t key_id[32];
    struct sck_eval_key *keys;
};

struct sck_ciphertext {
    sck_evaluator *evaluator;
    uint32_t level, size, slots;
    sck_scale scale;
    struct sck_noise noise;
    uint8_t key_id[32];
    struct sck_polynomial *poly[3];
};

/** Its polynomial's rows hold N >> repeat words where the slots repeat
 *  (elementwise.h). */
struct sck_plaintext {
    sck_evaluator *evaluator;
    uint32_t level, slots;
    sck_scale scale;
    struct sck_noise noise;
    struct sck_polynomial *poly;
};

/** A polynomial in its level's layout. */
sck_status sck_poly_at(sck_evaluator *evaluator, uint32_t level,
                       struct sck_polynomial **poly);

/** A ciphertext like another one, noise included, its polynomials allocated at
 *  level. */
sck_status sck_ciphertext_like(const sck_ciphertext *like, uint32_t level,
                               uint32_t size, sck_scale scale,
                               sck_ciphertext **out);

/** Adds an error of a coefficient's variance to what a ciphertext carries, at
 *  its own slots and scale. */
void sck_ciphertext_add_noise(sck_ciphertext *ciphertext, double variance);

/** A key switch's error and its rounding, at the ciphertext's level. */
void sck_ciphertext_add_switch_noise(sck_ciphertext *ciphertext);
/** Hands status on; *out is freed and NULL unless it is SCK_OK. */
sck_status sck_ciphertext_finish(sck_status status, sck_ciphertext **out);

/** Adds limbs first to first + rows, from whatever blocks hold them. */
void sck_poly_rows(struct sck_task *task, const struct sck_polynomial *p,
                   uint32_t first, uint32_t rows, enum sck_access access);

/** out = op(a, b, c) block by block; all of so many limbs. out may be one of
 * the others (an update).
 *  @param scalar  a residue per limb, or NULL */
sck_status sck_poly_elementwise(
    sck_run *run, sck_evaluator *evaluator, enum sck_elementwise_op op,
    const uint32_t *primes, const uint32_t *scalar, struct sck_polynomial *out,
    const struct sck_polynomial *a, const struct sck_polynomial *b,
    const struct sck_polynomial *c, uint32_t blocks);

/** round(A from / D) in level's layout: D = dropped, A = added, from's limbs
 * are from_primes in order. Codelet mod_down when added_count is 0 and D
 * special. */
sck_status sck_poly_divide(sck_run *run, sck_evaluator *evaluator,
                           enum sck_codelet codelet,
                           const struct sck_polynomial *from,
                           const uint32_t *from_primes, const uint32_t *dropped,
                           uint32_t dropped_count, const uint32_t *added,
                           uint32_t added_count, uint32_t level,
                           struct sck_polynomial **out);

struct sck_combined;
/** Divisions of two polynomials of one layout: what sck_poly_divide() does to
 *  each, the halves in one task where the ring is small.
 *  @param galois  the quotients' X becomes X^galois; 0: as they are */
struct sck_division {
    enum sck_codelet codelet;
    const uint32_t *from_primes, *dropped, *added;
    uint32_t dropped_count, added_count, level, galois;
    /** NULL, or what is divided, without products: polynomials 0 and 1 of it,
     *  of which `from` then has the dropped rows alone. */
    const struct sck_combined *sum;
};
sck_status sck_polys_divide(sck_run *run, sck_evaluator *evaluator,
                            const struct sck_division *division,
                            struct sck_polynomial *const *from, uint32_t count,
                            struct sck_polynomial **out);

/** The digits of one polynomial, premultiplied: what key switches share. */
struct sck_digits {
    uint32_t level, count;
    uint8_t number[SCK_MAX_DIGITS], sources[SCK_MAX_DIGITS];
    uint32_t first[SCK_MAX_DIGITS]; /**< first limb of each */
    /** Its rows and the correction, the correction alone where the rows are in
     *  parts: the next parts[d] of part. */
    sck_block *block[SCK_MAX_DIGITS], *part[SCK_MAX_RUNS];
    uint32_t parts[SCK_MAX_DIGITS];
    struct sck_level_layout layout;
};

sck_status sck_digits_new(sck_run *run, sck_evaluator *evaluator,
                          const struct sck_polynomial *poly, uint32_t level,
                          struct sck_digits *digits);
void sck_digits_free(struct sck_digits *digits);
/** Adds all digits' rows, each digit's followed by its correction, to be read.
 */
void sck_digits_rows(struct sck_task *task, const struct sck_digits *digits);

/** Inner product with a key: two polynomials over the level's primes and P, in
 *  the level's blocks and then P's. */
struct sck_raised {
    const struct sck_key_class *key_class;
    uint32_t level, limbs, q_blocks;
    uint32_t primes[SCK_MAX_LIMBS];
    struct sck_polynomial *poly[2];
};

/** Special primes of the encapsulation keys (definitions.md, Keys). */
enum { SCK_ENCAPSULATION_SPECIALS = 2 };

/** Room for both halves, contents undefined. */
sck_status sck_raised_new(sck_evaluator *evaluator, uint32_t level,
                          struct sck_raised *raised);
sck_status sck_key_switch_raise(sck_run *run, sck_evaluator *evaluator,
                                const struct sck_digits *digits,
                                const struct sck_polynomial *own,
                                const struct sck_eval_key *key,
                                struct sck_raised *raised);
/** The arguments of its task for block k of raised, a run of the key's class of
 *  that length or what the level holds of it. */
struct sck_key_switch_args;
void sck_key_switch_prepare(struct sck_key_switch_args *args,
                            const sck_evaluator *evaluator,
                            const struct sck_digits *digits,
                            const struct sck_raised *raised, uint32_t k,
                            uint32_t run_length);
enum { SCK_MAX_HOISTED = 16 };
/** As sck_key_switch_raise_onto() with each of count keys of one class, the
 *  digits raised once.
 *  @param[in] add  NULL: nothing is added
 *  @param[out] raised  count of them, all empty on error */
sck_status sck_key_switch_raise_hoisted(sck_run *run, sck_evaluator *evaluator,
                                        const struct sck_digits *digits,
                                        const struct sck_polynomial *own,
                                        const struct sck_eval_key *const *keys,
                                        uint32_t count,
                                        struct sck_polynomial *const *add,
                                        struct sck_raised *const *raised);
/** As sck_key_switch_raise(), P times the polynomials added: halves of the
 *  level's layout, NULL for none. */
sck_status sck_key_switch_raise_onto(sck_run *run, sck_evaluator *evaluator,
                                     const struct sck_digits *digits,
                                     const struct sck_polynomial *own,
                                     const struct sck_eval_key *key,
                                     struct sck_polynomial *const *add,
                                     struct sck_raised *raised);
/** Both halves divided by P, then X^galois for X unless galois is 0. */
sck_status sck_raised_mod_down_both(sck_run *run, sck_evaluator *evaluator,
                                    const struct sck_raised *raised,
                                    uint32_t galois,
                                    struct sck_polynomial **out);
/** Divides half h by P, in the level's layout. */
sck_status sck_raised_mod_down(sck_run *run, sck_evaluator *evaluator,
                               const struct sck_raised *raised, uint32_t half,
                               struct sck_polynomial **out);
void sck_raised_free(struct sck_raised *raised);
/** Divides a sum's second half by P and switches it with the Galois key of an
 *  element: what the sum turned by it needs beside its first half. turned is
 *  left unturned: whoever reads both turns them. */
sck_status sck_raised_turn(sck_run *run, sck_evaluator *evaluator,
                           const struct sck_raised *sum, uint32_t level,
                           uint32_t galois, struct sck_raised *turned);
/** Whether a division by P and the level's dropped primes reads any of so many
 *  limbs of what is raised: made first, it begins while others are. */
int sck_raised_is_first(const struct sck_raised *raised,
                        const sck_params *params, uint32_t first,
                        uint32_t rows);
/** P modulo each of the level's primes, raised->limbs residues. */
void sck_special_product(const struct sck_raised *raised, uint32_t *residue);
/** round(A half / (P D)) in the layout below raised's level, D and A the
 *  table's dropped and added primes: a single rounding where the set allows it,
 *  else two. */
sck_status sck_raised_rescale(sck_run *run, sck_evaluator *evaluator,
                              const struct sck_raised *raised, uint32_t half,
                              struct sck_polynomial **out);
/** Both halves of it. */
sck_status sck_raised_rescale_both(sck_run *run, sck_evaluator *evaluator,
                                   const struct sck_raised *raised,
                                   struct sck_polynomial **out);
/** to(X) = from(X^galois), both in one layout. */
sck_status sck_poly_permute(sck_run *run, sck_evaluator *evaluator,
                            uint32_t galois, const struct sck_polynomial *from,
                            struct sck_polynomial *to);

/** @return SCK_ERR_KEY naming element, level and class when it is missing */
sck_status sck_evaluator_key(const sck_evaluator *evaluator, uint32_t kind,
                             uint32_t galois, uint32_t level,
                             const struct sck_eval_key **key);

/** The uniform rows of one run of a halved key, for one task; else nothing. */
struct sck_key_uniform {
    uint32_t digits;
    sck_block *block[SCK_MAX_DIGITS];
};
sck_status sck_key_open(sck_run *run, sck_evaluator *evaluator,
                        const struct sck_eval_key *key, uint32_t index,
                        struct sck_key_uniform *uniform);
/** Adds all rows of a run, both halves, to the task's operand. */
void sck_key_rows(struct sck_task *task, const struct sck_eval_key *key,
                  uint32_t index, const struct sck_key_uniform *uniform);
void sck_key_close(struct sck_key_uniform *uniform);

/** As sck_eval_rescale(), the result given a scale of the caller's, within
 * 2^-50 of what the division makes.
 *  @param given  NULL: the table's of the level below */
sck_status sck_rescale_as(sck_run *run, const sck_ciphertext *a,
                          const sck_scale *given, sck_ciphertext **out);

/** A scalar encoded as the integer x: its rounding is known, not random. */
struct sck_noise sck_noise_of_scalar(double value, double x, sck_scale scale);

/** 1 when level's primes are all among those of high. */
int sck_is_nested(const sck_params *params, uint32_t high, uint32_t level);

/** sck_linear_map_new() with giant steps that are multiples of baby, a power of
 *  two, instead of the cheapest. */
sck_status sck_linear_map_new_with(sck_evaluator *evaluator, sck_run *run,
                                   const double *matrix, uint32_t n,
                                   uint32_t level, uint32_t baby,
                                   sck_linear_map **map);

/** x (any integer-valued double) modulo q. */
uint32_t sck_residue(double x, uint32_t q);

#endif
