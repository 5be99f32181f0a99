# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
"""Times other libraries' operations: same N, log2 Q within 3 %, one thread,
the fastest of several digit counts, medians of 5, in processor time: other
programs' turns on the core do not count.

OpenFHE comes from PyPI's openfhe; Lattigo is the shared library inside
orion-fhe, called directly (its Python side needs torch). Both are installed
into a virtual environment in the build folder. Where pip reaches neither, the
figures seen elsewhere are printed, labelled so.
"""
import argparse
import ctypes
import glob
import json
import os
import random
import shutil
import subprocess
import sys
import time

REPETITIONS = 5
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
}
# Our row for each of theirs, where the names differ.
OURS = {"hmul_relin": "hmul_relin_rescale"}


def times(work, before=None):
    """Milliseconds, ascending; before() makes each call's argument, untimed."""
    found = []
    for i in range(REPETITIONS + 1):
        argument = [before()] if before else []
        begin = time.process_time()
        work(*argument)
        if i:
            found.append(1e3 * (time.process_time() - begin))
    return sorted(found)


class OpenFhe:
    digit_counts = (2, 3, 4)

    def __init__(self, shape, digits):
        import openfhe as f
        self.f = f
        p = f.CCParamsCKKSRNS()
        p.SetSecurityLevel(f.SecurityLevel.HEStd_NotSet)
        p.SetRingDim(1 << shape["logn"])
        p.SetBatchSize(1 << (shape["logn"] - 1))
        p.SetFirstModSize(60)
        p.SetScalingModSize(40)
        p.SetMultiplicativeDepth(shape["depth"])
        p.SetScalingTechnique(f.ScalingTechnique.FIXEDMANUAL)
        p.SetKeySwitchTechnique(f.KeySwitchTechnique.HYBRID)
        p.SetNumLargeDigits(digits)
        self.c = f.GenCryptoContext(p)
        for feature in (f.PKESchemeFeature.PKE, f.PKESchemeFeature.KEYSWITCH,
                        f.PKESchemeFeature.LEVELEDSHE):
            self.c.Enable(feature)
        self.keys = self.c.KeyGen()
        self.c.EvalMultKeyGen(self.keys.secretKey)
        self.values = [random.uniform(-1, 1)
                       for _ in range(1 << (shape["logn"] - 1))]
        self.c.EvalRotateKeyGen(self.keys.secretKey, [1])
        self.p = self.encode()
        self.x = self.c.Encrypt(self.keys.publicKey, self.p)
        self.steps = 100

    def encode(self):
        return self.c.MakeCKKSPackedPlaintext(self.values)

    def keygen(self):
        self.steps += 1
        self.c.EvalRotateKeyGen(self.keys.secretKey, [self.steps])

    def hoisted(self):
        digits = self.c.EvalFastRotationPrecompute(self.x)
        m = 2 * self.c.GetRingDimension()
        for i in range(1, 17):
            self.c.EvalFastRotation(self.x, i, m, digits)

    def rotate(self):
        self.c.EvalRotate(self.x, 1)

    def rows(self):
        c, x = self.c, self.x
        yield "hmul_relin", times(lambda: c.EvalMult(x, x))
        yield "hmul_relin_rescale", times(lambda: c.Rescale(c.EvalMult(x, x)))
        yield "rotate", times(self.rotate)
        yield "rescale", times(lambda: c.Rescale(x))
        yield "pmul_rescale", times(lambda: c.Rescale(c.EvalMult(x, self.p)))
        yield "encode", times(self.encode)
        yield "decrypt_decode", times(lambda: c.Decrypt(x, self.keys.secretKey))
        yield "keygen.rotation", times(self.keygen)
        c.EvalRotateKeyGen(self.keys.secretKey, list(range(2, 17)))
        yield "rotate_hoisted16", times(self.hoisted)


