# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
"""Tensors in a file, as train.py and breast_cancer.py write them."""

import json
import struct


def write_safetensors(path, tensors):
    """Write tensors in name order; the header is padded to 8 bytes."""
    kinds = {"float32": "F32", "uint8": "U8"}
    header, data = {"__metadata__": {}}, b""
    for name in sorted(tensors):
        tensor = tensors[name]
        raw = tensor.astype(tensor.dtype.newbyteorder("<")).tobytes()
        header[name] = {
            "dtype": kinds[tensor.dtype.name],
            "shape": list(tensor.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
