/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The key holder's program: it alone sees secrets, and needs no StarPU. */
#include "client_commands.h"

static const char usage[] =
    "usage: starcloak-client COMMAND [options], starcloak-client --version\n"
    "  keygen  --params NAME --plan PLAN.json --secret FILE --public FILE\n"
    "          --keys FILE         a secret key, and the keys that a plan "
    "needs\n"
    "  encrypt --params NAME --public FILE --in IMAGES.safetensors --out FILE\n"
    "          [--first I] [--count N]\n"
    "  decrypt --params NAME --secret FILE --in FILE [--count VALUES]\n"
    "  diff KEPT CLEAR --params NAME --secret FILE\n"
    "                              how many bits of encrypted values agree "
    "with\n"
    "                              clear ones, layer by layer: KEPT is of\n"
    "                              starcloak run --keep, or its results; CLEAR "
    "of\n"
    "                              starcloak run --backend clear, with the "
    "same\n"
    "                              --keep (also: --in KEPT --labels CLEAR)\n"
    "All take --json [FILE]: one JSON object, in FILE, or on stdout with "
    "nothing\n"
    "else there.\n"
    "NAME: l13-30, l14-40, l15-40; with bootstrapping b16-40, b16-35, b16-45;\n"
    "test-10, test-11, test-12: small and INSECURE, for tests\n"
    "Decrypted values are for the key holder: showing them to others can leak\n"
    "the key (CKKS is not IND-CPA-D secure).\n"
    "exit codes: 0 done, 1 failed (diff: a prediction differs), 2 usage: an\n"
    "option or its value, 3 input or output file, 4 key, 5 parameters, 6 "
    "memory\n";

int main(int argc, char **argv)
{
    static const struct command commands[] = {
        {"keygen", 0, "--params --plan --secret --public --keys --json ",
         "--secret --public --keys --json ", command_keygen},
        {"encrypt", 0, "--params --public --in --out --first --count --json ",
         "--out --json ", command_encrypt},
        {"decrypt", 0, "--params --secret --in --count --json ", "--json ",
         command_decrypt},
        {"diff", 2, "--params --secret --in --labels --json ", "--json ",
         command_diff},
    };

    return dispatch(argc, argv, "starcloak-client " SCK_VERSION, usage,
                    commands, sizeof commands / sizeof *commands);
}
