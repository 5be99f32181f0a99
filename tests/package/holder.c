/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A key holder: links the client's library alone and makes a key. */
#include <sck_client.h>
#include <stdio.h>

int main(void)
{
    sck_params *params = NULL;
    sck_secret_key *key = NULL;
    sck_status status = sck_params_named("l13-30", &params);

    if (status == SCK_OK)
        status = sck_secret_key_new(params, &key);
    puts(status == SCK_OK ? "a key for l13-30" : sck_last_error());
    sck_secret_key_free(key);
    sck_params_free(params);
    return status == SCK_OK ? 0 : 1;
}
