/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A plan as text for people and as JSON for programs. */
#include "plan_text.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

static double scale_bits(const sck_plan *plan, uint32_t level)
{
    return sck_scale_log2(sck_params_scale(plan->params, level));
}

/* From how many cores on the one thread that submits is what a run waits for.
 */
static void say_submission(struct sck_plan_text *out, const sck_plan *plan)
{
    const uint32_t cores = sck_plan_submission_cores(plan);

    if (cores == 0)
        return;
    sck_plan_say(out, "           submitting its tasks takes %.3f s: ",
                 plan->totals.submit_us / 1e6);
    if (cores <= plan->workers)
        sck_plan_say(out, "the time is bound by that, not by work\n");
    else
        sck_plan_say(out, "from %u cores on the time is bound by that\n",
                     cores);
}

/* Polynomials that may be applied to what they were not fitted on. */
static void say_fits(struct sck_plan_text *out, const sck_plan *plan)
{
    for (uint32_t i = 0; i < plan->steps; i++) {
        const struct sck_step *s = &plan->step[i];

        if (s->leaves_fit)
            sck_plan_say(out,
                         "warning    %s: its argument may lie in [%g, %g], "
                         "fitted on [%g, %g]: beyond, values are the "
                         "polynomial's, not the function's\n",
                         s->layer, s->argument_lo, s->argument_hi, s->fit.lo,
                         s->fit.hi);
    }
}

static void say_rates(struct sck_plan_text *out, const sck_plan *plan)
{
    if (plan->rates_status != SCK_OK)
        sck_plan_say(
            out,
            "           warning: %.300s cannot be used, so times are generic\n",
            plan->rates_path);
    else if (plan->rates_path[0] == 0)
        sck_plan_say(
            out, "           warning: generic times, within a factor of three; "
                 "starcloak calibrate measures this machine's\n");
    else
        sck_plan_say(out, "           by %.400s\n", plan->rates_path);
}

static char *print_text(const sck_plan *plan)
{
    const struct sck_plan_totals *t = &plan->totals;
    struct sck_plan_text out = {0};

    sck_plan_say(
        &out, "parameters %s%s, N = 2^%u, %u slots\n",
        sck_params_name(plan->params),
        sck_params_is_insecure(plan->params) ? " (INSECURE, tests only)" : "",
        sck_params_logn(plan->params), plan->slots);
    sck_plan_say(&out, "%-24s %-7s %6s %5s %7s %5s %5s %6s %12s\n", "layer",
                 "op", "width", "level", "scale", "rot", "ks", "bits",
                 "time us");
    for (uint32_t i = 0; i < plan->steps; i++) {
        const struct sck_step *s = &plan->step[i];

        sck_plan_say(&out, "%-24s %-7s %6u %5u %7.2f %5u %5u %6.1f %12.0f\n",
                     s->layer, sck_op_name(s->op), s->width, s->level,
                     scale_bits(plan, s->level), s->steps, s->key_switches,
                     -log2(4 * s->error), s->time_us);
    }
    for (uint32_t i = 0; i < plan->outputs; i++)
        sck_plan_say(&out, "output %s: %s, level %u\n", plan->output[i].name,
                     plan->step[plan->output_step[i]].layer,
                     plan->output[i].level);
    say_fits(&out, plan);
    sck_plan_say(&out, "keys       %u, %.2f MiB\n", t->keys,
                 (double)t->key_bytes / 0x1p20);
    sck_plan_say_bootstraps(plan, &out);
    sck_plan_say(&out, "weights    %.2f MiB encoded\n",
                 (double)t->weight_bytes / 0x1p20);
    sck_plan_say(
        &out, "memory     %.2f MiB at the peak, at least %.2f MiB a worker\n",
        (double)t->peak_bytes / 0x1p20, (double)t->least_bytes / 0x1p20);
    sck_plan_say(&out, "grain      %s\n", plan->grain.why);
    sck_plan_say(&out, "  on a GPU %s\n", plan->gpu_grain.why);
    sck_plan_say(
        &out,
        "time       %.3f s an input on one core, %.3f s on %u, after %.3f s "
        "for keys and weights; %llu tasks, %llu with one worker\n",
        t->time_us / 1e6, sck_plan_time_us(plan, plan->workers) / 1e6,
        plan->workers, t->start_us / 1e6, (unsigned long long)t->tasks,
        (unsigned long long)t->tasks_alone);
    say_submission(&out, plan);
    say_rates(&out, plan);
    sck_plan_say(&out,
                 "precision  %.1f bits (absolute, inputs in their ranges)\n",
                 t->precision_bits);
    if (out.failed) {
        free(out.at);
        return NULL;
    }
    return out.at;
}

