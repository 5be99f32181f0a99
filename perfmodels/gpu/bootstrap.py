# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
"""A bootstrap's launches, task by task. A block's rotations are more than the
cache holds; digits and what a switch raises stay in it."""
from codelets import TWIDDLES, ceil
from launches import WARPS_ROW, joined
from sass import ROOT


def own_of(a):
    return a["d"] - ceil(a["conv"], a["t"])


def task(c, kind, parts):
    """One StarPU task: its members, joined where a launch takes several."""
    a = parts[0]
    if kind == "elementwise":
        return c.simple("elementwiseE", a["rows"],
                        a["limbs"] * WARPS_ROW / 4)
    if kind == "decompose":
        return [joined(l)
                for l in zip(*[c.decompose(b["limbs"]) for b in parts])]
    if kind in ("rescale", "mod_down"):
        # 48 targets are a launch's.
        launches, targets = [], 0
        for k, b in enumerate(parts):
            targets += b["t"]
            if k + 1 == len(parts) or targets + parts[k + 1]["t"] > 48:
                launches += c.rescale(a["s"], targets, a["halves"])
                targets = 0
        return launches
    if kind == "mod_raise":
        return [c.raised(1, a["s"], a["t"], a["t"], a["s"] + 1),
                c.rows("ntt_rows", a["t"], a["t"] * (1 + TWIDDLES))]
    if kind == "automorphism_sum":
        return c.simple("automorphism_sumE",
                        a["limbs"] * (2 * a["terms"] + 1),
                        a["limbs"] * WARPS_ROW / 4, a["terms"] / 2)
    if kind == "combination":
        return c.simple("combinationE", a["limbs"] * (
            a["halves"] + 4 * a["products"] + 2 * a["terms"]),
            a["limbs"] * WARPS_ROW / 4, a["products"], a["terms"] / 2)
    if kind == "key_switch":
        return c.switch(a["d"], a["s"], [(b["t"], own_of(b)) for b in parts])
    if kind == "hoisted_switch":
        return c.hoisted(a["d"], a["s"], a["t"], a["keys"], own_of(a))
    assert kind == "diagonals", kind
    babies = 8 if a["babies"] <= 8 else 16
    return c.simple(f"diagonalsILj{babies}", a["limbs"] * (
        2 * a["babies"] + a["giants"] * (a["babies"] + 2)),
        a["limbs"] * WARPS_ROW, a["giants"])


def bootstrap(c):
    """Every task's launches, in order: b16-40, full slots."""
    tasks = []
    with open(f"{ROOT}/perfmodels/gpu/bootstrap-b16-40.txt") as file:
        for line in file:
            if line.startswith("#"):
                continue
            times, members = line.split(maxsplit=1)
            mine = []
            for member in members.split("+"):
                kind, rest = member.split(maxsplit=1)
                mine += task(c, kind, [{k: int(v) for k, v in (
                    w.split("=") for w in part.split())}
                    for part in rest.split(";")])
            tasks += [mine] * int(times)
    return tasks
