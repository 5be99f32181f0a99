/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* StarPU's settings, which are environment variables. Those that the user has
 * set win; a session takes its own back when it ends. One session at a time:
 * nothing here locks. */
#ifndef SCK_ENVIRONMENT_H
#define SCK_ENVIRONMENT_H

#include "sck_session.h"

/** Sets a variable unless the user has; name and nothing else is kept. */
void sck_environment_text(const char *name, const char *text);
/** The scheduler that the user has set, else the one for this machine: lws, or
 *  dmda with a GPU, whose times are not a core's. */
const char *sck_environment_scheduler(void);
/** Sets what the options and this StarPU's flaws ask for. */
void sck_environment_set(const struct sck_session_options *options);
/** Unsets what this file has set. */
void sck_environment_restore(void);

/** A number from 1 to most in a variable.
 *  @param[out] count  0 where it is not set, or on error
 *  @return SCK_ERR_ARGUMENT naming the variable, its text and the bounds */
sck_status sck_environment_count(const char *name, uint32_t most,
                                 uint32_t *count);

/** The limbs a block that STARCLOAK_LIMBS_PER_BLOCK asks for, which win over
 *  all else; 0 where it is not set, or to none of its values. */
uint32_t sck_environment_grain(void);

#endif
