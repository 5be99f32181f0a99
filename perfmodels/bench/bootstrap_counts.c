/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Kernels are called through pointers: while counting, those point here. */
#include "bootstrap.h"

#include "base_convert.h"
#include "combination.h"
#include "diagonals.h"
#include "dot.h"
#include "intt.h"
#include "key_mac.h"
#include "submit_priv.h"

#include <stdatomic.h>
#include <string.h>

static struct {
    sck_ntt_row_fn *ntt;
    sck_intt_row_fn *intt;
    sck_convert_tile_fn *convert;
    sck_key_tile_fn *key;
    sck_dot_tile_fn *dot;
    sck_spread_tile_fn *spread;
    sck_combine_tile_fn *combine;
    starpu_cpu_func_t elementwise[SCK_CODELETS];
} real;

static struct starpu_codelet *const codelets[] = {
#define SCK_CODELET(name, what) &sck_##name##_codelet,
#include "codelets.def"
#undef SCK_CODELET
};

static uint32_t special_prime, ring_n;
static struct {
    atomic_ullong ntts, conversions, keys, plains, diagonals, products, special,
        written, elementwise;
} seen[SCK_CODELETS];

/* The codelet of the task that this thread works on. */
static uint32_t here(void)
{
    const struct starpu_task *task = starpu_task_get_current();
    uint32_t i = 0;

    while (task != NULL && i < SCK_CODELETS - 1 && codelets[i] != task->cl)
        i++;
    return i;
}

static void ntt_row(const struct sck_prime_table *t, uint32_t n, uint32_t *out,
                    const uint32_t *in, const struct sck_ntt_around *around)
{
    atomic_fetch_add(&seen[here()].ntts, 1);
    real.ntt(t, n, out, in, around);
}

static void intt_row(const struct sck_prime_table *t, uint32_t n, uint32_t *out,
                     const uint32_t *in)
{
    atomic_fetch_add(&seen[here()].ntts, 1);
    real.intt(t, n, out, in);
}

static void convert_tile(const struct sck_convert_constants *constants,
                         uint32_t at, uint32_t count, uint32_t *const *out,
                         const uint32_t *const *in)
{
    atomic_fetch_add(&seen[here()].conversions,
                     (constants->sources + 1ull) * constants->targets * count);
    real.convert(constants, at, count, out, in);
}

static void key_tile(const struct sck_key_tile *tile, uint32_t count)
{
    const uint32_t i = here();

    atomic_fetch_add(&seen[i].keys, 2ull * tile->digits * count);
    /* A fused matrix's rotations stay in the cache. */
    if (i != SCK_CODELET_hoisted_diagonals)
        atomic_fetch_add(&seen[i].written, 2ull * count);
    if (tile->q == special_prime)
        atomic_fetch_add(&seen[i].special, count);
    real.key(tile, count);
}

static void dot_tile(const struct sck_dot_tile *tile, uint32_t count)
{
    const uint32_t i = here();

    atomic_fetch_add(&seen[i].plains, (unsigned long long)tile->terms * count);
    atomic_fetch_add(&seen[i].diagonals,
                     (unsigned long long)tile->terms * count);
    atomic_fetch_add(&seen[i].written, 2ull * count);
    real.dot(tile, count);
}

/* A stretch may begin within a short diagonal's word: of so long a repetition
 * nothing counts. */
static void spread_tile(const struct sck_spread_tile *tile, uint32_t count)
{
    const uint32_t i = here();
    const unsigned long long terms =
        (unsigned long long)tile->terms * tile->sums;

    atomic_fetch_add(&seen[i].plains, terms * count);
    atomic_fetch_add(&seen[i].diagonals, terms * (count >> tile->repeat));
    atomic_fetch_add(&seen[i].written, 2ull * tile->sums * count);
    real.spread(tile, count);
}

static void combine_tile(const struct sck_combine_tile *tile, uint32_t count)
{
    const uint32_t halves = tile->halves == SCK_ONE_HALF ? 1 : 2;

    atomic_fetch_add(&seen[here()].products,
                     (4 * tile->products + halves * tile->terms) *
                         (unsigned long long)count);
    real.combine(tile, count);
}

