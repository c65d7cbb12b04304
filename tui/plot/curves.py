"""What a chart shows, and where each curve passes on a canvas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..store.series import Axis, Series
from .scale import Scale


@dataclass(frozen=True)
class Curve:
    """One series in a chart.

    Args:
        label: its name in the legend.
        color: `#rrggbb`, or the name of an ANSI colour.
        dotted: drawn with gaps, as validation curves are.
        origin: where its wall time begins, in seconds since 1970.
    """

    label: str
    series: Series
    color: str
    dotted: bool = False
    origin: float = 0.0

    def drawn(self, smoothing: float = 0.0, log_y: bool = False) -> Series:
        """What is drawn of it: smoothed, and without what a logarithm cannot show."""
        series = self.series.smoothed(smoothing)
        return series.positive() if log_y else series


@dataclass(frozen=True)
class Mark:
    """A thin vertical line with its label on top: a stage's boundary, a checkpoint."""

    x_step: int
    label: str


@dataclass(frozen=True)
class Trace:
    """One series in the columns of a view; everything that depends on x but not yet on y.

    Shapes: rows and edges (columns + 1,); low and high (columns,).
    """

    series: Series
    axis: Axis
    origin: float
    edges: np.ndarray
    rows: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of(cls, series: Series, axis: Axis, origin: float, edges: np.ndarray) -> Trace:
        rows = series.rows_at(edges, axis, origin)
        return cls(series, axis, origin, edges, rows, *series.ranges(rows))

    def span(self, scale: Scale) -> tuple[np.ndarray, np.ndarray]:
        """The heights that the curve passes in each column, in dots, (columns,) twice; NaN where it is not.

        A column's values, and the heights where straight lines between values cross its edges: few values give lines,
        many give their range.
        """
        low, high = scale.position(self.low), scale.position(self.high)
        crossing = self._crossings(scale)
        alone = np.isnan(crossing[:-1]) & np.isnan(crossing[1:])
        high = np.where(alone, np.fmax(high, low + 2), high)  # one dot by itself is hard to see
        below = np.fmin(np.fmin(low, crossing[:-1]), crossing[1:])
        return below, np.fmax(np.fmax(high, crossing[:-1]), crossing[1:])

    def _crossings(self, scale: Scale) -> np.ndarray:
        """How high the line between the rows on both sides crosses each edge, (columns + 1,)."""
        x, values = self.series.x(self.axis), self.series.values
        crossing = np.full(len(self.edges), np.nan)
        inside = (self.rows > 0) & (self.rows < len(values))
        after = self.rows[inside]
        before = after - 1
        shift = self.origin if self.axis == "time" else 0.0
        start, stop = scale.position(values[before]), scale.position(values[after])
        share = (self.edges[inside] + shift - x[before]) / (x[after] - x[before])
        crossing[inside] = start + (stop - start) * share
        return crossing
