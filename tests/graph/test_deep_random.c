/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Suite graph.deep_random: a hundred random graphs' placements against all others.
 */
#include "placement_kit.h"

static void no_placement_by_hand_is_better(void)
{
    compare_placements(100);
}

static CU_TestInfo cases[] = {
    {"no_placement_by_hand_is_better", no_placement_by_hand_is_better},
    CU_TEST_INFO_NULL,
};

SCK_SUITE(deep_random, cases)
