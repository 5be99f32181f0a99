#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
"""Times of the CUDA kernels at N = 2^16 from what can be counted without a GPU.

usage: predict.py NVDISASM [NVCC [FILE]]

Compiles the kernels for sm_90, disassembles them and counts a thread's
instructions: all blocks once, loops as often as their trips say. A launch takes
the longest of six times, and a gap: bytes through the machine's memory, bytes
through its second cache, instructions at its issue rate, multiplications (a
64-bit product takes two turns) and other integer operations at their pipes'.
The rates are assumptions until gpu-check measures them. Prints the tasks' table;
FILE gets a line a launch, from which test_gpu_device --bench predicts again with
the rates that it has measured. nvdisasm: CUDA's, or PyPI's
nvidia-cuda-nvdisasm.
"""
import os
import re
import sys
import tempfile

from sass import ROOT, count, disassemble

# H200: bytes a second copied, bytes a second from the second cache,
# multiprocessors, clock, launch gap and that of a graph's nodes in us.
MEMORY, CACHE, PROCESSORS, CLOCK = 4.3e12, 5.5e12, 132, 1.98e9
GAP, NODE = 1.5, 1.0
ROW = 4 << 16
WARPS_ROW = (1 << 16) // 32
CODELETS = ("elementwise", "ntt", "intt", "automorphism", "sample_uniform", "base_convert",
            "decompose", "mod_raise", "rescale", "key_mac", "key_switch",
            "hoisted_switch", "encode", "tensor", "dot", "combination",
            "automorphism_sum", "diagonals")


class Launch:
    """One kernel: bytes from memory, bytes in all, a launch's counts."""

    def __init__(self, kernel, memory, moved, counts):
        self.kernel, self.memory, self.moved = kernel, memory, moved
        self.instructions, self.narrow, self.wide, self.alu = counts

    def times(self):
        pipe = PROCESSORS * 2 * CLOCK / 1e6
        return {"memory": self.memory / MEMORY * 1e6,
                "cache": self.moved / CACHE * 1e6,
                "issue": self.instructions / (2 * pipe),
                "multiplier": (self.narrow + 2 * self.wide) / pipe,
                "other": self.alu / pipe}


class Machine:
    def __init__(self, nvdisasm, nvcc):
        self.kernels = {}
        with tempfile.TemporaryDirectory() as work:
            for codelet in CODELETS:
                self.kernels.update(
                    disassemble(codelet, nvdisasm, nvcc, work))

    def launch(self, name, warps, memory, moved, *trips):
        """One launch; bytes in rows of N words."""
        found = [k for k in self.kernels if k.startswith(name)]
        assert len(found) == 1, (name, found)
        counts = count(self.kernels[found[0]], trips, name)
        return Launch(re.match(r"[a-z_0-9]*[a-z]", name).group(0), memory * ROW,
                      moved * ROW, [warps * c for c in counts])


def predicted(launches):
    return sum(max(l.times().values()) + GAP for l in launches)


def joined(launches):
    """One launch of a kernel that does the work of several."""
    first = launches[0]
    assert all(l.kernel == first.kernel for l in launches)
    return Launch(first.kernel, sum(l.memory for l in launches),
                  sum(l.moved for l in launches),
                  [sum(x) for x in zip(*(
                      (l.instructions, l.narrow, l.wide, l.alu)
                      for l in launches))])


