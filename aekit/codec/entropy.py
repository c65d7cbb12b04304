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


def encode(integers: np.ndarray, bits: np.ndarray | None) -> tuple[bytes, bytes]:
    """Integers (rows, columns, depth) as the tables section and the payload.

    Args:
        bits: (depth,): channel c holds 0 to 2^bits[c] - 1; None: integers without bounds.
    """
    import constriction

    from aekit.codec.planning import make_plan

    planes = np.ascontiguousarray(np.moveaxis(integers, -1, 0), "int32")
    plan, coded = make_plan(planes, bits)
    coder, escapes = constriction.stream.queue.RangeEncoder(), [np.zeros(0, "<i4")]
    for c, model in _own_models(plan):
        coder.encode(planes[c].reshape(-1), model)
    for values, index in _in_channels(plan, planes) if coded is None else _in_steps(plan, *coded):
        one = tables.width(plan.family, index)
        symbols = values + one.reach
        beyond = np.flatnonzero(symbols.view("uint32") > 2 * one.reach)
        escapes.append(values[beyond].astype("<i4"))
        symbols[beyond] = 2 * one.reach + 1
        coder.encode(symbols, one.model)
    words = coder.get_compressed().astype("<u4").tobytes()
    return pack_plan(plan), struct.pack("<I", len(words)) + words + np.concatenate(escapes).tobytes()


def decode(packed: bytes, payload: bytes, shape: tuple[int, int, int], bits: np.ndarray | None) -> np.ndarray:
    """The integers (rows, columns, depth), int32; in memory one channel follows the other.

    Raises:
        CodecError: tables or a payload that no encoder writes.
    """
    plan = unpack_plan(packed, shape[2], bits)
    try:
        coded = _Coded(payload)
        planes = (_decode_channels if plan.changes is None else _decode_steps)(plan, coded, shape)
        coded.check_end()
    except (AssertionError, ValueError) as error:  # the coder's words for what no encoder writes
        raise CodecError(f"the payload is damaged: {error}") from error
    _restore(planes, plan)
    _check(planes, bits)
    return np.moveaxis(planes, 0, -1)


class _Coded:
    """A payload as it is read from its beginning."""

    def __init__(self, payload: bytes) -> None:
        import constriction

        words, self.escapes = _split(payload)
        self.coder = constriction.stream.queue.RangeDecoder(words)
        self.used = 0  # of the outliers

    def residuals(self, one: tables.Width, count: int) -> np.ndarray:
        """The next residuals, which have this width, int32 (count,)."""
        values = self.coder.decode(one.model, count)
        values -= one.reach
        beyond = np.flatnonzero(values > one.reach)
        if self.used + len(beyond) > len(self.escapes):
            raise CodecError("the payload is damaged: it ends before its last outlier")
        values[beyond] = self.escapes[self.used : self.used + len(beyond)]
        self.used += beyond.size
        return values

    def check_end(self) -> None:
        if self.used != len(self.escapes) or not self.coder.maybe_exhausted():
            raise CodecError("the payload is damaged: it does not end with its last code")


def _decode_channels(plan: Plan, coded: _Coded, shape: tuple[int, int, int]) -> np.ndarray:
    """Integers with tables of their own and residuals, (depth, rows, columns)."""
    rows, columns, depth = shape
    planes = np.zeros((depth, rows * columns), "int32")
    for c, model in _own_models(plan):
        planes[c] = coded.coder.decode(model, rows * columns)
    for c in np.flatnonzero(plan.widths != EXPLICIT).tolist():
        planes[c] = coded.residuals(tables.width(plan.family, int(plan.widths[c])), rows * columns)
    return planes.reshape(depth, rows, columns)


def _decode_steps(plan: Plan, coded: _Coded, shape: tuple[int, int, int]) -> np.ndarray:
    """Residuals whose widths follow from those before, (depth, rows, columns)."""
    residuals = np.zeros(shape, "int32")
    for step in contexts.steps(residuals, expected(plan)):
        there = residuals[step.place]
        part = np.empty(there.size, "int32")
        for index, chosen in _by_width(plan, step):
            part[chosen] = coded.residuals(tables.width(plan.family, index), len(chosen))
        there[:] = part.reshape(there.shape)
    return np.ascontiguousarray(np.moveaxis(residuals, -1, 0))


