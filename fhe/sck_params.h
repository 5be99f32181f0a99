/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/**
 * @file sck_params.h
 * Encryption parameters: ring, levels of primes, scales, key classes.
 *
 * A level is a list of primes q < 2^30, q = 1 mod 2^17. Level 0 is the bottom;
 * above it lie, in this order, the levels of SlotToCoeff, the application,
 * EvalMod and CoeffToSlot (a leveled set has application levels only).
 * Rescaling from level l to l - 1 multiplies by the level's added primes and
 * divides by its dropped ones.
 *
 * A key class is a range of levels with one shape of switching keys: the union
 * U of its levels' primes cut into digits, and special primes P. No key spans
 * all primes of a table, so the security bound holds for each class's U * P.
 *
 * Units: *_bits and log2_* are log2 of moduli or scales. Lists of primes are in
 * storage order, the one order of limbs in memory and in files, unless said
 * otherwise; digits are contiguous runs of it.
 *
 * Ownership: all that is returned by pointer belongs to the parameters and
 * lives as long as they do. Parameters never change once made: any number of
 * threads may read them. Accessors take parameters that are not NULL; for a
 * level or index out of range they return NULL, 0, {0, 0} or UINT32_MAX, and
 * a count of 0.
 */
#ifndef SCK_PARAMS_H
#define SCK_PARAMS_H

#include <stdint.h>

#include "sck_scale.h"
#include "sck_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Most primes of one digit, and of one class's P: 15 products of 30-bit
 *  residues and a correction fit 64 bits. */
#define SCK_MAX_TERMS 15
/** Most digits of a key class. */
#define SCK_MAX_DIGITS 13
/** Bytes of a parameter id. */
#define SCK_PARAMS_ID_BYTES 32

/** Checked, immutable parameters. */
typedef struct sck_params sck_params;

/** What to build. Zero what is not used. */
struct sck_params_literal {
    const char *name;        /**< up to 31 bytes, copied; NULL: "custom"      */
    uint32_t logn;           /**< log2 of the ring's N: 13..16, or 4..16 when
                                  insecure_test_only                          */
    uint32_t q0_bits;        /**< nominal bits of level 0: multiple of 5, more
                                  than scale_bits, at most 60                 */
    uint32_t scale_bits;     /**< nominal bits per level: 25, 30, ..., 55     */
    uint32_t levels;         /**< application levels, at least 1              */
    uint32_t levels_stc;     /**< SlotToCoeff levels; 0 in a leveled set      */
    uint32_t levels_evalmod; /**< EvalMod levels; 0 in a leveled set          */
    uint32_t evalmod_bits;   /**< bits of an EvalMod level: 50..60            */
    uint32_t levels_cts;     /**< CoeffToSlot levels; 0 in a leveled set      */
    uint32_t cts_bits;       /**< bits of a CoeffToSlot level: 50..60         */
    uint32_t special;        /**< fixed special primes, 1..15                 */
    int insecure_test_only;  /**< nonzero: N may be any size; the classes are
                                  cut, and bounded, as for N = 2^16           */
};

/** One shape of switching keys. */
struct sck_key_class {
    const char *name;       /**< "StC", "app-low", ..., or "0..6"           */
    uint32_t first_level;   /**< lowest level its keys serve                */
    uint32_t last_level;    /**< highest level its keys serve               */
    uint32_t count;         /**< primes of U                                */
    const uint32_t *primes; /**< U                                          */
    uint32_t digits;        /**< number of digits                           */
    uint32_t digit_length[SCK_MAX_DIGITS]; /**< primes of each digit         */
    const uint32_t *digit[SCK_MAX_DIGITS]; /**< runs of primes, in order     */
    uint32_t special_count;  /**< primes of P, at most SCK_MAX_TERMS         */
    const uint32_t *special; /**< P: the fixed ones, then others by size     */
    double log2_up;          /**< log2(U P), the modulus of its keys         */
    double p_over_d_bits;    /**< log2(P / largest digit), at least 6        */
    int within_limit;        /**< 1: U P within the limit for the ring's N   */
};

/**
 * Builds and checks parameters.
 *
 * Cost: a few milliseconds.
 * @param[in] literal  borrowed for the call
 * @param[out] params  the caller's, for sck_params_free(); NULL on error
 * @return SCK_OK; SCK_ERR_ARGUMENT (a NULL); SCK_ERR_MEMORY; or
 *         SCK_ERR_PARAMETERS with the numbers: no such primes, log2(U P) above
 *         the limit of 128-bit security, scales off their nominal size
 */
SCK_API sck_status sck_params_new(const struct sck_params_literal *literal,
                                  sck_params **params);

