/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What the files of the benchmark share: options, rows, timing. */
#ifndef SCK_BENCH_H
#define SCK_BENCH_H

#include "isa.h"
#include "report.h"

#include <stddef.h>
#include <stdint.h>

enum { BENCH_NAMES = 32 };

struct bench_options {
    const char *name[BENCH_NAMES]; /**< prefixes of what to run; none: all */
    uint32_t names;
    const char *json, *svg, *calibrate, *sched, *roofline;
    uint32_t logn;
    enum sck_isa isa_first, isa_last;
    int quick, list, predict;
};

/** @return 0, or the exit status of a usage error, already explained */
int bench_options_read(int argc, char **argv, struct bench_options *o);

/** Rates of one core, as measured in this run; 0 when not measured. */
struct bench_floors {
    double butterfly;   /**< modular butterflies a second                */
    double mac;         /**< 32 x 32 products added to 64 bits, a second */
    double complex;     /**< complex double butterflies a second         */
    double chacha;      /**< ChaCha20 blocks a second                    */
    double copy_l2;     /**< bytes read and written a second             */
    double update_l2;   /**< the same, in place: no line is fetched to be
                             written */
    double copy_memory; /**< the same                                    */
    double read_memory; /**< bytes read a second                         */
};

/** Whose time counts. On a machine that others use, too, processor time leaves
 *  out their turns on the core; alone on it, all agree for one worker. */
enum bench_time_of {
    BENCH_THREAD,    /**< the calling thread's: kernels                       */
    BENCH_PROCESS,   /**< all threads': the client's operations               */
    BENCH_OPERATION, /**< one worker's operations: the wall's, from submission
                        until the wait has ended, or the process' where that
                        is less: a worker without tasks polls, so that it
                        leaves out other programs' turns alone */
    BENCH_WALL       /**< the wall's: several workers                         */
};

/** Work that is counted, and so has a floor. */
struct counted {
    double ntts;         /**< limbs transformed                        */
    double macs;         /**< products of words, each one coefficient  */
    double complex;      /**< complex butterflies                      */
    double blocks;       /**< ChaCha20 blocks                          */
    double read, copied; /**< bytes from memory; read and written      */
};

/** Calls a function on a worker of the session that is measured, from 0 on, and
 *  waits for it. */
typedef void bench_on_worker(uint32_t worker, void (*call)(void *),
                             void *argument);

struct bench {
    struct bench_options options;
    struct report report;
    struct bench_floors floor;  /**< of the instruction set being measured */
    uint32_t *pool;             /**< pool_bytes, for memory's rates        */
    int copy_way;               /**< the fastest, as in floors.h           */
    bench_on_worker *on_worker; /**< NULL: without a session */
    uint32_t workers;           /**< of that session         */
    enum sck_isa isa;
    enum bench_time_of time;
    double near_best[SCK_ISA_AVX512 + 1]; /**< bench_near_rate()'s best  */
    size_t l2_bytes, l3_bytes, pool_bytes;
    uint64_t random; /**< the generator's state */
    int failed;      /**< what was compared differs: the exit status is 1 */
};

/** Does the work once; round counts calls, for what rotates over buffers. */
typedef void bench_work(void *context, uint64_t round);

/** 1 when the row is asked for. */
int bench_wants(const struct bench *b, const char *name);
/** 1 when a row of this prefix may be asked for. */
int bench_wants_any(const struct bench *b, const char *prefix);

/** 1 when no row is measured: names are listed, or rows of a file get their
 *  operations and bytes. */
int bench_names_only(const struct bench *b);

/** Times work in at least 7 repetitions of several calls each, warmed up; the
 *  spread is of one call, in microseconds: of the repetitions that had the core
 *  alone, where there are some. */
struct spread bench_time(struct bench *b, bench_work *work, void *context);

/** Names a row's instruction set and unit, and on a terminal what is measured.
 *  @return 0 where it is not to be: not asked for, or only listed or drawn */
int bench_row_begins(struct bench *b, struct row *row);

