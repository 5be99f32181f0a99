/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "sck_status.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local char message[512];

const char *sck_status_text(sck_status status)
{
    switch (status) {
#define XX(name, value, text)                                                  \
    case SCK_##name:                                                           \
        return text;
        SCK_STATUS_MAP(XX)
#undef XX
    }
    return "unknown status";
}

const char *sck_last_error(void)
{
    return message;
}

sck_status sck_fail(sck_status status, const char *where, const char *format,
                    ...)
{
    /* Formatted aside: an argument may be the previous message itself. */
    char text[sizeof message];
    va_list list;

    va_start(list, format);
    const int used = snprintf(text, sizeof text, "%s: ", where);
    if (used > 0 && (size_t)used < sizeof text)
        vsnprintf(text + used, sizeof text - (size_t)used, format, list);
    va_end(list);
    snprintf(message, sizeof message, "%s", text);
    return status;
}
