/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* --keep: layers whose values are kept, as files for starcloak-client diff. */
#define _POSIX_C_SOURCE 200809L
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

sck_status keep_layers(const struct options *o, sck_plan *plan,
                       struct keep *keep)
{
    char *rest = NULL;

    *keep = (struct keep){0};
    if (o->keep == NULL)
        return SCK_OK;
    keep->text = strdup(o->keep);
    if (keep->text == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "the layers to keep");
    for (char *name = strtok_r(keep->text, ",", &rest); name != NULL;
         name = strtok_r(NULL, ",", &rest)) {
        if (keep->count == KEEP_MOST)
            return SCK_FAIL(SCK_ERR_ARGUMENT, "--keep takes at most %d layers",
                            KEEP_MOST);
        SCK_TRY(sck_plan_keep(plan, name, &keep->output[keep->count]));
        for (uint32_t i = 0; i < keep->count; i++)
            if (keep->output[i] == keep->output[keep->count])
                return SCK_FAIL(SCK_ERR_ARGUMENT, "--keep names %s twice",
                                name);
        keep->layer[keep->count++] = name;
    }
    return SCK_OK;
}

void keep_free(struct keep *keep)
{
    free(keep->text);
    *keep = (struct keep){0};
}

sck_status kept_name(const char *input, const char *layer, char *name)
{
    const int length = snprintf(name, SCK_NAME_BYTES, "%s/%s", input, layer);

    if (length < 0 || length >= SCK_NAME_BYTES)
        return SCK_FAIL(SCK_ERR_ARGUMENT,
                        "%s/%s is too long a name, at most %d bytes", input,
                        layer, SCK_NAME_BYTES - 1);
    for (char *at = name; *at != 0; at++)
        if (*at == ' ')
            *at = '_';
    return SCK_OK;
}
