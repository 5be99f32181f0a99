/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A plan as stored: steps in order, value i being the result of step i. */
#ifndef SCK_PLAN_PRIV_H
#define SCK_PLAN_PRIV_H

#include "grain.h"
#include "graph_priv.h"
#include "model.h"
#include "sck_bootstrap.h"
#include "sck_linear.h"
#include "sck_plan.h"

#define SCK_NEVER UINT32_MAX

/** What a run's time is made of, microseconds. */
struct sck_cost_parts {
    double one;    /**< one core's */
    double memory; /**< of it: from memory */
    double handed; /**< of it: what tasks leave each other in caches */
    double span;   /**< what more workers do not shorten */
    double submit; /**< of the thread that submits */
    double tasks;  /**< how many */
};
struct sck_step {
    enum sck_op op;
    char layer[SCK_LAYER_BYTES];
    uint32_t a, b; /* steps that are read; b == a where there is one */
    uint32_t width;
    uint32_t from;        /* level that it works at        */
    uint32_t level;       /* level of its result           */
    uint32_t last_reader; /* step after which the value is freed; SCK_NEVER
                             for outputs, which are the caller's */
    /* linear: copies of rows x columns weights and rows biases (or NULL) */
    uint32_t rows, columns, diagonals;
    uint32_t steps; /* of rotation, each once, none 0 */
    uint32_t turns; /* of them the last: giant steps  */
    int64_t *rotation;
    double *weights, *bias;
    struct sck_fit fit;              /* poly */
    double argument_lo, argument_hi; /* all that poly may be applied to */
    int leaves_fit;                  /* that is more than it was fitted on */
    /* bootstrap: out = 2^up refreshed 2^-down a; down 0 where a is held times
     * 2^-up already */
    uint32_t down, up;
    /* One bootstrap for two: the first waits, the second, whose b is the
     * first's a, takes both; with: the other's step. */
    enum { SCK_ALONE, SCK_WAITS, SCK_TAKES } share;
    uint32_t with;
    int placed;      /* by compilation, not asked for                 */
    uint32_t follow; /* levels from its operand to the last reader's  */
    /* predictions */
    double reach; /* the largest magnitude in any slot, by ranges */
    uint32_t key_switches;
    double time_us;
    double magnitude; /* of a value, for |inputs| <= 1 */
    double error;     /* standard deviation */
    /* prepared */
    sck_linear_map *map;
    sck_plaintext *bias_plain;
};

struct sck_plan {
    const sck_params *params;
    uint32_t slots;
    uint32_t steps, step_room;
    struct sck_step *step;
    uint32_t inputs, outputs;
    struct sck_plan_port *input, *output; /* names are the plan's */
    uint32_t *input_step, *output_step;
    uint32_t keys, key_room;
    struct sck_plan_key *key;
    struct sck_plan_totals totals;
    /* An input's, once it has begun: with one worker, whose tasks may be
     * longer; with one on every core, two at least. */
    struct sck_cost_parts alone, shared;
    uint32_t bootstraps; /* steps of it, all of the same stages: */
    uint32_t stages;
    struct sck_bootstrap_stage stage[SCK_BOOTSTRAP_STAGES];
    int exact; /* no placement is better */
    sck_bootstrapper *bootstrapper;
    struct sck_rates rates;            /* what the predictions are made with, */
    char rates_path[SCK_RATES_PATH];   /* from this file; "": generic */
    sck_status rates_status;           /* not SCK_OK: it cannot be used */
    uint32_t workers;                  /* the machine's cores */
    struct sck_grain grain, gpu_grain; /* on the cores; with a GPU */
    struct sck_grain grain_alone;      /* with one worker */
    sck_evaluator *evaluator;          /* that is prepared for, or NULL */
};

/* Copies a linear node's weights into a step and finds its rotations. */
sck_status sck_step_take_matrix(struct sck_step *step,
                                const struct sck_graph_node *node,
                                uint32_t slots);
/* The weights as slots x slots, zero elsewhere; NULL without memory. */
double *sck_step_padded(const struct sck_step *step, uint32_t slots);
void sck_step_free(struct sck_step *step);

/* Fills the plan's keys and each step's key switches. */
sck_status sck_plan_find_keys(sck_plan *plan);
/* Fill each step's and the totals' predictions. */
void sck_plan_predict_noise(sck_plan *plan);
void sck_plan_predict_cost(sck_plan *plan);
/* From its op and levels, matrix or fit; needs the plan's stages. */
/* The machine's rates and grain, which every prediction uses. */
void sck_plan_choose_rates(sck_plan *plan);
double sck_step_time(const sck_plan *plan, const struct sck_step *step);
uint32_t sck_plan_bootstrap_switches(const sck_plan *plan,
                                     const struct sck_step *step);

/* The clear and noise runs; seed NULL: clear. */
sck_status sck_plan_simulate(const sck_plan *plan, const uint64_t *seed,
                             const double *const *inputs,
                             double *const *outputs);

#endif
