"""One quantity of one run as it grows: where each value lies, the values, and what is derived from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from .pyramid import Growing, Pyramid

Axis = Literal["step", "epoch", "time"]
AXES: tuple[Axis, ...] = ("step", "epoch", "time")

#: Rows smoothed by one matrix product.
BLOCK = 64
#: Derived series kept for each series: a weight or two, and the positive values.
KEPT = 4


class Series:
    """A growing record of one quantity: step, epoch, time (seconds since 1970) and value, all float64.

    Along each axis a row never lies before the row above it: a row without an epoch takes the last one
    known, and a clock that was set back stands still. Rows before the
    first known epoch lie nowhere on that axis. A value that is NaN is a gap.
    """

    def __init__(self) -> None:
        self._x = Growing(len(AXES))
        self._y = Growing(1)
        self._pyramid = Pyramid()
        self._unplaced = np.zeros(len(AXES), int)
        self._derived: dict[str, _Derived] = {}
        self._nonpositive = self._counted = 0
        #: Changes with every change of the rows.
        self.version = 0

    def __len__(self) -> int:
        return len(self._y)

    @property
    def steps(self) -> np.ndarray:
        return self._x.rows[0, : len(self)]

    @property
    def epochs(self) -> np.ndarray:
        return self._x.rows[1, : len(self)]

    @property
    def times(self) -> np.ndarray:
        return self._x.rows[2, : len(self)]

    @property
    def values(self) -> np.ndarray:
        return self._y.rows[0]

    def append(self, step: float, epoch: float | None, time: float, value: float) -> None:
        self.extend([step], [np.nan if epoch is None else epoch], [time], [value])

    def extend(self, step: ArrayLike, epoch: ArrayLike, time: ArrayLike, value: ArrayLike) -> None:
        """Add rows, given as four columns of the same length."""
        block = np.array([step, epoch, time], float)  # axes, rows
        values = np.asarray(value, float)
        if block.shape != (len(AXES), *values.shape) or values.ndim != 1:
            raise ValueError(
                f"Expected four columns of the same length. Received: {block.shape[1:]} and {values.shape}"
            )
        if not len(values):
            return
        if len(self):
            block[:, 0] = np.fmax(block[:, 0], self._x.rows[:, -1])
        np.fmax.accumulate(block, axis=1, out=block)
        self._unplaced += np.where(self._unplaced == len(self), np.isnan(block).sum(axis=1), 0)
        self._x.extend(block)
        self._take(values)

    def truncate(self, step: float) -> None:
        """Drop the rows beyond a step: a resumed run repeats the steps after its checkpoint."""
        keep = int(np.searchsorted(self.steps, step, side="right"))
        if keep == len(self):
            return
        for table in (self._x, self._y, self._pyramid):
            table.truncate(keep)
        np.minimum(self._unplaced, keep, out=self._unplaced)
        self._derived.clear()
        self._nonpositive = self._counted = 0
        self.version += 1

    def x(self, axis: Axis, origin: float = 0.0) -> np.ndarray:
        """Where the rows lie, (rows,): steps, epochs, or seconds since `origin`."""
        column = self._column(axis)
        return column - origin if axis == "time" and origin else column

    def rows_at(self, edges: np.ndarray, axis: Axis, origin: float = 0.0) -> np.ndarray:
        """The first row that does not lie before each edge, (edges,); for the last edge the first row beyond it."""
        index = AXES.index(axis)
        placed = self._column(axis)[self._unplaced[index] :]
        places = edges + origin if axis == "time" else edges
        rows = placed.searchsorted(places)
        rows[-1] = placed.searchsorted(places[-1], side="right")
        return rows + self._unplaced[index]

    def ranges(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Lowest and highest value between row numbers that never fall; NaN where there is none."""
        return self._pyramid.ranges(self.values, rows)

    def column_ranges(self, edges: np.ndarray, axis: Axis, origin: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        """Lowest and highest value in each column [edges[i], edges[i + 1]), the last closed; NaN where none is."""
        return self.ranges(self.rows_at(edges, axis, origin))

    def extent(self, axis: Axis, origin: float = 0.0) -> tuple[float, float] | None:
        """Where the first and the last row lie, or None when no row lies on this axis."""
        first = self._unplaced[AXES.index(axis)]
        if first >= len(self):
            return None
        column, shift = self._column(axis), origin if axis == "time" else 0.0
        return float(column[first] - shift), float(column[-1] - shift)

    def nearest(self, x: float, axis: Axis, origin: float = 0.0) -> int | None:
        """The row that lies nearest to x, or None when no row lies on this axis."""
        first = int(self._unplaced[AXES.index(axis)])
        if first >= len(self):
            return None
        column, place = self._column(axis), x + origin if axis == "time" else x
        after = min(first + int(column[first:].searchsorted(place)), len(self) - 1)
        before = max(after - 1, first)
        return before if place - column[before] <= column[after] - place else after

    def x_of_step(self, step: float, axis: Axis, origin: float = 0.0) -> float | None:
        """Where the first row at or after a step lies (else the last row), or None when that is nowhere."""
        if axis == "step":
            return float(step)
        if not len(self):
            return None
        row = min(int(self.steps.searchsorted(step)), len(self) - 1)
        x = float(self._column(axis)[row]) - (origin if axis == "time" else 0.0)
        return None if np.isnan(x) else x

    def smoothed(self, weight: float) -> Series:
        """The debiased exponential moving average, as TensorBoard draws it; it follows this series by new rows only.

        Args:
            weight: of what came before; from 0, which smooths nothing, to below 1. A value
                that is not finite stays as it is and the average skips it.
        """
        if weight <= 0:
            return self
        if weight >= 1:
            raise ValueError(f"Expected a smoothing weight below 1. Received: {weight}")
        return self._followed(f"smoothed {weight!r}", lambda: _Smoothing(weight))

    def positive(self) -> Series:
        """The same rows with NaN for each value <= 0, as a logarithmic axis wants them; itself while there is none."""
        if not self.nonpositive():
            return self
        return self._followed("positive", lambda: _positive)

    def nonpositive(self) -> int:
        """How many values are <= 0."""
        new = self.values[self._counted :]
        self._nonpositive += int(np.count_nonzero(new <= 0))
        self._counted = len(self)
        return self._nonpositive

    def as_arrays(self) -> dict[str, np.ndarray]:
        """The four columns by name, for a cache."""
        return {"step": self.steps, "epoch": self.epochs, "time": self.times, "value": self.values}

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> Series:
        """The series whose `as_arrays` gave this."""
        series = cls()
        series.extend(arrays["step"], arrays["epoch"], arrays["time"], arrays["value"])
        return series

    def _column(self, axis: Axis) -> np.ndarray:
        return self._x.rows[AXES.index(axis), : len(self)]

    def _take(self, values: np.ndarray) -> None:
        self._y.extend(values[None])
        self.version += 1

    def _followed(self, name: str, make: Callable[[], Callable[[np.ndarray], np.ndarray]]) -> Series:
        if name not in self._derived:
            if len(self._derived) >= KEPT:
                del self._derived[next(iter(self._derived))]
            self._derived[name] = _Derived(self._x, make())
        series = self._derived[name]
        if len(series) < len(self):
            series._take(series.rule(self.values[len(series) :]))
        series._unplaced = np.minimum(self._unplaced, len(series))
        return series


class _Derived(Series):
    """A series on another's rows, its values made by a rule that sees each value once."""

    def __init__(self, x: Growing, rule: Callable[[np.ndarray], np.ndarray]) -> None:
        super().__init__()
        self._x = x
        self.rule = rule


def _positive(values: np.ndarray) -> np.ndarray:
    return np.where(values > 0, values, np.nan)


class _Smoothing:
    """The running state of one moving average."""

    def __init__(self, weight: float) -> None:
        self.weight = weight
        self.average = 0.0
        self.count = 0

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """The next averages, (rows,)."""
        result = np.array(values, float)
        finite = np.isfinite(values)
        counted = values[finite]
        if len(counted):
            averages = _recurrence((1 - self.weight) * counted, self.weight, self.average)
            powers = self.weight ** np.arange(self.count + 1.0, self.count + len(counted) + 1.0)
            result[finite] = averages / (1 - powers)
            self.average = float(averages[-1])
            self.count += len(counted)
        return result


def _recurrence(terms: np.ndarray, weight: float, before: float) -> np.ndarray:
    """s[i] = weight * s[i - 1] + terms[i], (rows,), without a loop over rows and without dividing by weight ** rows.

    Each block of rows is one product with a triangular matrix of powers; the blocks' ends obey the same recurrence,
    with weight ** BLOCK.
    """
    exponents = np.subtract.outer(np.arange(BLOCK), np.arange(BLOCK))
    triangle = np.where(exponents >= 0, weight ** np.maximum(exponents, 0.0), 0.0)
    powers = weight ** np.arange(1.0, BLOCK + 1)
    if len(terms) <= BLOCK:
        return triangle[: len(terms), : len(terms)] @ terms + powers[: len(terms)] * before
    blocks = np.zeros((-(-len(terms) // BLOCK), BLOCK))
    blocks.reshape(-1)[: len(terms)] = terms
    inner = blocks @ triangle.T
    ends = _recurrence(inner[:, -1], weight**BLOCK, before)
    starts = np.concatenate([[before], ends[:-1]])
    return (inner + starts[:, None] * powers).reshape(-1)[: len(terms)]
