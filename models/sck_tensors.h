/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/**
 * @file sck_tensors.h
 * Reads model weights from safetensors files.
 *
 * A file comes from anywhere, so all of it is checked before any of it is
 * used: every offset, every size, no gap or overlap between tensors. A file
 * that opens is well formed; only its values remain to be checked, which
 * sck_tensors_read_f64() does.
 *
 * Errors: on failure a handle written through @p out is NULL and every other
 * output is unchanged. Messages name the file and the tensor.
 *
 * Threads: an open sck_tensors is read-only and may be shared.
 */
#ifndef SCK_TENSORS_H
#define SCK_TENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "sck_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Most dimensions a tensor may have. */
#define SCK_TENSOR_RANK 8

/* Element types read: enumerator and file name, bytes per element. */
#define SCK_DTYPE_MAP(XX)                                                      \
    XX(F64, 8)                                                                 \
    XX(F32, 4)                                                                 \
    XX(F16, 2)                                                                 \
    XX(BF16, 2)                                                                \
    XX(I32, 4)                                                                 \
    XX(U8, 1)

/** How one element is stored. */
typedef enum sck_dtype {
#define XX(name, bytes) SCK_DTYPE_##name,
    SCK_DTYPE_MAP(XX)
#undef XX
} sck_dtype;

/** An open file: names, shapes and bytes of its tensors. */
typedef struct sck_tensors sck_tensors;

/** One tensor's description. */
struct sck_tensor {
    const char *name; /**< valid as long as the sck_tensors      */
    uint32_t rank;    /**< dimensions; 0 for a scalar            */
    uint64_t shape[SCK_TENSOR_RANK]; /**< rank extents, then zeros */
    uint64_t count;  /**< elements: the product of the extents  */
    sck_dtype dtype; /**< how an element is stored              */
};

/**
 * Reads and checks a safetensors file.
 *
 * Cost: the file's bytes in memory until sck_tensors_free().
 *
 * @param[out] out  the open file, owned by the caller; NULL on failure
 * @return SCK_OK, SCK_ERR_IO (cannot be read), SCK_ERR_FORMAT (not a
 * well-formed safetensors file, or has an element type not in SCK_DTYPE_MAP),
 *         SCK_ERR_MEMORY or SCK_ERR_ARGUMENT (a NULL)
 */
SCK_API sck_status sck_tensors_open(const char *path, sck_tensors **out);

/**
 * Reads and checks a safetensors file held in memory; the bytes are copied.
 *
 * @param[in] label  what messages call the file; NULL for "(memory)"
 * @param[out] out   the open file, owned by the caller; NULL on failure
 * @return as sck_tensors_open(), never SCK_ERR_IO
 */
SCK_API sck_status sck_tensors_parse(const void *bytes, size_t length,
                                     const char *label, sck_tensors **out);

/** Frees an open file; NULL is allowed. */
SCK_API void sck_tensors_free(sck_tensors *tensors);

/**
 * Describes the tensor of a given name.
 *
 * @return SCK_OK, SCK_ERR_FORMAT (no such tensor) or SCK_ERR_ARGUMENT (a NULL)
 */
SCK_API sck_status sck_tensors_get(const sck_tensors *tensors, const char *name,
                                   struct sck_tensor *out);

/**
 * Reads a tensor's elements, row-major, as doubles; every conversion is exact.
 *
 * @param[in] expect_shape  the extents the caller can use; NULL if rank is 0
 * @param[in] rank          how many extents
 * @param[out] out          room for the product of the extents
 * @return SCK_OK, SCK_ERR_FORMAT (no such tensor, or an element is infinite or
 *         not a number), SCK_ERR_SHAPE (the file's shape differs) or
 *         SCK_ERR_ARGUMENT (a NULL)
 */
SCK_API sck_status sck_tensors_read_f64(const sck_tensors *tensors,
                                        const char *name,
                                        const uint64_t *expect_shape,
                                        uint32_t rank, double *out);

#ifdef __cplusplus
}
#endif
#endif
