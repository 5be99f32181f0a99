/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* How the emulated device runs a block, for tests. */
#ifndef SCK_EMULATION_H
#define SCK_EMULATION_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** In which order a block's threads go from barrier to barrier: a kernel that
 *  lacks a barrier gives other bits in one of them. */
enum sck_emulation_order {
    SCK_EMULATION_ASCENDING,
    SCK_EMULATION_DESCENDING,
    SCK_EMULATION_SHUFFLED,
    SCK_EMULATION_ORDERS
};
void sck_emulation_use(enum sck_emulation_order order);

/** A fault in every kernel, to show that tests find it. */
enum sck_emulation_fault {
    SCK_EMULATION_RIGHT,
    SCK_EMULATION_INDEX, /**< the last thread believes to be the one before */
    SCK_EMULATION_NO_BARRIER /**< a block's first barrier is none */
};
void sck_emulation_plant(enum sck_emulation_fault fault);

/** Memory that each of the two devices says to have; half of the second's is
 *  taken. */
enum { SCK_EMULATION_MIB = 1500 };

/** cudaSetDevice() of the calling thread. */
void sck_emulation_device(int device);

/** Waits for a stream so far. */
uint64_t sck_emulation_waits(void);

/** Device memory held: pieces. Allocations fail while `fails` is not 0. */
uint64_t sck_emulation_held(void);
void sck_emulation_memory(int fails);

/** Graphs and streams held; capturing fails while `fails` is not 0. */
uint64_t sck_emulation_graphs(void);
void sck_emulation_capture(int fails);

/** A fault in graphs: nodes keep their first arguments. */
void sck_emulation_stale(int stale);

/** Kernels launched so far. */
uint64_t sck_emulation_launches(void);

#ifdef __cplusplus
}
#endif

#endif
