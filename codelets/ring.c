/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "ring.h"

#include "ring_priv.h"
#include "scratch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A live ring. The public part comes first, so that a pointer to it is a
 * pointer to the whole. Everything but `users` and `next` is read-only. */
struct live_ring {
    struct sck_ring ring;
    struct sck_prime_table *tables;
    uint32_t *words; /* tables' twiddles */
    uint32_t *brv;
    double *zeta, *slot_roots;
    /* A larger ring of the same primes, used as long as this one lives, whose
     * psi and ipsi this ring's are the first of: words are the runs' alone. */
    struct live_ring *larger;
    size_t users;
    struct live_ring *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct live_ring *live; /* under lock */
static uint32_t last_serial;   /* under lock */

/* Where tasks look: no lock, since each looks once. Ring id is (serial, slot)
 * in SLOT_BITS low bits for the slot, so that a number is not soon used again.
 */
enum { SLOT_BITS = 8, SLOTS = 1 << SLOT_BITS };
static _Atomic(struct live_ring *) slots[SLOTS];

static int ascending(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a;
    const uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static void destroy(struct live_ring *r)
{
    if (r == NULL)
        return;
    free(r->words);
    free(r->tables);
    free(r->brv);
    free(r->zeta);
    free(r->slot_roots);
    free(r);
}

/* roots[0] and roots[n / 2] stand for no stage. */
static void fill_slot_roots(uint32_t n, const double *zeta, double *roots)
{
    roots[0] = roots[n / 2] = 0;
    for (uint32_t h = 1; h < n / 2; h *= 2) {
        uint32_t power = 1; /* 5^j mod 8 h */

        for (uint32_t j = 0; j < h; j++) {
            const double *root = zeta + 2 * (8 * h - power) * (n / (4 * h));

            roots[h + j] = root[0];
            roots[n / 2 + h + j] = root[1];
            power = 5 * power & (8 * h - 1);
        }
    }
}

static struct live_ring *make(uint32_t logn, const uint32_t *sorted,
                              uint32_t count, struct live_ring *larger)
{
    const uint32_t n = 1u << logn;
    const size_t each =
        sck_prime_runs_words(n) + (larger == NULL ? 4 * (size_t)n : 0);
    struct live_ring *r = calloc(1, sizeof *r);

    if (r == NULL)
        return NULL;
    r->ring.logn = logn;
    r->ring.n = n;
    r->ring.count = count;
    r->tables = calloc(count, sizeof *r->tables);
    if (each > 0)
        r->words = sck_large_alloc(each * count * sizeof *r->words);
    r->brv = malloc(n * sizeof *r->brv);
    r->zeta = sck_large_alloc(4 * (size_t)n * sizeof *r->zeta);
    r->slot_roots = sck_large_alloc(n * sizeof *r->slot_roots);
    if (r->tables == NULL || (r->words == NULL && each > 0) || r->brv == NULL ||
        r->zeta == NULL || r->slot_roots == NULL) {
        destroy(r);
        return NULL;
    }
    r->brv[0] = 0;
    for (uint32_t i = 1; i < n; i++)
        r->brv[i] = r->brv[i / 2] / 2 | (i & 1) << (logn - 1);
    r->ring.tables = r->tables;
    r->ring.brv = r->brv;
    r->ring.zeta = r->zeta;
    r->ring.slot_roots = r->slot_roots;
    sck_unit_roots(logn, r->zeta);
    fill_slot_roots(n, r->zeta, r->slot_roots);
    for (uint32_t i = 0; i < count; i++)
        if (larger != NULL)
            sck_prime_table_take(&r->tables[i], r->words + each * i,
                                 &larger->tables[i], n);
        else
            sck_prime_table_fill(&r->tables[i], r->words + each * i, sorted[i],
                                 &r->ring);
    r->larger = larger;
    if (larger != NULL)
        larger->users++;
    return r;
}

static bool same_primes(const struct sck_ring *ring, const uint32_t *sorted,
                        uint32_t count)
{
    if (ring->count != count)
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (ring->tables[i].q != sorted[i])
            return false;
    return true;
}

/* The live ring of these primes, made if there is none; NULL: no memory, or
 * SLOTS rings are alive. The
 * lock is held while tables are filled, so that two callers never both do. */
static const struct sck_ring *
find_or_make(uint32_t logn, const uint32_t *sorted, uint32_t count)
{
    pthread_mutex_lock(&lock);
    struct live_ring *r = live, *larger = NULL;

    for (; r != NULL; r = r->next) {
        const bool is_kin = same_primes(&r->ring, sorted, count);

        if (is_kin && r->ring.logn == logn)
            break;
        if (is_kin && r->ring.logn > logn && r->larger == NULL)
            larger = r;
    }
    if (r == NULL) {
        uint32_t slot = 0;

        while (slot < SLOTS && atomic_load(&slots[slot]) != NULL)
            slot++;
        r = slot < SLOTS ? make(logn, sorted, count, larger) : NULL;
        if (r != NULL) {
            r->ring.id = ++last_serial << SLOT_BITS | slot;
            r->next = live;
            live = r;
            atomic_store_explicit(&slots[slot], r, memory_order_release);
        }
    }
    if (r != NULL)
        r->users++;
    pthread_mutex_unlock(&lock);
    return r != NULL ? &r->ring : NULL;
}

sck_status sck_ring_new(uint32_t logn, const uint32_t *primes, uint32_t count,
                        const struct sck_ring **ring)
{
    *ring = NULL;
    if (logn < 3 || logn > SCK_RING_LOGN_MAX)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "logn is %u, not 3 to %d",
                        (unsigned)logn, SCK_RING_LOGN_MAX);
    if (primes == NULL || count == 0)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "a ring needs a prime");
    uint32_t *sorted = malloc(count * sizeof *sorted);

    if (sorted == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u primes", (unsigned)count);
    memcpy(sorted, primes, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, ascending);
    sck_status status = sck_primes_check(logn, sorted, count);

    if (status == SCK_OK) {
        *ring = find_or_make(logn, sorted, count);
        if (*ring == NULL)
            status = SCK_FAIL(SCK_ERR_MEMORY, "tables of %u primes, N = 2^%u",
                              (unsigned)count, (unsigned)logn);
    }
    free(sorted);
    return status;
}

void sck_ring_free(const struct sck_ring *ring)
{
    struct live_ring *dead = NULL;

    if (ring == NULL)
        return;
    pthread_mutex_lock(&lock);
    for (struct live_ring **at = &live; *at != NULL; at = &(*at)->next)
        if (&(*at)->ring == ring) {
            if (--(*at)->users == 0) {
                dead = *at;
                *at = dead->next;
                atomic_store(&slots[dead->ring.id % SLOTS], NULL);
            }
            break;
        }
    pthread_mutex_unlock(&lock);
    if (dead != NULL && dead->larger != NULL)
        sck_ring_free(&dead->larger->ring);
    destroy(dead);
}

const struct sck_ring *sck_ring_find(uint32_t id)
{
    const struct live_ring *const r =
        atomic_load_explicit(&slots[id % SLOTS], memory_order_acquire);

    return r != NULL && r->ring.id == id ? &r->ring : NULL;
}

const struct sck_prime_table *sck_ring_prime(const struct sck_ring *ring,
                                             uint32_t q)
{
    uint32_t low = 0;
    uint32_t high = ring->count;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (ring->tables[middle].q < q)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ring->count && ring->tables[low].q == q ? &ring->tables[low]
                                                         : NULL;
}
