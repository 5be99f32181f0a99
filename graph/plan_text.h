/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The parts of a printed plan. */
#ifndef SCK_PLAN_TEXT_H
#define SCK_PLAN_TEXT_H

#include "plan_priv.h"

#include <jansson.h>

/* Grows; failed: no memory, or a line of 512 bytes. */
struct sck_plan_text {
    char *at;
    size_t used, room;
    int failed;
};

void sck_plan_say(struct sck_plan_text *text, const char *format, ...)
    SCK_PRINTF(2, 3);

/* Where bootstraps are and why, and what keys are for. Nothing on plans without
 * bootstraps. */
void sck_plan_say_bootstraps(const sck_plan *plan, struct sck_plan_text *text);
/* New references; NULL without memory. */
json_t *sck_plan_bootstraps_json(const sck_plan *plan);
json_t *sck_plan_key_groups_json(const sck_plan *plan);

const char *sck_plan_key_kind(uint32_t kind);
const char *sck_plan_key_group_name(enum sck_plan_key_group group);

#endif
