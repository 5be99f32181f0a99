/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What is kept of a row's repetitions, and which had their core alone. */
#ifndef SCK_BENCH_REPETITIONS_H
#define SCK_BENCH_REPETITIONS_H

#include "bench.h"

/** Repetitions that are kept, and that make a row of those alone. */
enum { REPETITIONS_MOST = 256, REPETITIONS_LEAST_ALONE = 7 };

/** Repetitions of one piece of work; all zero at the beginning. */
struct repetitions {
    double us[REPETITIONS_MOST];    /**< of one call                      */
    double floor[REPETITIONS_MOST]; /**< each one's own; all 0: none known */
    double near[REPETITIONS_MOST];  /**< bench_near_rate() before and
                                         after, the lesser; 0: not seen   */
    double total;                   /**< microseconds of all calls */
    size_t count;
};

/** How many repetitions are made. */
struct repetitions_wanted {
    size_t least;
    size_t usual; /**< this many, or enough_us long               */
    double enough_us;
    double patience_us; /**< so long more are made until `least` were alone */
};

/** 1 when another repetition is wanted, which there is room for. */
int repetitions_go_on(const struct bench *b, const struct repetitions *r,
                      const struct repetitions_wanted *wanted);

/** The spreads over all, or over those with the core alone: of the times, the
 *  floors' median, the median of their quotients.
 *  @return how many those are; 0 leaves the row as it is */
size_t repetitions_spread(const struct bench *b, const struct repetitions *r,
                          int alone, struct row *row);

/** Adds the row over all repetitions and, where seven and more had the core
 *  alone, a row NAME.alone over those. */
void repetitions_add(struct bench *b, struct row *row,
                     const struct repetitions *r);

/** Words a microsecond that a core changes in its second cache now: the least
 *  of the session's workers' cores, or this thread's without a session. Thirty
 *  microseconds each; b->pool is there. */
double bench_near_rate(struct bench *b);
/** This thread's core's, always. */
double bench_near_rate_here(struct bench *b);

/** Those of count values whose rate in `near` says that the core was alone.
 *  @return how many went to `alone` */
size_t bench_alone(const struct bench *b, const double *values,
                   const double *near, size_t count, double *alone);

#endif
