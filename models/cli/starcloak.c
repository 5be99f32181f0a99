/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* The evaluator's program: it holds no secret and cannot decrypt. */
#include "commands.h"

#include <string.h>

static const char usage[] =
    "usage: starcloak COMMAND [options], starcloak --version\n"
    "  doctor                      what this machine offers: cores, caches, "
    "workers\n"
    "  info --params NAME          a parameter set, its levels and security\n"
    "  plan --params NAME --model FILE [--count N] [--keep LAYERS]\n"
    "                              levels, keys, memory, time and precision\n"
    "  calibrate [--out FILE]      measures what plans' times come from: to\n"
    "                              $STARCLOAK_PERFMODELS or "
    "~/.starcloak/perfmodels\n"
    "  run  --params NAME --model FILE --keys FILE --in FILE --out FILE\n"
    "       [--workers N] [--sched NAME] [--mem MIB --swap FOLDER]\n"
    "       [--save-memory]        half the keys' memory, twice the time, the\n"
    "                              same result: bootstraps in 4 GiB\n"
    "       [--limbs-per-block 1..16] [--trace FILE.svg or FILE.json]\n"
    "       [--keep LAYERS --kept FILE]   also the values of layers, named in\n"
    "                              the plan, separated by commas: encrypted\n"
    "  run  --backend clear --params NAME --model FILE --in IMAGES --out JSON\n"
    "       [--first I] [--count N] [--keep LAYERS]   on plain numbers\n"
    "  run  --backend noise ... [--seed N]   with the noise that encryption "
    "is\n"
    "                              predicted to add; options as for clear\n"
    "  trace FILE.json [--out FILE.svg]   where a run's time went: by "
    "codelet,\n"
    "                              layer and worker; drawn\n"
    "  bench [ARGUMENTS]           times the kernels, by the program\n"
    "                              starcloak-bench beside this one\n"
    "doctor, info, plan, run and trace take --json [FILE]: one JSON object, "
    "in\n"
    "FILE, or on stdout with nothing else there. More workers than cores, or\n"
    "than StarPU was built for, are refused, as is any value out of range.\n"
    "NAME: l13-30, l14-40, l15-40; with bootstrapping b16-40, b16-35, b16-45;\n"
    "test-10, test-11, test-12: small and INSECURE, for tests\n"
    "exit codes: 0 done, 1 failed, 2 usage: an option or its value, 3 input\n"
    "or output file, 4 key, 5 levels or parameters, 6 memory or workers\n";

int main(int argc, char **argv)
{
    static const struct command commands[] = {
        {"doctor", 0, "--json ", "--json ", command_doctor},
        {"info", 0, "--params --json ", "--json ", command_info},
        {"plan", 0, "--params --model --count --keep --json ", "--json ",
         command_plan},
        {"calibrate", 0, "--out ", "--out ", command_calibrate},
        {"run", 0,
         "--params --model --keys --in --out --workers --sched --mem --swap "
         "--save-memory --limbs-per-block --trace --keep --kept --backend "
         "--first --count --seed --json ",
         "--out --kept --trace --json ", command_run},
        {"trace", 1, "--out --json ", "--out --json ", command_trace},
    };

    if (argc > 1 && strcmp(argv[1], "bench") == 0)
        return command_bench(argv + 1);
    return dispatch(argc, argv, "starcloak " SCK_VERSION, usage, commands,
                    sizeof commands / sizeof *commands);
}
