# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
"""What every codelet launches, by the shape of its task, at N = 2^16."""
from launches import ROW, WARPS_ROW, joined

COLUMNS = "ILj16EEE"
# Of psi and its companions a rows pass reads an eighth: its last step's
# twiddles are computed.
TWIDDLES = 0.25


def ceil(a, b):
    return -(-a // b)


class Codelets:
    """Lists of launches. Rows that one launch leaves for the next count as the
    cache's: they are 4 MiB in a transform, 12 in a key switch."""

    def __init__(self, machine):
        self.launch = machine.launch

    def rows(self, name, limbs, memory, more=0, *trips):
        return self.launch(name + COLUMNS, limbs * WARPS_ROW / 8, memory,
                           limbs * (2 + TWIDDLES + more), *trips)

    def cols(self, name, limbs, memory, moved=2):
        return self.launch(name + COLUMNS, limbs * WARPS_ROW / 32, memory,
                           limbs * moved)

    def ntt(self, limbs):
        return [self.cols("ntt_columns", limbs, limbs),
                self.rows("ntt_rows", limbs, limbs * (1 + TWIDDLES))]

    def intt(self, limbs, writes=1):
        return [self.rows("intt_rows", limbs, limbs * (1 + TWIDDLES)),
                self.cols("intt_columns", limbs, limbs * writes)]

    def raised(self, conversions, sources, targets, rows_out, memory=0,
               spared=0):
        # A block's rounds are sck_raise_columns_cuda()'s.
        fours = ceil(targets, 4)
        rounds = ceil(fours, min(fours, ceil(384, 64 * conversions)))
        # 2048 words of four targets are a block's; whole fours are computed,
        # but for those of which a digit converts none.
        return self.launch(
            "convert_and_columns" + COLUMNS,
            (conversions * fours - spared) * WARPS_ROW / 8, memory,
            conversions * (sources + 1) * ceil(fours, rounds) + rows_out,
            sources + 1, 1)

    def raised_digits(self, digits, sources, blocks, memory=0, of=1):
        """Blocks: (targets, how many digits are not converted: 0 or 1), the
        same of so many polynomials."""
        rows_out = of * sum((digits - own) * t for t, own in blocks)
        if rows_out == 0:
            return []
        return [self.raised(of * digits, sources, sum(t for t, _ in blocks),
                            rows_out, memory,
                            of * sum(t // 4 for t, own in blocks if own))]

    def decompose(self, sources, writes=0):
        return self.intt(sources, writes) + [
            self.launch("correction", WARPS_ROW / 2, writes * (sources + 1),
                        sources + 1, sources // 4, sources % 4)]

    def rescale(self, sources, targets, halves=1, memory=None):
        n = halves * targets
        memory = n * (2 + TWIDDLES) if memory is None else memory
        two = "rows_and_combine_two" if halves == 2 else "rows_and_combine"
        return [self.raised(halves, sources, targets, n,
                            halves * (sources + 1)),
                self.launch(two + COLUMNS, targets * WARPS_ROW / 8, memory,
                            n * 3 + targets * TWIDDLES)]

    def products(self, digits, own, targets, of=1):
        # Digits go in pairs; the code for an odd one and for the targets' own
        # is counted where there are none, too. A tile's twiddles stay in the
        # nearest cache from digit to digit, the key's rows in the second one
        # from polynomial to polynomial.
        return self.launch(
            "rows_and_key" + COLUMNS, of * targets * WARPS_ROW / 8,
            targets * (of * (own + 2 + TWIDDLES) + 2 * digits),
            of * targets * (digits + 2 * digits + 2 + TWIDDLES),
            (digits - own) // 2)

    def switch(self, digits, sources, blocks, memory=0, of=1):
        """Blocks as for raised_digits(); 36 targets, of all polynomials, are a
        launch's."""
        launches, some = [], []
        for k, block in enumerate(blocks):
            some.append(block)
            if (k + 1 < len(blocks)
                    and of * (sum(t for t, _ in some) + blocks[k + 1][0])
                    <= 36):
                continue
            launches += self.raised_digits(digits, sources, some, memory, of)
            launches.append(joined([self.products(digits, own, t, of)
                                    for t, own in some]))
            some = []
        return launches

    def sample(self, limbs):
        # 3.4 % of words are rejected: a warp takes two rounds and a half.
        return [self.launch("sample_uniform", limbs * WARPS_ROW / 16, limbs,
                            limbs, 10, 2.5)]

    def embed(self):
        slots = 1 << 15
        return [self.launch("embed_stagesILj3", slots / 8 / 32, 0,
                            slots * 48 / ROW)] * 5 + [
            self.launch("embed_round", slots / 32, 0, slots * 32 / ROW)]

    def limbs(self, count_):
        return [self.cols("residues_and_columns", count_, 2, 3),
                self.rows("ntt_rows", count_, count_ * (1 + TWIDDLES))]

    def hoisted(self, digits, sources, targets, keys, own=1):
        done = (digits - own) * targets
        moved = targets * (digits + keys * (2 * digits + 2))
        # 64 limbs are a launch's.
        rest = [self.rows("ntt_rows", min(64, done - k),
                          min(64, done - k) * TWIDDLES)
                for k in range(0, done, 64)]
        return self.raised_digits(digits, sources, [(targets, own)],
                                  (digits - own) * (sources + 1)) + rest + [
            self.launch("digits_and_keysILj4", targets * WARPS_ROW / 4,
                        moved - done, moved, 2 * keys)]

    def simple(self, name, rows_, warps, *trips):
        return [self.launch(name, warps, rows_, rows_, *trips)]
