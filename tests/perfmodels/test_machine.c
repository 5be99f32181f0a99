/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite perfmodels.machine. Which calibration file is this machine's: the order
 * of folders, StarPU's name for the machine, where a new file belongs. */
#define _POSIX_C_SOURCE 200809L
#include "model.h"
#include "sck_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct sck_rates some = {1e9, 2e9, 3e9, 7e9, 4e8, 5e6,
                                      6,   5e9, 2e9, 3e7, 40,  8e9,
                                      2,   3,   1.5, 90,  2e9, 1e9};
static char here[512], path[SCK_RATES_PATH];

static void set_up(void)
{
    CU_ASSERT_PTR_NOT_NULL_FATAL(getcwd(here, sizeof here - 64));
    strcat(here, "/rates-test");
    mkdir(here, 0700);
    setenv("HOME", here, 1);
    setenv("STARPU_HOSTNAME", "somewhere", 1);
    unsetenv("STARCLOAK_PERFMODELS");
    unsetenv("STARCLOAK_ISA");
}

static void without_a_file_rates_are_generic(void)
{
    struct sck_rates rates = some;

    set_up();
    CU_ASSERT_EQUAL(sck_rates_here(&rates, path), SCK_OK);
    CU_ASSERT_EQUAL(memcmp(&rates, &sck_rates_generic, sizeof rates), 0);
    CU_ASSERT_STRING_EQUAL(path, "");
}

static void what_is_placed_is_found(void)
{
    struct sck_rates rates;
    char placed[SCK_RATES_PATH];

    set_up();
    CU_ASSERT_EQUAL(sck_rates_place(placed), SCK_OK);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(placed, "/.starcloak/perfmodels/somewhere/calibration.json"));
    CU_ASSERT_EQUAL(sck_rates_save(&some, "somewhere", "ref", placed), SCK_OK);
    CU_ASSERT_EQUAL(sck_rates_here(&rates, path), SCK_OK);
    CU_ASSERT_STRING_EQUAL(path, placed);
    CU_ASSERT_DOUBLE_EQUAL(rates.cache_bytes, 7e9, 1);
    setenv("STARPU_HOSTNAME", "elsewhere", 1);
    CU_ASSERT_EQUAL(sck_rates_here(&rates, path), SCK_OK);
    CU_ASSERT_STRING_EQUAL(path, "");
    unlink(placed);
}

static void rates_of_other_kernels_are_not_taken(void)
{
    struct sck_rates rates;
    char placed[SCK_RATES_PATH];

    set_up();
    CU_ASSERT_EQUAL(sck_rates_place(placed), SCK_OK);
    CU_ASSERT_EQUAL(sck_rates_save(&some, "somewhere", "avx2", placed), SCK_OK);
    setenv("STARCLOAK_ISA", "ref", 1);
    CU_ASSERT_EQUAL(sck_rates_here(&rates, path), SCK_ERR_STATE);
    CU_ASSERT_STRING_EQUAL(path, placed);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(sck_last_error(), "rates of avx2, and STARCLOAK_ISA is ref"));
    CU_ASSERT_EQUAL(memcmp(&rates, &sck_rates_generic, sizeof rates), 0);
    setenv("STARCLOAK_ISA", "avx2", 1);
    CU_ASSERT_EQUAL(sck_rates_here(&rates, path), SCK_OK);
    CU_ASSERT_DOUBLE_EQUAL(rates.cache_bytes, 7e9, 1);
    unsetenv("STARCLOAK_ISA");
    unlink(placed);
}

static void the_environments_folder_comes_first(void)
{
    struct sck_rates rates;
    char own[SCK_RATES_PATH], named[SCK_RATES_PATH];
    char folder[600];

    set_up();
    CU_ASSERT_EQUAL(sck_rates_place(own), SCK_OK);
    CU_ASSERT_EQUAL(sck_rates_save(&some, "m", "ref", own), SCK_OK);
    strcpy(folder, here);
    strcat(folder, "/named");
    setenv("STARCLOAK_PERFMODELS", folder, 1);
    CU_ASSERT_EQUAL(sck_rates_here(&rates, path), SCK_OK);
    CU_ASSERT_STRING_EQUAL(path, own);
    CU_ASSERT_EQUAL(sck_rates_place(named), SCK_OK);
    CU_ASSERT_EQUAL(sck_rates_save(&some, "m", "ref", named), SCK_OK);
    CU_ASSERT_EQUAL(sck_rates_here(&rates, path), SCK_OK);
    CU_ASSERT_STRING_EQUAL(path, named);
    unlink(own);
    unlink(named);
}

static void a_broken_file_is_named_and_rates_are_generic(void)
{
    struct sck_rates rates = some;
    char placed[SCK_RATES_PATH];

    set_up();
    CU_ASSERT_EQUAL(sck_rates_place(placed), SCK_OK);
    FILE *file = fopen(placed, "w");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs("{}", file);
    fclose(file);
    CU_ASSERT_EQUAL(sck_rates_here(&rates, path), SCK_ERR_FORMAT);
    CU_ASSERT_STRING_EQUAL(path, placed);
    CU_ASSERT_EQUAL(memcmp(&rates, &sck_rates_generic, sizeof rates), 0);
    unlink(placed);
}

static void a_name_that_leaves_the_folder_is_refused(void)
{
    struct sck_rates rates;

    set_up();
    setenv("STARPU_HOSTNAME", "../x", 1);
    CU_ASSERT_EQUAL(sck_rates_here(&rates, path), SCK_ERR_ARGUMENT);
    CU_ASSERT_EQUAL(sck_rates_place(path), SCK_ERR_ARGUMENT);
}

static CU_TestInfo cases[] = {
    {"without_a_file_rates_are_generic", without_a_file_rates_are_generic},
    {"what_is_placed_is_found", what_is_placed_is_found},
    {"rates_of_other_kernels_are_not_taken",
     rates_of_other_kernels_are_not_taken},
    {"the_environments_folder_comes_first",
     the_environments_folder_comes_first},
    {"a_broken_file_is_named_and_rates_are_generic",
     a_broken_file_is_named_and_rates_are_generic},
    {"a_name_that_leaves_the_folder_is_refused",
     a_name_that_leaves_the_folder_is_refused},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(machine, cases)
