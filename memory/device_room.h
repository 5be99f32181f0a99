/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What of a CUDA device's memory StarPU may take for blocks. */
#ifndef SCK_DEVICE_ROOM_H
#define SCK_DEVICE_ROOM_H

#include <stdint.h>

/** CUDA devices of this machine, 0 where there is no driver. */
int sck_device_count(void);

/** Bytes free on a device, less what lies outside StarPU's handles: constants
 *  and workers' scratch (at most 73 primes' tables and 13 digits of 16 limbs at
 *  N = 2^16: 300 MiB), what the driver takes for kernels and streams (512 MiB
 *  with the first), and a fiftieth of the device for what its memory is
 *  fragmented. Makes CUDA's context on it.
 *  @return 0 if nothing is left or CUDA fails */
uint64_t sck_device_room(int device);

#endif
