"""Paired differences, and what chance leaves of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Difference:
    """A mean of paired differences.

    Args:
        half_width: of the 95 % interval by Student's t; None for a single pair.
    """

    mean: float
    half_width: float | None
    n: int

    @property
    def beyond_noise(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.half_width is not None and abs(self.mean) > self.half_width


def paired(differences: Sequence[float]) -> Difference:
    """The mean of paired differences with its 95 % interval, by Student's t."""
    n = len(differences)
    mean = sum(differences) / n
    if n < 2:
        return Difference(mean, None, n)
    from scipy.special import stdtrit

    return Difference(mean, float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * spread(differences) / math.sqrt(n), n)


def spread(values: Sequence[float]) -> float:
    """The standard deviation over seeds; 0 for a single one."""
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / max(1, len(values) - 1))
