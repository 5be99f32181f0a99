/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The emulated device's memory is the host's, between pages that no one may
 * touch. */
#define _DEFAULT_SOURCE
#include "fixture.h"

#include <sys/mman.h>
#include <unistd.h>

enum { REGIONS = 4096 };

static struct {
    void *at;
    size_t bytes;
} region[REGIONS];
static size_t regions;

void *fixture_memory(size_t bytes)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t inside = (bytes + page - 1) / page * page;
    char *at = mmap(NULL, inside + 2 * page, PROT_NONE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (at == MAP_FAILED || regions == REGIONS ||
        mprotect(at + page, inside, PROT_READ | PROT_WRITE) != 0)
        abort();
    memset(at + page, 0xff, inside);
    region[regions].at = at;
    region[regions++].bytes = inside + 2 * page;
    return at + page + inside - bytes;
}

void fixture_free(void)
{
    while (regions > 0) {
        regions--;
        munmap(region[regions].at, region[regions].bytes);
    }
}

const void *fixture_constant(const void *words, size_t bytes)
{
    (void)bytes;
    return words;
}

int fixture_wait(void)
{
    return 0;
}
