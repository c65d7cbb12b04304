"""The Frechet distance of two sets of points, as if both were Gaussian."""

from collections.abc import Iterator

import numpy as np

#: Mean (size,) and covariance (size, size).
Moments = tuple[np.ndarray, np.ndarray]

#: For the standard error each set is cut into so many parts, of which one after the other is left out.
PARTS = 25


def moments(points: np.ndarray) -> Moments:
    """Mean and unbiased covariance of points (n, size)."""
    points = np.asarray(points, "float64")
    mean = points.mean(axis=0)
    centred = points - mean
    return mean, centred.T @ centred / (len(points) - 1)


def left_out(points: np.ndarray) -> Iterator[Moments]:
    """Moments of the points without each of `PARTS` parts, which are drawn at random."""
    points = np.asarray(points, "float64")
    mean, covariance = moments(points)
    total = covariance * (len(points) - 1)
    order = np.random.default_rng(0).permutation(len(points))
    for part in np.array_split(order, min(PARTS, len(points) // 2)):
        without = points[part] - mean
        left = len(points) - len(part)
        shift = -without.sum(axis=0) / left
        yield mean + shift, (total - without.T @ without - left * np.outer(shift, shift)) / (left - 1)


def jackknife_error(values: np.ndarray) -> np.ndarray:
    """The standard error of a figure from its values without each part, shape (parts, ...) -> (...).

    Source: Efron, The jackknife, the bootstrap and other resampling plans, 1982.
    """
    parts = len(values)
    return np.sqrt((parts - 1) / parts * np.square(values - values.mean(axis=0)).sum(axis=0))


def frechet(one: Moments, other: Moments) -> float:
    """|m1 - m2|^2 + trace(S1 + S2 - 2 (S1 S2)^(1/2)) of two Gaussians.

    The trace of (S1 S2)^(1/2) is that of (S1^(1/2) S2 S1^(1/2))^(1/2), whose eigenvalues are real and not negative.

    Source: Dowson and Landau, The Frechet distance between multivariate normal distributions, 1982.
    """
    (mean, covariance), (mean_other, covariance_other) = one, other
    values, vectors = np.linalg.eigh(covariance)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    shared = np.linalg.eigvalsh(root @ covariance_other @ root)
    traces = np.trace(covariance) + np.trace(covariance_other) - 2 * np.sqrt(np.maximum(shared, 0)).sum()
    return float(np.square(mean - mean_other).sum() + max(0.0, traces))
