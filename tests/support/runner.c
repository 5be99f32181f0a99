/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* One program runs one suite a process: test_<folder> --suite NAME. The list
 * of this program's suites is SCK_RUNNER_SUITES, from tests/suites.def. */
#include "sck_test.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>

#define SCK_SUITE_LINE(name) CU_TestInfo *sck_suite_##name(void);
SCK_RUNNER_SUITES
#undef SCK_SUITE_LINE

static const struct {
    const char *name;
    CU_TestInfo *(*cases)(void);
} suites[] = {
#define SCK_SUITE_LINE(name) {#name, sck_suite_##name},
    SCK_RUNNER_SUITES
#undef SCK_SUITE_LINE
};

int main(int argc, char **argv)
{
    const char *only =
        argc == 3 && strcmp(argv[1], "--suite") == 0 ? argv[2] : NULL;
    int found = 0;

    if (CU_initialize_registry() != CUE_SUCCESS)
        return 1;
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        if (only != NULL && strcmp(only, suites[i].name) != 0)
            continue;
        CU_SuiteInfo info[] = {
            {suites[i].name, NULL, NULL, NULL, NULL, suites[i].cases()},
            CU_SUITE_INFO_NULL};

        if (CU_register_suites(info) != CUE_SUCCESS)
            return 1;
        found++;
    }
    if (found == 0) {
        fprintf(stderr, "no suite %s in this program\n", only ? only : "");
        return 2;
    }
    printf("seed 0x%llx\n", (unsigned long long)sck_test_seed());
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    const unsigned failed = CU_get_number_of_tests_failed();

    CU_cleanup_registry();
    return failed != 0;
}
