/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "encode.h"
#include "submit_cuda.h"

#ifdef SCK_TASKS_ON_CUDA
#include "device_graphs.h"
#include "device_scratch.h"
#endif

static void on_cpu(void *buffers[], void *argument)
{
    struct sck_rows rows;
    const struct sck_encode_task *a = sck_task_open(buffers, argument, &rows);

    if (a == NULL)
        return;
    /* Doubles and 64-bit coefficients lie in rows of words, one after another:
     * list 1 is one block from its first row. */
    if (a->embeds)
        sck_encode_embed(&a->embed, sck_ring_find(a->embed.ring),
                         (int64_t *)(void *)rows.list[0][0],
                         (const double *)(const void *)rows.list[1][0]);
    else
        sck_encode_limbs(&a->limbs, sck_ring_find(a->limbs.ring), rows.list[0],
                         (const int64_t *)(const void *)rows.list[1][0]);
}

#ifdef SCK_TASKS_ON_CUDA
static int embed_on_cuda(const struct sck_encode_args *a,
                         const struct sck_rows *rows)
{
    const struct sck_ring *ring = sck_ring_find(a->ring);
    const double *roots = NULL;
    void *scratch = NULL;
    int status = sck_task_slot_roots(ring, &roots);

    if (status == 0)
        status = sck_device_scratch(starpu_cuda_get_local_stream(),
                                    sck_encode_embed_cuda_scratch(a), &scratch);
    sck_device_record();
    if (status == 0)
        status = sck_encode_embed_cuda(
            a, ring->logn, roots, (int64_t *)(void *)rows->list[0][0],
            (const double *)(const void *)rows->list[1][0], scratch,
            starpu_cuda_get_local_stream());
    return status;
}

static int limbs_on_cuda(const struct sck_encode_limbs_args *a,
                         const struct sck_rows *rows)
{
    const struct sck_ring *ring = sck_ring_find(a->ring);
    struct sck_prime_table tables[SCK_BLOCK_LIMBS];
    int status =
        sck_task_tables(ring, a->q, a->limbs, SCK_TWIDDLES_NTT, tables);

    if (status == 0)
        status = sck_encode_limbs_cuda(
            a, ring->logn, tables, rows->list[0],
            (const int64_t *)(const void *)rows->list[1][0],
            starpu_cuda_get_local_stream());
    return status;
}

static void on_cuda(void *buffers[], void *argument)
{
    struct sck_rows rows;
    const struct sck_encode_task *a = sck_task_open(buffers, argument, &rows);

    if (a != NULL)
        sck_task_cuda(argument, "sck_encode",
                      a->embeds ? embed_on_cuda(&a->embed, &rows)
                                : limbs_on_cuda(&a->limbs, &rows));
}
#endif

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_encode",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_encode_codelet = {
    .name = "sck_encode",
    .cpu_funcs = {on_cpu},
#ifdef SCK_TASKS_ON_CUDA
    .cuda_funcs = {on_cuda},
    .cuda_flags = {STARPU_CUDA_ASYNC},
    .can_execute = sck_task_can_execute,
#endif
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0x7f7f7f,
};
