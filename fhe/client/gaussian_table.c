/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Entry k is 2^63 P(|X| <= k), rounded, for the discrete Gaussian of sigma 3.2
 * (density exp(-x^2 / (2 sigma^2)) over the integers, normalised). It ends
 * where entries reach 2^63: samples stay within 29, 9.1 sigma, and the
 * distribution within 2^-58 of the exact one. tests/fhe/test_sampler.c
 * recomputes it. */
#include "sampler.h"

const uint64_t sck_gaussian_table[SCK_GAUSSIAN_ENTRIES] = {
    UINT64_C(0x0ff52b4064a1f258), UINT64_C(0x2e5a25d4026fff6e),
    UINT64_C(0x489ae2682e3db9bb), UINT64_C(0x5d2bc20de6f95106),
    UINT64_C(0x6bc8694a862fcdcf), UINT64_C(0x7532d898e9d195da),
    UINT64_C(0x7ab396c980f5facb), UINT64_C(0x7d9e4e8f6717ea70),
    UINT64_C(0x7f054956150a592b), UINT64_C(0x7fa1ce99f8dbf691),
    UINT64_C(0x7fdfb3f00a8f3398), UINT64_C(0x7ff5e6f7c97d68d9),
    UINT64_C(0x7ffd1f95b372bd36), UINT64_C(0x7fff40f7f7aedc64),
    UINT64_C(0x7fffd2e62d057ef0), UINT64_C(0x7ffff6503aaa2875),
    UINT64_C(0x7ffffe1bab99a744), UINT64_C(0x7fffffaa0140ce53),
    UINT64_C(0x7ffffff21f8a3a77), UINT64_C(0x7ffffffdf72301f4),
    UINT64_C(0x7fffffffba9fd472), UINT64_C(0x7ffffffff79b78ce),
    UINT64_C(0x7fffffffff13f6f9), UINT64_C(0x7fffffffffe8748a),
    UINT64_C(0x7ffffffffffdde24), UINT64_C(0x7fffffffffffd320),
    UINT64_C(0x7ffffffffffffca7), UINT64_C(0x7fffffffffffffc6),
    UINT64_C(0x7ffffffffffffffc),
};
