/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* StarPU's handles, and idle ones kept for the next blocks of their shapes with
 * the memory that they hold: to register a handle, to give it back and to have
 * its memory allocated again takes longer than all else of a short task. */
#include "runtime_priv.h"

#include <stdlib.h>
#include <string.h>

/* A multiplication's blocks at N = 2^16 and log2 Q = 1200 are 95 MiB. Where
 * much more is alive, a share of it: so a bootstrap's find handles, all but 70 (of
 * 1500 with 128 MiB and more tasks submitted ahead). */
enum { LEAST_KEPT = 128 << 20, MOST_KEPT = 400 << 20, SHARE_KEPT = 12 };

/* Words of a cache line between a block's long rows, and how many words a long
 * row has at least. A power of two apart, rows would lie in the same few sets
 * of every cache, and kernels walk along a dozen of them at once: a bootstrap's
 * fused matrices take 6 % less time so (measured). */
enum { GAP = 16, LONG_ROW = 1 << 13 };

/* Handles kept elsewhere would be written to the swap, or leave a device full
 * of what nobody reads. */
static int keeps(const sck_session *session)
{
    return session->is_one_memory;
}

/* How many bytes may be idle. Under the lock. */
static uint64_t room(const sck_session *session)
{
    const uint64_t share = session->bytes_peak / SHARE_KEPT;

    return share < LEAST_KEPT  ? LEAST_KEPT
           : share > MOST_KEPT ? MOST_KEPT
                               : share;
}

static uint64_t bytes_of(const struct sck_handle *handle)
{
    return (uint64_t)handle->n * handle->rows * sizeof(uint32_t);
}

/* Blocks on a device are powers of two, as StarPU's allocator has them; limited
 * memory was planned for rows without gaps. Two rows have none: encoding takes
 * them as one array of 64-bit words. */
static uint32_t gap_after(const sck_session *session, uint32_t n, uint32_t rows)
{
    return n >= LONG_ROW && rows > 2 && keeps(session) ? GAP : 0;
}

/* The shelf of a shape, moved to the front: its own, else an empty one, NULL if
 * there is neither. Under the lock. */
static struct sck_shelf *shelf_of(sck_session *session, uint32_t n,
                                  uint32_t rows)
{
    struct sck_shelf *const shelf = session->shelf;
    uint32_t i = 0, empty = SCK_SHELVES;

    for (; i < SCK_SHELVES && (shelf[i].n != n || shelf[i].rows != rows); i++)
        if (shelf[i].first == NULL && empty == SCK_SHELVES)
            empty = i;
    if (i == SCK_SHELVES)
        i = empty;
    if (i == SCK_SHELVES)
        return NULL;
    /* An empty one of another shape has none either. */
    const struct sck_shelf found = {n, rows, shelf[i].first};

    memmove(shelf + 1, shelf, i * sizeof *shelf);
    shelf[0] = found;
    return &shelf[0];
}

/* Takes the least lately used shapes' handles down until bytes more may be
 * kept. Under the lock. @return them, linked */
static struct sck_handle *make_room(sck_session *session, uint64_t bytes)
{
    struct sck_handle *out = NULL;

    for (uint32_t i = SCK_SHELVES; i-- > 0;)
        while (session->shelf[i].first != NULL &&
               session->bytes_kept + bytes > room(session)) {
            struct sck_handle *const handle = session->shelf[i].first;

            session->shelf[i].first = handle->next;
            session->bytes_kept -= bytes_of(handle);
            handle->next = out;
            out = handle;
        }
    return out;
}

struct sck_handle *sck_handle_take(sck_session *session, uint32_t n,
                                   uint32_t rows)
{
    struct sck_handle *handle = NULL;
    void *memory = NULL;

    pthread_mutex_lock(&session->lock);
    struct sck_shelf *const shelf = shelf_of(session, n, rows);

    if (shelf != NULL && shelf->first != NULL) {
        handle = shelf->first;
        shelf->first = handle->next;
        session->bytes_kept -= bytes_of(handle);
    } else
        session->registered++;
    pthread_mutex_unlock(&session->lock);
    if (handle == NULL) {
        /* Not by malloc: tests count who outlives the call that fails. */
        if (posix_memalign(&memory, 64, sizeof *handle) != 0)
            return NULL;
        handle = memory;
        *handle = (struct sck_handle){.session = session, .n = n, .rows = rows};
        const uint32_t width = n + gap_after(session, n, rows);

        starpu_matrix_data_register(&handle->data, -1, 0, width, width, rows,
                                    sizeof(uint32_t));
    }
    atomic_store(&handle->users, 1);
    atomic_store(&handle->held, 0);
    atomic_store(&handle->writers, 0);
    atomic_store(&handle->placed, 0);
    handle->written = handle->sealed = handle->kept = 0;
    handle->later = handle->given = 0;
    return handle;
}

