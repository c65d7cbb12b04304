"""How busy an image is around each code, told from the codes already known: its width follows by integer arithmetic.

Positions are coded in four phases, so that each sees neighbours on several sides, and the channels of a position in
groups:
```
0 2 0 2
3 1 3 1      a position of phase 1 sees its diagonal neighbours (0), of 2 and 3 its four neighbours (0 and 1);
0 2 0 2      a group sees in addition the groups before it at the same position
```
The activity is the mean of what is known, each magnitude divided by what its channel's table expects, and one
expected magnitude of 1; its bin in half octaves says by how many widths the channel's own is changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

#: Bins of the activity, in half octaves; the last half of them are for positions with known neighbours.
BINS = 16
GROUPS = 16
_PHASES = ((0, 0), (1, 1), (0, 1), (1, 0))
#: The neighbours that each phase sees, (down, right).
_DIAGONAL = ((-1, -1), (-1, 1), (1, -1), (1, 1))
_AXIAL = ((-1, 0), (1, 0), (0, -1), (0, 1))
_SEEN: tuple[tuple[tuple[int, int], ...], ...] = ((), _DIAGONAL, _AXIAL, _AXIAL)
#: Activities are in units of 2^-8; one magnitude counts as at most 16 times the expected one.
_UNIT = 256
_MOST = 16 * _UNIT
#: The weight of the expected magnitude beside one neighbour's, in units of 2^-8.
_PRIOR = 77
#: The weight of the group just before, beside one of all groups before together.
_NEAREST = 3
#: Where the bins begin: 2^(k/2) for k = -7 to 7.
_EDGES = (23, 32, 45, 64, 91, 128, 181, 256, 362, 512, 724, 1024, 1448, 2048, 2896)
#: The bin of every activity.
_BIN = np.searchsorted(_EDGES, np.arange(_MOST + 1), "right").astype("uint8")


@dataclass(frozen=True)
class Step:
    """Codes that are coded at once.

    Attributes:
        place: their rows, columns and channels as slices.
        bins: the activity bin of each, uint8 (rows, columns, channels), 0 to 2 * BINS - 1.
    """

    place: tuple[slice, slice, slice]
    bins: np.ndarray


def steps(residuals: np.ndarray, expected: np.ndarray) -> Iterator[Step]:
    """The codes in coding order; a decoder fills in each step's residuals before it asks for the next.

    Args:
        residuals: (rows, columns, depth), read as far as they are known.
        expected: the mean magnitude of each channel's table, integers in units of 2^-8, (depth,).
    """
    rows, columns, depth = residuals.shape
    factors = (_UNIT * _UNIT // np.maximum(expected, 1)).astype("int32")
    weights = np.clip(expected, 1, _UNIT).astype("int64")
    known = np.zeros((rows + 2, columns + 2, depth), "int32")
    valid = np.zeros((rows + 2, columns + 2), "int32")
    for phase, (top, left) in enumerate(_PHASES):
        here = (slice(top, rows, 2), slice(left, columns, 2))
        inner = (slice(top + 1, rows + 1, 2), slice(left + 1, columns + 1, 2))
        if valid[inner].size == 0:
            continue
        sums = _around(known, valid, weights, here, _SEEN[phase])
        total = _PRIOR + (2 * _UNIT if phase else 0)
        before, before_weight, extra, extra_weight = np.zeros(valid[inner].shape, "int64"), 0, 0, 0
        for channels in _groups(depth):
            activity = (sums[..., channels] + extra) // (total + extra_weight)
            yield Step((*here, channels), _BIN[activity] + np.uint8(BINS * (phase > 0)))
            magnitudes = np.abs(np.clip(residuals[(*here, channels)], -_MOST, _MOST))
            known[(*inner, channels)] = np.minimum(magnitudes * factors[channels], _MOST)
            nearest, weight = known[(*inner, channels)] @ weights[channels], int(weights[channels].sum())
            before, before_weight = before + nearest, before_weight + weight
            means = before // before_weight + _NEAREST * (nearest // weight)
            extra, extra_weight = (means * _UNIT).astype("int32")[..., None], (1 + _NEAREST) * _UNIT
        valid[inner] = 1


def _around(
    known: np.ndarray,
    valid: np.ndarray,
    weights: np.ndarray,
    here: tuple[slice, slice],
    offsets: tuple[tuple[int, int], ...],
) -> np.ndarray:
    """Sums of the neighbours' mean activity, of the same channel and of all, and the prior, in units of 2^-16."""
    rows, columns = known.shape[0] - 2, known.shape[1] - 2
    shape = len(range(rows)[here[0]]), len(range(columns)[here[1]])
    same, count = np.zeros((*shape, known.shape[2]), "int32"), np.zeros(shape, "int32")
    for down, right in offsets:
        place = (
            slice(here[0].start + 1 + down, rows + 1 + down, 2),
            slice(here[1].start + 1 + right, columns + 1 + right, 2),
        )
        same += known[place]
        count += valid[place]
    same += (same @ weights // weights.sum()).astype("int32")[..., None]
    same *= (12 * _UNIT // np.maximum(count, 1))[..., None]  # 1 to 4 neighbours: 12 is a multiple of each
    same //= 12
    same += _PRIOR * _UNIT
    return same


def _groups(depth: int) -> list[slice]:
    edges = sorted({depth * g // GROUPS for g in range(GROUPS + 1)})
    return [slice(start, stop) for start, stop in pairwise(edges)]
