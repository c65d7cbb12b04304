"""The one object that metrics, previews and users are given: encode, decode, reconstruct, classify."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import tensorflow as tf

from aekit.dataset import Data
from aekit.errors import DataError, InputError
from aekit.recipe import Recipe
from aekit.training.networks import Networks

#: Examples that go through a network at once.
BATCH = 1024


class Model:
    """Trained networks as functions of numpy arrays, batched inside.

    Args:
        networks: the networks by role.
        recipe: what they were made from.
        example_shape: (height, width, channels) or (size,).
        load_data: gives the recipe's data when it is first asked for.
    """

    def __init__(
        self, networks: Networks, recipe: Recipe, example_shape: tuple[int, ...], load_data: Callable[[], Data]
    ) -> None:
        self.networks, self.recipe, self.example_shape = networks, recipe, example_shape
        self._load_data = load_data
        self._encode = tf.function(lambda x: networks.encode(x)["z"], autograph=False, reduce_retracing=True)
        self._decode = tf.function(lambda z: networks.decode(z)["x_hat"], autograph=False, reduce_retracing=True)
        self._classify = tf.function(
            lambda x: tf.nn.softmax(networks.classify(x)["logits"]), autograph=False, reduce_retracing=True
        )

    @cached_property
    def data(self) -> Data:
        """The recipe's data set."""
        return self._load_data()

    @property
    def code_shape(self) -> tuple[int, ...]:
        return self.networks.code_shape

    @property
    def code_size(self) -> int:
        """How many numbers stand for one example."""
        return int(np.prod(self.code_shape))

    def encode(self, x: np.ndarray) -> np.ndarray:
        """Examples in data units, (n, *example_shape) float or bytes -> codes z, (n, *code_shape)."""
        return _in_batches(self._encode, self._examples(x))

    def decode(self, z: np.ndarray) -> np.ndarray:
        """Codes (n, *code_shape) -> examples in data units, (n, *example_shape).

        Raises:
            InputError: the recipe has no decoder.
        """
        self._check_has("decoder")
        return _in_batches(self._decode, _shaped(np.asarray(z, "float32"), self.code_shape, "code"))

    def reconstruct(self, x: np.ndarray) -> np.ndarray:
        """decode(encode(x)), in x's data units and shape."""
        return self.decode(self.encode(x))

    def classify(self, x: np.ndarray) -> np.ndarray:
        """Examples as for `encode` -> the probabilities of their classes, (n, classes).

        Raises:
            InputError: the recipe has no head.
        """
        self._check_has("head")
        return _in_batches(self._classify, self._examples(x))

    def _check_has(self, role: str) -> None:
        if role not in self.networks:
            raise InputError(f"the recipe has no {role}; its networks are {', '.join(self.networks)}")

    def _examples(self, x: np.ndarray) -> np.ndarray:
        x = np.asarray(x)
        if x.dtype == np.uint8:
            low, high = self.networks.value_range or (0.0, 255.0)
            x = x * np.float32((high - low) / 255) + np.float32(low)
        return _shaped(x.astype("float32", copy=False), self.example_shape, "example")


def _in_batches(function: Callable[[Any], Any], x: np.ndarray) -> np.ndarray:
    parts = [function(tf.constant(x[start : start + BATCH])).numpy() for start in range(0, len(x), BATCH)]
    if not parts:
        raise DataError("there are no examples")
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _shaped(x: np.ndarray, shape: tuple[int, ...], what: str) -> np.ndarray:
    if x.shape[1:] == shape:
        return x
    if x.shape == shape:
        raise DataError(
            f"received one {what} of shape {x.shape}; give a batch of them, shape (n, {', '.join(map(str, shape))})"
        )
    raise DataError(f"an {what} has the shape {shape}, received {x.shape[1:]}")
