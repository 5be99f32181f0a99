/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "rescale_task.h"
#include "submit_cuda.h"

#ifdef SCK_TASKS_ON_CUDA
static void on_cuda(void *buffers[], void *argument)
{
    sck_rescale_on_cuda(buffers, argument, "sck_mod_down");
}
#endif

static struct starpu_perfmodel model = {
    .type = STARPU_HISTORY_BASED,
    .symbol = "sck_mod_down",
    .footprint = sck_task_footprint,
};

struct starpu_codelet sck_mod_down_codelet = {
    .name = "sck_mod_down",
    .cpu_funcs = {sck_rescale_on_cpu},
#ifdef SCK_TASKS_ON_CUDA
    .cuda_funcs = {on_cuda},
    .cuda_flags = {STARPU_CUDA_ASYNC},
    .can_execute = sck_task_can_execute,
#endif
    .nbuffers = STARPU_VARIABLE_NBUFFERS,
    .model = &model,
    .color = 0xd62728,
};
