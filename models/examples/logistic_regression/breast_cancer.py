#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
"""Write the breast cancer data as the training program reads it.

Features are standardised with the mean and deviation of the training rows and
clipped at two deviations: a few measurements have long tails, and encrypted
arithmetic needs a bound. A quarter of the rows is held out, both classes in
proportion, drawn with a fixed seed.

Needs python3-numpy and python3-sklearn (the data set, no download). Writes
breast_cancer.safetensors beside this file, the same bytes every time.
"""

import pathlib
import sys

import numpy as np
from sklearn.datasets import load_breast_cancer

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from safetensors_file import write_safetensors  # noqa: E402

SEED = 20240607
HELD_OUT = (53, 90)  # malignant, benign: a quarter of each
CLIP = 2.0


def main():
    rng = np.random.default_rng(SEED)
    source = load_breast_cancer()
    members = [rng.permutation(np.flatnonzero(source.target == c))
               for c in range(2)]
    held = np.concatenate([m[:k] for m, k in zip(members, HELD_OUT)])
    train = np.concatenate([m[k:] for m, k in zip(members, HELD_OUT)])
    train, held = rng.permutation(train), rng.permutation(held)

    mean = source.data[train].mean(axis=0)
    deviation = source.data[train].std(axis=0)
    features = np.clip((source.data - mean) / deviation, -CLIP, CLIP)
    features = features.astype(np.float32)
    labels = source.target.astype(np.uint8)
    folder = pathlib.Path(__file__).resolve().parent
    write_safetensors(folder / "breast_cancer.safetensors", {
        "train.features": features[train], "train.labels": labels[train],
        "heldout.features": features[held], "heldout.labels": labels[held],
    })
    print(f"{len(train)} training rows, {len(held)} held out, "
          f"{features.shape[1]} features")


if __name__ == "__main__":
    main()
