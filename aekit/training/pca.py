"""Principal component analysis of training data that need not fit into memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from aekit.codec.transform import cut
from aekit.dataset import Data, Stream

LARGEST_COVARIANCE = 4096  # numbers an example; beyond, the covariance matrix is never formed
NUMBERS_PER_BATCH = 2**21
Batches = Callable[[], Iterator[np.ndarray]]


@dataclass(frozen=True)
class PCA:
    """A mean and orthonormal components.

    Args:
        mean: (d,), float64.
        components: (size, d), float64, by falling variance.
        fitted_on: how many examples.
    """

    mean: np.ndarray
    components: np.ndarray
    fitted_on: int

    def encode(self, x: np.ndarray) -> np.ndarray:
        """(batch, *example_shape) -> (batch, size)."""
        return ((x.reshape(len(x), -1) - self.mean) @ self.components.T).astype("float32")

    def decode(self, z: np.ndarray) -> np.ndarray:
        """(batch, size) -> (batch, d)."""
        return (z @ self.components + self.mean).astype("float32")

    def reconstruct(self, x: np.ndarray) -> np.ndarray:
        """(batch, *example_shape) -> the same shape, neither clipped nor rounded."""
        return self.decode(self.encode(x)).reshape(x.shape)


def fit_pca(
    data: Data,
    size: int,
    include_validation: bool = False,
    fit_examples: int = 100_000,
    frame: tuple[int, int] | None = None,
) -> PCA:
    """PCA of the training examples, for measures, for pictures beside the net's, and for the codec.

    Args:
        size: components; no more than numbers in an example are kept.
        include_validation: fit on the validation split too.
        fit_examples: fit on at most about so many training examples, evenly spread, or drawn from a stream by a
            fixed seed.
        frame: (height, width) of the frames that images are cut into, which then are the examples.
    """
    shape = (*frame, data.example_shape[2]) if frame else data.example_shape
    numbers = prod(shape)
    count = -(-fit_examples * numbers // prod(data.example_shape))

    def vectors() -> Iterator[np.ndarray]:
        for x in _training(data, count):
            yield (cut(x, *frame) if frame else x).reshape(-1, numbers)
        if include_validation:
            yield from (x.reshape(-1, numbers) for x in _rows(data, "validation", len(data.validation)))

    fit = by_covariance if numbers <= LARGEST_COVARIANCE else by_iteration
    return fit(vectors, numbers, min(size, numbers))


def by_covariance(vectors: Batches, numbers: int, size: int) -> PCA:
    """PCA in one pass: the eigenvectors of the covariance matrix."""
    from scipy.linalg import eigh

    shift: Any = None  # near the mean, so that subtracting squares keeps its digits
    count, total, products = 0, np.zeros(numbers), np.zeros((numbers, numbers))
    for x in vectors():
        shift = x.mean(axis=0, dtype="float64") if shift is None else shift
        centred = x - shift
        count, total, products = count + len(x), total + centred.sum(axis=0), products + centred.T @ centred
    mean = total / count
    covariance = products / count - np.outer(mean, mean)
    components = eigh(covariance, subset_by_index=(numbers - size, numbers - 1))[1].T[::-1]
    return PCA(mean + shift, components, count)


def by_iteration(vectors: Batches, numbers: int, size: int, passes: int = 8) -> PCA:
    """PCA in several passes by randomised subspace iteration, without the covariance matrix.

    Source: Halko, Martinsson and Tropp, Finding structure with randomness, 2011, algorithm 4.4.
    """
    count, total = 0, np.zeros(numbers)
    for x in vectors():
        count, total = count + len(x), total + x.sum(axis=0, dtype="float64")
    mean = total / count
    wide = min(numbers, 2 * size + 10)
    basis = np.linalg.qr(np.random.default_rng(0).standard_normal((numbers, wide)))[0]
    for _ in range(passes):
        image = sum((x - mean).T @ ((x - mean) @ basis) for x in vectors())
        basis = np.linalg.qr(image)[0]
    scores = sum(_square((x - mean) @ basis) for x in vectors())
    order = np.linalg.eigh(scores)[1][:, ::-1][:, :size]
    return PCA(mean, (basis @ order).T, count)


def _square(scores: np.ndarray) -> np.ndarray:
    return scores.T @ scores


def _training(data: Data, most: int) -> Iterator[np.ndarray]:
    if isinstance(data.train, Stream):
        return _drawn(data.train, most, _batch_size(data))
    return _rows(data, "train", most)


def _rows(data: Data, split: str, most: int) -> Iterator[np.ndarray]:
    """At most so many examples of a split, evenly spread, float32."""
    part = data.splits[split]
    chosen = np.unique(np.linspace(0, len(part) - 1, min(most, len(part))).round().astype("int64"))
    size = _batch_size(data)
    return (data.to_float(part.read(chosen[at : at + size])) for at in range(0, len(chosen), size))


def _drawn(stream: Stream, count: int, size: int) -> Iterator[np.ndarray]:
    """Examples of a training stream, the same in every pass, float32."""
    from keras import ops, random

    seed = random.SeedGenerator(0)
    arrays = {name: ops.convert_to_tensor(array) for name, array in stream.arrays.items()}
    for at in range(0, count, size):
        batch = stream.sample(arrays, seed, min(size, count - at))
        yield np.asarray(ops.convert_to_numpy(batch["x"]), "float32")


def _batch_size(data: Data) -> int:
    return max(1, NUMBERS_PER_BATCH // int(np.prod(data.example_shape)))
