/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/**
 * @file sck_plan.h
 * Compiled graphs: every level and scale fixed, keys and costs known, and three
 * ways to run.
 *
 * Compiling needs no key and starts nothing. A plan runs on ciphertexts
 * (sck_plan_run), on doubles (sck_plan_run_clear) and on doubles with the
 * noise that the scheme is predicted to add (sck_plan_run_noise).
 *
 * Units: levels count remaining rescalings; scales are log2 (bits); times are
 * microseconds; sizes are bytes; precision is -log2 of an absolute error.
 *
 * A plan is used by one thread at a time.
 */
#ifndef SCK_PLAN_H
#define SCK_PLAN_H

#include "sck_eval.h"
#include "sck_graph.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A compiled graph: its steps in order, and what they take. */
typedef struct sck_plan sck_plan;

/** What a key is for; keys that the model's layers use count as theirs. */
enum sck_plan_key_group {
    SCK_KEYS_MODEL,
    SCK_KEYS_STC, /**< bootstrapping: SlotToCoeff */
    SCK_KEYS_ENCAPSULATION,
    SCK_KEYS_CTS,
    SCK_KEYS_EVALMOD,
    SCK_KEYS_GROUPS
};

/** A switching key that a plan uses. */
struct sck_plan_key {
    uint32_t kind;      /**< SCK_KEY_RELIN, ... (sck_encrypted.h)      */
    uint32_t galois;    /**< Galois element of SCK_KEY_GALOIS, else 0  */
    uint32_t key_class; /**< index of the parameters' key class, or
                             SCK_KEY_NO_CLASS                          */
    enum sck_plan_key_group group;
    uint64_t bytes; /**< both halves in memory; a file holds half  */
};

/** A vector that goes in or comes out. */
struct sck_plan_port {
    const char *name; /**< the plan's                      */
    uint32_t width;   /**< values                          */
    uint32_t level;   /**< level of its ciphertext         */
    sck_scale scale;  /**< its scale: the table's          */
};

/** What a plan needs. */
struct sck_plan_totals {
    uint32_t keys;
    uint64_t key_bytes;
    uint32_t rotations; /**< of the layers; bootstraps have their own */
    uint32_t key_switches;
    uint32_t bootstraps;
    uint64_t weight_bytes; /**< prepared matrices and biases, at most       */
    uint64_t peak_bytes;   /**< keys, weights and the most vectors at once  */
    uint64_t least_bytes;  /**< per worker: one task runs, one is fetched   */
    double time_us;        /**< an input's, on one core                     */
    double shared_us;      /**< what bootstraps of two values save of it,
                                already taken off                           */
    double span_us;        /**< the part that more cores do not shorten     */
    double start_us;       /**< keys expanded, weights encoded: one core    */
    double submit_us;      /**< of the thread that submits an input's tasks:
                                no number of cores is faster                */
    uint64_t tasks;        /**< an input's, with a worker on every core     */
    uint64_t tasks_alone;  /**< with one, whose tasks may be longer         */
    double precision_bits; /**< worst output: 4 standard deviations, for
                                inputs within their ranges and signs as if
                                random                                      */
};

/**
 * Compiles a graph: levels, scales, lowerings, bootstraps, lifetimes, keys,
 * predictions. Weights are copied; nodes that no output needs are dropped.
 *
 * Operations work at the highest level that their operands allow. Where levels
 * run out on parameters that bootstrap, values are refreshed: as few as
 * possible, and of such choices the one of least predicted time (graph/place.h
 * tells up to which size that is exact; the plan says if it was). Values beyond
 * [-1, 1] are divided by a power of two first, which takes no level where the
 * layer before has weights or a polynomial that can, else one; the result is
 * multiplied back exactly.
 *
 * @param[out] plan  the caller's, for sck_plan_free(); NULL on error
 * @return SCK_OK; the graph's first failure; SCK_ERR_STATE (no output);
 *         SCK_ERR_LEVEL (levels run out, a polynomial's powers outgrow the
 *         modulus, or a value is too large to be bootstrapped: layer, numbers
 *         and way out are named); SCK_ERR_ARGUMENT (a range that cannot be) or
 *         SCK_ERR_MEMORY
 */
SCK_API sck_status sck_graph_compile(const sck_graph *graph, sck_plan **plan);

/** Frees a plan with what it prepared, before the evaluator; takes NULL. */
SCK_API void sck_plan_free(sck_plan *plan);

