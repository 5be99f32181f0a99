/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_CLI_CLIENT_COMMANDS_H
#define SCK_CLI_CLIENT_COMMANDS_H

#include "options.h"
#include "sck_client.h"

int command_keygen(const struct options *options);
int command_encrypt(const struct options *options);
int command_decrypt(const struct options *options);
int command_diff(const struct options *options);

#endif
