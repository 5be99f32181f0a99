/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* cos and sin of pi / 2^t, t = 0 ... 16, as double-doubles. Exact hexadecimal;
 * test_unit_roots recomputes every word with MPFR at 400 bits. */
#include "ring_priv.h"

const struct sck_unit_root sck_unit_root_table[SCK_RING_LOGN_MAX + 1] = {
    {{-1.0, 0.0}, {0.0, 0.0}},
    {{0.0, 0.0}, {1.0, 0.0}},
    {{0x1.6a09e667f3bcdp-1, -0x1.bdd3413b26456p-55},
     {0x1.6a09e667f3bcdp-1, -0x1.bdd3413b26456p-55}},
    {{0x1.d906bcf328d46p-1, 0x1.457e610231ac2p-56},
     {0x1.87de2a6aea963p-2, -0x1.72cedd3d5a61p-57}},
    {{0x1.f6297cff75cbp-1, 0x1.562172a361fd3p-56},
     {0x1.8f8b83c69a60bp-3, -0x1.26d19b9ff8d82p-57}},
    {{0x1.fd88da3d12526p-1, -0x1.87df6378811c7p-55},
     {0x1.917a6bc29b42cp-4, -0x1.e2718d26ed688p-60}},
    {{0x1.ff621e3796d7ep-1, -0x1.c57bc2e24aa15p-57},
     {0x1.91f65f10dd814p-5, -0x1.912bd0d569a9p-61}},
    {{0x1.ffd886084cd0dp-1, -0x1.1354d4556e4cbp-55},
     {0x1.92155f7a3667ep-6, -0x1.b1d63091a013p-64}},
    {{0x1.fff62169b92dbp-1, 0x1.5dda3c81fbd0dp-55},
     {0x1.921d1fcdec784p-7, 0x1.9878ebe836d9dp-61}},
    {{0x1.fffd8858e8a92p-1, 0x1.359c71883bcf7p-55},
     {0x1.921f0fe670071p-8, 0x1.ab967fe6b7a9bp-64}},
    {{0x1.ffff621621d02p-1, -0x1.6acfcebc82813p-56},
     {0x1.921f8becca4bap-9, 0x1.2ba407bcab5b2p-63}},
    {{0x1.ffffd88586ee6p-1, 0x1.1af64f173ae5bp-55},
     {0x1.921faaee6472ep-10, -0x1.ee52e284a9df8p-64}},
    {{0x1.fffff62161a34p-1, -0x1.136dcb1f9b9c4p-57},
     {0x1.921fb2aecb36p-11, 0x1.876157e566b4cp-65}},
    {{0x1.fffffd8858675p-1, -0x1.79f0e54748eabp-55},
     {0x1.921fb49ee4ea6p-12, 0x1.e894d744a453ep-66}},
    {{0x1.ffffff621619cp-1, -0x1.7507dbbbd8fe6p-55},
     {0x1.921fb51aeb57cp-13, -0x1.a6e1d4916c435p-67}},
    {{0x1.ffffffd885867p-1, -0x1.7d55623a32e63p-56},
     {0x1.921fb539ecf31p-14, 0x1.6b111fcd23a3p-70}},
    {{0x1.fffffff62161ap-1, -0x1.35c137ea469b2p-55},
     {0x1.921fb541ad59ep-15, 0x1.e9860b8cee262p-69}},
};