def expected(plan: Plan) -> np.ndarray:
    """The mean magnitude of each channel's width, as `contexts.steps` takes it; for plans without explicit tables."""
    return np.array([tables.width(plan.family, int(index)).expected for index in plan.widths])


def _in_channels(plan: Plan, planes: np.ndarray) -> Iterator[tuple[np.ndarray, int]]:
    """The residuals of every channel without a table of its own, and its width."""
    for c in np.flatnonzero(plan.widths != EXPLICIT):
        one = slice(c, c + 1)
        yield predicted(planes[one], int(plan.predictors[c]), plan.centres[one]).reshape(-1), int(plan.widths[c])


def _in_steps(plan: Plan, residuals: np.ndarray, steps: Iterable[contexts.Step]) -> Iterator[tuple[np.ndarray, int]]:
    """The residuals of every step that have the same width, and the width."""
    for step in steps:
        part = residuals[step.place].reshape(-1)
        for index, chosen in _by_width(plan, step):
            yield part[chosen], index


def _by_width(plan: Plan, step: contexts.Step) -> Iterator[tuple[int, np.ndarray]]:
    """Each width that occurs in a step, rising, with the flat places of the codes that have it."""
    assert plan.changes is not None
    used = plan.widths[step.place[2]].astype("int64") + plan.changes[step.bins]
    flat = np.clip(used, 0, tables.CLASSES - 1).astype("uint8").reshape(-1)
    order = np.argsort(flat, kind="stable")
    counts = np.bincount(flat, minlength=tables.CLASSES)
    ends = np.cumsum(counts)
    for index in np.flatnonzero(counts):
        yield int(index), order[ends[index] - counts[index] : ends[index]]


def all_predicted(planes: np.ndarray, plan: Plan) -> np.ndarray:
    """The residuals of every channel, int32 (rows, columns, depth)."""
    residuals = predicted(planes, NONE, plan.centres)
    for predictor, channels in _by_predictor(plan):
        residuals[channels] = predicted(planes[channels], predictor, plan.centres[channels])
    return np.ascontiguousarray(np.moveaxis(residuals, 0, -1))


def _restore(planes: np.ndarray, plan: Plan) -> None:
    """Residuals, in place, to the integers that they are of."""
    for predictor, channels in _by_predictor(plan):
        planes[channels] = restored(planes[channels], predictor)
    planes += np.where(plan.widths == EXPLICIT, 0, plan.centres)[:, None, None]


def _check(planes: np.ndarray, bits: np.ndarray | None) -> None:
    low, high = (-LIMIT, LIMIT) if bits is None else (0, (1 << bits) - 1)
    if planes.min() < low or (planes.max((1, 2)) > high).any():
        raise CodecError("the payload is damaged: a code lies out of its bounds")


def _by_predictor(plan: Plan) -> Iterator[tuple[int, np.ndarray]]:
    """The channels without tables of their own that share a prediction, which is not NONE; not too many at once."""
    for predictor in range(NONE + 1, PREDICTORS):
        channels = np.flatnonzero((plan.predictors == predictor) & (plan.widths != EXPLICIT))
        for start in range(0, len(channels), 64):
            yield predictor, channels[start : start + 64]


def _own_models(plan: Plan) -> Iterator[tuple[int, Any]]:
    """The coder's models of the channels with tables of their own and more than one symbol."""
    steps = {c: each for c, each in plan.described.items() if each.size > 1}
    for c, table in zip(steps, tables.all_described(list(steps.values())), strict=True):
        yield c, tables.coder_model(table)


def _split(payload: bytes) -> tuple[np.ndarray, np.ndarray]:
    """The coder's words and the outliers."""
    if len(payload) < 4 or len(payload) % 4:
        raise CodecError("the payload is damaged: it is no row of words")
    length = struct.unpack_from("<I", payload)[0]
    if length % 4 or 4 + length > len(payload):
        raise CodecError("the payload is damaged: it is shorter than it says")
    return np.frombuffer(payload, "<u4", length // 4, 4).astype("uint32"), np.frombuffer(payload, "<i4", -1, 4 + length)
