"""A walk through the latent space: along two dimensions from a code, or between two codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

#: Of a dimension's standard deviation.
STEP = 0.25
#: Of the way between two examples.
SHARE = 1 / 16


class Place(NamedTuple):
    """A point of the map with its sign."""

    x: float
    y: float
    sign: str


class Walk:
    """A place in the space of codes, moved by the arrow keys.

    Args:
        codes: of the first validation examples, or drawn from a prior, (n, *code_shape).
        labels: one for each of them, or None.
        drawn: they are from a prior: each stands for a sample, and no dimension matters more than another.

    Attributes:
        start: the example or sample whose code the walk begins at; between two of them the one at t = 0.
        other: between two of them, the one at t = 1.
        t: how far between them one is, None along the dimensions.
    """

    def __init__(self, codes: np.ndarray, labels: np.ndarray | None = None, drawn: bool = False) -> None:
        self.shape = codes.shape[1:]
        self.codes = np.nan_to_num(np.asarray(codes, "float32").reshape(len(codes), -1))
        self.labels = labels if labels is not None and len(labels) == len(codes) else None
        self.mean = self.codes.mean(axis=0)
        self.deviation = self.codes.std(axis=0)
        self.start, self.other = 0, min(1, len(codes) - 1)
        self.t: float | None = None
        self._pair = 0
        self._offset = np.zeros(self.size, "float32")
        self.drawn = drawn
        self._order = np.arange(self.size) if drawn else np.argsort(-self.deviation, kind="stable")

    @property
    def size(self) -> int:
        """Numbers in a code."""
        return int(self.codes.shape[1])

    @property
    def pair(self) -> tuple[int, int]:
        """The dimensions of left and right, and of up and down; of examples in the order of their deviation."""
        first = min(2 * self._pair, max(0, self.size - 2))
        return int(self._order[first]), int(self._order[min(first + 1, self.size - 1)])

    @property
    def ends(self) -> list[int]:
        """Where the walk begins and, between two, where it ends."""
        return [self.start] if self.t is None else [self.start, self.other]

    def codes_of(self, indices: Sequence[int]) -> np.ndarray:
        """Codes as a decoder wants them, (n, *code_shape)."""
        return self.codes[list(indices)].reshape(len(indices), *self.shape)

    @property
    def z(self) -> np.ndarray:
        """The code of the place, flat."""
        here = self.codes[self.start]
        if self.t is not None:
            return np.asarray((1 - self.t) * here + self.t * self.codes[self.other], "float32")
        return here + self._offset

    @property
    def code(self) -> np.ndarray:
        """The code as a decoder wants it, (1, *code_shape)."""
        return self.z.reshape(1, *self.shape)

    @property
    def scores(self) -> np.ndarray:
        """The code in standard deviations from the mean."""
        return (self.z - self.mean) / np.where(self.deviation > 0, self.deviation, 1)

    @property
    def places(self) -> list[Place]:
        """What is marked on the map: where the walk begins and ends, and where one is."""
        across, up = self.pair
        ends = [("o", self.start)] if self.t is None else [("a", self.start), ("b", self.other)]
        marks = [Place(float(self.codes[index, across]), float(self.codes[index, up]), sign) for sign, index in ends]
        z = self.z
        return [*marks, Place(float(z[across]), float(z[up]), "+")]

    @property
    def points(self) -> np.ndarray:
        """All codes in the two dimensions, (n, 2)."""
        return self.codes[:, list(self.pair)]

    def label(self, index: int) -> str:
        """ "example 12 (7)"."""
        return f"{'sample' if self.drawn else 'example'} {index}" + (
            f" ({self.labels[index]})" if self.labels is not None else ""
        )

    def words(self) -> str:
        """Where one is: "z3 +0.51 (+1.2 sd)  z7 -0.20 (-0.4 sd)"."""
        if self.t is not None:
            return f"{self.label(self.start)} to {self.label(self.other)}, {self.t:.0%} of the way"
        z, scores = self.z, self.scores
        shown = dict.fromkeys(self.pair)
        return "  ".join(f"z{d} {z[d]:+.3g} ({scores[d]:+.1f} sd)" for d in shown)

    # ------------------------------------------------------------------ moving

    def move(self, right: int, up: int) -> None:
        """A step along the two dimensions; between two examples right goes on and up chooses the other one."""
        if self.t is not None:
            self.t = min(1.0, max(0.0, self.t + right * SHARE))
            self.other = (self.other + up) % len(self.codes)
            return
        for dimension, steps in zip(self.pair, (right, up), strict=True):
            self._offset[dimension] += STEP * steps * (self.deviation[dimension] or 1)

    def back(self) -> None:
        """To where the walk began."""
        self._offset[:] = 0
        if self.t is not None:
            self.t = 0.0

    def next_start(self, delta: int) -> None:
        """Begin at the next example."""
        self.start = (self.start + delta) % len(self.codes)
        self.back()

    def next_pair(self, delta: int) -> None:
        """Other dimensions; what was moved in the former ones stays."""
        self._pair = (self._pair + delta) % max(1, -(-self.size // 2))

    def toggle_between(self) -> None:
        """Between two examples, or along the dimensions; both begin at the start."""
        self.t = 0.0 if self.t is None else None
        self._offset[:] = 0
        if self.other == self.start:
            self.other = (self.start + 1) % len(self.codes)
