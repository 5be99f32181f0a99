/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Times from what was counted: one core's, the submitting thread's, so many
 * workers'. */
#include "cost.h"

#include <math.h>

double sck_cost_us(const struct sck_costs *m, const struct sck_cost *c)
{
    return c->work_us + sck_rates_tasks_us(m->rates, c->tasks, c->handles);
}

double sck_cost_submit_us(const struct sck_costs *m, const struct sck_cost *c)
{
    return sck_rates_submit_us(m->rates, c->tasks, c->handles);
}

/* Whether the thread that submits has no core of its own. */
static int is_full(uint32_t workers)
{
    return workers >= sck_machine_cores();
}

/* What so many workers take, however fast tasks come. */
static double workers_us(const struct sck_rates *rates,
                         const struct sck_cost_parts *parts, uint32_t workers)
{
    const double share = workers > 1 ? 1.0 / workers : 1;
    const double slower = sck_rates_sharing(rates, workers) - 1;

    return (parts->one + slower * parts->memory +
            (sck_rates_handing(rates, workers) - 1) * parts->handed +
            (is_full(workers) ? parts->submit : 0)) *
               share +
           parts->span * (1 - share);
}

double sck_cost_parts_us(const struct sck_rates *rates,
                         const struct sck_cost_parts *parts, uint32_t workers)
{
    return (is_full(workers) ? rates->full_start_us : rates->start_us) +
           fmax(workers_us(rates, parts, workers), parts->submit);
}

int sck_cost_is_submission(const struct sck_rates *rates,
                           const struct sck_cost_parts *parts, uint32_t workers)
{
    return parts->submit > workers_us(rates, parts, workers);
}

double sck_cost_time_us(const struct sck_costs *m, const struct sck_cost *c,
                        uint32_t workers)
{
    const struct sck_cost_parts parts = {.one = sck_cost_us(m, c),
                                         .memory = c->memory_us,
                                         .handed = c->handed_us,
                                         .span = c->span_us,
                                         .submit = sck_cost_submit_us(m, c)};

    return sck_cost_parts_us(m->rates, &parts, workers);
}
