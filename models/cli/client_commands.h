/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#ifndef SCK_CLI_CLIENT_COMMANDS_H
#define SCK_CLI_CLIENT_COMMANDS_H

#include "report.h"
#include "sck_client.h"

int command_keygen(const struct options *options);
int command_encrypt(const struct options *options);
int command_decrypt(const struct options *options);
int command_diff(const struct options *options);

/** What decrypting takes: the key and a file of its ciphertexts. */
struct opened {
    sck_params *params;
    sck_secret_key *secret;
    struct sck_limbs_ciphertexts *list;
};

/** Opens --params, --secret and the ciphertexts of path; close_all() in any
 *  case. */
sck_status open_all(const struct options *o, const char *path,
                    struct opened *x);
void close_all(struct opened *x);

/** Whether --params or --secret is missing, with a message. */
int decrypt_needs(const struct options *o);

#endif
