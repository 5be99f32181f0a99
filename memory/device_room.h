/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What of a CUDA device's memory StarPU may take for blocks. */
#ifndef SCK_DEVICE_ROOM_H
#define SCK_DEVICE_ROOM_H

#include <stdint.h>

/** CUDA devices of this machine, 0 where there is no driver. */
int sck_device_count(void);

/** Bytes free on a device, less what lies outside StarPU's handles: constants
 *  (at most 73 primes' tables at N = 2^16: 76 MiB), 200 MiB of scratch a stream
 *  (a hoisted_diagonals task of 16 keys and 16 limbs), what the driver takes
 * for kernels and streams (512 MiB with the constants), and a fiftieth of the
 *  device since its memory gets fragmented. Makes CUDA's context on it.
 *  @param streams  workers that StarPU has on the device
 *  @return 0 if nothing is left or CUDA fails */
uint64_t sck_device_room(int device, unsigned streams);

#endif
