# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
"""OpenFHE's operations, by its Python package."""
import random


class OpenFhe:
    digit_counts = (2, 3, 4)
    PARTS = ("rows",)

    def __init__(self, shape, digits, times):
        import openfhe as f
        self.f, self.times = f, times
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
        yield "hmul_relin", self.times(lambda: c.EvalMult(x, x))
        yield "hmul_relin_rescale", self.times(lambda: c.Rescale(c.EvalMult(x, x)))
        yield "rotate", self.times(self.rotate)
        yield "rescale", self.times(lambda: c.Rescale(x))
        yield "pmul_rescale", self.times(lambda: c.Rescale(c.EvalMult(x, self.p)))
        yield "encode", self.times(self.encode)
        yield "decrypt_decode", self.times(lambda: c.Decrypt(x, self.keys.secretKey))
        yield "keygen.rotation", self.times(self.keygen)
        c.EvalRotateKeyGen(self.keys.secretKey, list(range(2, 17)))
        yield "rotate_hoisted16", self.times(self.hoisted)
