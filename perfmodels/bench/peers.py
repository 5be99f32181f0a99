# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
"""Times other libraries' operations: same N, log2 Q within 3 %, one thread,
the fastest of several digit counts, medians of 5 (bootstrapping: of 3), in
processor time: other programs' turns on the core do not count.

OpenFHE comes from PyPI's openfhe; Lattigo is the shared library inside
orion-fhe, called directly (its Python side needs torch). Both are installed
into a virtual environment in the build folder. Where pip reaches neither, the
figures seen elsewhere are printed, labelled so.
"""
import argparse
import glob
import json
import os
import shutil
import subprocess
import sys
import time

from peers_lattigo import Lattigo
from peers_openfhe import OpenFhe

REPETITIONS = 5
LIBRARIES = {"openfhe": OpenFhe, "lattigo": Lattigo}
PACKAGES = {"openfhe": ["openfhe"], "lattigo": ["--no-deps", "orion-fhe"]}
# Milliseconds on one Intel AVX-512 core, N = 2^16, about 1177 bits: seen
# elsewhere, not measured by this script. Ranges are over the two libraries.
ELSEWHERE = {
    "hmul_relin": [("lattigo", 237), ("openfhe", 254)],
    "rotate": [("lattigo or openfhe", 226)],
    "rotate_hoisted16": [("lattigo or openfhe", 2202)],
    "encode": [("least", 16), ("most", 31)],
    "decrypt_decode": [("lattigo or openfhe", 186)],
    "rescale": [("least", 15), ("most", 46)],
    "pmul_rescale": [("lattigo or openfhe", 49)],
    "keygen.rotation": [("lattigo or openfhe", 353)],
    "matvec1024": [("lattigo or openfhe, N = 2^15", 4100)],
    "chebyshev27": [("lattigo", 3100)],
    "chebyshev31": [("lattigo", 4100)],
    "chebyshev59": [("lattigo", 4100)],
    "bootstrap": [("lattigo, 8 x 45 bits", 17000),
                  ("openfhe, 6 x 59 bits", 22000)],
    "bootstrap.bit": [("lattigo", 17000 / 360), ("openfhe", 22000 / 354)],
}
# Rings of one part each. log2 Q: 60 + 28 * 40 = 1180 bits, against 1176.6 of
# b16-40 at level 25; 700 against l15-40's 690; a bootstrap leaves 8 levels of
# 45 bits, with the primes of the library's defaults above them. Primes of P
# where no count is tried: what 128 bits of security leave room for.
SHAPES = {
    "rows": {"logn": 16, "depth": 28},
    "chebyshev": {"logn": 16, "depth": 28},
    "matrix": {"logn": 15, "depth": 16, "special": 3},
    "bootstrap": {"logn": 16, "depth": 8, "scale": 45, "special": 5},
}
QUICK = {
    "rows": {"logn": 13, "depth": 4},
    "chebyshev": {"logn": 13, "depth": 8},
    "matrix": {"logn": 12, "depth": 4, "special": 2},
}
# Our row for each of theirs, where the names differ.
OURS = {"hmul_relin": "hmul_relin_rescale"}


def times(work, before=None, repetitions=REPETITIONS):
    """Milliseconds, ascending; before() makes each call's argument, untimed."""
    found = []
    for i in range(repetitions + 1):
        argument = [before()] if before else []
        begin = time.process_time()
        work(*argument)
        if i:
            found.append(1e3 * (time.process_time() - begin))
    return sorted(found)


def one_core():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def measure(library, part, shape, digits):
    """In its own process: prints one JSON line a row."""
    one_core()
    peer = LIBRARIES[library](shape, digits, times)
    if part == "only rotate":
        print(json.dumps(["rotate", times(peer.rotate)]), flush=True)
        return
    for row in getattr(peer, part)():
        print(json.dumps(row), flush=True)


def memory_limit():
    """Nine tenths of what is free: collect garbage rather than be killed."""
    with open("/proc/meminfo") as f:
        free, = (int(x.split()[1]) for x in f if x.startswith("MemAvailable"))
    return f"{free * 9 // 10}KiB"