int sck_handle_place(struct sck_handle *handle, struct sck_place *place)
{
    sck_session *const session = handle->session;

    if (!handle->sealed || !keeps(session) || !handle->written ||
        atomic_load(&handle->writers) != 0 || atomic_load(&handle->held) != 0)
        return 0;
    if (!atomic_load(&handle->placed)) {
        pthread_mutex_lock(&session->lock);
        handle->place.words =
            (uint32_t *)starpu_matrix_get_local_ptr(handle->data);
        handle->place.ld = starpu_matrix_get_local_ld(handle->data);
        atomic_store(&handle->placed, 1);
        pthread_mutex_unlock(&session->lock);
    }
    *place = handle->place;
    return 1;
}

void sck_handle_leave(struct sck_handle *handle)
{
    if (atomic_fetch_sub(&handle->users, 1) != 1)
        return;
    sck_session *const session = handle->session;
    struct sck_shelf *shelf = NULL;

    if (handle->kept) {
        pthread_mutex_lock(&session->lock);
        shelf = shelf_of(session, handle->n, handle->rows);
        if (shelf != NULL) {
            handle->next = shelf->first;
            shelf->first = handle;
        } else
            session->bytes_kept -= bytes_of(handle);
        pthread_mutex_unlock(&session->lock);
    }
    if (shelf == NULL) {
        if (handle->kept || handle->later)
            starpu_data_unregister_submit(handle->data);
        free(handle);
    }
}

static void give(struct sck_handle *handle)
{
    sck_session *const session = handle->session;
    const uint64_t bytes = bytes_of(handle);
    struct sck_handle *gone = NULL;

    if (handle->written && keeps(session)) {
        pthread_mutex_lock(&session->lock);
        if (bytes <= room(session))
            gone = make_room(session, bytes);
        handle->kept = session->bytes_kept + bytes <= room(session);
        if (handle->kept)
            session->bytes_kept += bytes;
        pthread_mutex_unlock(&session->lock);
    }
    while (gone != NULL) {
        struct sck_handle *const next = gone->next;

        starpu_data_unregister_submit(gone->data);
        free(gone);
        gone = next;
    }
    /* StarPU does not know of all who read it. */
    handle->later = !handle->kept && atomic_load(&handle->placed);
    if (!handle->kept && !handle->later)
        starpu_data_unregister_submit(handle->data);
    sck_handle_leave(handle);
}

void sck_handle_give(struct sck_handle *handle)
{
    sck_session *const session = handle->session;

    if (atomic_load(&handle->held) != 0) {
        pthread_mutex_lock(&session->held_lock);
        handle->given = atomic_load(&handle->held) != 0;
        const int later = handle->given;

        pthread_mutex_unlock(&session->held_lock);
        if (later)
            return;
    }
    give(handle);
}

void sck_handle_release(struct sck_handle *handle)
{
    atomic_store(&handle->held, 0);
    if (handle->given)
        give(handle);
}

void sck_session_submit_held(sck_session *session)
{
    pthread_mutex_lock(&session->held_lock);
    if (session->held != NULL)
        session->submit_held(session);
    pthread_mutex_unlock(&session->held_lock);
}

void sck_handles_end(sck_session *session)
{
    for (uint32_t i = 0; i < SCK_SHELVES; i++)
        while (session->shelf[i].first != NULL) {
            struct sck_handle *const handle = session->shelf[i].first;

            session->shelf[i].first = handle->next;
            starpu_data_unregister_no_coherency(handle->data);
            free(handle);
        }
}

uint64_t sck_session_handles(const sck_session *session)
{
    sck_session *const s = (sck_session *)session;

    pthread_mutex_lock(&s->lock);
    const uint64_t registered = s->registered;

    pthread_mutex_unlock(&s->lock);
    return registered;
}
