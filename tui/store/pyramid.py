"""Lowest and highest value of any range of rows, in time that does not grow with the rows."""

from __future__ import annotations

import numpy as np

FACTOR = 8
#: Up to so many rows for each range asked for, looking at every row is faster than climbing.
FEW = 128


class Growing:
    """A table of `columns` float64 columns to which rows are added; its capacity doubles.

    Shapes: `rows` is a view, (columns, rows).
    """

    def __init__(self, columns: int) -> None:
        self._table = np.empty((columns, 64))
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def rows(self) -> np.ndarray:
        return self._table[:, : self._length]

    def extend(self, block: np.ndarray) -> None:
        """Add rows; block is (columns, rows)."""
        length = self._length + block.shape[1]
        if length > self._table.shape[1]:
            table = np.empty((len(self._table), max(length, 2 * self._table.shape[1])))
            table[:, : self._length] = self.rows
            self._table = table
        self._table[:, self._length : length] = block
        self._length = length

    def truncate(self, length: int) -> None:
        self._length = min(self._length, length)


class Pyramid:
    """Lowest and highest of each FACTOR, FACTOR ** 2, ... values; NaN counts for nothing.

    It is built as far as the values reach whenever a question needs it: level k holds only
    whole blocks of FACTOR ** (k + 1) values.
    """

    def __init__(self) -> None:
        self._levels: list[Growing] = []

    def truncate(self, length: int) -> None:
        """Forget the blocks that reach beyond the first `length` values."""
        for level in self._levels:
            length //= FACTOR
            level.truncate(length)

    def ranges(self, values: np.ndarray, bounds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Lowest and highest of values[bounds[i]:bounds[i + 1]], each (ranges,); NaN where there is none.

        Args:
            values: all values so far, (rows,).
            bounds: row numbers that never fall, (ranges + 1,).
        """
        if bounds[-1] - bounds[0] <= FEW * len(bounds):
            return _looked_at(values, bounds)
        self._grow(values)
        low = np.full(len(bounds) - 1, np.nan)
        high = low.copy()
        start, stop = bounds[:-1].copy(), bounds[1:].copy()
        lows, highs = values, values
        for level in [None, *self._levels]:
            if level is not None:
                lows, highs = level.rows
            _take_ragged_ends(lows, highs, start, stop, low, high)
            start, stop = -(-start // FACTOR), stop // FACTOR
            if not np.any(start < stop):
                break
        return low, high

    def _grow(self, values: np.ndarray) -> None:
        lows, highs = values, values
        for depth in range(64):
            if len(lows) < FACTOR:
                return
            if depth == len(self._levels):
                self._levels.append(Growing(2))
            level = self._levels[depth]
            new = slice(len(level) * FACTOR, len(lows) // FACTOR * FACTOR)
            if new.start < new.stop:
                level.extend(np.stack([_blocks(np.fmin, lows[new]), _blocks(np.fmax, highs[new])]))
            lows, highs = level.rows


def _blocks(extreme: np.ufunc, values: np.ndarray) -> np.ndarray:
    """The extreme of each block of FACTOR values."""
    result = extreme(values[0::FACTOR], values[1::FACTOR])
    for offset in range(2, FACTOR):
        extreme(result, values[offset::FACTOR], out=result)
    return result


def _looked_at(values: np.ndarray, bounds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    first, last = int(bounds[0]), int(bounds[-1])
    empty = bounds[:-1] == bounds[1:]
    if first == last:
        nothing = np.full(len(empty), np.nan)
        return nothing, nothing.copy()
    within = values[first:last]
    # reduceat wants starts inside the array; an empty range's answer is thrown away.
    starts = np.minimum(bounds[:-1] - first, last - first - 1)
    low, high = np.fmin.reduceat(within, starts), np.fmax.reduceat(within, starts)
    low[empty] = high[empty] = np.nan
    return low, high


def _take_ragged_ends(
    lows: np.ndarray, highs: np.ndarray, start: np.ndarray, stop: np.ndarray, low: np.ndarray, high: np.ndarray
) -> None:
    """Take into low and high what lies outside whole blocks of the level above, at both ends of each range."""
    if not len(lows):
        return
    inner_start = np.minimum(-(-start // FACTOR) * FACTOR, stop)
    inner_stop = np.maximum(stop // FACTOR * FACTOR, inner_start)
    steps = np.arange(FACTOR)
    places = np.concatenate([start[:, None] + steps, inner_stop[:, None] + steps], axis=1)  # ranges, 2 * FACTOR
    limits = np.repeat(np.stack([inner_start, stop], axis=1), FACTOR, axis=1)
    outside = places >= limits
    np.minimum(places, len(lows) - 1, out=places)
    for extreme, source, result in ((np.fmin, lows, low), (np.fmax, highs, high)):
        taken = source[places]
        taken[outside] = np.nan
        extreme(result, extreme.reduce(taken, axis=1), out=result)
