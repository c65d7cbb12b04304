"""Frequency tables in integers, and the coder's models made from them without rounding.

`constriction` takes probabilities as floats and gives symbol i the left end floor(sum(p[:i]) * scale) + i, where scale
is (2^24 - n) / sum(p). With p = frequency - 1 of integer frequencies that add up to 2^24, scale is exactly 1 and every
sum an integer below 2^24, so the model is the integer table itself, on every machine (a test reads the coder's words).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

#: Frequencies add up to 2^PRECISION, which is what the coder works with.
PRECISION = 24
TOTAL = 1 << PRECISION

#: Two-sided families: sums of geometric distributions, each so many widths from the family's own and with so many
#: shares. The second is what codes look like whose width varies: more zeros, and longer tails.
FAMILIES = (((0, 1),), ((-4, 3), (4, 1)))
#: Widths of a family, a quarter of an octave apart.
CLASSES = 72
#: Residuals beyond this always escape.
MAX_REACH = 2047

_ONE = 1 << 32
_QUARTERS = (65536, 77936, 92682, 110218)  # 2^(k/4) * 2^16
_HALVES = (128, 181)  # 2^(k/2) * 2^7
#: Of the steps 0 to 15.
_WEIGHTS = np.array([0, *(_HALVES[k % 2] << k // 2 for k in range(15))], "int64")


def frequencies(weights: np.ndarray | Sequence[int]) -> np.ndarray:
    """Integer frequencies, each at least 1, adding up to 2^24, as close to the weights as rounding down allows.

    What is left over goes to the largest. Tables lie along the last axis.
    """
    weights = np.asarray(weights)
    if int(weights.max()) >> 62 - PRECISION:  # the product with 2^24 would not fit into 64 bits
        weights = weights.astype(object)
    free, total = TOTAL - weights.shape[-1], weights.sum(-1, keepdims=True)
    found = np.asarray(1 + weights * free // total, "int64")
    largest = weights.argmax(-1)[..., None]
    rest = TOTAL - found.sum(-1, keepdims=True)
    np.put_along_axis(found, largest, np.take_along_axis(found, largest, -1) + rest, -1)
    return found


def coder_model(table: np.ndarray) -> Any:
    """The coder's model with exactly these frequencies."""
    import constriction

    return constriction.stream.model.Categorical((table - 1).astype("float64"), perfect=False)


@dataclass(frozen=True)
class Width:
    """One width of a family: residuals from -reach to reach, and last the escape symbol 2 * reach + 1.

    Attributes:
        expected: the mean magnitude, an integer in units of 2^-8.
        cost: bits of each magnitude 0 to reach, and last of an escape with its four bytes; for the encoder's choice.
    """

    reach: int
    model: Any
    expected: int
    cost: np.ndarray


@cache
def width(family: int, index: int) -> Width:
    """Width `index` of a family, whose geometric distributions fall by theta = w / (1 + w) per unit.

    With w = 2^(index / 4 - 8); all in units of 2^-32.
    """
    thetas = [_theta(index + offset) for offset, _ in FAMILIES[family]]
    parts = [
        share * (((_ONE - theta) << 32) // (_ONE + theta))
        for (_, share), theta in zip(FAMILIES[family], thetas, strict=True)
    ]
    half = [sum(parts)]
    while half[-1] > half[0] >> 14 and len(half) <= MAX_REACH:
        parts = [part * theta >> 32 for part, theta in zip(parts, thetas, strict=True)]
        half.append(sum(parts))
    rest = sum(2 * part * theta // (_ONE - theta) for part, theta in zip(parts, thetas, strict=True))
    reach = len(half) - 1
    table = frequencies([*half[:0:-1], *half, max(rest, 1)])
    cost = PRECISION - np.log2(table[reach:].astype("float64"))
    cost[-1] += 32
    expected = int(table[reach:] @ np.arange(reach + 2) * 512) >> PRECISION
    return Width(reach, coder_model(table), expected, cost)


def _theta(index: int) -> int:
    w = _QUARTERS[max(index, 0) % 4] << (max(index, 0) // 4 + 8)
    return (w << 32) // (w + _ONE)


@cache
def costs(family: int, most: int) -> np.ndarray:
    """Bits of every magnitude from 0 to `most` in every width, (CLASSES, most + 1)."""
    rows = []
    for index in range(CLASSES):
        one = width(family, index)
        row = np.full(most + 1, one.cost[-1])
        row[: one.reach + 1] = one.cost[: min(one.reach, most) + 1]
        rows.append(row)
    return np.stack(rows)


def describe(counts: np.ndarray) -> np.ndarray:
    """Explicit tables in half octaves: 0 for what does not occur, 15 for the most frequent symbol, uint8 (..., n)."""
    shares = np.maximum(counts, 1) / counts.max(-1, keepdims=True)
    steps = np.rint(2 * np.log2(shares)).astype("int64") + 15
    return np.where(counts > 0, np.maximum(steps, 1), 0).astype("uint8")


def described_frequencies(steps: np.ndarray) -> np.ndarray:
    """The frequencies (..., n) that `describe` stands for: weight 2^(step / 2), none for 0; even if all are 0."""
    weights = _WEIGHTS[steps]
    return frequencies(np.where(weights.any(-1, keepdims=True), weights, 1))


def all_described(steps: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The frequencies of several tables; those of one size together, which takes a tenth of the time."""
    found: list[Any] = [None] * len(steps)
    for size in {each.size for each in steps}:
        chosen = [index for index, each in enumerate(steps) if each.size == size]
        for index, table in zip(chosen, described_frequencies(np.stack([steps[i] for i in chosen])), strict=True):
            found[index] = table
    return found
