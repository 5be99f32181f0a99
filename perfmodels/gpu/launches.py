# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
"""Launches of kernels: what one takes by its counts and a machine's rates."""
import re
import tempfile

from sass import count, disassemble

# H200: bytes a second copied, bytes a second from the second cache,
# multiprocessors, clock, launch gap and that of a graph's nodes in us.
MEMORY, CACHE, PROCESSORS, CLOCK = 4.3e12, 5.5e12, 132, 1.98e9
GAP, NODE = 1.5, 1.0
ROW = 4 << 16
WARPS_ROW = (1 << 16) // 32
CODELETS = ("elementwise", "ntt", "intt", "automorphism", "sample_uniform",
            "base_convert", "decompose", "mod_raise", "rescale", "key_mac",
            "key_switch", "hoisted_switch", "encode", "tensor", "dot",
            "combination", "automorphism_sum", "diagonals")


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
