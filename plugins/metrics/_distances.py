"""Squared distances between sets of points, a few rows at a time, so that memory stays bounded."""

from collections.abc import Iterator

import numpy as np

import aekit

#: Distances held at once: 64 MB in float64.
MOST = 2**23


def squared_distances(a: np.ndarray, b: np.ndarray, what: str) -> Iterator[tuple[slice, np.ndarray]]:
    """Rows of a (n, size), and their squared distances to all of b (m, size), shape (rows, m) float64, chunk by chunk.

    The array is the same for every chunk and may be written to.

    Args:
        what: the part of the work, for `aekit.progress`.
    """
    a, b = (np.ascontiguousarray(points, "float64") for points in (a, b))
    squares_a, squares_b = (np.einsum("ij,ij->i", points, points) for points in (a, b))
    rows = max(1, min(len(a), MOST // len(b)))
    room = np.empty((rows, len(b)))
    for start in range(0, len(a), rows):
        chosen = slice(start, min(start + rows, len(a)))
        found = np.matmul(a[chosen], b.T, out=room[: chosen.stop - start])
        found *= -2
        found += squares_a[chosen, None]
        found += squares_b
        yield chosen, np.maximum(found, 0, out=found)
        aekit.progress(chosen.stop, len(a), what)


def neighbour_distances(points: np.ndarray, k: int, what: str) -> np.ndarray:
    """The squared distance of each point to its k-th nearest other point: (n, size) -> (n,)."""
    found = np.empty(len(points))
    for rows, distances in squared_distances(points, points, what):
        distances[np.arange(len(distances)), np.arange(rows.start, rows.stop)] = np.inf
        distances.partition(k - 1, axis=1)
        found[rows] = distances[:, k - 1]
    return found
