/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite fhe.alloc_load: every allocation of what brings data to an evaluator
 * and back fails once. */
#include "alloc_kit.h"

static struct sck_limbs_ciphertext *limbs;
static struct sck_limbs_keyset *keys;
static double matrix[SLOTS * SLOTS];
static sck_evaluator *fresh;

/* A call that makes *out, which is there when it says so, and freed at once. */
#define MAKES(name, type, free_it, ...)                                        \
    static sck_status name(struct noise_kit *k, sck_ciphertext **made)         \
    {                                                                          \
        type *out = NULL;                                                      \
        const sck_status status = __VA_ARGS__;                                 \
                                                                               \
        CU_ASSERT((status == SCK_OK) == (out != NULL));                        \
        (void)made;                                                            \
        free_it(out);                                                          \
        return status;                                                         \
    }

MAKES(download, struct sck_limbs_ciphertext, sck_limbs_ciphertext_free,
      sck_ciphertext_download(k->x, "x", &out))
MAKES(evaluator, sck_evaluator, sck_evaluator_free,
      sck_evaluator_new(k->session, k->holder.params, &out))
MAKES(run_new, sck_run, sck_run_free, sck_run_new(k->session, &out))
MAKES(encode, sck_plaintext, sck_plaintext_free,
      sck_plaintext_encode(k->evaluator, k->run, k->b, SLOTS, LEVEL,
                           sck_params_scale(k->holder.params, LEVEL), &out))
MAKES(linear_map, sck_linear_map, sck_linear_map_free,
      sck_linear_map_new(k->evaluator, k->run, matrix, SLOTS, LEVEL, &out))

static sck_status upload(struct noise_kit *k, sck_ciphertext **made)
{
    return sck_ciphertext_upload(k->evaluator, k->run, limbs, made);
}

/* An evaluator whose keys did not load takes them again. */
static sck_status add_keys(struct noise_kit *k, sck_ciphertext **made)
{
    (void)made;
    const sck_status status = sck_evaluator_add_keys(fresh, k->run, keys);

    if (status == SCK_OK) {
        /* What a loaded key keeps goes with its evaluator. */
        sck_evaluator_free(fresh);
        fresh = NULL;
    }
    return status;
}

static void what_is_loaded(void)
{
    struct noise_kit k;
    uint32_t galois[1] = {0};

    noise_open(&k);
    (void)noise_again(&k);
    alloc_fill(matrix);
    /* The evaluator keeps a ring for its short diagonals from then on. */
    CU_ASSERT_EQUAL_FATAL(linear_map(&k, NULL), SCK_OK);
    CU_ASSERT_EQUAL_FATAL(sck_run_wait(k.run), SCK_OK);
    limbs = keyholder_encrypt(&k.holder, k.a, SLOTS, LEVEL);
    keys = keyholder_keys(&k.holder, LEVEL, galois, 1);
    each_fails("run", &k, run_new);
    each_fails("evaluator", &k, evaluator);
    each_fails("upload", &k, upload);
    each_fails("download", &k, download);
    each_fails("encode", &k, encode);
    CU_ASSERT_EQUAL_FATAL(sck_evaluator_new(k.session, k.holder.params, &fresh),
                          SCK_OK);
    each_fails("keys", &k, add_keys);
    sck_evaluator_free(fresh);
    each_fails("linear map", &k, linear_map);
    sck_limbs_ciphertext_free(limbs);
    sck_limbs_keyset_free(keys);
    noise_finish(&k);
}

static CU_TestInfo cases[] = {
    {"what_is_loaded", what_is_loaded},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(alloc_load, cases)
