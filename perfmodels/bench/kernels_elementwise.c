/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Every elementwise operation: four limbs around buffers larger than the last
 * cache, and one limb in place that stays in the second. Floor: the bytes they
 * read and write, at the rate of a copy, or of a change in place, there. Sums
 * also in the last cache, and from memory beside a second core's. */
#include "elementwise.h"
#include "kernels.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

/* What sums in the last cache go around: more than the second one holds. */
enum { LAST_BYTES = 9 << 20 };

static const struct {
    const char *name;
    uint32_t reads; /* operands */
} ops[SCK_ELEMENTWISE_OPS] = {
    [SCK_ADD] = {"add", 2},
    [SCK_SUB] = {"sub", 2},
    [SCK_NEG] = {"neg", 1},
    [SCK_MUL] = {"mul", 2},
    [SCK_MUL_ADD] = {"mul_add", 3},
    [SCK_MUL_PLAIN] = {"mul_plain", 2},
    [SCK_MUL_PLAIN_ADD] = {"mul_plain_add", 3},
    [SCK_ADD_PLAIN] = {"add_plain", 2},
    [SCK_SCALAR_MUL] = {"scalar_mul", 1},
    [SCK_SCALAR_MUL_ADD] = {"scalar_mul_add", 2},
    [SCK_SCALAR_ADD] = {"scalar_add", 1},
    [SCK_MUL_X] = {"mul_x", 1},
};

struct elementwise {
    const struct kernels *k;
    struct sck_elementwise_args args;
    int in_place;
};

static void run(void *context, uint64_t round)
{
    const struct elementwise *e = context;
    const struct kernels *k = e->k;
    uint32_t *out[KERNEL_GRAIN];
    const uint32_t *in[3][KERNEL_GRAIN];

    for (uint32_t i = 0; i < e->args.limbs; i++) {
        const uint64_t first = round * e->args.limbs + i;

        out[i] = e->in_place ? kernels_in(k, i) : kernels_out(k, first);
        for (uint32_t j = 0; j < 3; j++)
            in[j][i] = e->in_place ? kernels_in(k, j)
                                   : kernels_in(k, 3 * round * e->args.limbs +
                                                       j * e->args.limbs + i);
    }
    sck_elementwise(&e->args, k->ring, out, in[0], in[1], in[2]);
}

static void one(const struct kernels *k, uint32_t op, int in_place)
{
    struct bench *b = k->b;
    struct elementwise e = {.k = k, .in_place = in_place};
    const uint32_t limbs = in_place ? 1 : KERNEL_GRAIN;
    struct row row = kernels_row(k, "", 0, limbs, limbs);

    snprintf(row.name, sizeof row.name, "elementwise.%s%s", ops[op].name,
             in_place ? ".l2" : "");
    row.operations = (double)limbs * k->n;
    row.bytes = 4 * (ops[op].reads + 1.0) * limbs * k->n;
    snprintf(row.kind, sizeof row.kind, "mac");
    e.args = (struct sck_elementwise_args){
        .ring = k->ring != NULL ? k->ring->id : 0, .op = op, .limbs = limbs};
    for (uint32_t i = 0; i < limbs; i++) {
        e.args.q[i] = k->q[i];
        e.args.scalar[i] = 12345678;
    }
    bench_row(b, row, run, &e,
              1e6 * row.bytes /
                  ((in_place ? b->floor.update_l2 : b->floor.copy_memory) + 1));
}

static struct elementwise sums(const struct kernels *k)
{
    struct elementwise e = {.k = k,
                            .args = {.ring = k->ring != NULL ? k->ring->id : 0,
                                     .op = SCK_ADD,
                                     .limbs = KERNEL_GRAIN}};

    for (uint32_t i = 0; i < KERNEL_GRAIN; i++)
        e.args.q[i] = k->q[i];
    return e;
}

static void in_last_cache(void *context, uint64_t round)
{
    const struct elementwise *e = context;
    const uint64_t bytes = 12 * (uint64_t)e->args.limbs * e->k->n;

    run(context, round % (LAST_BYTES / bytes + 1));
}

struct neighbour {
    struct elementwise e;
    int core; /* that it leaves alone */
    atomic_int stop;
};

/* On the other cores, half the pool away. */
static void *sum_beside(void *context)
{
    struct neighbour *n = context;
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t round = n->e.k->rows / (6 * n->e.args.limbs);
    cpu_set_t others;

    CPU_ZERO(&others);
    for (int i = 0; i < cores; i++)
        if (i != n->core)
            CPU_SET((size_t)i, &others);
    (void)sched_setaffinity(0, sizeof others, &others);
    while (!atomic_load(&n->stop))
        run(&n->e, round++);
    return NULL;
}

static void beside_another(const struct kernels *k, struct row row,
                           double floor_us)
{
    struct neighbour n = {.e = sums(k), .core = sched_getcpu()};
    struct elementwise e = sums(k);
    pthread_t thread;

    snprintf(row.name, sizeof row.name, "elementwise.add.shared");
    if (!bench_wants(k->b, row.name) || sysconf(_SC_NPROCESSORS_ONLN) < 2)
        return;
    if (bench_names_only(k->b)) {
        bench_row(k->b, row, run, &e, 0);
        return;
    }
    if (pthread_create(&thread, NULL, sum_beside, &n) != 0)
        return;
    bench_row(k->b, row, run, &e, floor_us);
    atomic_store(&n.stop, 1);
    pthread_join(thread, NULL);
}

static void sums_elsewhere(const struct kernels *k)
{
    struct elementwise e = sums(k);
    struct row row =
        kernels_row(k, "elementwise.add.l3", 0, KERNEL_GRAIN, KERNEL_GRAIN);

    row.operations = (double)KERNEL_GRAIN * k->n;
    row.bytes = 12.0 * KERNEL_GRAIN * k->n;
    snprintf(row.kind, sizeof row.kind, "mac");
    bench_row(k->b, row, in_last_cache, &e, 0);
    beside_another(k, row, 1e6 * row.bytes / (k->b->floor.copy_memory + 1));
}

void kernels_bench_elementwise(const struct kernels *k)
{
    for (uint32_t op = 0; op < SCK_ELEMENTWISE_OPS; op++)
        for (int in_place = 0; in_place < 2; in_place++)
            one(k, op, in_place);
    sums_elsewhere(k);
}
