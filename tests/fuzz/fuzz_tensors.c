/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A file of any bytes either opens, and is then consistent, or is refused. */
#include <stddef.h>
#include <stdint.h>

#include "sck_tensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    sck_tensors *tensors;
    struct sck_tensor info;
    double values[64];

    if (sck_tensors_parse(bytes, length, NULL, &tensors) != SCK_OK)
        return 0;
    /* "a" is what the seeds name their tensors: the values are reached too. */
    if (sck_tensors_get(tensors, "a", &info) == SCK_OK &&
        info.count <= sizeof values / sizeof values[0])
        (void)sck_tensors_read_f64(tensors, "a", info.shape, info.rank, values);
    sck_tensors_free(tensors);
    return 0;
}
