/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* ChaCha20's twenty rounds on sixteen words or vectors, by the quarter rounds
 * that the including file has defined: QUARTER(a, b, c, d). */
#ifndef SCK_BENCH_FLOORS_CHACHA_H
#define SCK_BENCH_FLOORS_CHACHA_H

#define CHACHA_ROUNDS(x)                                                       \
    for (int round = 0; round < 10; round++) {                                 \
        QUARTER((x)[0], (x)[4], (x)[8], (x)[12]);                              \
        QUARTER((x)[1], (x)[5], (x)[9], (x)[13]);                              \
        QUARTER((x)[2], (x)[6], (x)[10], (x)[14]);                             \
        QUARTER((x)[3], (x)[7], (x)[11], (x)[15]);                             \
        QUARTER((x)[0], (x)[5], (x)[10], (x)[15]);                             \
        QUARTER((x)[1], (x)[6], (x)[11], (x)[12]);                             \
        QUARTER((x)[2], (x)[7], (x)[8], (x)[13]);                              \
        QUARTER((x)[3], (x)[4], (x)[9], (x)[14]);                              \
    }

#endif
