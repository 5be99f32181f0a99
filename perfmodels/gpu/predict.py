#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
"""Times of the CUDA kernels at N = 2^16 from what can be counted without a GPU.

usage: predict.py NVDISASM [NVCC]

Compiles the kernels for sm_90, disassembles them and counts a thread's
instructions: all blocks once, loops as often as TRIPS says. Three times result,
of which the largest is the prediction: bytes moved through the machine's memory
rate, instructions through its issue rate, multiplications through the
multiplier's (a 64-bit product takes two turns). The machine's rates are
assumptions until gpu-check measures them. nvdisasm: CUDA's, or PyPI's
nvidia-cuda-nvdisasm.
"""
import glob
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
# H200: bytes a second copied, multiprocessors, clock, launch gap in us.
MEMORY, PROCESSORS, CLOCK, GAP = 4.3e12, 132, 1.98e9, 1.5
ROW = 4 << 16
WARPS_ROW = (1 << 16) // 32


def disassemble(codelet, nvdisasm, nvcc, work):
    """{kernel: [instruction or label]} of one codelet."""
    cubin = os.path.join(work, codelet + ".cubin")
    folders = ["memory", "codelets"] + glob.glob(ROOT + "/codelets/*/")
    subprocess.run(
        [nvcc, "-std=c++17", "-O3", "--fmad=false", "-cubin",
         "-gencode", "arch=compute_90,code=sm_90", "-o", cubin,
         f"{ROOT}/codelets/{codelet}/{codelet}_cuda.cu"]
        + [f"-I{os.path.join(ROOT, f)}" for f in folders], check=True)
    text = subprocess.run([nvdisasm, "-c", cubin], check=True,
                          capture_output=True, text=True).stdout
    kernels, lines = {}, []
    for line in text.splitlines():
        name = re.match(r"\.text\.\S*_cu_[0-9a-f]{8}\d+(\S+):", line)
        label = re.match(r"(\.L_\S+):", line)
        found = re.search(r"/\*[0-9a-f]{4,5}\*/\s+(.*?);", line)
        if name:
            lines = kernels[name.group(1)] = []
        elif label:
            lines.append(label.group(1))
        elif found and "NOP" not in found.group(1):
            lines.append(found.group(1))
    return kernels


def count(lines, trips):
    """(instructions, multiplier turns) of a thread; trips of loops in order of
    their end."""
    at, loops = {}, []
    for i, line in enumerate(lines):
        if line.startswith(".L_"):
            at[line] = i
        jump = re.search(r"BRA.*?(\.L_[^\s)`]+)", line)
        if jump and at.get(jump.group(1), i) < i - 1:
            loops.append((at[jump.group(1)], i))
    assert len(loops) == len(trips), (len(loops), trips)
    total = turns = 0.0
    for i, line in enumerate(lines):
        if line.startswith(".L_"):
            continue
        times = 1.0
        for (first, last), trip in zip(loops, trips):
            times *= trip if first <= i <= last else 1.0
        total += times
        if "IMAD" in line:
            turns += times * (2 if "WIDE" in line or ".HI" in line else 1)
    return total, turns


class Machine:
    def __init__(self, nvdisasm, nvcc):
        self.kernels = {}
        with tempfile.TemporaryDirectory() as work:
            for codelet in ("ntt", "intt", "automorphism", "sample_uniform",
                            "base_convert", "decompose", "rescale", "key_mac",
                            "key_switch", "encode"):
                self.kernels.update(
                    disassemble(codelet, nvdisasm, nvcc, work))

    def launch(self, name, warps, moved, *trips):
        """(bytes, instructions, turns, launches) of a launch."""
        found = [k for k in self.kernels if k.startswith(name)]
        assert len(found) == 1, (name, found)
        instructions, turns = count(self.kernels[found[0]], trips)
        return (moved, warps * instructions, warps * turns, 1)


def total(*parts):
    return tuple(sum(values) for values in zip(*parts))


def times(work):
    moved, instructions, turns, launches = work
    return (moved / MEMORY * 1e6,
            instructions / (PROCESSORS * 4 * CLOCK) * 1e6,
            turns / (PROCESSORS * 2 * CLOCK) * 1e6, launches)


