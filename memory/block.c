/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "runtime_priv.h"

#include <stdlib.h>
#include <string.h>

static uint64_t bytes_of(const sck_block *block)
{
    return (uint64_t)block->n * block->rows * sizeof(uint32_t);
}

sck_status sck_block_new(sck_session *session, uint32_t n, uint32_t rows,
                         sck_block **block)
{
    *block = NULL;
    if (n == 0 || rows == 0)
        return SCK_FAIL(SCK_ERR_ARGUMENT, "a block of %u x %u words", rows, n);
    sck_block *b = calloc(1, sizeof *b);

    if (b == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%zu bytes for a block", sizeof *b);
    b->session = session;
    b->n = n;
    b->rows = rows;
    b->handle = sck_handle_take(session, n, rows);
    if (b->handle == NULL) {
        free(b);
        return SCK_FAIL(SCK_ERR_MEMORY, "a handle of %u x %u words", rows, n);
    }
    pthread_mutex_lock(&session->lock);
    b->next = session->live;
    if (b->next != NULL)
        b->next->previous = b;
    session->live = b;
    session->blocks_alive++;
    session->bytes_alive += bytes_of(b);
    if (session->bytes_alive > session->bytes_peak)
        session->bytes_peak = session->bytes_alive;
    pthread_mutex_unlock(&session->lock);
    *block = b;
    return SCK_OK;
}

void sck_block_free(sck_block *block)
{
    if (block == NULL)
        return;
    sck_session *session = block->session;

    sck_handle_give(block->handle);
    pthread_mutex_lock(&session->lock);
    if (block->previous != NULL)
        block->previous->next = block->next;
    else
        session->live = block->next;
    if (block->next != NULL)
        block->next->previous = block->previous;
    session->blocks_alive--;
    session->bytes_alive -= bytes_of(block);
    pthread_mutex_unlock(&session->lock);
    free(block);
}

uint32_t sck_block_rows(const sck_block *block)
{
    return block->rows;
}

uint32_t sck_block_n(const sck_block *block)
{
    return block->n;
}

static sck_status acquire(const sck_block *block,
                          enum starpu_data_access_mode mode)
{
    /* StarPU itself would end the process. */
    if (mode == STARPU_R && !block->handle->written)
        return SCK_FAIL(SCK_ERR_STATE,
                        "a block of %u x %u words was never written",
                        block->rows, block->n);
    if (mode != STARPU_R && block->handle->sealed)
        return SCK_FAIL(SCK_ERR_STATE, "a block of %u x %u words is sealed",
                        block->rows, block->n);
    sck_session_submit_held(block->session);
    const int rc = starpu_data_acquire(block->handle->data, mode);

    if (rc != 0)
        return SCK_FAIL(SCK_ERR_DEVICE, "StarPU refuses access: %d", rc);
    block->handle->written |= mode == STARPU_W;
    return SCK_OK;
}

int sck_block_is_written(const sck_block *block)
{
    return block->handle->written;
}

void sck_block_seal(sck_block *block)
{
    block->handle->sealed = 1;
}

int sck_block_is_sealed(const sck_block *block)
{
    return block->handle->sealed;
}

/* StarPU may allocate with a leading dimension of its own. */
static void copy_rows(const sck_block *block, uint32_t *out, const uint32_t *in)
{
    const starpu_data_handle_t handle = block->handle->data;
    const size_t ld = starpu_matrix_get_local_ld(handle);
    uint32_t *data = (uint32_t *)starpu_matrix_get_local_ptr(handle);

    for (uint32_t i = 0; i < block->rows; i++) {
        if (in != NULL)
            memcpy(data + i * ld, in + (size_t)i * block->n,
                   block->n * sizeof *in);
        else
            memcpy(out + (size_t)i * block->n, data + i * ld,
                   block->n * sizeof *out);
    }
}

static sck_status copy(const sck_block *block, uint32_t *out,
                       const uint32_t *in)
{
    SCK_TRY(acquire(block, in != NULL ? STARPU_W : STARPU_R));
    copy_rows(block, out, in);
    starpu_data_release(block->handle->data);
    return SCK_OK;
}

sck_status sck_block_fill(sck_block *block, uint32_t rows,
                          sck_block_fill_fn *fill, void *context)
{
    SCK_TRY(acquire(block, STARPU_W));
    const starpu_data_handle_t handle = block->handle->data;
    const size_t ld = starpu_matrix_get_local_ld(handle);
    uint32_t *data = (uint32_t *)starpu_matrix_get_local_ptr(handle);

    for (uint32_t i = 0; i < rows; i++)
        fill(context, i, data + i * ld);
    starpu_data_release(handle);
    return SCK_OK;
}

sck_status sck_block_write(sck_block *block, const uint32_t *words)
{
    return copy(block, NULL, words);
}

sck_status sck_block_read(sck_block *block, uint32_t *words)
{
    return copy(block, words, NULL);
}
