/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Writes what fuzzers start from: a file of every kind into FOLDER/file, of
 * every element type into FOLDER/tensors. usage: fuzz_seeds FOLDER */
#define _POSIX_C_SOURCE 200809L /* mkdtemp() */
#include "file_kinds.h"

#include <sys/stat.h>

static int put(const char *into, const char *part, int number,
               const uint8_t *from, size_t size)
{
    char name[512];
    FILE *file;
    int is_whole;

    snprintf(name, sizeof name, "%s/%s", into, part);
    (void)mkdir(name, 0777);
    snprintf(name, sizeof name, "%s/%s/%d", into, part, number);
    file = fopen(name, "wb");
    if (file == NULL)
        return 0;
    is_whole = fwrite(from, 1, size, file) == size;
    return fclose(file) == 0 && is_whole;
}

static int files(const char *into)
{
    int done = begin();

    for (int kind = 0; done && kind < KINDS; kind++)
        done = write_kind(kind) == SCK_OK &&
               put(into, "file", kind, bytes, slurp(bytes));
    unlink(path);
    return rmdir(folder) == 0 && done;
}

/* Two tensors a file: one of two elements, called as fuzz_tensors.c asks for,
 * and a scalar. */
static int tensors(const char *into)
{
    static const struct {
        const char *name;
        int bytes;
    } type[] = {{"F64", 8},  {"F32", 4}, {"F16", 2},
                {"BF16", 2}, {"I32", 4}, {"U8", 1}};
    int done = 1;

    for (int i = 0; done && i < (int)(sizeof type / sizeof *type); i++) {
        const int size = type[i].bytes;
        char *header = (char *)bytes + 8;
        const int length =
            snprintf(header, MAX_BYTES - 8,
                     "{\"__metadata__\":{\"format\":\"pt\"},"
                     "\"a\":{\"dtype\":\"%s\",\"shape\":[2,1],"
                     "\"data_offsets\":[0,%d]},"
                     "\"b\":{\"dtype\":\"%s\",\"shape\":[],"
                     "\"data_offsets\":[%d,%d]}}",
                     type[i].name, 2 * size, type[i].name, 2 * size, 3 * size);

        memset(bytes, 0, 8);
        bytes[0] = (uint8_t)length;
        bytes[1] = (uint8_t)(length >> 8);
        memset(header + length, 0x3c, 3 * (size_t)size);
        done = put(into, "tensors", i, bytes,
                   8 + (size_t)length + 3 * (size_t)size);
    }
    return done;
}

int main(int argc, char **argv)
{
    if (argc != 2 || !files(argv[1]) || !tensors(argv[1])) {
        fprintf(stderr, "fuzz_seeds FOLDER: %s\n", sck_last_error());
        return 1;
    }
    return 0;
}
