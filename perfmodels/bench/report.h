/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Rows: a table on stdout, JSON, a picture. */
#ifndef SCK_BENCH_REPORT_H
#define SCK_BENCH_REPORT_H

#include <stddef.h>
#include <stdint.h>

/** Median and extremes of repetitions. */
struct spread {
    double median, min, max;
};

/** One measurement. */
struct row {
    char name[64], isa[8], unit[16];
    uint32_t logn, level, limbs, workers, block;
    struct spread value;
    double floor; /**< the unit's; 0: none known */
    double ratio; /**< 0: median / floor, as long as there is a floor */
    double operations, bytes; /**< of one call; not in the JSON */
    char kind[12]; /**< whose roof the operations have, for the picture */
};

/** How precise an operation is on one shape of input. */
struct precision {
    char shape[16], set[16];
    double bits_worst, bits_average; /**< least and mean -log2 |error| */
    uint32_t levels_left;
};

enum { REPORT_PRECISIONS = 16 };

struct report {
    struct row *rows;
    size_t count, room;
    struct precision precision[REPORT_PRECISIONS];
    size_t precisions;
};

/** The spread of count values, which it sorts. */
struct spread report_spread(double *values, size_t count);

/** Appends a row. */
void report_append(struct report *r, const struct row *row);
/** Appends a row and prints its line. */
void report_add(struct report *r, const struct row *row);

/** Appends what a shape of input gave and prints it; more than there is room
 *  for are left out. */
void report_add_precision(struct report *r, const struct precision *precision);

/** The table's head: machine, commit and StarPU's version stand above it. */
void report_head(const char *starpu);

/** Writes the rows as a JSON array, one object each, with exactly the keys
 *  name, logn, level, limbs, isa, workers, block, median, min, max, unit,
 *  floor, ratio; then one a precision with shape, set, bits_worst, bits_avg,
 *  levels_left. @return 0, or -1 with errno */
int report_json(const struct report *r, const char *path);

/** Appends the rows of a file that report_json() wrote; precisions are left
 * out.
 *  @return 0, or -1, said on stderr: r has a part of them then */
int report_read(struct report *r, const char *path);

/** Gives every row of shape's name, ring, level, limbs and block shape's
 *  operations, bytes and kind. */
void report_shape(struct report *r, const struct row *shape);

/** Writes a roofline picture of the rows that have operations and bytes.
 *  @return 0, or -1 with errno */
int report_svg(const struct report *r, const char *path);

void report_free(struct report *r);

#endif
