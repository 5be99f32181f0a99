/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Predicted time and memory of the pieces that operations are made of: what
 * fhe/eval_*.c submits, counted, at the rates of perfmodels/model.h. */
#ifndef SCK_COST_H
#define SCK_COST_H

#include "model.h"
#include "plan_priv.h"

/** What pieces are predicted for. */
struct sck_costs {
    const sck_params *params;
    const struct sck_rates *rates;
    uint32_t grain;   /**< limbs a block */
    uint32_t workers; /**< that share the tasks: more make them shorter */
    double around;    /**< bytes of ciphertexts and keys that the operation goes
                           around: what the last cache does not hold is in
                           memory */
    uint32_t members; /**< ciphertexts alike that every task works on: a batch
                         (fhe/eval_batch_priv.h); 0: one */
};

/** A sum of pieces; every function below adds to one. */
struct sck_cost {
    double work_us; /**< all kernels, one core                               */
    double span_us; /**< the longest task of every phase that waits for the one
                         before, StarPU's share included                     */
    double tasks;
    double handles;   /**< that those tasks name, all together: keys and
                           plaintexts, which nothing writes, are not named */
    double memory_us; /**< of the work: from memory, which cores share */
    double handed_us; /**< of the work: what tasks have left each other in the
                           last cache */
};

/** Adds one so many times, of which so many wait for each other. */
void sck_cost_add_times(struct sck_cost *c, const struct sck_cost *one,
                        double times, double in_turn);

/** One core's time; the time of the thread that submits; so many workers',
 *  waited for. */
double sck_cost_us(const struct sck_costs *m, const struct sck_cost *c);
double sck_cost_submit_us(const struct sck_costs *m, const struct sck_cost *c);
double sck_cost_time_us(const struct sck_costs *m, const struct sck_cost *c,
                        uint32_t workers);

/** A run's time from it: workers share what does not wait, the thread that
 *  submits takes their cores where it has none of its own, and no run is
 *  shorter than its submission. */
double sck_cost_parts_us(const struct sck_rates *rates,
                         const struct sck_cost_parts *parts, uint32_t workers);
/** 1 when that is its submission's time. */
int sck_cost_is_submission(const struct sck_rates *rates,
                           const struct sck_cost_parts *parts,
                           uint32_t workers);

/** Ciphertexts at a level: operands read and one written, polys polynomials. */
void sck_cost_elementwise(const struct sck_costs *m, uint32_t level,
                          uint32_t polys, uint32_t operands,
                          struct sck_cost *c);
/** The digits of one polynomial; their inner product with a key. */
void sck_cost_digits(const struct sck_costs *m, uint32_t level,
                     struct sck_cost *c);
void sck_cost_raise(const struct sck_costs *m, uint32_t level,
                    struct sck_cost *c);
/** Both halves of that divided by P, and permuted. */
void sck_cost_mod_down(const struct sck_costs *m, uint32_t level,
                       struct sck_cost *c);
/** One half alone. */
void sck_cost_mod_down_half(const struct sck_costs *m, uint32_t level,
                            struct sck_cost *c);
/** Giant steps' sums: of each, one half divided by P and switched; none waits
 *  for another. */
void sck_cost_turns(const struct sck_costs *m, uint32_t level, uint32_t turns,
                    struct sck_cost *c);
/** A layer of a bootstrap's matrices: babies and their products with diagonals,
 *  giant steps, the sum of all, divided. */
struct sck_cost_layer {
    uint32_t babies, giants, diagonals; /**< rotations, but for diagonals */
    double held; /**< share of a row's words that a diagonal has */
};
void sck_cost_layer(const struct sck_costs *m, uint32_t level,
                    const struct sck_cost_layer *layer, struct sck_cost *c);
/** So many rotations of a ciphertext added to it: one division. */
void sck_cost_trace(const struct sck_costs *m, uint32_t level,
                    uint32_t rotations, struct sck_cost *c);
/** From level 0 through the sparse secret to the top. */
void sck_cost_encapsulation(const struct sck_costs *m, struct sck_cost *c);
/** Level 0's limbs under another secret at a level: one digit, so many special
 *  primes. */
void sck_cost_switched_secret(const struct sck_costs *m, uint32_t level,
                              double specials, struct sck_cost *c);
/** Digits, their product with a key, both halves divided and permuted. */
void sck_cost_rotation(const struct sck_costs *m, uint32_t level,
                       struct sck_cost *c);
