"""From data to dots: linear and logarithmic scales, and the ranges that a plot shows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

#: Values beyond the picture are drawn at most so many dots outside it, so that lines towards infinity stay lines.
FAR = 1e6
#: Beyond this a range's width would overflow.
LARGEST = 1e300
#: The least width of a range, as a part of its values.
SMALLEST = 1e-9


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` on `dots` dots, the first dot lowest.

    Args:
        low, high: the ends of the range; both > 0 on a logarithmic scale.
        dots: how many dots lie between them.
        log: logarithmic.
    """

    low: float
    high: float
    dots: int
    log: bool = False

    def position(self, values: np.ndarray) -> np.ndarray:
        """How many dots above `low`; NaN for NaN, and for what a logarithm cannot show."""
        low, high = self.low, self.high
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if self.log:
                values, low, high = np.log10(np.where(values > 0, values, np.nan)), math.log10(low), math.log10(high)
            return np.clip((values - low) / (high - low) * self.dots, -FAR, FAR)

    def cell(self, value: float, per_cell: int) -> int:
        """The cell that a value falls into, counted from `low`; it may lie outside."""
        return math.floor(float(self.position(np.array(value))) / per_cell)


def value_range(lows: list[np.ndarray], highs: list[np.ndarray], log: bool = False) -> tuple[float, float] | None:
    """The range that shows all finite values with a margin of a twentieth, or None when there is none."""
    ends = np.concatenate([np.concatenate(lows), np.concatenate(highs)]) if lows else np.zeros(0)
    ends = ends[np.isfinite(ends) & (ends > 0)] if log else ends[np.isfinite(ends)]
    if not len(ends):
        return None
    low, high = float(ends.min()), float(ends.max())
    if log:
        low, high = math.log10(low), math.log10(high)
        margin = 0.05 * (high - low) or 0.3
        return 10 ** max(low - margin, -307.0), 10 ** min(high + margin, 307.0)
    low, high = max(low, -LARGEST), min(high, LARGEST)
    span = high - low
    # Less than this is the rounding of a constant.
    span = span if span > SMALLEST * max(abs(low), abs(high)) else 0.0
    margin = 0.05 * span or 0.1 * abs(high) or 1.0
    return low - margin, high + margin


def roomy(low: float, high: float) -> tuple[float, float]:
    """The extent of growing data, its end moved out to the next sixteenth of a power of two.

    The picture of a live run then changes at its end only, and as a whole once in a while.
    """
    span = high - low
    if not span > 0 or not math.isfinite(span):
        return low - 0.5, low + 0.5
    quantum = 2.0 ** (math.floor(math.log2(span)) - 4)
    return low, low + math.ceil(span / quantum) * quantum
