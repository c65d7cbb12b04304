"""Integers to bytes and back by a range coder, with tables of integers.

Every channel (a place on the depth axis) is coded in one of two ways, whichever makes the file shorter:
explicit frequencies of its symbols, for codes of a few bits; or residuals from a prediction in a two-sided family,
whose width the tables name and, for integers without bounds, the codes around change. Residuals out of a width's
reach follow as four bytes each.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from aekit.codec import contexts, tables
from aekit.codec.plan import EXPLICIT, Plan, pack_plan, unpack_plan
from aekit.codec.predictors import NONE, PREDICTORS, predicted, restored
from aekit.codec.quantisers import LIMIT
from aekit.errors import CodecError

Place = tuple[slice, slice, slice]

#: Out of bounds even after a centre has been added.
_FAR = 1 << 30


def encode(integers: np.ndarray, bits: np.ndarray | None) -> tuple[bytes, bytes]:
    """Integers (rows, columns, depth) as the tables section and the payload.

    Args:
        bits: (depth,): channel c holds 0 to 2^bits[c] - 1; None: integers without bounds.
    """
    import constriction

    from aekit.codec.planning import make_plan

    plan, residuals, steps = make_plan(integers, bits)
    coder, escapes = constriction.stream.queue.RangeEncoder(), [np.zeros(0, "<i4")]
    for c, described in plan.described.items():
        if described.size > 1:
            coder.encode(np.ascontiguousarray(integers[..., c]).reshape(-1), _own_model(described))
    for place, used in _in_order(plan, steps):
        part = residuals[place].reshape(-1)
        for index, chosen in _by_width(used):
            one = tables.width(plan.family, index)
            values = part[chosen]
            beyond = np.abs(values) > one.reach
            coder.encode(np.where(beyond, 2 * one.reach + 1, values + one.reach), one.model)
            escapes.append(values[beyond].astype("<i4"))
    words = coder.get_compressed().astype("<u4").tobytes()
    return pack_plan(plan), struct.pack("<I", len(words)) + words + np.concatenate(escapes).tobytes()


def decode(packed: bytes, payload: bytes, shape: tuple[int, int, int], bits: np.ndarray | None) -> np.ndarray:
    """The integers, int32.

    Raises:
        CodecError: tables or a payload that no encoder writes.
    """
    plan = unpack_plan(packed, shape[2], bits)
    words, escapes = _split(payload)
    try:
        return _decode(plan, words, escapes, shape, bits)
    except (AssertionError, ValueError) as error:  # the coder's words for what no encoder writes
        raise CodecError(f"the payload is damaged: {error}") from error


def _decode(
    plan: Plan, words: np.ndarray, escapes: np.ndarray, shape: tuple[int, int, int], bits: np.ndarray | None
) -> np.ndarray:
    import constriction

    coder, start = constriction.stream.queue.RangeDecoder(words), 0
    integers = np.zeros(shape, "int32")
    for c, described in plan.described.items():
        if described.size > 1:
            integers[..., c] = coder.decode(_own_model(described), shape[0] * shape[1]).reshape(shape[:2])
    steps = () if plan.changes is None else contexts.steps(integers, expected(plan))
    for place, used in _in_order(plan, steps):
        shown = integers[place].shape
        part = np.empty(shown[0] * shown[1] * shown[2], "int32")
        for index, chosen in _by_width(used):
            one = tables.width(plan.family, index)
            values = coder.decode(one.model, part[chosen].size) - one.reach
            beyond = np.flatnonzero(values > one.reach)
            if start + len(beyond) > len(escapes):
                raise CodecError("the payload is damaged: it ends before its last outlier")
            values[beyond] = escapes[start : start + len(beyond)]
            start += len(beyond)
            part[chosen] = values
        integers[place] = part.reshape(shown)
    if start != len(escapes) or not coder.maybe_exhausted():
        raise CodecError("the payload is damaged: it does not end with its last code")
    return _all_restored(integers, plan, bits)


def expected(plan: Plan) -> np.ndarray:
    """The mean magnitude of each channel's width, as `contexts.steps` takes it; for plans without explicit tables."""
    return np.array([tables.width(plan.family, int(index)).expected for index in plan.widths])


def _in_order(plan: Plan, steps: Iterable[contexts.Step]) -> Iterator[tuple[Place, np.ndarray | int]]:
    """Places in coding order, each with its one width or the width of each code; the steps are used with contexts."""
    if plan.changes is None:
        for c in np.flatnonzero(plan.widths != EXPLICIT):
            yield (slice(None), slice(None), slice(c, c + 1)), int(plan.widths[c])
        return
    widths, changes = plan.widths.astype("int64"), plan.changes.astype("int64")
    for step in steps:
        yield step.place, np.clip(widths[step.place[2]] + changes[step.bins], 0, tables.CLASSES - 1)


def _by_width(used: np.ndarray | int) -> Iterator[tuple[int, Any]]:
    """Each width that occurs, rising, with an index into the flat codes that have it."""
    if isinstance(used, int):
        yield used, slice(None)
        return
    flat = used.astype("uint8").reshape(-1)
    order = np.argsort(flat, kind="stable")
    counts = np.bincount(flat, minlength=tables.CLASSES)
    ends = np.cumsum(counts)
    for index in np.flatnonzero(counts):
        yield int(index), order[ends[index] - counts[index] : ends[index]]


def all_predicted(integers: np.ndarray, plan: Plan) -> np.ndarray:
    """The residuals of every channel, int32 (rows, columns, depth)."""
    residuals = predicted(integers, NONE, plan.centres)
    for predictor, channels in _by_predictor(plan):
        residuals[..., channels] = predicted(integers[..., channels], predictor, plan.centres[channels])
    return residuals


def _all_restored(residuals: np.ndarray, plan: Plan, bits: np.ndarray | None) -> np.ndarray:
    """The integers that the residuals are of, in place."""
    for predictor, channels in _by_predictor(plan):
        values = restored(residuals[..., channels], predictor)
        residuals[..., channels] = np.clip(values, -_FAR, _FAR)
    residuals += np.where(plan.widths == EXPLICIT, 0, plan.centres)
    low, high = (-LIMIT, LIMIT) if bits is None else (0, (1 << bits.astype("int32")) - 1)
    if (residuals < low).any() or (residuals > high).any():
        raise CodecError("the payload is damaged: a code lies out of its bounds")
    return residuals


def _by_predictor(plan: Plan) -> Iterator[tuple[int, np.ndarray]]:
    """The channels without tables of their own that share a prediction, which is not NONE; not too many at once."""
    for predictor in range(NONE + 1, PREDICTORS):
        channels = np.flatnonzero((plan.predictors == predictor) & (plan.widths != EXPLICIT))
        for start in range(0, len(channels), 64):
            yield predictor, channels[start : start + 64]


def _own_model(steps: np.ndarray) -> Any:
    return tables.coder_model(tables.described_frequencies(steps))


def _split(payload: bytes) -> tuple[np.ndarray, np.ndarray]:
    """The coder's words and the outliers."""
    if len(payload) < 4 or len(payload) % 4:
        raise CodecError("the payload is damaged: it is no row of words")
    length = struct.unpack_from("<I", payload)[0]
    if length % 4 or 4 + length > len(payload):
        raise CodecError("the payload is damaged: it is shorter than it says")
    return np.frombuffer(payload, "<u4", length // 4, 4).astype("uint32"), np.frombuffer(payload, "<i4", -1, 4 + length)
