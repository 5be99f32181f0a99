/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The key holder's program: it alone sees secrets, and needs no StarPU. */
#include "client_commands.h"

static const char usage[] =
    "usage: starcloak-client COMMAND [options]\n"
    "  keygen  --params NAME --plan PLAN.json --secret FILE --public FILE\n"
    "          --keys FILE         a secret key, and the keys that a plan "
    "needs\n"
    "  encrypt --params NAME --public FILE --in IMAGES.safetensors --out FILE\n"
    "          [--first I] [--count N]\n"
    "  decrypt --params NAME --secret FILE --in FILE [--count VALUES]\n"
    "  diff    --params NAME --secret FILE --in FILE --labels CLEAR.json\n"
    "          [--json FILE]       how many bits agree with the clear values\n"
    "Decrypted values are for the key holder: showing them to others can leak\n"
    "the key (CKKS is not IND-CPA-D secure).\n"
    "exit codes: 0 done, 1 failed (diff: a prediction differs), 2 usage, 3 "
    "input\n"
    "file, 4 key, 5 parameters, 6 memory\n";

int main(int argc, char **argv)
{
    static const struct command commands[] = {
        {"keygen", command_keygen},
        {"encrypt", command_encrypt},
        {"decrypt", command_decrypt},
        {"diff", command_diff},
    };

    return dispatch(argc, argv, usage, commands,
                    sizeof commands / sizeof *commands);
}
