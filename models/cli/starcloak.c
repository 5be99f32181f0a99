/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The evaluator's program: it holds no secret and cannot decrypt. */
#include "commands.h"

static const char usage[] =
    "usage: starcloak COMMAND [options]\n"
    "  doctor                      what this machine offers\n"
    "  info --params NAME          a parameter set, its levels and security\n"
    "  plan --params NAME --model FILE [--json FILE] [--count N]\n"
    "                              levels, keys, memory, time and precision\n"
    "  run  --params NAME --model FILE --keys FILE --in FILE --out FILE\n"
    "       [--workers N] [--sched NAME] [--mem MIB --swap FOLDER]\n"
    "       [--limbs-per-block B] [--trace FILE.svg] [--json FILE]\n"
    "  run  --backend clear --params NAME --model FILE --in IMAGES --out JSON\n"
    "       [--first I] [--count N]\n"
    "exit codes: 0 done, 1 failed, 2 usage, 3 input file, 4 key, 5 levels or\n"
    "parameters, 6 memory or workers\n";

int main(int argc, char **argv)
{
    static const struct command commands[] = {
        {"doctor", command_doctor},
        {"info", command_info},
        {"plan", command_plan},
        {"run", command_run},
    };

    return dispatch(argc, argv, usage, commands,
                    sizeof commands / sizeof *commands);
}
