/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/**
 * @file sck_encrypted.h
 * Ciphertexts and keys as plain arrays, and the files that hold them.
 *
 * This is what the key holder and whoever computes exchange; no task runtime,
 * no secret. Rows are limbs of N residues, NTT domain, in [0, q), one after
 * another; a level's or key class's primes come in storage order.
 *
 * A seed replaces what it expands to (definitions.md, seed expansion): the
 * uniform half of keys is never here, only its seed, and a seeded ciphertext
 * lacks its last polynomial.
 *
 * A key id names a secret key: 32 public bytes that every key and ciphertext
 * of it carries, so that mixing key sets is an error instead of noise.
 *
 * Sections of the files (sck_file.h): public key KYID SEED PUBK; evaluation
 * keys KYID SEED EVAK...; ciphertexts KYID, then for each NAME [SEED] CTXT;
 * parameters PARM.
 *
 * Ownership: what a function returns through a pointer is the caller's, for
 * the matching _free, which takes NULL. On error it is NULL.
 *
 * Errors of all load and parse functions: SCK_ERR_IO, SCK_ERR_FORMAT (damaged
 * or malformed: says where), SCK_ERR_PARAMETERS (made for other parameters),
 * SCK_ERR_KEY (of another key set), SCK_ERR_MEMORY. Parsing is for files held
 * in memory; label names them in messages and may be NULL.
 */
#ifndef SCK_ENCRYPTED_H
#define SCK_ENCRYPTED_H

#include <stddef.h>
#include <stdint.h>

#include "sck_params.h"
#include "sck_scale.h"
#include "sck_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of a key id and of a seed. */
#define SCK_KEY_ID_BYTES 32
#define SCK_SEED_BYTES 32
/** Bytes of a ciphertext's name at most, with its terminating zero. */
#define SCK_NAME_BYTES 64
/** Ciphertexts of a file and evaluation keys of a set, at most. */
#define SCK_MAX_CIPHERTEXTS 65536
#define SCK_MAX_KEYS 65536
/** Limbs of a key at most: the primes of all levels and SCK_MAX_TERMS. */
#define SCK_MAX_KEY_LIMBS 144

/** One ciphertext. */
struct sck_limbs_ciphertext {
    char name[SCK_NAME_BYTES];
    uint8_t key_id[SCK_KEY_ID_BYTES];
    uint8_t seed[SCK_SEED_BYTES]; /**< of the last polynomial, when seeded    */
    uint32_t seeded;              /**< 1: data lacks the last polynomial      */
    uint32_t level;
    uint32_t polys; /**< 2, or 3 before relinearisation; 2 when seeded       */
    uint32_t slots; /**< power of two, at most N/2                           */
    uint32_t n;     /**< N                                                   */
    uint32_t limbs; /**< primes of the level                                 */
    sck_scale scale;
    double error;   /**< predicted standard deviation of a slot's real part,
                         in units of the message; not in files: 0 stands for a
                         fresh encryption's                                  */
    uint32_t *data; /**< (polys - seeded) x limbs x n words                  */
};

/** One evaluation key without its uniform half. */
struct sck_limbs_key {
    uint32_t kind;      /**< SCK_KEY_RELIN, ...                               */
    uint32_t key_class; /**< index, or 255 for the two encapsulation keys     */
    uint32_t galois;    /**< the element for SCK_KEY_GALOIS, else 0           */
    uint32_t digits;
    uint32_t limbs;
    uint32_t *b; /**< digits x limbs x n words, plain residues         */
};

/** Kinds of evaluation keys: the seed kinds of definitions.md. */
enum sck_key_kind {
    SCK_KEY_RELIN = 1,
    SCK_KEY_GALOIS = 2,
    SCK_KEY_DENSE_TO_SPARSE = 3,
    SCK_KEY_SPARSE_TO_DENSE = 4
};

/** A class index that means none, in keys and nonces. */
#define SCK_KEY_NO_CLASS 255

/** Evaluation keys that share one seed. */
struct sck_limbs_keyset {
    uint8_t key_id[SCK_KEY_ID_BYTES];
    uint8_t seed[SCK_SEED_BYTES];
    uint32_t n;
    uint32_t count;
    struct sck_limbs_key *keys; /**< no two of equal kind, class and galois   */
};

/** The public key, over sck_public_key_primes(), without its uniform half. */
struct sck_limbs_public_key {
    uint8_t key_id[SCK_KEY_ID_BYTES];
    uint8_t seed[SCK_SEED_BYTES];
    uint32_t n;
    uint32_t limbs;
    uint32_t *b; /**< limbs x n words */
};