class Lattigo:
    """digits: the primes of P, and so of a digit. The library's binding has no
    hoisted rotations."""
    digit_counts = (6, 8, 9)

    def __init__(self, shape, special):
        path, = glob.glob(sys.prefix + "/lib/python*/site-packages/orion/"
                          "backend/lattigo/lattigo-linux.so")
        self.l = ctypes.CDLL(path)
        q = [60] + [40] * shape["depth"]
        p = [60] * special
        ints = lambda x: (ctypes.c_int * len(x))(*x)
        self.l.NewScheme(shape["logn"], ints(q), len(q), ints(p), len(p), 40,
                         192, b"standard", b"", b"none")
        for step in ("NewKeyGenerator", "GenerateSecretKey",
                     "GeneratePublicKey", "GenerateRelinearizationKey",
                     "GenerateEvaluationKeys", "NewEncoder", "NewEncryptor",
                     "NewDecryptor", "NewEvaluator"):
            getattr(self.l, step)()
        self.depth = shape["depth"]
        self.slots = 1 << (shape["logn"] - 1)
        self.values = (ctypes.c_float * self.slots)(
            *[random.uniform(-1, 1) for _ in range(self.slots)])
        self.p = self.encode()
        self.x = self.l.Encrypt(self.p)
        self.l.AddRotationKey(1)
        self.steps = 100

        class Decoded(ctypes.Structure):
            _fields_ = [("data", ctypes.POINTER(ctypes.c_float)),
                        ("length", ctypes.c_ulong)]
        self.l.Decode.restype = Decoded

    def encode(self):
        return self.l.Encode(self.values, self.slots, self.depth,
                             ctypes.c_ulong(1 << 40))

    def drop(self, ciphertext):
        self.l.DeleteCiphertext(ciphertext)

    def rotate(self):
        self.drop(self.l.RotateNew(self.x, 1))

    def hmul(self):
        self.drop(self.l.MulRelinCiphertextNew(self.x, self.x))

    def hmul_rescale(self):
        self.drop(self.l.Rescale(self.l.MulRelinCiphertextNew(self.x, self.x)))

    def pmul(self):
        self.drop(self.l.Rescale(self.l.MulPlaintextNew(self.x, self.p)))

    def decrypt(self):
        p = self.l.Decrypt(self.x)
        self.l.FreeCArray(self.l.Decode(p).data)
        self.l.DeletePlaintext(p)

    def keygen(self):
        self.steps += 1
        self.l.AddRotationKey(self.steps)

    def rows(self):
        yield "hmul_relin", times(self.hmul)
        yield "hmul_relin_rescale", times(self.hmul_rescale)
        yield "rotate", times(self.rotate)
        yield "rescale", times(
            self.l.Rescale, lambda: self.l.MulPlaintextNew(self.x, self.p))
        yield "pmul_rescale", times(self.pmul)
        yield "encode", times(lambda: self.l.DeletePlaintext(self.encode()))
        yield "decrypt_decode", times(self.decrypt)
        yield "keygen.rotation", times(self.keygen)


def one_core():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def measure(library, shape, digits, only_rotate):
    """In its own process: prints one JSON line a row."""
    one_core()
    peer = {"openfhe": OpenFhe, "lattigo": Lattigo}[library](shape, digits)
    if only_rotate:
        print(json.dumps(["rotate", times(peer.rotate)]), flush=True)
        return
    for row in peer.rows():
        print(json.dumps(row), flush=True)


def ask(python, library, shape, digits, only_rotate):
    environment = dict(os.environ, OMP_NUM_THREADS="1", GOMAXPROCS="1")
    job = json.dumps([library, shape, digits, only_rotate])
    done = subprocess.run([python, os.path.abspath(__file__), "--measure", job],
                          env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        print(f"{library}, {digits}: ended with {done.returncode}",
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


def ours_of(path):
    if not path:
        return {}
    with open(path) as f:
        return {r["name"][3:]: r["median"] / 1e3 for r in json.load(f)
                if r["name"].startswith("op.") and r["workers"] == 1}


def line(label, name, milliseconds, ours):
    own = ours.get(OURS.get(name, name))
    text = f"{label:24} {name:20} {milliseconds:10.1f} ms"
    print(text + (f"   ours {own:10.1f} ms, {own / milliseconds:5.2f} of it"
                  if own else ""), flush=True)


def main():
    parser = argparse.ArgumentParser(prog="dev bench --peers")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--build", default="build")
    parser.add_argument("--ours", help="JSON of ./dev bench op.")
    parser.add_argument("--json", help="where the rows go")
    parser.add_argument("--quick", action="store_true",
                        help="a small ring: tries the script only")
    o = parser.parse_args()
    if o.measure:
        return measure(*json.loads(o.measure))
    # 60 + 28 * 40 = 1180 bits, against 1176.6 of b16-40 at level 25.
    shape = {"logn": 13, "depth": 4} if o.quick else {"logn": 16, "depth": 28}
    ours, rows = ours_of(o.ours), []
    for library in PACKAGES:
        python = install(o.build, library)
        if not python:
            continue
        counts = {"openfhe": OpenFhe, "lattigo": Lattigo}[library].digit_counts
        if o.quick:
            counts = (2,)
        rotations = [(r[0][1][REPETITIONS // 2], d) for d in counts
                     if (r := ask(python, library, shape, d, True))]
        if not rotations:
            print(f"{library}: measures nothing here")
            continue
        best = min(rotations)[1]
        what = "digits" if library == "openfhe" else "primes of P"
        print(f"{library}: fastest of {counts} {what} is {best}", flush=True)
        for name, found in ask(python, library, shape, best, False):
            rows.append(row(library, name, shape, found))
            line(library, name, found[REPETITIONS // 2], ours)
    print("seen elsewhere, on one Intel AVX-512 core; not measured here:")
    for name, figures in ELSEWHERE.items():
        for label, milliseconds in figures:
            line("  " + label, name, milliseconds, {} if o.quick else ours)
    if o.json:
        with open(o.json, "w") as f:
            json.dump(rows, f, indent=1)
            f.write("\n")


if __name__ == "__main__":
    main()
