"""Lloyd-Max quantisers of single numbers, and the allocation of bits between them.

Source: Lloyd, Least squares quantization in PCM, 1982; Gersho and Gray, Vector quantization and signal compression,
1992, chapter 8 (greedy allocation).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

#: Lloyd's iterations for each number of levels; each starts from the levels of half as many, split.
ITERATIONS = 30


@dataclass(frozen=True)
class Samples:
    """One code's values in rising order with their running sums, which make a cell's mean two look-ups."""

    values: np.ndarray
    sums: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> Samples:
        ordered = np.sort(values.astype("float64"))
        zero = np.zeros(1)
        return cls(
            ordered, np.concatenate([zero, ordered.cumsum()]), np.concatenate([zero, np.square(ordered).cumsum()])
        )

    def improve(self, levels: np.ndarray) -> np.ndarray:
        """One iteration: cells between the levels' middles, then each level to its cell's mean."""
        edges = self._edges(levels)
        counts = np.diff(edges)
        return np.sort(np.where(counts > 0, np.diff(self.sums[edges]) / np.maximum(counts, 1), levels))

    def error(self, levels: np.ndarray) -> float:
        """The sum of squared differences between the values and their levels."""
        edges = self._edges(levels)
        parts = np.diff(self.squares[edges]) - 2 * levels * np.diff(self.sums[edges]) + levels**2 * np.diff(edges)
        return float(max(parts.sum(), 0.0))

    def split(self, levels: np.ndarray) -> np.ndarray:
        """Twice as many levels: each moved down and up by its cell's standard deviation."""
        edges = self._edges(levels)
        counts = np.maximum(np.diff(edges), 1)
        means = np.diff(self.sums[edges]) / counts
        spread = np.sqrt(np.maximum(np.diff(self.squares[edges]) / counts - means**2, 0))
        return np.sort(np.concatenate([levels - spread, levels + spread]))

    def _edges(self, levels: np.ndarray) -> np.ndarray:
        inner = np.searchsorted(self.values, (levels[1:] + levels[:-1]) / 2)
        return np.concatenate([[0], inner, [len(self.values)]])


def refine(samples: Samples, levels: np.ndarray) -> np.ndarray:
    """Lloyd-Max levels, twice as many as given."""
    levels = samples.split(levels)
    for _ in range(ITERATIONS):
        levels = samples.improve(levels)
    return levels


def allocate(codes: np.ndarray, bits: int, most: int) -> list[np.ndarray]:
    """Levels for every code, 2^b of them with the b adding up to `bits`, each bit where it lowers the error most.

    Args:
        codes: (n, depth).
        bits: to share out; what no code can use is left.
        most: for one code.
    """
    samples = [Samples.of(values) for values in codes.T]
    levels = [np.array([each.values.mean()]) for each in samples]
    finer = [refine(one, each) for one, each in zip(samples, levels, strict=True)]
    gains = [(-_gain(samples[c], levels[c], finer[c]), c) for c in range(len(samples))]
    heapq.heapify(gains)
    for _ in range(bits):
        if not gains or gains[0][0] >= 0:
            break
        c = heapq.heappop(gains)[1]
        levels[c] = finer[c]
        if len(levels[c]) < 1 << most:
            finer[c] = refine(samples[c], levels[c])
            heapq.heappush(gains, (-_gain(samples[c], levels[c], finer[c]), c))
    return levels


def _gain(samples: Samples, levels: np.ndarray, finer: np.ndarray) -> float:
    return samples.error(levels) - samples.error(finer)