/** Several ciphertexts of one key set; no two of equal name. */
struct sck_limbs_ciphertexts {
    uint8_t key_id[SCK_KEY_ID_BYTES];
    uint32_t count;
    struct sck_limbs_ciphertext **items;
};

/** What an evaluation key looks like. */
struct sck_key_shape {
    uint32_t limbs; /**< U's primes, then P's                            */
    uint32_t own;   /**< how many of them are U's                        */
    uint32_t q[SCK_MAX_KEY_LIMBS];
    uint32_t digits;
    uint32_t digit_first[SCK_MAX_DIGITS]; /**< limb where the digit starts    */
    uint32_t digit_limbs[SCK_MAX_DIGITS];
};

/**
 * Tells the shape of an evaluation key.
 *
 * @param[in] galois  odd, 3 to 2N - 1, for SCK_KEY_GALOIS; else 0
 * @return SCK_OK, or SCK_ERR_ARGUMENT when there is no such key
 */
SCK_API sck_status sck_key_shape(const sck_params *params, uint32_t kind,
                                 uint32_t key_class, uint32_t galois,
                                 struct sck_key_shape *shape);

/** Nonzero coefficients of the encapsulating secret, by its ring; insecure
 * rings stand in for 2^16. 0: no weight is known to be safe. */
SCK_API uint32_t sck_sparse_weight(const sck_params *params);

/** Lists the public key's primes: the top application level's, then the first
 *  special prime. q has room for SCK_MAX_KEY_LIMBS; returns how many. */
SCK_API uint32_t sck_public_key_primes(const sck_params *params, uint32_t *q);

/** Makes a ciphertext of zeros; polys counts the seeded one.
 *  @return SCK_OK, SCK_ERR_ARGUMENT (no such level; polys is not 2 or 3, or 2
 *          when seeded) or SCK_ERR_MEMORY */
SCK_API sck_status sck_limbs_ciphertext_new(const sck_params *params,
                                            uint32_t level, uint32_t polys,
                                            uint32_t seeded,
                                            struct sck_limbs_ciphertext **out);
/** Frees a ciphertext. */
SCK_API void sck_limbs_ciphertext_free(struct sck_limbs_ciphertext *ct);

/** Returns a limb of a ciphertext, n words of its own; poly < polys - seeded.
 */
SCK_API uint32_t *sck_limbs_row(const struct sck_limbs_ciphertext *ct,
                                uint32_t poly, uint32_t limb);

/** Names a ciphertext: 1 to 63 bytes, printable, without spaces.
 *  @return SCK_OK, or SCK_ERR_ARGUMENT; the name is then as it was */
SCK_API sck_status sck_limbs_ciphertext_name(struct sck_limbs_ciphertext *ct,
                                             const char *name);

/** Frees a list with its ciphertexts. */
SCK_API void sck_limbs_ciphertexts_free(struct sck_limbs_ciphertexts *list);

/** Finds a ciphertext by name; NULL when there is none. Borrowed. */
SCK_API const struct sck_limbs_ciphertext *
sck_limbs_ciphertexts_find(const struct sck_limbs_ciphertexts *list,
                           const char *name);

/** Makes a set of count keys, rows unset; kind, class and galois of each are
 *  taken from @p keys, the rest of it is ignored.
 *  @return SCK_OK, SCK_ERR_ARGUMENT (no such key, one twice, more than
 *          SCK_MAX_KEYS) or SCK_ERR_MEMORY */
SCK_API sck_status sck_limbs_keyset_new(const sck_params *params,
                                        const struct sck_limbs_key *keys,
                                        uint32_t count,
                                        struct sck_limbs_keyset **out);
/** Frees a set with its keys' rows. */
SCK_API void sck_limbs_keyset_free(struct sck_limbs_keyset *set);

/** Finds a key; NULL when the set lacks it. Borrowed. */
SCK_API const struct sck_limbs_key *
sck_limbs_keyset_find(const struct sck_limbs_keyset *set, uint32_t kind,
                      uint32_t key_class, uint32_t galois);

/** Makes a public key with zero rows.
 *  @return SCK_OK or SCK_ERR_MEMORY */
SCK_API sck_status sck_limbs_public_key_alloc(
    const sck_params *params, struct sck_limbs_public_key **out);
/** Frees a public key. */
SCK_API void sck_limbs_public_key_free(struct sck_limbs_public_key *key);

struct sck_file_writer; /* sck_file.h */