/** Times work and adds the row, or lists its name, or gives the rows that a
 *  file had of it their operations and bytes. Where at least seven repetitions
 *  had the core alone, so that no other program ran on its other thread, a row
 *  NAME.alone is of those.
 *  @param floor_us  the least time that this machine's rates allow
 *  @param operations,bytes  of one call, for the roofline picture */
void bench_row(struct bench *b, struct row row, bench_work *work, void *context,
               double floor_us);

/** Times an operation that takes milliseconds and adds its row, or lists its
 *  name. Before the first repetition and after each, the core's rates are
 *  measured anew, so that each repetition has its own floor, of the same
 *  moments: a machine's memory is shared, and half a minute later it is another
 *  rate's. The row's floor is their median, its ratio the median of theirs.
 * With a row NAME.alone as bench_row() has it, if one worker worked.
 *  @param counted  what one call does, shared by row.workers */
void bench_row_beside(struct bench *b, struct row row, bench_work *work,
                      void *context, const struct counted *counted);

/** Microseconds of one core for counted work at its rates of this moment. */
double bench_floor_now(struct bench *b, const struct counted *counted,
                       uint32_t logn);

/** How many calls fill a repetition, found while warming up. */
uint64_t bench_warm(const struct bench *b, bench_work *work, void *context,
                    uint64_t *round);
/** One repetition. @return microseconds of a call */
double bench_repeat(const struct bench *b, bench_work *work, void *context,
                    uint64_t *round, uint64_t calls);

/** Microseconds of one core at these rates, one after another. */
double counted_us(const struct bench_floors *floor, const struct counted *c,
                  uint32_t logn);

/** Next 64 random bits (splitmix64 from a fixed seed). */
uint64_t bench_random(struct bench *b);
void bench_fill(struct bench *b, uint32_t *x, size_t n, uint32_t q);

/** Memory of the kind that sessions' blocks have, in huge pages where there are
 *  some, or the end of the program, which says so. */
void *bench_alloc(size_t bytes);
/** Ends the program with the library's last message. */
_Noreturn void bench_die(const char *what);

/** StarPU's version; "none" in a build without it. */
const char *bench_starpu(void);

double bench_now_us(const struct bench *b);
double bench_wall_us(void);
/** A moment, and the time since then that workers alone on the machine would
 *  have taken, at most: the wall's; for one worker its process's processor time
 *  where that is less, since other programs have had turns then. */
struct bench_moment {
    double wall, process;
};
struct bench_moment bench_moment(void);
double bench_since(const struct bench_moment *begin, uint32_t workers);
/** Keeps the thread on the core it runs on; or lets it go again. */
void bench_pin(void);
void bench_unpin(void);

void bench_measure_floors(struct bench *b);
/** The rates that counted work needs, measured anew by the calling thread in
 *  some milliseconds; the others as they were. */
struct bench_floors bench_floors_now(const struct bench *b,
                                     const struct counted *counted);
void bench_kernels(struct bench *b);
void bench_operations(struct bench *b);
void bench_bootstrap(struct bench *b);
void bench_schedulers(struct bench *b);
/** StarPU's share, rows share.*, and a second worker's gain, rows gain.*: they
 *  take minutes, so only where they are asked for. */
void bench_shares(struct bench *b);
void bench_gains(struct bench *b);
/** The demo's run with every instruction set, rows isa.*; by name only. */
void bench_isas(struct bench *b);
/** Predicted beside measured times. */
void bench_predict(struct bench *b);

/** Draws the picture of an earlier run's rows, as --roofline asks.
 *  @return the exit status */
int bench_roofline(struct bench *b);

/** Asks for the rows that calibration needs. */
void bench_calibrate_rows(struct bench_options *o);
/** Writes the rates of the rows. @return the exit status */
int bench_calibrate(struct bench *b);
/** Sets StarPU's shares of a task, a handle and their submission, and what a
 * run takes beside its tasks: the generic ones in a build without it. */
struct sck_rates;
void bench_task(struct bench *b, struct sck_rates *rates);

#endif
