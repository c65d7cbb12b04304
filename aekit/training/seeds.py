"""Random numbers keyed by the step, for keras.random functions inside a compiled step."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


def set_seeds(seed: int) -> None:
    """Start every source of unnamed randomness from `seed`, whatever this process has drawn before."""
    keras.utils.set_random_seed(seed)
    global_generator().state.assign([seed, 0])


def global_generator() -> keras.random.SeedGenerator:
    """What keras.random functions without a seed of their own draw from."""
    return keras.src.random.seed_generator.global_seed_generator()


class KeyedSeed(keras.random.SeedGenerator):
    """A seed that is a function of (seed, step) and of how often it was asked, and keeps no state.

    It goes where keras.random functions take `seed`: numbers drawn with it depend on the step alone, so that training
    can go on from any step with the same numbers. `step` counts the stage's steps, for maps that change with it.
    """

    def __init__(self, seed: int, step: Any) -> None:
        # The base class would make a variable, which a compiled step must not.
        self._key = seed
        self.step = step
        self._calls = 0

    def next(self, ordered: bool = True) -> Any:
        """A fresh pair of integers, shape (2,)."""
        self._calls += 1
        key = tf.constant((self._key * 1_000_003 + self._calls) & 0x7FFF_FFFF, "int64")
        dtype = keras.src.backend.random_seed_dtype()
        return tf.cast(tf.stack([key, tf.cast(self.step, "int64")]), dtype)
