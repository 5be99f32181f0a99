/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The choice of bootstraps, explained; what the keys are for. */
#include "plan_text.h"

#include <stdio.h>

const char *sck_plan_key_kind(uint32_t kind)
{
    switch (kind) {
    case SCK_KEY_RELIN:
        return "relinearisation";
    case SCK_KEY_GALOIS:
        return "galois";
    case SCK_KEY_DENSE_TO_SPARSE:
        return "dense-to-sparse";
    default:
        return "sparse-to-dense";
    }
}

const char *sck_plan_key_group_name(enum sck_plan_key_group group)
{
    static const char *const names[SCK_KEYS_GROUPS] = {
        [SCK_KEYS_MODEL] = "model",
        [SCK_KEYS_STC] = "StC",
        [SCK_KEYS_ENCAPSULATION] = "encapsulation",
        [SCK_KEYS_CTS] = "CtS",
        [SCK_KEYS_EVALMOD] = "EvalMod",
    };

    return names[group];
}

struct group {
    uint32_t count;
    uint64_t bytes;
};

static struct group gather(const sck_plan *plan, enum sck_plan_key_group group)
{
    struct group sum = {0, 0};

    for (uint32_t i = 0; i < plan->keys; i++)
        if (plan->key[i].group == group) {
            sum.count++;
            sum.bytes += plan->key[i].bytes;
        }
    return sum;
}

/* Why it is there. */
static void why(const struct sck_step *step, char *text, size_t room)
{
    if (step->placed)
        snprintf(text, room, "%u levels follow, %u are left", step->follow,
                 step->from);
    else
        snprintf(text, room, "asked for");
}

/* The layer before the bootstrap that it shares, or NULL. */
static const char *other(const sck_plan *plan, const struct sck_step *step)
{
    return step->share == SCK_ALONE
               ? NULL
               : plan->step[plan->step[step->with].a].layer;
}

/* What brings the value into [-1, 1]. */
static const char *how(const struct sck_step *step)
{
    return step->up == 0     ? "none"
           : step->down == 0 ? "in the layer before"
                             : "one level";
}

void sck_plan_say_bootstraps(const sck_plan *plan, struct sck_plan_text *text)
{
    if (plan->bootstraps == 0)
        return;
    for (int g = 0; g < SCK_KEYS_GROUPS; g++) {
        const struct group sum = gather(plan, (enum sck_plan_key_group)g);

        sck_plan_say(text, "  %-15s %4u keys, %.2f MiB\n",
                     sck_plan_key_group_name((enum sck_plan_key_group)g),
                     sum.count, (double)sum.bytes / 0x1p20);
    }
    sck_plan_say(text,
                 "bootstraps %u, the fewest and of those the cheapest%s\n",
                 plan->bootstraps,
                 plan->exact ? "" : " found (too many choices to try all)");
    for (uint32_t i = 0; i < plan->steps; i++) {
        const struct sck_step *s = &plan->step[i];
        char reason[80];

        if (s->op != SCK_OP_BOOTSTRAP)
            continue;
        why(s, reason, sizeof reason);
        sck_plan_say(text,
                     "  after %s: level %u -> %u, %s; |values| <= %.4g, "
                     "2^-%u (%s); %u key switches, %.3f s\n",
                     plan->step[s->a].layer, s->from, s->level, reason,
                     s->reach, s->up, how(s), s->key_switches,
                     s->time_us / 1e6);
        if (other(plan, s) != NULL)
            sck_plan_say(text, "    one with that after %s\n", other(plan, s));
    }
}

json_t *sck_plan_bootstraps_json(const sck_plan *plan)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < plan->steps; i++) {
        const struct sck_step *s = &plan->step[i];
        char reason[80];

        if (s->op != SCK_OP_BOOTSTRAP)
            continue;
        why(s, reason, sizeof reason);
        json_array_append_new(
            list,
            json_pack(
                "{s:s, s:s, s:b, s:i, s:i, s:i, s:f, s:i, s:s, s:i, s:f, s:s?}",
                "after", plan->step[s->a].layer, "why", reason, "placed",
                s->placed, "level_before", (int)s->from, "level_after",
                (int)s->level, "levels_follow", (int)s->follow, "reach",
                s->reach, "scaled_bits", (int)s->up, "scaled_by", how(s),
                "key_switches", (int)s->key_switches, "time_us", s->time_us,
                "shares_with", other(plan, s)));
    }
    return list;
}

json_t *sck_plan_key_groups_json(const sck_plan *plan)
{
    json_t *list = json_array();

    for (int g = 0; g < SCK_KEYS_GROUPS; g++) {
        const struct group sum = gather(plan, (enum sck_plan_key_group)g);

        if (sum.count != 0)
            json_array_append_new(
                list,
                json_pack("{s:s, s:i, s:I}", "group",
                          sck_plan_key_group_name((enum sck_plan_key_group)g),
                          "keys", (int)sum.count, "bytes",
                          (json_int_t)sum.bytes));
    }
    return list;
}
