/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/**
 * @file sck_client.h
 * The key holder's side: keys, encryption, decryption.
 *
 * Secrets live in guarded memory that is locked where the system lets it and
 * wiped on release. A secret key is two bits a coefficient (16 KiB at
 * N = 2^16), expanded to one limb at a time.
 *
 * Slots hold complex values, given as interleaved real and imaginary parts;
 * real data has imaginary parts 0. Ciphertexts and public keys are plain
 * arrays, fit for files (sck_encrypted.h).
 *
 * Decrypted values are the key holder's: CKKS leaks its key to whoever sees
 * exact decryptions of ciphertexts he knows (Li and Micciancio, eprint
 * 2020/1533).
 *
 * Ownership: what is returned through a pointer is the caller's, for the
 * matching _free, which takes NULL; on error it is NULL. Parameters are
 * borrowed and must outlive what is made of them. Every object may be used by
 * several threads at once: none changes after it is made.
 */
#ifndef SCK_CLIENT_H
#define SCK_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "sck_encrypted.h"
#include "sck_params.h"
#include "sck_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A uniform ternary secret. */
typedef struct sck_secret_key sck_secret_key;

/** Encrypts with a public key. */
typedef struct sck_encryptor sck_encryptor;

/** Draws a secret key and a key id: SHA-256 over "starcloak key id", the
 *  parameter id and 32 fresh random bytes, so it tells nothing of the secret.
 *  @return SCK_OK, SCK_ERR_ARGUMENT, SCK_ERR_MEMORY, SCK_ERR_STATE */
SCK_API sck_status sck_secret_key_new(const sck_params *params,
                                      sck_secret_key **key);

/** Wipes and frees a key; takes NULL. */
SCK_API void sck_secret_key_free(sck_secret_key *key);

/** Returns the SCK_KEY_ID_BYTES bytes of the key's id; borrowed. */
SCK_API const uint8_t *sck_secret_key_id(const sck_secret_key *key);

/** Saves the key, unencrypted, readable by its owner only (mode 0600).
 *  @return SCK_OK, SCK_ERR_IO or SCK_ERR_MEMORY; the file is then as it was */
SCK_API sck_status sck_secret_key_save(const sck_secret_key *key,
                                       const char *path);

/** Loads a key that sck_secret_key_save() wrote.
 *  @return SCK_OK, SCK_ERR_ARGUMENT (a NULL), or as in sck_encrypted.h */
SCK_API sck_status sck_secret_key_load(const sck_params *params,
                                       const char *path, sck_secret_key **key);
/** Reads a key from a file held in memory; otherwise as sck_secret_key_load().
 *  The bytes are the caller's to wipe. */
SCK_API sck_status sck_secret_key_parse(const sck_params *params,
                                        const void *bytes, size_t size,
                                        const char *label,
                                        sck_secret_key **key);

/** Makes a public key (b, a), b = -a s + e, from a fresh seed.
 *  @return SCK_OK, SCK_ERR_MEMORY or SCK_ERR_STATE (no randomness) */
SCK_API sck_status sck_public_key_new(const sck_secret_key *key,
                                      struct sck_limbs_public_key **out);

/**
 * Makes evaluation keys that share a fresh seed.
 *
 * Digit j of a key: b = -a s_out + e + P s_in, P s_in on the digit's limbs.
 * Both encapsulation keys are of one fresh sparse secret, which is wiped; they
 * are made together or not at all.
 *
 * Size: digits * limbs * N words a key.
 * @param[in] wanted  count of them; only kind, key_class and galois are read
 * @return SCK_OK; SCK_ERR_ARGUMENT (no such key, one twice, one encapsulation
 *         key alone); SCK_ERR_PARAMETERS (no sparse secret is safe here);
 *         SCK_ERR_MEMORY
 */
SCK_API sck_status sck_keyset_new(const sck_secret_key *key,
                                  const struct sck_limbs_key *wanted,
                                  uint32_t count,
                                  struct sck_limbs_keyset **out);

/** Told after each key how many are made. */
typedef void sck_keyset_progress(void *context, uint32_t done);

/**
 * Makes evaluation keys as sck_keyset_new() does, straight into a file: one key
 * is in memory at a time, and the file takes its name once all are in it.
 *
 * @param[in] made  called after each key, or NULL
 * @return as sck_keyset_new(), or SCK_ERR_IO; no file is left on error
 */
SCK_API sck_status sck_keyset_new_file(const sck_secret_key *key,
                                       const struct sck_limbs_key *wanted,
                                       uint32_t count, const char *path,
                                       sck_keyset_progress *made,
                                       void *context);

/** Readies a public key for use; the key is borrowed.
 *  @return SCK_OK, SCK_ERR_PARAMETERS (key of another ring), SCK_ERR_MEMORY */
SCK_API sck_status sck_encryptor_new(const sck_params *params,
                                     const struct sck_limbs_public_key *key,
                                     sck_encryptor **out);
/** Frees an encryptor; takes NULL. */
SCK_API void sck_encryptor_free(sck_encryptor *encryptor);

/**
 * Encrypts complex values at the top application level.
 *
 * Error: a coefficient's noise has standard deviation
 *        sqrt((2 + 2 N / 3) / 12), what rounding by the special prime leaves.
 * @param[in] values  2 slots doubles, finite; |value| * scale below 2^62
 * @param[in] slots   power of two, at most N/2
 * @param[in] name    as for sck_limbs_ciphertext_name()
 * @return SCK_OK, SCK_ERR_ARGUMENT (with the number that is off) or
 *         SCK_ERR_MEMORY
 */
SCK_API sck_status sck_encrypt(const sck_encryptor *encryptor,
                               const double *values, uint32_t slots,
                               const char *name,
                               struct sck_limbs_ciphertext **out);

/** Encrypts count real values into the fewest slots that hold them, the rest
 *  zeros; otherwise as sck_encrypt(). */
SCK_API sck_status sck_encrypt_reals(const sck_encryptor *encryptor,
                                     const double *values, uint32_t count,
                                     const char *name,
                                     struct sck_limbs_ciphertext **out);

/**
 * Encrypts with the secret key, at any level that has a table scale. The
 * result is seeded: half the size of a public-key ciphertext.
 *
 * Error: a coefficient's noise has standard deviation 3.2.
 * @return as sck_encrypt()
 */
SCK_API sck_status sck_encrypt_secret(const sck_secret_key *key, uint32_t level,
                                      const double *values, uint32_t slots,
                                      const char *name,
                                      struct sck_limbs_ciphertext **out);

/**
 * Decrypts to complex values: c0 + c1 s (+ c2 s^2), lifted exactly to the
 * centred integer by all of the level's primes.
 *
 * Cost: limbs^2 N / 2 modular products; limbs * N words of locked memory.
 * @param[out] values  2 ct->slots doubles; unchanged on error
 * @return SCK_OK; SCK_ERR_KEY (of another key set, or nothing but noise);
 *         SCK_ERR_PARAMETERS (of other parameters); SCK_ERR_MEMORY
 */
SCK_API sck_status sck_decrypt(const sck_secret_key *key,
                               const struct sck_limbs_ciphertext *ct,
                               double *values);

/** Measures n values against those expected, in bits: worst is -log2 of the
 *  largest absolute difference, average -log2 of the mean one; infinity when
 *  all agree, minus infinity when a value is not finite. */
SCK_API void sck_precision(const double *values, const double *expected,
                           size_t n, double *worst, double *average);

#ifdef __cplusplus
}
#endif
#endif