def operations(m):
    columns = "ILj16EEE"
    # Of psi and its companions a rows pass reads an eighth: its last step's
    # twiddles are computed.
    tw = ROW / 4

    def rows(name, limbs, more=0, *trips):
        return m.launch(name + columns, limbs * WARPS_ROW / 8,
                        limbs * (2 * ROW + tw + more), *trips)

    def cols(name, limbs, moved=2 * ROW):
        return m.launch(name + columns, limbs * WARPS_ROW / 32, limbs * moved)

    def ntt(limbs):
        return total(cols("ntt_columns", limbs), rows("ntt_rows", limbs))

    def intt(limbs):
        return total(rows("intt_rows", limbs), cols("intt_columns", limbs))

    def convert(sources, targets, conversions=1):
        # Sources' rows are read by every eight targets; four a turn of the
        # second loop, the rest in the first.
        n = sources + 1
        name = "convertILj77" if conversions > 1 else "convertILj25"
        return m.launch(name, conversions * targets / 8 * WARPS_ROW / 2,
                        conversions * ROW * (n * targets / 8 + targets),
                        n % 4, n // 4)

    def decompose(sources):
        return total(intt(sources),
                     m.launch("correction", WARPS_ROW / 2,
                              ROW * (sources + 1), sources // 4, sources % 4))

    def rescale(sources, targets):
        return total(convert(sources, targets),
                     cols("ntt_columns", targets),
                     rows("rows_and_combine", targets, ROW))

    def switch(digits, sources, targets):
        # The block's targets belong to one digit, whose words are taken as
        # they are: a fifth of a turn. A tile's twiddles stay in the nearest
        # cache from digit to digit.
        raised = digits - 1
        return total(
            convert(sources, targets, raised),
            cols("ntt_columns", raised * targets),
            m.launch("rows_and_key" + columns, targets * WARPS_ROW / 8,
                     targets * (ROW * (digits + 2 * digits + 2) + tw),
                     raised + 0.2))

    def sample(limbs):
        # 3.4 % of words are rejected: a warp takes two rounds and a half.
        return m.launch("sample_uniform", limbs * WARPS_ROW / 16, limbs * ROW,
                        10, 2.5)

    def embed():
        slots = 1 << 15
        return total(*[m.launch("embed_stagesILj3", slots / 8 / 32,
                                slots * 48)] * 5,
                     m.launch("embed_round", slots / 32, slots * 32))

    def limbs(count_):
        return total(cols("residues_and_columns", count_, 3 * ROW),
                     rows("ntt_rows", count_))

    yield "ntt, 16 limbs", ntt(16)
    yield "intt, 16 limbs", intt(16)
    yield "automorphism, 16 limbs", m.launch("automorphism", 16 * WARPS_ROW / 4,
                                            32 * ROW)
    yield "sample_uniform, 16 limbs", sample(16)
    yield "decompose, 12 sources", decompose(12)
    yield "base_convert, 12 to 16", convert(12, 16)
    yield "mod_raise, 12 to 16", total(convert(12, 16), ntt(16))
    yield "rescale, mod_down, 12 to 16", rescale(12, 16)
    yield "key_mac, 16 limbs", m.launch("key_mac", 16 * WARPS_ROW / 4,
                                       16 * 5 * ROW)
    yield "key_switch, 4 x 12 to 16", switch(4, 12, 16)
    yield "encode: embed, 2^15 slots", embed()
    yield "encode: limbs, 16", limbs(16)
    yield "a whole key switch: 47 limbs, 4 digits", total(
        *[decompose(12)] * 4, *[switch(4, 12, 16)] * 3, switch(4, 12, 12),
        *[decompose(12)] * 2, *[rescale(12, 16)] * 6)


def main():
    nvcc = sys.argv[2] if len(sys.argv) > 2 else "nvcc"
    print("| task | MiB moved | M warp instructions | memory us | issue us |"
          " multiplier us | launches | predicted us | measured us |\n"
          "|---|---|---|---|---|---|---|---|---|")
    for name, work in operations(Machine(sys.argv[1], nvcc)):
        memory, issue, multiplier, launches = times(work)
        predicted = max(memory, issue, multiplier) + GAP * launches
        print(f"| {name} | {work[0] / 2**20:.1f} | {work[1] / 1e6:.2f} |"
              f" {memory:.1f} | {issue:.1f} | {multiplier:.1f} | {launches} |"
              f" {predicted:.0f} | |")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