/**
 * Builds a named set: l13-30 l14-40 l15-40 (leveled), b16-40 b16-35 b16-45
 * (bootstrappable), or test-10 test-11 test-12 (b16-40 in a smaller ring:
 * insecure, for tests only).
 *
 * @param[out] params  the caller's, for sck_params_free(); NULL on error
 * @return SCK_OK, SCK_ERR_ARGUMENT (no such name) or SCK_ERR_MEMORY
 */
SCK_API sck_status sck_params_named(const char *name, sck_params **params);

/** Frees parameters and all lists they returned; takes NULL. */
SCK_API void sck_params_free(sck_params *params);

/** Returns the set's name. */
SCK_API const char *sck_params_name(const sck_params *params);

/** Returns the literal the parameters were made from, name included. */
SCK_API const struct sck_params_literal *
sck_params_shape(const sck_params *params);

/** Returns log2 N. */
SCK_API uint32_t sck_params_logn(const sck_params *params);

/** Returns the number of levels; the top level is one less. */
SCK_API uint32_t sck_params_levels(const sck_params *params);

/** Returns the top application level, the highest that has a table scale. */
SCK_API uint32_t sck_params_app_top(const sck_params *params);

/** Returns the *count primes of a level. */
SCK_API const uint32_t *sck_params_primes(const sck_params *params,
                                          uint32_t level, uint32_t *count);

/** Returns the *count primes of level - 1 that the level lacks; rescaling
 *  multiplies by them. None at level 0. */
SCK_API const uint32_t *sck_params_added(const sck_params *params,
                                         uint32_t level, uint32_t *count);

/** Returns the *count primes of the level that level - 1 lacks; rescaling
 *  divides by them. None at level 0. */
SCK_API const uint32_t *sck_params_dropped(const sck_params *params,
                                           uint32_t level, uint32_t *count);

/** Returns a level's scale; {0, 0} above sck_params_app_top(), where the
 *  bootstrapping circuit sets scales. */
SCK_API sck_scale sck_params_scale(const sck_params *params, uint32_t level);

/**
 * Returns 1 when mod_down of a key switch and the rescale that follows it at
 * @p level may be done as one base conversion: P of the level's class and the
 * dropped primes add up to less than 2^34 - 2^8, so that sums fit 64 bits.
 * Else 0: do them in sequence (levels 14 to 17 of b16-45), or there is no
 * class or no level below.
 */
SCK_API int sck_params_fuses(const sck_params *params, uint32_t level);

/** Returns the number of key classes. */
SCK_API uint32_t sck_params_classes(const sck_params *params);

/** Returns the index of the class whose keys serve a level; UINT32_MAX when
 *  there is none, as at level 0 of bootstrappable sets. */
SCK_API uint32_t sck_params_class_of(const sck_params *params, uint32_t level);

/** Returns a key class, from the lowest levels (index 0) up. */
SCK_API const struct sck_key_class *sck_params_class(const sck_params *params,
                                                     uint32_t index);

/** Returns all *count primes of all levels. */
SCK_API const uint32_t *sck_params_storage_order(const sck_params *params,
                                                 uint32_t *count);

/** Returns the storage order followed by the fixed special primes: every
 *  prime that arithmetic ever needs, *count of them. */
SCK_API const uint32_t *sck_params_all_primes(const sck_params *params,
                                              uint32_t *count);

/** Returns the *count fixed special primes, largest first. */
SCK_API const uint32_t *sck_params_special(const sck_params *params,
                                           uint32_t *count);

/** Returns the SCK_PARAMS_ID_BYTES bytes that name these parameters in files:
 *  SHA-256 over ring, levels, scales and classes. */
SCK_API const uint8_t *sck_params_id(const sck_params *params);

/** Returns 1 when the caller asked for insecure parameters, else 0. */
SCK_API int sck_params_is_insecure(const sck_params *params);

/** Returns log2 of the top level's modulus times the fixed special primes. */
SCK_API double sck_params_log2_qp(const sck_params *params);

/** Returns the bits of security that every key is known to reach: 128, or 0
 *  for insecure parameters. */
SCK_API double sck_params_security_bits(const sck_params *params);

/** The Galois element of a rotation by steps (slot j becomes old slot
 *  j + steps): 5^steps mod 2N; negative steps turn right. */
SCK_API uint32_t sck_galois_rotation(const sck_params *params, int64_t steps);

/** The Galois element of complex conjugation: 2N - 1. */
SCK_API uint32_t sck_galois_conjugation(const sck_params *params);

#ifdef __cplusplus
}
#endif
#endif
