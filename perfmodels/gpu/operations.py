# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
"""The operations that are predicted: rows of codelets/GPU.md's table."""
import sys

from bootstrap import bootstrap
from codelets import TWIDDLES, Codelets
from launches import WARPS_ROW, joined, predicted


def operations(machine):
    """(name, launches) of each."""
    c = Codelets(machine)
    words4 = 16 * WARPS_ROW / 4
    yield "ntt, 16 limbs", c.ntt(16)
    yield "intt, 16 limbs", c.intt(16)
    yield "automorphism, 16 limbs", c.simple("automorphismE", 32, words4)
    yield "sample_uniform, 16 limbs", c.sample(16)
    yield "decompose, 12 sources", c.decompose(12, 1)
    yield "base_convert, 12 to 16", [
        c.launch("convertE", 2 * WARPS_ROW / 2, 29, 26 + 16, 13 // 4, 13 % 4)]
    yield "mod_raise, 12 to 16", [
        c.raised(1, 12, 16, 16, 13),
        c.rows("ntt_rows", 16, 16 * (1 + TWIDDLES))]
    yield "rescale, mod_down, 12 to 16", c.rescale(12, 16)
    yield "rescale, mod_down, two 12 to 16", c.rescale(12, 16, 2)
    yield "key_mac, 16 limbs", c.simple("key_macE", 80, words4)
    yield "key_switch, 4 x 12 to 16", c.switch(4, 12, [(16, 1)], 39)
    yield "hoisted_switch, 8 keys, 4 x 12 to 12", c.hoisted(4, 12, 12, 8)
    yield "tensor, 16 limbs", c.simple("tensorE", 16 * 7, words4)
    yield "dot, 8 terms, 16 limbs", c.simple("dotE", 16 * 26, words4, 4, 1)
    yield "combination, 2 products, 4 terms, 16 limbs", c.simple(
        "combinationE", 16 * 19, words4, 2, 2)
    yield "automorphism_sum, 8 terms, 16 limbs", c.simple(
        "automorphism_sumE", 16 * 17, words4, 4)
    yield "diagonals, 8 x 8, 8 limbs", c.simple(
        "diagonalsILj8", 8 * (16 + 64 + 16), 8 * WARPS_ROW, 8)
    yield "encode: embed, 2^15 slots", c.embed()
    yield "encode: limbs, 16", c.limbs(16)
    # As b16-40 has it: digits of 12, 12, 12, 11 and P of 12; blocks are these,
    # all of a step in one task. What the switch leaves is read from memory
    # again.
    yield "a whole key switch: 47 limbs, 4 digits", (
        [joined(l) for l in zip(*([c.decompose(12)] * 3 + [c.decompose(11)]))]
        + c.switch(4, 12, [(12, 1)] * 3 + [(11, 1), (12, 0)])
        + [joined(l) for l in zip(*[c.decompose(12)] * 2)]
        + c.rescale(12, 47, 2, 94 * (2 + TWIDDLES)))
    for name, record in (
            ("a bootstrap: b16-40, full slots", "bootstrap-b16-40.txt"),
            ("a bootstrap of complex slots: b16-40, full slots",
             "bootstrap-complex-b16-40.txt")):
        tasks = bootstrap(c, record)
        yield name, sum(tasks, [])
        times = sorted(predicted(task) for task in tasks)
        print(f"{record}: {len(times)} StarPU tasks, predicted us: mean"
              f" {sum(times) / len(times):.0f}, median"
              f" {times[len(times) // 2]:.0f}, least {times[0]:.0f}; below 50"
              f" us: {sum(t < 50 for t in times)}", file=sys.stderr)
