#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
"""Times of the CUDA kernels at N = 2^16 from what can be counted without a GPU.

usage: predict.py NVDISASM [NVCC [FILE]]

Compiles the kernels for sm_90, disassembles them and counts a thread's
instructions: all blocks once, loops as often as their trips say. A launch takes
the longest of five times, and a gap: bytes through the machine's memory, bytes
through its second cache, instructions at its issue rate, multiplications (a
64-bit product takes two turns) and other integer operations at their pipes'.
The rates are assumptions until gpu-check measures them. Prints the tasks' table;
FILE gets a line a launch, from which test_gpu_device --bench predicts again with
the rates that it has measured. nvdisasm: CUDA's, or PyPI's
nvidia-cuda-nvdisasm.
"""
import sys

from launches import (CLOCK, GAP, MEMORY, CACHE, NODE, PROCESSORS, Machine,
                      predicted)
from operations import operations


def main():
    nvcc = sys.argv[2] if len(sys.argv) > 2 else "nvcc"
    print("| task | MiB, from memory | M warp instructions | memory us |"
          " cache us | issue us | multiplier us | other us | launches |"
          " predicted us | measured us |\n|" + "---|" * 11)
    lines = ["# perfmodels/gpu/predict.py: task, kernel, launches, then of one "
             "launch: bytes from memory,",
             "# bytes in all, warp instructions, multiplications, 64-bit ones, "
             "other integer operations. First the rates assumed for all of them.",
             "\t".join(["rates"] + [f"{x:.6g}" for x in (
                 MEMORY, CACHE, PROCESSORS * 4 * CLOCK, PROCESSORS * 2 * CLOCK,
                 PROCESSORS * CLOCK, PROCESSORS * 2 * CLOCK, GAP, NODE)])]
    for name, launches in operations(Machine(sys.argv[1], nvcc)):
        sums = {}
        for launch in launches:
            for what, us in launch.times().items():
                sums[what] = sums.get(what, 0) + us
        print(f"| {name} | {sum(l.moved for l in launches) / 2**20:.1f},"
              f" {sum(l.memory for l in launches) / 2**20:.1f} |"
              f" {sum(l.instructions for l in launches) / 1e6:.2f} |"
              + "".join(f" {sums[what]:.1f} |" for what in sums)
              + f" {len(launches)} | {predicted(launches):.0f} | |")
        alike = {}
        for l in launches:
            alike.setdefault((l.kernel, l.memory, l.moved, l.instructions),
                             []).append(l)
        for same in alike.values():
            l = same[0]
            lines.append("\t".join(
                [name, l.kernel, str(len(same))]
                + [f"{x:.0f}" for x in (l.memory, l.moved, l.instructions,
                                        l.narrow, l.wide, l.alu)]))
    if len(sys.argv) > 3:
        with open(sys.argv[3], "w") as file:
            file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
