/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "file_priv.h"

const char *sck_file_kind_name(unsigned kind)
{
    static const char *const names[] = {
        [SCK_FILE_PARAMETERS] = "parameters",
        [SCK_FILE_SECRET_KEY] = "a secret key",
        [SCK_FILE_PUBLIC_KEY] = "a public key",
        [SCK_FILE_EVALUATION_KEYS] = "evaluation keys",
        [SCK_FILE_CIPHERTEXTS] = "ciphertexts",
    };

    return kind != 0 && kind < sizeof names / sizeof *names ? names[kind]
                                                            : "nothing known";
}