def ask(python, library, part, shape, digits):
    environment = dict(os.environ, OMP_NUM_THREADS="1", GOMAXPROCS="1",
                       GOMEMLIMIT=memory_limit())
    job = json.dumps([library, part, shape, digits])
    done = subprocess.run([python, os.path.abspath(__file__), "--measure", job],
                          env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        print(f"{library}, {part}, {digits}: ended with {done.returncode}",
              file=sys.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()
            if line.startswith("[")]


def interpreters():
    """This one first. OpenFHE's wheels claim any Python 3, but hold a module
    for one minor version, 3.10."""
    yield sys.executable
    yield from filter(None, [shutil.which("python3.10")])
    yield from glob.glob(os.path.expanduser("~/.pyenv/versions/3.10*/bin/python"))


def install(build, library):
    """Returns the python of an environment where the library loads, or None."""
    for number, interpreter in enumerate(interpreters()):
        place = os.path.abspath(os.path.join(build, "peers",
                                             f"{library}-{number}"))
        python = os.path.join(place, "bin", "python")
        if not os.path.exists(python) and subprocess.run(
                [interpreter, "-m", "venv", place],
                stderr=subprocess.DEVNULL).returncode:
            continue
        if subprocess.run([python, "-m", "pip", "install", "-q", "--retries",
                           "1", "--disable-pip-version-check",
                           *PACKAGES[library]]).returncode:
            print(f"pip does not reach {PACKAGES[library][-1]}: "
                  f"{library} is not measured")
            return None
        if library == "lattigo" or not subprocess.run(
                [python, "-c", "import " + library],
                stderr=subprocess.DEVNULL).returncode:
            return python
    print(f"{library} loads in none of this machine's Pythons")
    return None


def row(library, name, shape, found):
    middle = found[len(found) // 2]
    return {"name": f"{library}.{name}", "logn": shape["logn"],
            "level": shape["depth"], "limbs": shape["depth"] + 1, "isa": "",
            "workers": 1, "block": 0, "median": round(1e3 * middle, 2),
            "min": round(1e3 * found[0], 2), "max": round(1e3 * found[-1], 2),
            "unit": "us", "floor": 0.0, "ratio": 0.0}


# Bits that a bootstrap of b16-40 refreshes: 14 levels of 40.
OUR_BITS = 14 * 40


def measured(build):
    """Our rows, of this run."""
    path = os.path.join(build, "ours.json")
    subprocess.run([os.path.join(build, "bin", "bench"), "op.",
                    "bootstrap.one", "--json", path], check=True)
    return path


def ours_of(path):
    """Milliseconds of one worker, by the peers' names."""
    with open(path) as f:
        found = {r["name"].removeprefix("op."): r["median"] / 1e3
                 for r in json.load(f)
                 if r.get("workers") == 1 and r["unit"] == "us"}
    if "bootstrap.one" in found:
        found.setdefault("bootstrap", found["bootstrap.one"])
    if "bootstrap" in found:
        found["bootstrap.bit"] = found["bootstrap"] / OUR_BITS
    return found


def line(label, name, milliseconds, ours):
    own = ours.get(OURS.get(name, name))
    text = f"{label:24} {name:20} {milliseconds:10.1f} ms"
    print(text + (f"   ours {own:10.1f} ms: {milliseconds / own:6.2f} x"
                  if own else ""), flush=True)


def best_digits(python, library, shape, quick):
    """The count whose rotation is fastest, or None where nothing runs."""
    counts = (2,) if quick else LIBRARIES[library].digit_counts
    rotations = [(r[0][1][REPETITIONS // 2], d) for d in counts
                 if (r := ask(python, library, "only rotate", shape, d))]
    if not rotations:
        print(f"{library}: measures nothing here")
        return None
    best = min(rotations)[1]
    what = "digits" if library == "openfhe" else "primes of P"
    print(f"{library}: fastest of {counts} {what} is {best}", flush=True)
    return best


def compare(python, library, shapes, parts, ours, quick):
    rows, best = [], None
    for part in LIBRARIES[library].PARTS:
        shape = shapes.get(part)
        if shape is None or parts and part not in parts:
            continue
        if "special" not in shape and best is None:
            best = best_digits(python, library, shape, quick)
            if best is None:
                return rows
        for name, found in ask(python, library, part, shape,
                               shape.get("special", best)):
            rows.append(row(library, name, shape, found))
            line(library, name, found[len(found) // 2], ours)
    return rows


def main():
    parser = argparse.ArgumentParser(prog="dev bench --peers")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--build", default="build")
    parser.add_argument("--ours", help="JSON of ./dev bench op. bootstrap.one;"
                        " without it these are measured first")
    parser.add_argument("--json", help="where the rows go")
    parser.add_argument("--part", action="append", choices=SHAPES,
                        help="these alone, of " + ", ".join(SHAPES))
    parser.add_argument("--library", action="append", choices=LIBRARIES)
    parser.add_argument("--quick", action="store_true",
                        help="small rings: tries the script only")
    o = parser.parse_args()
    if o.measure:
        return measure(*json.loads(o.measure))
    shapes = QUICK if o.quick else SHAPES
    ours = {} if o.quick else ours_of(o.ours or measured(o.build))
    rows = []
    for library in o.library or LIBRARIES:
        python = install(o.build, library)
        if python:
            rows += compare(python, library, shapes, o.part, ours, o.quick)
    print("seen elsewhere, on one Intel AVX-512 core; not measured here:")
    for name, figures in ELSEWHERE.items():
        for label, milliseconds in figures:
            line("  " + label, name, milliseconds, ours)
    if o.json:
        with open(o.json, "w") as f:
            json.dump(rows, f, indent=1)
            f.write("\n")


if __name__ == "__main__":
    main()
