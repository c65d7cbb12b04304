"""Noise on what an encoder is given."""

import keras
from keras import ops


def corrupted(x, noise, drop, seed):
    """x with Gaussian noise of standard deviation `noise`, then a share `drop` of its values set to 0."""
    if noise:
        x = x + noise * keras.random.normal(ops.shape(x), seed=seed)
    if drop:
        kept = keras.random.uniform(ops.shape(x), seed=seed) >= drop
        x = x * ops.cast(kept, x.dtype)
    return x
