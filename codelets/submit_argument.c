/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "submit_argument_priv.h"

#include "run_priv.h"

#include <stdlib.h>
#include <string.h>

static const struct sck_place *places_of(const struct sck_argument *a)
{
    return (const struct sck_place *)(a->handle + a->handles);
}

const enum sck_access *sck_argument_access(const struct sck_argument *a)
{
    return (const enum sck_access *)(places_of(a) + a->handles - a->named);
}

static const struct sck_segment *segments_of(const struct sck_argument *a)
{
    return (const struct sck_segment *)(sck_argument_access(a) + a->handles);
}

/* A task's blocks in the order of its handles: those that StarPU is told of,
 * then those that stay where they are. */
struct order {
    uint32_t named;
    int16_t at[SCK_TASK_BUFFERS];
    struct sck_place place[SCK_TASK_BUFFERS]; /* of the others */
};

static void find_order(const struct sck_task *task, struct order *order)
{
    const int names_all = sck_run_task_bytes(task->run) != 0;
    uint32_t stay = 0;

    order->named = 0;
    for (uint32_t i = 0; i < task->buffers; i++)
        if (!names_all && task->access[i] == SCK_READ &&
            sck_handle_place(task->block[i]->handle, &order->place[stay]))
            order->at[i] = (int16_t)(-1 - (int)stay++);
        else
            order->at[i] = (int16_t)order->named++;
    for (uint32_t i = 0; i < task->buffers; i++)
        if (order->at[i] < 0)
            order->at[i] = (int16_t)((int)order->named - order->at[i] - 1);
}

static void pack_handles(const struct sck_task *task, const struct order *order,
                         struct sck_argument *a)
{
    struct sck_place *const place = (struct sck_place *)places_of(a);
    enum sck_access *const access = (enum sck_access *)sck_argument_access(a);

    for (uint32_t i = 0; i < task->buffers; i++) {
        a->handle[order->at[i]] = task->block[i]->handle;
        access[order->at[i]] = task->access[i];
    }
    memcpy(place, order->place, (a->handles - a->named) * sizeof *place);
}

static void pack_parts(const struct sck_task *task, const struct order *order,
                       struct sck_argument *a)
{
    struct sck_segment *to = (struct sck_segment *)segments_of(a);
    char *const args = (char *)a + a->args_offset;

    for (uint32_t p = 0; p < task->parts; p++) {
        for (uint32_t l = 0; l < SCK_TASK_LISTS; l++)
            for (uint32_t k = 0; k < task->segments[p][l]; k++, to++) {
                *to = task->segment[p][l][k];
                if (to->buffer >= 0)
                    to->buffer = order->at[to->buffer];
            }
        memcpy(args + (size_t)p * a->args_bytes, task->args[p],
               task->args_bytes);
    }
}

static uint64_t bytes_of(const struct sck_argument *a)
{
    const struct sck_segment *s = segments_of(a);
    uint64_t words = 0;

    for (uint32_t l = 0; l < a->parts * SCK_TASK_LISTS; l++)
        for (uint32_t k = 0;
             k < a->segments[l / SCK_TASK_LISTS][l % SCK_TASK_LISTS]; k++, s++)
            if (s->buffer >= 0 && (uint32_t)s->buffer < a->named)
                words += (uint64_t)s->count * a->handle[s->buffer]->n;
    return words * sizeof(uint32_t);
}

struct sck_argument *sck_argument_new(const struct sck_task *task)
{
    size_t segments = 0;
    struct order order;

    find_order(task, &order);
    for (uint32_t p = 0; p < task->parts; p++)
        for (uint32_t l = 0; l < SCK_TASK_LISTS; l++)
            segments += task->segments[p][l];
    const size_t offset =
        (sizeof(struct sck_argument) +
         task->buffers * sizeof(struct sck_handle *) +
         (task->buffers - order.named) * sizeof(struct sck_place) +
         task->buffers * sizeof(enum sck_access) +
         segments * sizeof(struct sck_segment) + 15) &
        ~(size_t)15;
    const size_t bytes = (task->args_bytes + 15) & ~(size_t)15;
    struct sck_argument *a = malloc(offset + task->parts * bytes);

    if (a == NULL)
        return NULL;
    a->run = task->run;
    a->event = sck_run_event(task->run, task->codelet);
    memcpy(a->segments, task->segments, sizeof a->segments);
    a->parts = task->parts;
    a->args_offset = (uint32_t)offset;
    a->args_bytes = (uint32_t)bytes;
    a->handles = task->buffers;
    a->named = order.named;
    pack_handles(task, &order, a);
    pack_parts(task, &order, a);
    a->bytes = bytes_of(a);
    return a;
}

uint32_t sck_task_open_parts(void *buffers[], void *argument,
                             struct sck_task_part *parts)
{
    static _Thread_local uint32_t *row[SCK_TASK_ROWS];
    const struct sck_argument *a = argument;
    const struct sck_segment *s = segments_of(a);
    struct sck_place place[SCK_TASK_BUFFERS];
    uint32_t used = 0;

    if (sck_run_failed(a->run))
        return 0;
    for (uint32_t i = 0; i < a->named; i++)
        place[i] =
            (struct sck_place){(uint32_t *)STARPU_MATRIX_GET_PTR(buffers[i]),
                               STARPU_MATRIX_GET_LD(buffers[i])};
    memcpy(place + a->named, places_of(a),
           (a->handles - a->named) * sizeof *place);
    for (uint32_t p = 0; p < a->parts; p++) {
        parts[p].args =
            (const char *)argument + a->args_offset + p * a->args_bytes;
        for (uint32_t l = 0; l < SCK_TASK_LISTS; l++) {
            parts[p].rows.list[l] = row + used;
            for (uint32_t k = 0; k < a->segments[p][l]; k++, s++) {
                for (uint32_t i = 0; i < s->count; i++) {
                    if (s->buffer < 0) {
                        row[used++] = NULL;
                        continue;
                    }
                    row[used++] = place[s->buffer].words +
                                  (size_t)(s->first + i) * place[s->buffer].ld;
                }
            }
        }
    }
    return a->parts;
}

const void *sck_task_open(void *buffers[], void *argument,
                          struct sck_rows *rows)
{
    struct sck_task_part parts[SCK_TASK_PARTS];

    if (sck_task_open_parts(buffers, argument, parts) == 0)
        return NULL;
    *rows = parts[0].rows;
    return parts[0].args;
}

sck_run *sck_task_run(void *argument)
{
    return ((struct sck_argument *)argument)->run;
}

const void *sck_task_args(const struct starpu_task *task)
{
    const struct sck_argument *a = task->cl_arg;

    return (const char *)a + a->args_offset;
}

void *sck_task_event(void *argument)
{
    return ((struct sck_argument *)argument)->event;
}

uint32_t sck_task_shape(const void *argument)
{
    const struct sck_argument *a = argument;
    const struct sck_segment *s = segments_of(a);
    uint32_t hash = a->handle[0]->n;

    for (uint32_t l = 0; l < a->parts * SCK_TASK_LISTS; l++) {
        const uint32_t segments =
            a->segments[l / SCK_TASK_LISTS][l % SCK_TASK_LISTS];
        uint32_t rows = 0;

        for (uint32_t k = 0; k < segments; k++, s++)
            rows += s->buffer < 0 ? 0 : s->count;
        hash = hash * 0x01000193u ^ rows;
    }
    return hash;
}

uint32_t sck_task_footprint(struct starpu_task *task)
{
    return sck_task_shape(task->cl_arg);
}
