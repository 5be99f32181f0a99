/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "isa.h"

#include "sck_variants.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"ref", "avx2", "avx512"};

enum { NAMES = sizeof names / sizeof names[0] };

enum sck_isa sck_isa_detect(void)
{
#if defined(__x86_64__) && defined(__GNUC__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2"))
        return SCK_ISA_REF;
    if (__builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512cd") &&
        __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        return SCK_ISA_AVX512;
    return SCK_ISA_AVX2;
#else
    return SCK_ISA_REF;
#endif
}

const char *sck_isa_name(enum sck_isa isa)
{
    return (unsigned)isa < NAMES ? names[isa] : "unknown";
}

sck_status sck_isa_allowed(enum sck_isa *isa)
{
    const char *cap = getenv("STARCLOAK_ISA");
    const enum sck_isa host = sck_isa_detect();

    if (cap == NULL || cap[0] == '\0') {
        *isa = host;
        return SCK_OK;
    }
    for (int i = 0; i < NAMES; i++)
        if (strcmp(cap, names[i]) == 0) {
            *isa = (enum sck_isa)i < host ? (enum sck_isa)i : host;
            return SCK_OK;
        }
    *isa = SCK_ISA_REF;
    return SCK_FAIL(SCK_ERR_ARGUMENT,
                    "STARCLOAK_ISA is \"%s\", not ref, avx2 or avx512", cap);
}

/* Weaker instruction sets first: the last allowed variant stays. */
void sck_kernels_use(enum sck_isa isa)
{
#define POINT(kernel, variant) sck_##kernel = sck_##kernel##_##variant;
    SCK_VARIANTS_REF(POINT)
    if (isa >= SCK_ISA_AVX2) {
        SCK_VARIANTS_AVX2(POINT)
    }
    if (isa >= SCK_ISA_AVX512) {
        SCK_VARIANTS_AVX512(POINT)
    }
#undef POINT
}

sck_status sck_kernels_init(void)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static bool done;
    enum sck_isa isa = SCK_ISA_REF;
    sck_status status = SCK_OK;

    pthread_mutex_lock(&lock);
    if (!done) {
        status = sck_isa_allowed(&isa);
        if (status == SCK_OK) {
            sck_kernels_use(isa);
            done = true;
        }
    }
    pthread_mutex_unlock(&lock);
    return status;
}
