/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A task of a division, which rescale's and mod_down's codelets share: two
 * codelets, so that StarPU's models and traces tell them apart. */
#ifndef SCK_RESCALE_TASK_H
#define SCK_RESCALE_TASK_H

#include "rescale.h"

void sck_rescale_on_cpu(void *buffers[], void *argument);
/** @param codelet  whose failure a failure is */
void sck_rescale_on_cuda(void *buffers[], void *argument, const char *codelet);

#endif