/* Tasks that memory bounds, whose operands nothing else counts: a word of each
 * read and written once. What an automorphism reads, a product has written,
 * where its reading is counted, too. */
static void elementwise_task(void *buffers[], void *argument)
{
    const struct starpu_task *task = starpu_task_get_current();
    const uint32_t i = here();
    unsigned long long bytes = 0;

    for (unsigned k = 0; k < STARPU_TASK_GET_NBUFFERS(task); k++) {
        const enum starpu_data_access_mode mode = STARPU_TASK_GET_MODE(task, k);
        const int times =
            ((mode & STARPU_R) != 0 && i != SCK_CODELET_automorphism_sum) +
            ((mode & STARPU_W) != 0);

        bytes += times * (unsigned long long)starpu_data_get_size(
                             STARPU_TASK_GET_HANDLE(task, k));
    }
    atomic_fetch_add(&seen[i].elementwise, bytes);
    real.elementwise[i](buffers, argument);
}

/* Before the first task is submitted and after the last has ended. */
static void exchange(uint32_t codelet, int counting)
{
    struct starpu_codelet *cl = codelets[codelet];

    if (counting)
        real.elementwise[codelet] = cl->cpu_funcs[0];
    cl->cpu_funcs[0] = counting ? elementwise_task : real.elementwise[codelet];
}

static void exchange_all(int counting)
{
    exchange(SCK_CODELET_elementwise, counting);
    exchange(SCK_CODELET_combination, counting);
    exchange(SCK_CODELET_automorphism_sum, counting);
}

void bootstrap_count_begin(uint32_t prime, uint32_t n)
{
    special_prime = prime;
    ring_n = n;
    memset(seen, 0, sizeof seen);
    real.ntt = sck_ntt_row;
    real.intt = sck_intt_row;
    real.convert = sck_convert_tile;
    real.key = sck_key_tile;
    real.dot = sck_dot_tile;
    real.spread = sck_spread_tile;
    real.combine = sck_combine_tile;
    sck_ntt_row = ntt_row;
    sck_intt_row = intt_row;
    sck_convert_tile = convert_tile;
    sck_key_tile = key_tile;
    sck_dot_tile = dot_tile;
    sck_spread_tile = spread_tile;
    sck_combine_tile = combine_tile;
    exchange_all(1);
}

void bootstrap_count_end(struct bootstrap_work *work)
{
    sck_ntt_row = real.ntt;
    sck_intt_row = real.intt;
    sck_convert_tile = real.convert;
    sck_key_tile = real.key;
    sck_dot_tile = real.dot;
    sck_spread_tile = real.spread;
    sck_combine_tile = real.combine;
    exchange_all(0);
    for (uint32_t i = 0; i < SCK_CODELETS; i++)
        work[i] = (struct bootstrap_work){
            .ntts = (double)seen[i].ntts,
            .conversion_macs = (double)seen[i].conversions,
            .key_macs = (double)seen[i].keys,
            .plain_macs = 2 * (double)seen[i].plains,
            .product_macs = (double)seen[i].products,
            .key_switches = (double)seen[i].special / ring_n,
            .key_bytes = 4 * (double)seen[i].keys,
            .plain_bytes = 4 * (double)seen[i].diagonals,
            .switched_bytes = 4 * (double)seen[i].written,
            .elementwise_bytes = (double)seen[i].elementwise,
        };
}

void bootstrap_work_add(struct bootstrap_work *to,
                        const struct bootstrap_work *work)
{
    to->ntts += work->ntts;
    to->conversion_macs += work->conversion_macs;
    to->key_macs += work->key_macs;
    to->plain_macs += work->plain_macs;
    to->product_macs += work->product_macs;
    to->key_switches += work->key_switches;
    to->key_bytes += work->key_bytes;
    to->plain_bytes += work->plain_bytes;
    to->switched_bytes += work->switched_bytes;
    to->elementwise_bytes += work->elementwise_bytes;
}

struct counted bootstrap_counted(const struct bootstrap_work *w)
{
    return (struct counted){.ntts = w->ntts,
                            .macs = w->conversion_macs + w->key_macs +
                                    w->plain_macs + w->product_macs,
                            .read = w->key_bytes + w->plain_bytes,
                            .copied =
                                2 * w->switched_bytes + w->elementwise_bytes};
}
