# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
"""Lattigo's operations, by the shared library inside orion-fhe.

Of what is compared here the library exports no hoisted rotations by themselves:
they are inside its linear transforms, of which `transform16` is the nearest, 16
rotations of one ciphertext from one decomposition, each times a diagonal, the
sum divided by P once.
"""
import array
import ctypes
import glob
import math
import random
import sys


class Array(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("length", ctypes.c_ulong)]


def ints(values):
    return (ctypes.c_int * len(values))(*values), len(values)


def floats(count, generator=random.Random(1)):
    """Random numbers in [-1, 1): the same at every start."""
    return (ctypes.c_float * count).from_buffer(array.array(
        "f", (2 * generator.random() - 1 for _ in range(count))))


class Lattigo:
    """special: the primes of P, and so of a digit."""
    digit_counts = (6, 8, 9)
    PARTS = ("rows", "chebyshev", "matrix", "bootstrap")

    def __init__(self, shape, special, times):
        path, = glob.glob(sys.prefix + "/lib/python*/site-packages/orion/"
                          "backend/lattigo/lattigo-linux.so")
        self.l, self.times = ctypes.CDLL(path), times
        self.l.Decode.restype = Array
        self.l.GetLinearTransformRotationKeys.restype = Array
        self.logn, self.depth = shape["logn"], shape["depth"]
        self.scale = shape.get("scale", 40)
        self.slots = 1 << (self.logn - 1)
        self.p_bits = [61 if "scale" in shape else 60] * special
        self.l.NewScheme(self.logn, *ints([60] + [self.scale] * self.depth),
                         *ints(self.p_bits), self.scale, 192, b"standard", b"",
                         b"none")
        for step in ("NewKeyGenerator", "GenerateSecretKey",
                     "GeneratePublicKey", "GenerateRelinearizationKey",
                     "GenerateEvaluationKeys", "NewEncoder", "NewEncryptor",
                     "NewDecryptor", "NewEvaluator"):
            getattr(self.l, step)()
        self.values = floats(self.slots)
        self.p = self.encode()
        self.x = self.l.Encrypt(self.p)
        self.steps = 100

    def encode(self, level=None):
        return self.l.Encode(self.values, self.slots,
                             self.depth if level is None else level,
                             ctypes.c_ulong(1 << self.scale))

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

    def decoded(self, ciphertext, count=0):
        """The first values, as single precision."""
        p = self.l.Decrypt(ciphertext)
        found = self.l.Decode(p)
        values = ctypes.cast(found.data,
                             ctypes.POINTER(ctypes.c_float))[:count]
        self.l.FreeCArray(ctypes.c_void_p(found.data))
        self.l.DeletePlaintext(p)
        return values

    def keygen(self):
        self.steps += 1
        self.l.AddRotationKey(self.steps)

    def rows(self):
        times = self.times
        yield "hmul_relin", times(self.hmul)
        yield "hmul_relin_rescale", times(self.hmul_rescale)
        yield "rotate", times(self.rotate)
        yield "rescale", times(
            self.l.Rescale, lambda: self.l.MulPlaintextNew(self.x, self.p))
        yield "pmul_rescale", times(self.pmul)
        yield "encode", times(lambda: self.l.DeletePlaintext(self.encode()))
        yield "decrypt_decode", times(lambda: self.decoded(self.x))
        yield "keygen.rotation", times(self.keygen)
        # log2 of babies over giants below 0: all rotations share the digits.
        yield "transform16", self.transform(range(1, 17), .3)

    def chebyshev(self):
        """Series of values in [-1, 1]; the result has the scale of its input.
        """
        self.l.NewPolynomialEvaluator()
        for degree in (27, 31, 59):
            c = [.5 / (k + 1) for k in range(degree + 1)]
            series = self.l.GenerateChebyshev(
                (ctypes.c_float * (degree + 1))(*c), degree + 1)
            scale = ctypes.c_ulong(1 << self.scale)
            out = self.l.EvaluatePolynomial(self.x, series, scale)
            self.check(out, lambda x: sum(
                a * math.cos(k * math.acos(x)) for k, a in enumerate(c)), 2e-4)
            yield f"chebyshev{degree}", self.times(lambda: self.drop(
                self.l.EvaluatePolynomial(self.x, series, scale)))

    def check(self, ciphertext, function, tolerance):
        """What is timed must be right; drops the ciphertext."""
        error = max(abs(function(x) - y) for x, y in
                    zip(self.values[:64], self.decoded(ciphertext, 64)))
        self.drop(ciphertext)
        if error > tolerance:
            raise SystemExit(f"lattigo's result is off by {error}")

    def transform(self, indices, babies_per_giant):
        indices = list(indices)
        data = floats(len(indices) * self.slots)
        t = self.l.GenerateLinearTransform(
            *ints(indices), data, len(data), self.depth,
            ctypes.c_float(babies_per_giant), b"none")
        needed = self.l.GetLinearTransformRotationKeys(t)
        for element in ctypes.cast(
                needed.data, ctypes.POINTER(ctypes.c_int))[:needed.length]:
            self.l.GenerateLinearTransformRotationKey(element)
        self.l.FreeCArray(ctypes.c_void_p(needed.data))
        self.l.NewLinearTransformEvaluator()
        found = self.times(lambda: self.drop(self.l.Rescale(
            self.l.EvaluateLinearTransform(t, self.x))))
        self.l.DeleteLinearTransform(t)
        return found

    def matrix(self):
        """1024 diagonals of a vector that repeats."""
        yield "matvec1024", self.transform(range(1024), 1)

    def bootstrap(self):
        """The library's own circuit, all slots, real, from level 0."""
        self.l.NewBootstrapper(*ints(self.p_bits), self.slots)
        p = self.encode(0)
        x = self.l.Encrypt(p)
        out = self.l.Bootstrap(x, self.slots)
        bits = self.scale * self.l.GetCiphertextLevel(out)
        self.check(out, lambda x: x, 2e-4)
        found = self.times(
            lambda: self.drop(self.l.Bootstrap(x, self.slots)), None, 3)
        yield "bootstrap", found
        yield "bootstrap.bit", [t / bits for t in found]
