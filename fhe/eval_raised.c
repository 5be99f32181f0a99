/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a key switch has raised, divided by P, or by P and a level's primes. */
#include "eval_batch_priv.h"

#include <string.h>

void sck_special_product(const struct sck_raised *raised, uint32_t *residue)
{
    for (uint32_t i = 0; i < raised->limbs; i++) {
        uint64_t p = 1;

        for (uint32_t k = 0; k < raised->key_class->special_count; k++)
            p = p * raised->key_class->special[k] % raised->primes[i];
        residue[i] = (uint32_t)p;
    }
}

/* count halves of each member: half[m count + h]. */
static sck_status rescale_halves(sck_run *run, sck_evaluator *evaluator,
                                 const struct sck_raised *raised,
                                 struct sck_polynomial *const *half,
                                 uint32_t count, uint32_t members,
                                 struct sck_polynomial **out)
{
    const sck_params *params = evaluator->params;
    const struct sck_key_class *c = raised->key_class;
    uint32_t up, down, divide[SCK_MAX_SOURCES];
    const uint32_t *added = sck_params_added(params, raised->level, &up);
    const uint32_t *dropped = sck_params_dropped(params, raised->level, &down);
    struct sck_polynomial *two[2 * SCK_BATCH] = {NULL};
    struct sck_division division = {.codelet = SCK_CODELET_rescale,
                                    .from_primes = raised->primes,
                                    .dropped = dropped,
                                    .dropped_count = down,
                                    .added = added,
                                    .added_count = up,
                                    .level = raised->level - 1};
    const struct sck_division by_p = {.codelet = SCK_CODELET_mod_down,
                                      .from_primes = raised->primes,
                                      .dropped = c->special,
                                      .dropped_count = c->special_count,
                                      .level = raised->level};

    if (sck_params_fuses(params, raised->level)) {
        memcpy(divide, c->special, c->special_count * sizeof *divide);
        memcpy(divide + c->special_count, dropped, down * sizeof *divide);
        division.dropped = divide;
        division.dropped_count = c->special_count + down;
        return sck_polys_divide_batch(run, evaluator, &division, half, count,
                                      members, out);
    }
    /* P and the dropped primes together would overflow the u64 sum. */
    SCK_TRY(sck_polys_divide_batch(run, evaluator, &by_p, half, count, members,
                                   two));
    const sck_status status = sck_polys_divide_batch(run, evaluator, &division,
                                                     two, count, members, out);

    for (uint32_t h = 0; h < count * members; h++)
        sck_polynomial_free(two[h]);
    return status;
}

sck_status sck_raised_rescale(sck_run *run, sck_evaluator *evaluator,
                              const struct sck_raised *raised, uint32_t half,
                              struct sck_polynomial **out)
{
    return rescale_halves(run, evaluator, raised, raised->poly + half, 1, 1,
                          out);
}

sck_status sck_raised_rescale_batch(sck_run *run, sck_evaluator *evaluator,
                                    const struct sck_raised *raised,
                                    uint32_t members,
                                    struct sck_polynomial **out)
{
    struct sck_polynomial *half[2 * SCK_BATCH];

    for (uint32_t h = 0; h < 2 * members; h++)
        half[h] = raised[h / 2].poly[h % 2];
    return rescale_halves(run, evaluator, raised, half, 2, members, out);
}

sck_status sck_raised_rescale_both(sck_run *run, sck_evaluator *evaluator,
                                   const struct sck_raised *raised,
                                   struct sck_polynomial **out)
{
    return sck_raised_rescale_batch(run, evaluator, raised, 1, out);
}

sck_status sck_raised_mod_down_both(sck_run *run, sck_evaluator *evaluator,
                                    const struct sck_raised *raised,
                                    uint32_t galois,
                                    struct sck_polynomial **out)
{
    const struct sck_division division = {.codelet = SCK_CODELET_mod_down,
                                          .from_primes = raised->primes,
                                          .dropped = raised->key_class->special,
                                          .dropped_count =
                                              raised->key_class->special_count,
                                          .level = raised->level,
                                          .galois = galois};

    return sck_polys_divide(run, evaluator, &division, raised->poly, 2, out);
}

sck_status sck_raised_mod_down(sck_run *run, sck_evaluator *evaluator,
                               const struct sck_raised *raised, uint32_t half,
                               struct sck_polynomial **out)
{
    return sck_poly_divide(
        run, evaluator, SCK_CODELET_mod_down, raised->poly[half],
        raised->primes, raised->key_class->special,
        raised->key_class->special_count, NULL, 0, raised->level, out);
}
