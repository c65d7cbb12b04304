"""Walking over a split in batches that fit into memory."""

from collections.abc import Callable, Iterator

import numpy as np

import aekit

NUMBERS_PER_BATCH = 2**21


def batches(data: aekit.Data, split: str) -> Iterator[np.ndarray]:
    """All examples of a split in order, float32, at most 1024 and about two million numbers at a time."""
    size = max(1, min(1024, NUMBERS_PER_BATCH // int(np.prod(data.example_shape))))
    return (batch["x"] for batch in data.batches(split, size))


def per_example(
    data: aekit.Data,
    split: str,
    reconstruct: Callable[[np.ndarray], np.ndarray],
    measure: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> np.ndarray:
    """`measure(x, x_hat)` -> (batch,) of every example of a split, shape (n,)."""
    return np.concatenate([measure(x, np.asarray(reconstruct(x))) for x in batches(data, split)])


def squared_errors(x: np.ndarray, x_hat: np.ndarray) -> np.ndarray:
    """Sum over each example's numbers of (x - x_hat)^2: (batch, *example_shape) twice -> (batch,)."""
    difference = x.astype("float64") - x_hat
    return np.square(difference).reshape(len(x), -1).sum(axis=1)
