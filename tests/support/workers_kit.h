/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* How many workers sessions get. For files that define _POSIX_C_SOURCE. */
#ifndef SCK_TEST_WORKERS_KIT_H
#define SCK_TEST_WORKERS_KIT_H

#include <stdint.h>
#include <stdlib.h>

/* Sessions from now on have so many, one or two, whatever number CTest gives
 * StarPU, which would win over a session's. */
static inline void set_workers(uint32_t workers)
{
    setenv("STARPU_NCPU", workers == 1 ? "1" : "2", 1);
}

#endif