static json_t *step_json(const sck_plan *plan, const struct sck_step *s)
{
    return json_pack("{s:s, s:s, s:i, s:i, s:f, s:i, s:i, s:f, s:f}", "layer",
                     s->layer, "op", sck_op_name(s->op), "width", (int)s->width,
                     "level", (int)s->level, "scale_bits",
                     scale_bits(plan, s->level), "rotations", (int)s->steps,
                     "key_switches", (int)s->key_switches, "precision_bits",
                     -log2(4 * s->error), "time_us", s->time_us);
}

static const char *key_class_name(const sck_plan *plan,
                                  const struct sck_plan_key *k)
{
    const struct sck_key_class *of =
        sck_params_class(plan->params, k->key_class);

    return of != NULL ? of->name : "none";
}

static json_t *key_json(const sck_plan *plan, const struct sck_plan_key *k)
{
    return json_pack(
        "{s:s, s:I, s:s, s:i, s:I, s:s}", "kind", sck_plan_key_kind(k->kind),
        "element", (json_int_t)k->galois, "class", key_class_name(plan, k),
        "class_index", (int)k->key_class, "bytes", (json_int_t)k->bytes,
        "group", sck_plan_key_group_name(k->group));
}

static json_t *ports_json(const struct sck_plan_port *port, uint32_t count)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:i, s:i}", "name", port[i].name, "width",
                            (int)port[i].width, "level", (int)port[i].level));
    return list;
}

/* NULL without memory, or when a layer's name is not UTF-8. */
static char *print_json(const sck_plan *plan)
{
    const struct sck_plan_totals *t = &plan->totals;
    json_t *nodes = json_array(), *keys = json_array(), *root;
    int failed = 0;

    for (uint32_t i = 0; i < plan->steps; i++)
        failed |= json_array_append_new(nodes, step_json(plan, &plan->step[i]));
    for (uint32_t i = 0; i < plan->keys; i++)
        failed |= json_array_append_new(keys, key_json(plan, &plan->key[i]));
    /* json_pack takes the references, and fails when one is NULL. */
    root = json_pack(
        "{s:s, s:b, s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:b, "
        "s:{s:i, s:I, s:i, s:i, s:i, s:I, s:I, s:I, s:f, s:f, s:f, s:i, s:f, "
        "s:I, s:I, s:i, s:i, s:b, s:f}}",
        "parameters", sck_params_name(plan->params), "insecure",
        sck_params_is_insecure(plan->params), "logn",
        (int)sck_params_logn(plan->params), "slots", (int)plan->slots, "inputs",
        ports_json(plan->input, plan->inputs), "outputs",
        ports_json(plan->output, plan->outputs), "nodes", nodes, "keys", keys,
        "key_groups", sck_plan_key_groups_json(plan), "bootstraps",
        sck_plan_bootstraps_json(plan), "placement_exact", plan->exact,
        "totals", "keys", (int)t->keys, "key_bytes", (json_int_t)t->key_bytes,
        "rotations", (int)t->rotations, "key_switches", (int)t->key_switches,
        "bootstraps", (int)t->bootstraps, "weight_bytes",
        (json_int_t)t->weight_bytes, "peak_bytes", (json_int_t)t->peak_bytes,
        "least_bytes", (json_int_t)t->least_bytes, "time_us", t->time_us,
        "span_us", t->span_us, "submit_us", t->submit_us, "submission_cores",
        (int)sck_plan_submission_cores(plan), "start_us", t->start_us, "tasks",
        (json_int_t)t->tasks, "tasks_alone", (json_int_t)t->tasks_alone,
        "limbs_per_block", (int)plan->grain.limbs, "limbs_per_block_gpu",
        (int)plan->gpu_grain.limbs, "calibrated",
        plan->rates_path[0] != 0 && plan->rates_status == SCK_OK,
        "precision_bits", t->precision_bits);
    char *out = failed ? NULL : json_dumps(root, JSON_INDENT(1));

    json_decref(root);
    return out;
}

sck_status sck_plan_print(const sck_plan *plan, enum sck_plan_format format,
                          char **text)
{
    if (plan == NULL || text == NULL)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "plan or text is NULL");
    *text = format == SCK_PLAN_JSON ? print_json(plan) : print_text(plan);
    if (*text == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "the plan cannot be printed: no "
                                        "memory, or a name is not UTF-8");
    return SCK_OK;
}
