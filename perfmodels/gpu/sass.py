# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
"""A kernel's machine code: its instructions, counted."""
import glob
import os
import re
import subprocess

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
ALU = re.compile(r"IADD3|VIADD|LOP3|LEA|SHF|VIMNMX|ISETP|SEL|PLOP3|PRMT|MOV$")


def disassemble(codelet, nvdisasm, nvcc, work):
    """{kernel: [instruction or label]} of one codelet."""
    cubin = os.path.join(work, codelet + ".cubin")
    folders = ["memory", "codelets"] + glob.glob(ROOT + "/codelets/*/")
    subprocess.run(
        [nvcc, "-std=c++17", "-O3", "--fmad=false", "-cubin",
         "-gencode", "arch=compute_90,code=sm_90", "-o", cubin,
         f"{ROOT}/codelets/{codelet}/{codelet}_cuda.cu"]
        + [f"-I{os.path.join(ROOT, f)}" for f in folders], check=True)
    text = subprocess.run([nvdisasm, "-c", cubin], check=True,
                          capture_output=True, text=True).stdout
    kernels, lines = {}, []
    for line in text.splitlines():
        name = re.match(r"\.text\.\S*_cu_[0-9a-f]{8}\d+(\S+):", line)
        label = re.match(r"(\.L_\S+):", line)
        found = re.search(r"/\*[0-9a-f]{4,5}\*/\s+(.*?);", line)
        if name:
            lines = kernels[name.group(1)] = []
        elif label:
            lines.append(label.group(1))
        elif found and "NOP" not in found.group(1):
            lines.append(found.group(1))
    return kernels


def loops_of(lines):
    """(first, last) of every loop, in order of their end."""
    at, loops = {}, []
    for i, line in enumerate(lines):
        if line.startswith(".L_"):
            at[line] = i
        jump = re.search(r"BRA.*?(\.L_[^\s)`]+)", line)
        if jump and at.get(jump.group(1), i) < i - 1:
            loops.append((at[jump.group(1)], i))
    return loops


def count(lines, trips, name):
    """[instructions, multiplications, 64-bit ones, other integer operations] of
    a thread."""
    loops = loops_of(lines)
    assert len(loops) == len(trips), (name, loops, trips)
    total = [0.0] * 4
    for i, line in enumerate(lines):
        if line.startswith(".L_"):
            continue
        words = line.split()
        op = words[1] if words[0].startswith("@") else words[0]
        times = 1.0
        for (first, last), trip in zip(loops, trips):
            times *= trip if first <= i <= last else 1.0
        total[0] += times
        if op.startswith("IMAD"):
            total[2 if "WIDE" in op or ".HI" in op else 1] += times
        elif ALU.match(op):
            total[3] += times
    return total
