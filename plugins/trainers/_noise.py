"""Noise on what an encoder is given."""

import keras
from keras import ops


def mixed(batch, share, seed):
    """Each example with another of its batch mixed into it: (1 - s) x + s x', s uniform in [0, share)."""
    x = batch["x"]
    s = keras.random.uniform((ops.shape(x)[0], *[1] * (len(x.shape) - 1)), 0, share, seed=seed)
    return {**batch, "x": (1 - s) * x + s * ops.roll(x, 1, axis=0)}


def corrupted(x, noise, drop, seed):
    """x with Gaussian noise of standard deviation `noise`, then a share `drop` of its values set to 0."""
    if noise:
        x = x + noise * keras.random.normal(ops.shape(x), seed=seed)
    if drop:
        kept = keras.random.uniform(ops.shape(x), seed=seed) >= drop
        x = x * ops.cast(kept, x.dtype)
    return x