/** A rescale of two polynomials from a level. */
void sck_cost_rescale(const struct sck_costs *m, uint32_t level,
                      struct sck_cost *c);
/** The same of a sum of so many multiples that is never stored. */
void sck_cost_rescaled_sum(const struct sck_costs *m, uint32_t level,
                           uint32_t terms, struct sck_cost *c);
/** Multiply, relinearise, rescale. */
void sck_cost_product(const struct sck_costs *m, uint32_t level,
                      struct sck_cost *c);
/** Relinearise, rescale. */
void sck_cost_relinearised(const struct sck_costs *m, uint32_t level,
                           struct sck_cost *c);
/** A sum of so many products and multiples of ciphertexts, relinearised if
 * there are products, and rescaled. */
void sck_cost_combined(const struct sck_costs *m, uint32_t level,
                       uint32_t products, uint32_t terms, struct sck_cost *c);
/** Sum of ciphertexts times plaintexts. */
void sck_cost_dot(const struct sck_costs *m, uint32_t level, uint32_t terms,
                  struct sck_cost *c);
/** Several levels down. */
void sck_cost_lower(const struct sck_costs *m, uint32_t from, uint32_t level,
                    struct sck_cost *c);
/** A linear map of so many slots by its diagonals, over Q and P; no rotations:
 *  a product. */
struct sck_cost_map {
    uint32_t slots, diagonals, rotations;
    uint32_t turns; /**< rotations that are giant steps */
};
void sck_cost_linear(const struct sck_costs *m, uint32_t level,
                     const struct sck_cost_map *map, struct sck_cost *c);
/** Bytes of its diagonals, and of what applying it holds. */
uint64_t sck_cost_diagonal_bytes(const sck_params *params, uint32_t level,
                                 const struct sck_cost_map *map);
uint64_t sck_cost_linear_bytes(const sck_params *params, uint32_t level,
                               const struct sck_cost_map *map);
/** A plaintext of so many slots encoded: over limbs of the level and special
 *  ones. Its row is a ciphertext's divided by sck_cost_repeat(). */
void sck_cost_encode(const struct sck_costs *m, uint32_t level,
                     uint32_t special, uint32_t slots, struct sck_cost *c);
uint32_t sck_cost_repeat(const sck_params *params, uint32_t slots);
/** Rotations of one polynomial, its digits raised once for them. */
void sck_cost_hoisted(const struct sck_costs *m, uint32_t level, uint32_t keys,
                      struct sck_cost *c);
/** The same, each block's task going on alone: so much more for each of its
 * limbs, and sums instead of the rotations written. */
struct sck_cost_onward {
    double terms, hot, cold; /**< a limb, in limbs */
    uint32_t sums;           /**< two polynomials each */
};
void sck_cost_hoisted_onward(const struct sck_costs *m, uint32_t level,
                             uint32_t keys, const struct sck_cost_onward *more,
                             struct sck_cost *c);
/** Both halves of such a sum divided by P and the level's dropped primes. */
void sck_cost_raised_rescale(const struct sck_costs *m, uint32_t level,
                             struct sck_cost *c);
/** tasks alike that multiply, add, and move so many limbs each: passes hot,
 *  cold from memory; each names so many handles. */
void sck_cost_tasks(const struct sck_costs *m, double tasks, double handles,
                    double terms, double passes, double cold,
                    struct sck_cost *c);
/** A switching key's uniform half expanded, both brought into handles. */
void sck_cost_key(const struct sck_costs *m, uint32_t key_class,
                  struct sck_cost *c);

/* A step's map; bytes of a ciphertext at a level; the totals' bytes. */
struct sck_cost_map sck_step_map(const sck_plan *plan,
                                 const struct sck_step *step);
uint64_t sck_plan_vector_bytes(const sck_plan *plan, uint32_t level);
void sck_plan_predict_memory(sck_plan *plan);
/* Bytes of a level's switching key. */
uint64_t sck_cost_key_bytes(const sck_params *params, uint32_t level);
/* Bytes of count limbs. */
uint64_t sck_cost_limb_bytes(const sck_params *params, uint64_t limbs);
uint32_t sck_cost_limbs(const sck_params *params, uint32_t level);
/* Bytes that a key switch's temporaries take, and its largest task's data. */
uint64_t sck_cost_switch_bytes(const sck_params *params, uint32_t level);
uint64_t sck_cost_task_bytes(const sck_params *params, uint32_t level);

#endif
