/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "plan_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void sck_plan_say(struct sck_plan_text *t, const char *format, ...)
{
    char line[512];
    va_list list;

    va_start(list, format);
    const int length = vsnprintf(line, sizeof line, format, list);
    va_end(list);
    if (t->failed || length < 0 || (size_t)length >= sizeof line) {
        t->failed = 1;
        return;
    }
    if (t->used + (size_t)length + 1 > t->room) {
        const size_t room = 2 * t->room + sizeof line;
        char *bigger = realloc(t->at, room);

        if (bigger == NULL) {
            t->failed = 1;
            return;
        }
        t->at = bigger;
        t->room = room;
    }
    for (int i = 0; i <= length; i++)
        t->at[t->used + (size_t)i] = line[i];
    t->used += (size_t)length;
}
