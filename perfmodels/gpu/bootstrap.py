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
        # 48 targets are a launch's, those of one polynomial's blocks.
        launches, targets = [], 0
        own = len(parts) // a.get("of", 1)
        for k, b in enumerate(parts):
            targets += b["t"]
            if (k + 1) % own == 0 or targets + parts[k + 1]["t"] > 48:
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
        return sum((c.simple("combinationE", b["limbs"] * (
            b["halves"] + 4 * b["products"] + 2 * b["terms"]),
            b["limbs"] * WARPS_ROW / 4, b["products"], b["terms"] / 2)
            for b in parts), [])
    if kind == "key_switch":
        of = a.get("of", 1)
        return c.switch(a["d"], a["s"],
                        [(b["t"], own_of(b)) for b in parts[::of]], of=of)
    if kind == "hoisted_switch":
        return c.hoisted(a["d"], a["s"], a["t"], a["keys"], own_of(a))
    assert kind == "diagonals", kind
    babies = 8 if a["babies"] <= 8 else 16
    return c.simple(f"diagonalsILj{babies}", a["limbs"] * (
        2 * a["babies"] + a["giants"] * (a["babies"] + 2)),
        a["limbs"] * WARPS_ROW, a["giants"])


def bootstrap(c, record="bootstrap-b16-40.txt"):
    """Every task's launches, in order, of a bootstrap recorded here."""
    tasks = []
    with open(f"{ROOT}/perfmodels/gpu/{record}") as file:
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