def ceil(a, b):
    return -(-a // b)


def operations(m):
    """(name, launches). Rows that one launch leaves for the next count as the
    cache's: they are 4 MiB in a transform, 12 in a key switch."""
    columns = "ILj16EEE"
    # Of psi and its companions a rows pass reads an eighth: its last step's
    # twiddles are computed.
    tw = 0.25

    def rows(name, limbs, memory, more=0, *trips):
        return m.launch(name + columns, limbs * WARPS_ROW / 8, memory,
                        limbs * (2 + tw + more), *trips)

    def cols(name, limbs, memory, moved=2):
        return m.launch(name + columns, limbs * WARPS_ROW / 32, memory,
                        limbs * moved)

    def ntt(limbs):
        return [cols("ntt_columns", limbs, limbs),
                rows("ntt_rows", limbs, limbs * (1 + tw))]

    def intt(limbs, writes=1):
        return [rows("intt_rows", limbs, limbs * (1 + tw)),
                cols("intt_columns", limbs, limbs * writes)]

    def raised(conversions, sources, targets, rows_out, memory=0, spared=0):
        # A block's rounds are sck_raise_columns_cuda()'s.
        fours = ceil(targets, 4)
        rounds = ceil(fours, min(fours, ceil(384, 64 * conversions)))
        # 2048 words of four targets are a block's; whole fours are computed,
        # but for those of which a digit converts none.
        return m.launch(
            "convert_and_columns" + columns,
            (conversions * fours - spared) * WARPS_ROW / 8, memory,
            conversions * (sources + 1) * ceil(fours, rounds) + rows_out,
            sources + 1, 1)

    def raised_digits(digits, sources, blocks, memory=0, of=1):
        """Blocks: (targets, how many digits are not converted: 0 or 1), the
        same of so many polynomials."""
        rows_out = of * sum((digits - own) * t for t, own in blocks)
        if rows_out == 0:
            return []
        return [raised(of * digits, sources, sum(t for t, _ in blocks),
                       rows_out, memory,
                       of * sum(t // 4 for t, own in blocks if own))]

    def decompose(sources, writes=0):
        return intt(sources, writes) + [
            m.launch("correction", WARPS_ROW / 2, writes * (sources + 1),
                     sources + 1, sources // 4, sources % 4)]

    def rescale(sources, targets, halves=1, memory=None):
        n = halves * targets
        memory = n * (2 + tw) if memory is None else memory
        two = "rows_and_combine_two" if halves == 2 else "rows_and_combine"
        return [raised(halves, sources, targets, n, halves * (sources + 1)),
                m.launch(two + columns, targets * WARPS_ROW / 8, memory,
                         n * 3 + targets * tw)]

    def products(digits, own, targets, of=1):
        # Digits go in pairs; the code for an odd one and for the targets' own
        # is counted where there are none, too. A tile's twiddles stay in the
        # nearest cache from digit to digit, the key's rows in the second one
        # from polynomial to polynomial.
        return m.launch("rows_and_key" + columns, of * targets * WARPS_ROW / 8,
                        targets * (of * (own + 2 + tw) + 2 * digits),
                        of * targets * (digits + 2 * digits + 2 + tw),
                        (digits - own) // 2)

    def switch(digits, sources, blocks, memory=0, of=1):
        """Blocks as for raised_digits(); 36 targets, of all polynomials, are a
        launch's."""
        launches, some = [], []
        for k, block in enumerate(blocks):
            some.append(block)
            if (k + 1 < len(blocks)
                    and of * (sum(t for t, _ in some) + blocks[k + 1][0])
                    <= 36):
                continue
            launches += raised_digits(digits, sources, some, memory, of)
            launches.append(joined([products(digits, own, t, of)
                                    for t, own in some]))
            some = []
        return launches

    def sample(limbs):
        # 3.4 % of words are rejected: a warp takes two rounds and a half.
        return [m.launch("sample_uniform", limbs * WARPS_ROW / 16, limbs, limbs,
                         10, 2.5)]

    def embed():
        slots = 1 << 15
        return [m.launch("embed_stagesILj3", slots / 8 / 32, 0,
                         slots * 48 / ROW)] * 5 + [
            m.launch("embed_round", slots / 32, 0, slots * 32 / ROW)]

    def limbs(count_):
        return [cols("residues_and_columns", count_, 2, 3),
                rows("ntt_rows", count_, count_ * (1 + tw))]

    def hoisted(digits, sources, targets, keys, own=1):
        done = (digits - own) * targets
        moved = targets * (digits + keys * (2 * digits + 2))
        # 64 limbs are a launch's.
        rest = [rows("ntt_rows", min(64, done - k), min(64, done - k) * tw)
                for k in range(0, done, 64)]
        return raised_digits(digits, sources, [(targets, own)],
                             (digits - own) * (sources + 1)) + rest + [
            m.launch("digits_and_keysILj4", targets * WARPS_ROW / 4,
                     moved - done, moved, 2 * keys)]

    def simple(name, rows_, warps, *trips):
        return [m.launch(name, warps, rows_, rows_, *trips)]

    words4 = 16 * WARPS_ROW / 4
    yield "ntt, 16 limbs", ntt(16)
    yield "intt, 16 limbs", intt(16)
    yield "automorphism, 16 limbs", simple("automorphismE", 32, words4)
    yield "sample_uniform, 16 limbs", sample(16)
    yield "decompose, 12 sources", decompose(12, 1)
    yield "base_convert, 12 to 16", [
        m.launch("convertE", 2 * WARPS_ROW / 2, 29, 26 + 16, 13 // 4, 13 % 4)]
    yield "mod_raise, 12 to 16", [
        raised(1, 12, 16, 16, 13), rows("ntt_rows", 16, 16 * (1 + tw))]
    yield "rescale, mod_down, 12 to 16", rescale(12, 16)
    yield "rescale, mod_down, two 12 to 16", rescale(12, 16, 2)
    yield "key_mac, 16 limbs", simple("key_macE", 80, words4)
    yield "key_switch, 4 x 12 to 16", switch(4, 12, [(16, 1)], 39)
    yield "hoisted_switch, 8 keys, 4 x 12 to 12", hoisted(4, 12, 12, 8)
    yield "tensor, 16 limbs", simple("tensorE", 16 * 7, words4)
    yield "dot, 8 terms, 16 limbs", simple("dotE", 16 * 26, words4, 4, 1)
    yield "combination, 2 products, 4 terms, 16 limbs", simple(
        "combinationE", 16 * 19, words4, 2, 2)
    yield "automorphism_sum, 8 terms, 16 limbs", simple(
        "automorphism_sumE", 16 * 17, words4, 4)
    yield "diagonals, 8 x 8, 8 limbs", simple(
        "diagonalsILj8", 8 * (16 + 64 + 16), 8 * WARPS_ROW, 8)
    yield "encode: embed, 2^15 slots", embed()
    yield "encode: limbs, 16", limbs(16)
    # As b16-40 has it: digits of 12, 12, 12, 11 and P of 12; blocks are these,
    # all of a step in one task. What the switch leaves is read from memory
    # again.
    yield "a whole key switch: 47 limbs, 4 digits", (
        [joined(l) for l in zip(*([decompose(12)] * 3 + [decompose(11)]))]
        + switch(4, 12, [(12, 1)] * 3 + [(11, 1), (12, 0)])
        + [joined(l) for l in zip(*[decompose(12)] * 2)]
        + rescale(12, 47, 2, 94 * (2 + tw)))

    # A bootstrap, task by task. A block's rotations are more than the cache
    # holds; digits and what a switch raises stay in it.
    def own_of(a):
        return a["d"] - ceil(a["conv"], a["t"])

    def task(kind, parts):
        a = parts[0]
        if kind == "elementwise":
            return simple("elementwiseE", a["rows"],
                          a["limbs"] * WARPS_ROW / 4)
        if kind == "decompose":
            return [joined(l)
                    for l in zip(*[decompose(b["limbs"]) for b in parts])]
        if kind in ("rescale", "mod_down"):
            # 48 targets are a launch's, those of one polynomial's blocks.
            launches, targets = [], 0
            own = len(parts) // a.get("of", 1)
            for k, b in enumerate(parts):
                targets += b["t"]
                if (k + 1) % own == 0 or targets + parts[k + 1]["t"] > 48:
                    launches += rescale(a["s"], targets, a["halves"])
                    targets = 0
            return launches
        if kind == "mod_raise":
            return [raised(1, a["s"], a["t"], a["t"], a["s"] + 1),
                    rows("ntt_rows", a["t"], a["t"] * (1 + tw))]
        if kind == "automorphism_sum":
            return simple("automorphism_sumE",
                          a["limbs"] * (2 * a["terms"] + 1),
                          a["limbs"] * WARPS_ROW / 4, a["terms"] / 2)
        if kind == "combination":
            return sum((simple("combinationE", b["limbs"] * (
                b["halves"] + 4 * b["products"] + 2 * b["terms"]),
                b["limbs"] * WARPS_ROW / 4, b["products"], b["terms"] / 2)
                for b in parts), [])
        if kind == "key_switch":
            of = a.get("of", 1)
            return switch(a["d"], a["s"],
                          [(b["t"], own_of(b)) for b in parts[::of]], of=of)
        if kind == "hoisted_switch":
            return hoisted(a["d"], a["s"], a["t"], a["keys"], own_of(a))
        assert kind == "diagonals", kind
        babies = 8 if a["babies"] <= 8 else 16
        return simple(f"diagonalsILj{babies}", a["limbs"] * (
            2 * a["babies"] + a["giants"] * (a["babies"] + 2)),
            a["limbs"] * WARPS_ROW, a["giants"])

    for name, record in (
            ("a bootstrap: b16-40, full slots", "bootstrap-b16-40.txt"),
            ("a bootstrap of complex slots: b16-40, full slots",
             "bootstrap-complex-b16-40.txt")):
        launches, tasks = [], []
        for count_, members in recorded(record):
            mine = sum((task(*member) for member in members), [])
            launches += mine * count_
            tasks += [predicted(mine)] * count_
        yield name, launches
        tasks.sort()
        print(f"{record}: {len(tasks)} StarPU tasks, predicted us: mean"
              f" {sum(tasks) / len(tasks):.0f}, median"
              f" {tasks[len(tasks) // 2]:.0f}, least {tasks[0]:.0f}; below 50"
              f" us: {sum(t < 50 for t in tasks)}", file=sys.stderr)


def recorded(name):
    """(how many, [(codelet, parts)] of the tasks that are joined in one)"""
    with open(f"{ROOT}/perfmodels/gpu/{name}") as file:
        for line in file:
            if line.startswith("#"):
                continue
            times_, members = line.split(maxsplit=1)
            yield int(times_), [
                (kind, [{k: int(v) for k, v in (
                    w.split("=") for w in part.split())}
                    for part in rest.split(";")])
                for kind, rest in (m.split(maxsplit=1)
                                   for m in members.split("+"))]


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
