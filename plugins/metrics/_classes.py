"""What a classifier says of a split, and how sure its share of right answers is."""

from math import sqrt

import numpy as np

import aekit

#: The normal distribution's 97.5 % point: 95 % lie within so many standard deviations.
WITHIN_95 = 1.959964


def answers(model, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Labels (n,) of a split, and the probabilities (n, classes) that the model gives its classes."""
    batches = [(batch["y"], model.classify(batch["x"])) for batch in model.data.batches(split)]
    labels, probabilities = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    return labels.astype("int64"), probabilities


def percentage(flags: np.ndarray, what: str, direction) -> aekit.Measure:
    """How many of n flags are set, in percent, with its standard error and Wilson's 95 % interval."""
    n, count = len(flags), int(flags.sum())
    share = count / n
    low, high = wilson(count, n)
    error = 100 * sqrt(share * (1 - share) / n)
    return aekit.Measure(100 * share, n, error, f"% of examples {what}", direction, (100 * low, 100 * high))


def wilson(count: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a probability of which `count` of n trials came true.

    Source: Wilson, Probable inference, the law of succession, and statistical inference, 1927.
    """
    share, z = count / n, WITHIN_95
    centre = share + z**2 / (2 * n)
    half = z * sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)
