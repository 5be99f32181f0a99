/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "eval_priv.h"

#include "grain.h"
#include "isa.h"
#include "sample_uniform.h"
#include "sck_encrypted.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rates that cannot be read are the generic ones: plans warn of it. */
static uint32_t default_grain(const sck_session *session,
                              const sck_params *params)
{
    struct sck_rates rates;
    char path[SCK_RATES_PATH];
    struct sck_grain grain;

    if (sck_session_gpus(session) != 0) {
        sck_grain_for_gpus(params, &grain);
        return grain.limbs;
    }
    (void)sck_rates_here(&rates, path);
    sck_grain_choose(params, &rates, sck_session_workers(session), &grain);
    return grain.limbs;
}

sck_status sck_evaluator_new(sck_session *session, const sck_params *params,
                             sck_evaluator **evaluator)
{
    uint32_t count;
    const uint32_t *primes = sck_params_all_primes(params, &count);
    sck_evaluator *e = calloc(1, sizeof *e);
    sck_status status;

    *evaluator = NULL;
    if (e == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *e);
    status = sck_kernels_init();
    if (status != SCK_OK) {
        free(e);
        return status;
    }
    e->session = session;
    e->params = params;
    e->blocks_per_task = sck_session_blocks_per_task(session);
    e->grain = sck_session_grain(session);
    if (e->grain == 0)
        e->grain = default_grain(session, params);
    status = sck_ring_new(sck_params_logn(params), primes, count, &e->ring);
    if (status != SCK_OK) {
        free(e);
        return status;
    }
    *evaluator = e;
    return SCK_OK;
}

void sck_evaluator_free(sck_evaluator *evaluator)
{
    if (evaluator == NULL)
        return;
    while (evaluator->keys != NULL) {
        struct sck_eval_key *key = evaluator->keys;

        evaluator->keys = key->next;
        for (uint32_t i = 0; i < key->blocks; i++)
            sck_block_free(key->block[i]);
        free(key);
    }
    sck_session_quiesce(evaluator->session);
    for (uint32_t i = 0; i <= SCK_MAX_REPEAT; i++)
        sck_ring_free(evaluator->shorter[i]);
    sck_ring_free(evaluator->ring);
    free(evaluator);
}

sck_status sck_evaluator_key(const sck_evaluator *evaluator, uint32_t kind,
                             uint32_t galois, uint32_t level,
                             const struct sck_eval_key **key)
{
    const uint32_t c = kind == SCK_SEED_RELIN || kind == SCK_SEED_GALOIS
                           ? sck_params_class_of(evaluator->params, level)
                           : SCK_KEY_NO_CLASS;

    for (*key = evaluator->keys; *key != NULL; *key = (*key)->next)
        if ((*key)->kind == kind && (*key)->galois == galois &&
            (*key)->key_class == c)
            return SCK_OK;
    return SCK_FAIL(SCK_ERR_KEY,
                    "%s key for galois element %u at level %u (key class %d) "
                    "is not loaded; make it with starcloak-client keygen",
                    kind > SCK_SEED_GALOIS ? "encapsulation"
                    : galois == 0          ? "relinearisation"
                                           : "rotation",
                    galois, level, (int)c);
}

sck_status sck_ciphertext_like(const sck_ciphertext *like, uint32_t level,
                               uint32_t size, sck_scale scale,
                               sck_ciphertext **out)
{
    sck_ciphertext *c = calloc(1, sizeof *c);

    *out = NULL;
    if (c == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes", sizeof *c);
    *c = *like;
    memset(c->poly, 0, sizeof c->poly);
    c->level = level;
    c->size = size;
    c->scale = scale;
    for (uint32_t i = 0; i < size; i++) {
        const sck_status status = sck_poly_at(c->evaluator, level, &c->poly[i]);

        if (status != SCK_OK) {
            sck_ciphertext_free(c);
            return status;
        }
    }
    *out = c;
    return SCK_OK;
}

void sck_ciphertext_free(sck_ciphertext *ciphertext)
{
    if (ciphertext == NULL)
        return;
    for (uint32_t i = 0; i < 3; i++)
        sck_polynomial_free(ciphertext->poly[i]);
    free(ciphertext);
}

uint32_t sck_ciphertext_level(const sck_ciphertext *ciphertext)
{
    return ciphertext->level;
}

uint32_t sck_ciphertext_slots(const sck_ciphertext *ciphertext)
{
    return ciphertext->slots;
}

uint32_t sck_ciphertext_size(const sck_ciphertext *ciphertext)
{
    return ciphertext->size;
}

sck_scale sck_ciphertext_scale(const sck_ciphertext *ciphertext)
{
    return ciphertext->scale;
}

double sck_ciphertext_error(const sck_ciphertext *ciphertext)
{
    return ciphertext->noise.error;
}

double sck_ciphertext_magnitude(const sck_ciphertext *ciphertext)
{
    return ciphertext->noise.magnitude;
}

sck_status sck_ciphertext_set_magnitude(sck_ciphertext *ciphertext,
                                        double magnitude)
{
    if (!(magnitude >= 0) || isinf(magnitude))
        return SCK_FAIL(SCK_ERR_ARGUMENT, "a magnitude of %g", magnitude);
    ciphertext->noise.magnitude = magnitude;
    ciphertext->noise.stated = 1;
    return SCK_OK;
}

sck_status sck_ciphertext_set_slots(sck_ciphertext *ciphertext, uint32_t slots)
{
    if (slots == 0 || (slots & (slots - 1)) != 0 ||
        slots > ciphertext->evaluator->ring->n / 2)
        return SCK_FAIL(SCK_ERR_ARGUMENT,
                        "%u slots: not a power of two up to N/2", slots);
    ciphertext->slots = slots;
    return SCK_OK;
}

void sck_ciphertext_add_noise(sck_ciphertext *ciphertext, double variance)
{
    ciphertext->noise = sck_noise_and(
        ciphertext->noise,
        sck_noise_deviation(variance, ciphertext->slots, ciphertext->scale));
}

sck_status sck_ciphertext_finish(sck_status status, sck_ciphertext **out)
{
    if (status != SCK_OK) {
        sck_ciphertext_free(*out);
        *out = NULL;
    }
    return status;
}

void sck_ciphertext_add_switch_noise(sck_ciphertext *a)
{
    const sck_params *params = a->evaluator->params;

    sck_ciphertext_add_noise(a, sck_noise_key_switch(params, a->level) +
                                    sck_noise_rounding(params, 2));
}
