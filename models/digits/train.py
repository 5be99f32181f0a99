#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: Starcloak contributors
"""Train the digit classifier that the examples and tests run encrypted.

x in [0, 1]^64 (pixel / 16) -> linear 64 -> 32 -> square -> linear 32 -> 10.

The square is the activation because it costs one multiplication. Encrypted
arithmetic also has a fixed range, so training bounds every intermediate value:
weight decay, plus a penalty on pre-activations and logits near their limits.

Needs python3-numpy and python3-sklearn (the data set, no download). Writes
digits.safetensors and heldout.safetensors beside this file. The result is
reproducible bit for bit on one machine; another linear-algebra library may
change the weights' last bits.
"""

import os
import pathlib
import sys

# One thread: the order of floating-point sums must not vary between runs.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402
from sklearn.datasets import load_digits  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from safetensors_file import write_safetensors  # noqa: E402

SEED = 20240607
HELD_OUT = 400
HIDDEN = 32
CLASSES = 10
EPOCHS = 300
BATCH = 64
RATE = 4e-3
DECAY = 1e-3
NOISE = 0.04  # standard deviation of the noise added to training pixels
PENALTY = 0.05
PRE_SOFT, PRE_LIMIT = 2.5, 4.0  # where the penalty starts; what is promised
LOGIT_SOFT, LOGIT_LIMIT = 10.0, 16.0
ACCURACY = 0.96


def split(labels, rng):
    """Return (train, held out) indices with every class in proportion."""
    members = [rng.permutation(np.flatnonzero(labels == c))
               for c in range(CLASSES)]
    exact = np.array([len(m) for m in members]) * HELD_OUT / len(labels)
    quota = np.floor(exact).astype(int)
    # Largest remainders take what rounding down left over.
    for c in np.argsort(quota - exact, kind="stable")[:HELD_OUT - quota.sum()]:
        quota[c] += 1
    held = np.concatenate([m[:k] for m, k in zip(members, quota)])
    train = np.concatenate([m[k:] for m, k in zip(members, quota)])
    return rng.permutation(train), rng.permutation(held)


def forward(w, x):
    """Return pre-activations, hidden values and logits."""
    pre = x @ w["first.weight"].T + w["first.bias"]
    hidden = pre * pre
    return pre, hidden, hidden @ w["last.weight"].T + w["last.bias"]


def excess(values, soft):
    """Return how far values lie outside [-soft, soft], signed."""
    return np.sign(values) * np.maximum(np.abs(values) - soft, 0.0)


def gradients(w, x, labels):
    """Return the gradient of the mean cross-entropy plus range penalties."""
    pre, hidden, logits = forward(w, x)
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1.0
    d_logits = (p + PENALTY * excess(logits, LOGIT_SOFT)) / len(labels)
    d_pre = d_logits @ w["last.weight"] * 2.0 * pre
    d_pre += PENALTY * excess(pre, PRE_SOFT) / len(labels)
    return {
        "first.weight": d_pre.T @ x,
        "first.bias": d_pre.sum(axis=0),
        "last.weight": d_logits.T @ hidden,
        "last.bias": d_logits.sum(axis=0),
    }


def train(x, labels, rng):
    """Adam with decoupled weight decay and a cosine learning rate."""
    w = {
        "first.weight": rng.normal(0.0, 64 ** -0.5, (HIDDEN, 64)),
        "first.bias": np.zeros(HIDDEN),
        "last.weight": rng.normal(0.0, HIDDEN ** -0.5, (CLASSES, HIDDEN)),
        "last.bias": np.zeros(CLASSES),
    }
    m = {k: np.zeros_like(v) for k, v in w.items()}
    v = {k: np.zeros_like(v) for k, v in w.items()}
    steps = EPOCHS * -(-len(x) // BATCH)
    step = 0
    for _ in range(EPOCHS):
        order = rng.permutation(len(x))
        for at in range(0, len(x), BATCH):
            pick = order[at:at + BATCH]
            noisy = x[pick] + rng.normal(0.0, NOISE, (len(pick), 64))
            g = gradients(w, np.clip(noisy, 0.0, 1.0), labels[pick])
            rate = RATE * 0.5 * (1.0 + np.cos(np.pi * step / steps))
            step += 1
            for k in w:
                m[k] += 0.1 * (g[k] - m[k])
                v[k] += 0.001 * (g[k] * g[k] - v[k])
                move = m[k] / (1.0 - 0.9 ** step)
                move /= np.sqrt(v[k] / (1.0 - 0.999 ** step)) + 1e-8
                # 20: Adam's steps do not scale with the loss, decay must.
                w[k] -= rate * (move + 20.0 * DECAY * w[k])
    return w


def main():
    folder = pathlib.Path(__file__).resolve().parent
    rng = np.random.default_rng(SEED)
    digits = load_digits()
    images = digits.data.astype(np.uint8)
    labels = digits.target.astype(np.uint8)
    chosen, held = split(labels, rng)

    trained = train(images[chosen] / 16.0, labels[chosen], rng)
    # Everything below is measured with the weights as they are stored.
    stored = {k: value.astype(np.float32) for k, value in trained.items()}
    w = {k: value.astype(np.float64) for k, value in stored.items()}

    def accuracy(pick):
        logits = forward(w, images[pick] / 16.0)[2]
        return float((logits.argmax(axis=1) == labels[pick]).mean())

    pre, hidden, logits = forward(w, images / 16.0)
    ranges = [float(np.abs(a).max()) for a in (pre, hidden, logits)]
    weights = max(float(np.abs(a).max()) for a in w.values())
    score = accuracy(held)
    print(f"accuracy on {len(chosen)} training images: {accuracy(chosen):.4f}")
    print(f"accuracy on {len(held)} held-out images: {score:.4f}")
    print("over all images: max |pre-activation| {:.3f}, max |hidden| {:.3f}, "
          "max |logit| {:.3f}".format(*ranges))
    print(f"max |weight or bias| {weights:.3f}")
    if score < ACCURACY or ranges[0] > PRE_LIMIT or ranges[2] > LOGIT_LIMIT:
        sys.exit("train.py: outside the promised accuracy or range; "
                 "nothing written")

    write_safetensors(folder / "digits.safetensors", stored)
    write_safetensors(folder / "heldout.safetensors",
                      {"images": images[held], "labels": labels[held]})


if __name__ == "__main__":
    main()
