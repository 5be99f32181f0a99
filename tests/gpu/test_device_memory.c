/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite gpu.device_memory: constants and scratch, on the emulated device. */
#include "constants.h"
#include "device_room.h"
#include "device_scratch.h"
#include "emulation.h"
#include "sck_test.h"

#include <pthread.h>
#include <string.h>

enum { WORDS = 64 };

static void a_constant_is_copied_once_a_device(void)
{
    uint32_t words[WORDS];
    const uint32_t *first = NULL, *again = NULL, *other = NULL;

    for (size_t i = 0; i < WORDS; i++)
        words[i] = (uint32_t)sck_test_random();
    CU_ASSERT_EQUAL(sck_constants_find(7, words, WORDS, &first), 0);
    CU_ASSERT_EQUAL(memcmp(first, words, sizeof words), 0);
    CU_ASSERT_PTR_NOT_EQUAL(first, words);
    CU_ASSERT_EQUAL(sck_constants_find(7, words, WORDS, &again), 0);
    CU_ASSERT_PTR_EQUAL(again, first);
    CU_ASSERT_EQUAL(sck_constants_find(8, words, WORDS, &other), 0);
    CU_ASSERT_PTR_NOT_EQUAL(other, first);
    sck_emulation_device(1);
    CU_ASSERT_EQUAL(sck_constants_find(7, words, WORDS, &other), 0);
    CU_ASSERT_PTR_NOT_EQUAL(other, first);
    sck_emulation_device(0);
    CU_ASSERT_EQUAL(sck_emulation_held(), 3);
    sck_constants_free();
    CU_ASSERT_EQUAL(sck_emulation_held(), 0);
}

static void *scratch_of_another(void *mine)
{
    void *memory = NULL;

    CU_ASSERT_EQUAL(sck_device_scratch(&memory, 1024, &memory), 0);
    CU_ASSERT_PTR_NOT_NULL(memory);
    CU_ASSERT_PTR_NOT_EQUAL(memory, mine);
    return NULL;
}

/* A thread may drive several streams. */
static void a_stream_keeps_its_scratch(void)
{
    const char one = 1, two = 2;
    void *none = &none, *small = NULL, *smaller = NULL, *large = NULL;
    pthread_t other;

    CU_ASSERT_EQUAL(sck_device_scratch(&one, 0, &none), 0);
    CU_ASSERT_PTR_NULL(none);
    CU_ASSERT_EQUAL(sck_device_scratch(&one, 1024, &small), 0);
    CU_ASSERT_EQUAL(sck_device_scratch(&one, 512, &smaller), 0);
    CU_ASSERT_PTR_EQUAL(small, smaller);
    /* What has been launched may still use the memory that is freed. */
    const uint64_t waits = sck_emulation_waits();

    CU_ASSERT_EQUAL(sck_device_scratch(&one, 1 << 20, &large), 0);
    CU_ASSERT_EQUAL(sck_emulation_waits() - waits, 1);
    memset(large, 0, 1 << 20);
    CU_ASSERT_EQUAL(sck_emulation_held(), 1);
    CU_ASSERT_EQUAL(sck_device_scratch(&two, 1024, &small), 0);
    CU_ASSERT_EQUAL(sck_emulation_waits() - waits, 1);
    CU_ASSERT_PTR_NOT_EQUAL(small, large);
    CU_ASSERT_EQUAL(sck_emulation_held(), 2);
    CU_ASSERT_EQUAL_FATAL(
        pthread_create(&other, NULL, scratch_of_another, large), 0);
    pthread_join(other, NULL);
    CU_ASSERT_EQUAL(sck_emulation_held(), 3);
    sck_constants_free();
    CU_ASSERT_EQUAL(sck_emulation_held(), 0);
}

static void no_memory_is_an_error_that_passes(void)
{
    const uint32_t words[1] = {1};
    const uint32_t *copy = words;
    void *memory = &memory;

    sck_emulation_memory(1);
    CU_ASSERT_EQUAL(sck_constants_find(9, words, 1, &copy), 2);
    CU_ASSERT_PTR_NULL(copy);
    CU_ASSERT_EQUAL(sck_device_scratch(words, 64, &memory), 2);
    CU_ASSERT_PTR_NULL(memory);
    sck_emulation_memory(0);
    CU_ASSERT_EQUAL(sck_constants_find(9, words, 1, &copy), 0);
    CU_ASSERT_PTR_NOT_NULL(copy);
    CU_ASSERT_EQUAL(sck_device_scratch(words, 64, &memory), 0);
    CU_ASSERT_PTR_NOT_NULL(memory);
    sck_constants_free();
    CU_ASSERT_EQUAL(sck_emulation_held(), 0);
}

static void many_constants_are_kept_apart(void)
{
    enum { MANY = 3000 };
    static const uint32_t *copies[MANY];
    size_t wrong = 0;

    for (uint32_t i = 0; i < MANY; i++)
        CU_ASSERT_EQUAL(
            sck_constants_find((uint64_t)i << 32 | i % 5, &i, 1, &copies[i]),
            0);
    for (uint32_t i = 0; i < MANY; i++) {
        const uint32_t *again = NULL;

        sck_constants_find((uint64_t)i << 32 | i % 5, NULL, 1, &again);
        wrong += again != copies[i] || *again != i;
    }
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(sck_emulation_held(), MANY);
    sck_constants_free();
    CU_ASSERT_EQUAL(sck_emulation_held(), 0);
}

static void room_leaves_what_is_not_starpus(void)
{
    const uint64_t whole = (uint64_t)SCK_EMULATION_MIB << 20;

    CU_ASSERT_EQUAL(sck_device_count(), 2);
    CU_ASSERT_EQUAL(sck_device_room(0, 1),
                    whole - ((uint64_t)800 << 20) - whole / 50);
    CU_ASSERT_EQUAL(sck_device_room(0, 3),
                    whole - ((uint64_t)1200 << 20) - whole / 50);
    CU_ASSERT_EQUAL(sck_device_room(1, 1), 0); /* less is free than is kept */
    CU_ASSERT_EQUAL(sck_device_room(2, 1), 0);
    sck_emulation_memory(1);
    CU_ASSERT_EQUAL(sck_device_room(0, 1), 0);
    sck_emulation_memory(0);
}

static CU_TestInfo cases[] = {
    {"a_constant_is_copied_once_a_device", a_constant_is_copied_once_a_device},
    {"a_stream_keeps_its_scratch", a_stream_keeps_its_scratch},
    {"many_constants_are_kept_apart", many_constants_are_kept_apart},
    {"room_leaves_what_is_not_starpus", room_leaves_what_is_not_starpus},
    {"no_memory_is_an_error_that_passes", no_memory_is_an_error_that_passes},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(device_memory, cases)