/** Returns the slots that all vectors are packed to. */
SCK_API uint32_t sck_plan_slots(const sck_plan *plan);

/** Returns the inputs, in the order of their declaration; the plan's. */
SCK_API const struct sck_plan_port *sck_plan_inputs(const sck_plan *plan,
                                                    uint32_t *count);

/** Returns the outputs, in the order of their declaration; the plan's. */
SCK_API const struct sck_plan_port *sck_plan_outputs(const sck_plan *plan,
                                                     uint32_t *count);

/**
 * Keeps a layer's value: it becomes one more output, after those declared, in
 * every way to run, and the predicted peak grows by it. A layer that is an
 * output already stays that one.
 *
 * @param[in] layer    as sck_layer() named it; the layer's last value
 * @param[out] output  its index among sck_plan_outputs(); unchanged on error
 * @return SCK_OK, SCK_ERR_ARGUMENT (no such layer: those there are named; an
 *         input) or SCK_ERR_MEMORY
 */
SCK_API sck_status sck_plan_keep(sck_plan *plan, const char *layer,
                                 uint32_t *output);

/** Returns exactly the keys that running needs, by class, then element; the
 *  plan's. */
SCK_API const struct sck_plan_key *sck_plan_keys(const sck_plan *plan,
                                                 uint32_t *count);

/** Fills *totals. */
SCK_API void sck_plan_get_totals(const sck_plan *plan,
                                 struct sck_plan_totals *totals);

/** Returns an input's predicted time on so many cores. */
SCK_API double sck_plan_time_us(const sck_plan *plan, uint32_t workers);

/** Returns from how many cores on an input's time is predicted to be what
 *  submitting its tasks takes, so that more cores do not shorten it; 0: not up
 *  to 1024. */
SCK_API uint32_t sck_plan_submission_cores(const sck_plan *plan);

/** For people, or as one JSON object. */
enum sck_plan_format { SCK_PLAN_TEXT, SCK_PLAN_JSON };

/** Prints a plan.
 *  @param[out] text  the caller's, for free(); NULL on error
 *  @return SCK_OK, SCK_ERR_ARGUMENT or SCK_ERR_MEMORY */
SCK_API sck_status sck_plan_print(const sck_plan *plan,
                                  enum sck_plan_format format, char **text);

/**
 * Encodes weights, biases and the matrices of bootstrapping for an evaluator,
 * by tasks of the run. Done once:
 * further calls with this evaluator do nothing, another one replaces it.
 *
 * @return SCK_OK, SCK_ERR_MEMORY or what encoding returns
 */
SCK_API sck_status sck_plan_prepare(sck_plan *plan, sck_evaluator *evaluator,
                                    sck_run *run);

/** Frees what was prepared; must precede sck_evaluator_free(). */
SCK_API void sck_plan_release(sck_plan *plan);

/**
 * Runs on ciphertexts: submits all tasks and returns. Prepares if needed.
 * Vectors are freed after their last reader; inputs stay the caller's.
 *
 * @param[in] inputs    one for each of sck_plan_inputs(), in order
 * @param[out] outputs  one for each of sck_plan_outputs(), the caller's, for
 *                      sck_ciphertext_free(); all NULL on error
 * @return SCK_OK, SCK_ERR_SHAPE (an input's level, scale, slots or size:
 *         named), SCK_ERR_KEY (a key is missing) or what an operation returns
 */
SCK_API sck_status sck_plan_run(sck_plan *plan, sck_evaluator *evaluator,
                                sck_run *run,
                                const sck_ciphertext *const *inputs,
                                sck_ciphertext **outputs);

/** Runs on doubles, polynomials as fitted.
 *  @param[in] inputs    each as wide as its port
 *  @param[out] outputs  each as wide as its port; undefined on error
 *  @return SCK_OK, SCK_ERR_ARGUMENT or SCK_ERR_MEMORY */
SCK_API sck_status sck_plan_run_clear(const sck_plan *plan,
                                      const double *const *inputs,
                                      double *const *outputs);

/** Runs on doubles as sck_plan_run_clear() does, with the noise that every
 * layer is predicted to add, drawn from the seed alone. */
SCK_API sck_status sck_plan_run_noise(const sck_plan *plan, uint64_t seed,
                                      const double *const *inputs,
                                      double *const *outputs);

#ifdef __cplusplus
}
#endif
#endif
