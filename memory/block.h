/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Limb blocks: up to SCK limbs of one polynomial in one StarPU handle, and
 * polynomials as ordered lists of them. No StarPU in this header. */
#ifndef SCK_BLOCK_H
#define SCK_BLOCK_H

#include "sck_session.h"

typedef struct sck_block sck_block;

/** The grain B the session was asked for, or STARCLOAK_LIMBS_PER_BLOCK; 0 when
 *  the ring's size is to choose. */
uint32_t sck_session_grain(const sck_session *session);

/** What a session with a GPU takes, for which a block is too little work, and a
 *  task that names less rows than memory of 4.3 TB/s moves in 62 us. */
enum { SCK_GPU_BLOCKS_PER_TASK = 8, SCK_GPU_TASK_MIB = 256 };

/** Destination blocks of one task of a decomposition, key switch or division:
 *  STARCLOAK_BLOCKS_PER_TASK (1 to 8), or else SCK_GPU_BLOCKS_PER_TASK where
 *  there is a GPU, and 1 elsewhere or where memory is limited. */
uint32_t sck_session_blocks_per_task(const sck_session *session);

/** Bytes of rows that a StarPU task should name at least, smaller ones being
 *  joined with what is submitted next: STARCLOAK_KIB_PER_TASK (1 to 2^20 KiB),
 *  or else SCK_GPU_TASK_MIB where there is a GPU, and 0 elsewhere or where
 * memory is limited. */
uint64_t sck_session_task_bytes(const sck_session *session);

/** 1 when main memory for data has a limit, the session's or StarPU's own: what
 *  one task needs at once must stay small. */
int sck_session_is_limited(const sck_session *session);

/** Handles that StarPU was given since the session began: blocks of shapes that
 *  were freed before need none. */
uint64_t sck_session_handles(const sck_session *session);

/** Waits for every task of the process: before device constants go. */
void sck_session_quiesce(sck_session *session);

/** A block of rows x n words, allocated by StarPU when first written (home node
 *  -1, so that it can be evicted); until then it holds anything.
 *  @return SCK_ERR_ARGUMENT (n or rows is 0), SCK_ERR_MEMORY; *block NULL */
sck_status sck_block_new(sck_session *session, uint32_t n, uint32_t rows,
                         sck_block **block);

/** Gives a block back once the tasks submitted so far are done with it; does
 * not wait. NULL is allowed. */
void sck_block_free(sck_block *block);

/** Nothing will be written to the block but by tasks submitted before: tasks
 *  that read it, keys and plaintexts, then cost StarPU less. */
void sck_block_seal(sck_block *block);
int sck_block_is_sealed(const sck_block *block);

uint32_t sck_block_rows(const sck_block *block);
uint32_t sck_block_n(const sck_block *block);
/** 1 once what writes it was submitted. */
int sck_block_is_written(const sck_block *block);

/** Copies words in or out, rows x n of them, waiting for the tasks before.
 *  @return SCK_ERR_DEVICE if StarPU refuses (called from a task), SCK_ERR_STATE
 *          to read what was never written, to write what is sealed */
sck_status sck_block_write(sck_block *block, const uint32_t *words);
/** Has fill write row i, n words, for i < rows, in the block's own memory;
 *  later rows hold anything. Else as sck_block_write(). */
typedef void sck_block_fill_fn(void *context, uint32_t i, uint32_t *row);
sck_status sck_block_fill(sck_block *block, uint32_t rows,
                          sck_block_fill_fn *fill, void *context);
sck_status sck_block_read(sck_block *block, uint32_t *words);

/** A polynomial: limbs 0 .. limbs - 1 over consecutive blocks. */
struct sck_polynomial {
    _Atomic uint32_t users; /**< that will free it; nobody writes to a shared
                               one */
    uint32_t n, limbs, blocks;
    sck_block **block;
    uint32_t *first; /**< first limb of each block; first[blocks] = limbs */
};

/** @param cut  rows of each of the blocks */
sck_status sck_polynomial_new(sck_session *session, uint32_t n,
                              const uint32_t *cut, uint32_t blocks,
                              struct sck_polynomial **polynomial);
/** One user more: a copy that shares the blocks. */
struct sck_polynomial *sck_polynomial_share(struct sck_polynomial *polynomial);
/** One user less; the last one's blocks are given back. NULL is allowed. */
void sck_polynomial_free(struct sck_polynomial *polynomial);

/** The block that holds a limb, and its row in it. */
sck_block *sck_polynomial_limb(const struct sck_polynomial *polynomial,
                               uint32_t limb, uint32_t *row);

/** Copies limbs x n words in or out, limb after limb. */
sck_status sck_polynomial_write(struct sck_polynomial *polynomial,
                                const uint32_t *words);
sck_status sck_polynomial_read(const struct sck_polynomial *polynomial,
                               uint32_t *words);

#endif
