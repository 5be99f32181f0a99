/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Memory of one thread for the inside of a kernel. */
#ifndef SCK_SCRATCH_H
#define SCK_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

/** At least `bytes` bytes, 64-byte aligned, what they hold unspecified: this
 *  thread's, until its next call or its end. NULL if bytes is 0 or there is no
 *  memory: a kernel cannot fail and then takes its slower way. */
uint32_t *sck_scratch(size_t bytes);

#endif
