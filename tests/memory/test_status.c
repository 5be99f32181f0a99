/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "sck_status.h"
#include "sck_test.h"

#include <string.h>

static void a_failure_keeps_its_status_and_message(void)
{
    CU_ASSERT_EQUAL(SCK_FAIL(SCK_ERR_LEVEL, "level %d", 3), SCK_ERR_LEVEL);
    CU_ASSERT_STRING_EQUAL(sck_last_error(),
                           "a_failure_keeps_its_status_and_message: level 3");
}

static void a_message_may_quote_the_one_before(void)
{
    (void)sck_fail(SCK_ERR_KEY, "inner", "no key");
    (void)sck_fail(SCK_ERR_KEY, "outer", "%s", sck_last_error());
    CU_ASSERT_STRING_EQUAL(sck_last_error(), "outer: inner: no key");
}

static void a_long_message_is_cut_not_overrun(void)
{
    char text[2000];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    (void)sck_fail(SCK_ERR_KEY, "f", "%s", text);
    CU_ASSERT_EQUAL(strlen(sck_last_error()), 511);
}

static void every_status_has_a_text_of_its_own(void)
{
#define XX(name, value, text)                                                  \
    CU_ASSERT_STRING_EQUAL(sck_status_text(SCK_##name), text);                 \
    CU_ASSERT_EQUAL(SCK_##name, value);
    SCK_STATUS_MAP(XX)
#undef XX
    CU_ASSERT_STRING_EQUAL(sck_status_text((sck_status)-99), "unknown status");
}

static CU_TestInfo cases[] = {
    {"a_failure_keeps_its_status_and_message",
     a_failure_keeps_its_status_and_message},
    {"a_message_may_quote_the_one_before", a_message_may_quote_the_one_before},
    {"a_long_message_is_cut_not_overrun", a_long_message_is_cut_not_overrun},
    {"every_status_has_a_text_of_its_own", every_status_has_a_text_of_its_own},
    CU_TEST_INFO_NULL,
};
SCK_SUITE(status, cases)