/** Saves what parameters are made from. Like all that saves, it replaces the
 *  file at once or leaves it as it was.
 *  @return SCK_OK, SCK_ERR_IO or SCK_ERR_MEMORY */
SCK_API sck_status sck_params_save(const sck_params *params, const char *path);
/** Loads parameters: makes them anew, and checks that they have the file's id.
 */
SCK_API sck_status sck_params_load(const char *path, sck_params **params);
/** Reads parameters from a file held in memory. */
SCK_API sck_status sck_params_parse(const void *bytes, size_t size,
                                    const char *label, sck_params **params);

/** Saves count ciphertexts.
 *  @param[in] count  1 to SCK_MAX_CIPHERTEXTS
 *  @return SCK_OK; SCK_ERR_ARGUMENT (the count; no name, or one twice),
 *          SCK_ERR_KEY (of different keys), SCK_ERR_PARAMETERS (of others),
 *          SCK_ERR_IO or SCK_ERR_MEMORY */
SCK_API sck_status sck_ciphertexts_save(
    const sck_params *params, const struct sck_limbs_ciphertext *const *list,
    uint32_t count, const char *path);
/** Loads all ciphertexts of a file.
 *  @param[in] key_id  what the file must carry, or NULL for any */
SCK_API sck_status sck_ciphertexts_load(const sck_params *params,
                                        const char *path, const uint8_t *key_id,
                                        struct sck_limbs_ciphertexts **out);
/** Reads ciphertexts from a file held in memory. */
SCK_API sck_status sck_ciphertexts_parse(const sck_params *params,
                                         const void *bytes, size_t size,
                                         const char *label,
                                         const uint8_t *key_id,
                                         struct sck_limbs_ciphertexts **out);

/** Saves a public key.
 *  @return SCK_OK, SCK_ERR_PARAMETERS (of others), SCK_ERR_IO, SCK_ERR_MEMORY
 */
SCK_API sck_status sck_public_key_save(const sck_params *params,
                                       const struct sck_limbs_public_key *key,
                                       const char *path);
/** Loads a public key. */
SCK_API sck_status sck_public_key_load(const sck_params *params,
                                       const char *path,
                                       struct sck_limbs_public_key **out);
/** Reads a public key from a file held in memory. */
SCK_API sck_status sck_public_key_parse(const sck_params *params,
                                        const void *bytes, size_t size,
                                        const char *label,
                                        struct sck_limbs_public_key **out);

/** Saves evaluation keys.
 *  @return SCK_OK, SCK_ERR_ARGUMENT (no such key), SCK_ERR_PARAMETERS (of
 *          others), SCK_ERR_IO, SCK_ERR_MEMORY */
SCK_API sck_status sck_keyset_save(const sck_params *params,
                                   const struct sck_limbs_keyset *set,
                                   const char *path);
/** Starts a file of count evaluation keys that follow one at a time, by
 *  sck_keyset_append(); then sck_file_commit() and sck_file_discard().
 *  @param[out] writer  NULL on error */
SCK_API sck_status sck_keyset_create(const sck_params *params,
                                     const uint8_t *key_id, const uint8_t *seed,
                                     uint32_t count, const char *path,
                                     struct sck_file_writer **writer);
/** Adds the next key; as sck_keyset_save(). */
SCK_API sck_status sck_keyset_append(struct sck_file_writer *writer,
                                     const sck_params *params,
                                     const struct sck_limbs_key *key);
/** Loads all keys of a file.
 *  @param[in] key_id  what the file must carry, or NULL for any */
SCK_API sck_status sck_keyset_load(const sck_params *params, const char *path,
                                   const uint8_t *key_id,
                                   struct sck_limbs_keyset **out);

/** Sees key i of total, as a set of one that is valid until it returns; an
 *  error ends the reading. */
typedef sck_status sck_keyset_take(void *context,
                                   const struct sck_limbs_keyset *one,
                                   uint32_t i, uint32_t total);
/**
 * Reads a file's keys as sck_keyset_load() does, one in memory at a time, each
 * given to take once its hash is confirmed. Where the file is damaged further
 * on, earlier keys have been taken.
 * @return as sck_keyset_load(), or what take returned
 */
SCK_API sck_status sck_keyset_each(const sck_params *params, const char *path,
                                   const uint8_t *key_id, sck_keyset_take *take,
                                   void *context);
/** Reads evaluation keys from a file held in memory. */
SCK_API sck_status sck_keyset_parse(const sck_params *params, const void *bytes,
                                    size_t size, const char *label,
                                    const uint8_t *key_id,
                                    struct sck_limbs_keyset **out);

#ifdef __cplusplus
}
#endif
#endif
