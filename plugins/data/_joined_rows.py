"""Rows of several sources, one after another."""

from itertools import pairwise

import numpy as np

import aekit


class JoinedRows:
    """The examples of `parts` as one, an `aekit.Rows`; all of one dtype, and of one shape but for their number."""

    block = 1

    def __init__(self, *parts: aekit.Rows):
        self.parts = parts
        self.starts = np.cumsum([0, *(part.shape[0] for part in parts)])
        self.shape = (int(self.starts[-1]), *parts[0].shape[1:])
        self.dtype = parts[0].dtype

    def read(self, indices: np.ndarray) -> np.ndarray:
        """The rows at `indices` (sorted, without repeats)."""
        spans = pairwise(np.searchsorted(indices, self.starts))
        return np.concatenate(
            [
                part.read(indices[first:last] - start)
                for part, start, (first, last) in zip(self.parts, self.starts, spans, strict=False)
            ]
        )
