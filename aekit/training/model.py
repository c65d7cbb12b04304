"""The one object that metrics, previews and users are given: encode, decode, reconstruct, sample, classify."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import tensorflow as tf

from aekit.dataset import Data
from aekit.errors import DataError, InputError
from aekit.recipe import Recipe
from aekit.reporting import progress
from aekit.training.networks import Networks
from aekit.training.sampling import MOST, along, between, fitted_codes, source_of, unfitted_codes

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
        self._encode = tf.function(networks.code, autograph=False, reduce_retracing=True)
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
        """Examples in data units, (n, *example_shape) float or bytes -> codes, (n, *code_shape).

        A code is z, or the mean of what z is drawn from.

        Raises:
            InputError: the recipe has no encoder.
        """
        self._check_has("encoder")
        return _in_batches(self._encode, self._examples(x), "encoding")

    def decode(self, z: np.ndarray) -> np.ndarray:
        """Codes (n, *code_shape) -> examples in data units, (n, *example_shape).

        Raises:
            InputError: the recipe has no decoder and no generator.
        """
        if "generator" not in self.networks:
            self._check_has("decoder")
        return _in_batches(self._decode, _shaped(np.asarray(z, "float32"), self.code_shape, "code"), "decoding")

    def reconstruct(self, x: np.ndarray) -> np.ndarray:
        """decode(encode(x)), in x's data units and shape."""
        return self.decode(self.encode(x))

    def sample(self, n: int, seed: int = 0, density: str | None = None) -> np.ndarray:
        """Generated examples in data units, (n, *example_shape), float32: decoded `sample_codes`."""
        return self.decode(self.sample_codes(n, seed, density))

    def sample_codes(self, n: int, seed: int = 0, density: str | None = None) -> np.ndarray:
        """Codes that no example gave, (n, *code_shape); the same for the same seed.

        Args:
            density: where they come from. None: the recipe's prior; N(0, I) for a variational autoencoder; else a
                Gaussian fitted on the codes of training examples. "normal" is N(0, I), "gaussian" and "mixture" are
                fitted on codes, of 20,000 examples at most.

        Raises:
            InputError: the recipe has no decoder and no generator; a density of codes where there is no encoder.
        """
        if n < 1:
            raise InputError(f"n: expected a whole number from 1 on, received {n}")
        source = density or source_of(self.networks)
        if source in ("prior", "normal") and (density is None or not self.networks.has_prior):
            return unfitted_codes(self.networks, n, seed)
        self._check_has("encoder")
        return fitted_codes(self._training_codes(), n, seed, source)

    def interpolate(
        self, start: np.ndarray, end: np.ndarray, steps: int = 8, spherical: bool | None = None
    ) -> np.ndarray:
        """Examples on the way from one code to another, (steps, *example_shape), both ends included.

        Args:
            start, end: codes, (*code_shape,).
            spherical: along a great circle, or else a line; None: a circle where codes come from a prior or N(0, I).
        """
        circle = source_of(self.networks) != "gaussian" if spherical is None else spherical
        return self.decode(between(start, end, steps, circle))

    def traverse(self, z: np.ndarray, dimension: int, values: np.ndarray) -> np.ndarray:
        """Examples of the code z (*code_shape,), one of its numbers set to each value, (n, *example_shape)."""
        return self.decode(along(z, dimension, values))

    def _training_codes(self) -> np.ndarray:
        split = "train" if "train" in self.data.splits else "validation"
        part = self.data.splits[split]
        rows = np.unique(np.linspace(0, len(part) - 1, min(len(part), MOST)).astype("int64"))
        return self.encode(self.data.to_float(part.read(rows)))

    def classify(self, x: np.ndarray) -> np.ndarray:
        """Examples as for `encode` -> the probabilities of their classes, (n, classes).

        Raises:
            InputError: the recipe has no head.
        """
        self._check_has("head")
        return _in_batches(self._classify, self._examples(x), "classifying")

    def _check_has(self, role: str) -> None:
        if role not in self.networks:
            raise InputError(f"the recipe has no {role}; its networks are {', '.join(self.networks)}")

    def _examples(self, x: np.ndarray) -> np.ndarray:
        x = np.asarray(x)
        if x.dtype == np.uint8:
            low, high = self.networks.value_range or (0.0, 255.0)
            x = x * np.float32((high - low) / 255) + np.float32(low)
        return _shaped(x.astype("float32", copy=False), self.example_shape, "example")


def _in_batches(function: Callable[[Any], Any], x: np.ndarray, what: str) -> np.ndarray:
    parts = []
    for start in range(0, len(x), BATCH):
        parts.append(function(tf.constant(x[start : start + BATCH])).numpy())
        progress(min(start + BATCH, len(x)), len(x), what)
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
