"""How a file's integers are coded, and the tables section that says so."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace

import numpy as np

from aekit.codec import tables
from aekit.codec.contexts import BINS
from aekit.codec.predictors import PREDICTORS
from aekit.codec.quantisers import LIMIT
from aekit.errors import CodecError

#: Instead of a width: the channel has a table of its own.
EXPLICIT = 255
CONTEXTS = 2 * BINS


@dataclass(frozen=True)
class Plan:
    """How each channel is coded.

    Attributes:
        family: which of `tables.FAMILIES`.
        widths: uint8 (depth,), EXPLICIT where the channel has a table of its own.
        predictors: uint8 (depth,), as in `predictors`.
        centres: int32 (depth,), taken off before.
        described: by channel, the explicit tables' steps; of size 1 where a channel has but one symbol.
        changes: int8 (CONTEXTS,), by how many widths each activity bin changes a channel's; None: never.
    """

    family: int
    widths: np.ndarray
    predictors: np.ndarray
    centres: np.ndarray
    described: dict[int, np.ndarray] = field(default_factory=dict)
    changes: np.ndarray | None = None


def pack_plan(plan: Plan) -> bytes:
    """A byte of family, one of flags (1: the rest is deflated, 2: contexts), then by columns, which deflates well."""
    steps = [each for _, each in sorted(plan.described.items()) if each.size > 1]
    nibbles = np.concatenate(steps) if steps else np.zeros(0, "uint8")
    columns = (
        plan.widths.tobytes(),
        plan.predictors.tobytes(),
        plan.centres.astype("<i4").view("uint8").reshape(-1, 4).T.tobytes(),
        b"" if plan.changes is None else plan.changes.tobytes(),
        (nibbles[::2] << 4 | nibbles[1::2]).tobytes(),
    )
    plain = b"".join(columns)
    deflated = zlib.compress(plain, 9)
    shorter = len(deflated) < len(plain)
    flags = shorter | (plan.changes is not None) << 1
    return bytes([plan.family, flags]) + (deflated if shorter else plain)


def unpack_plan(packed: bytes, depth: int, bits: np.ndarray | None) -> Plan:
    """The plan of a tables section.

    Raises:
        CodecError: a section that no encoder writes.
    """
    if len(packed) < 2 or packed[0] >= len(tables.FAMILIES) or packed[1] > 3:
        raise CodecError("the tables are damaged: they name what there is not")
    fixed = depth * 6 + (CONTEXTS if packed[1] & 2 else 0)
    most = fixed + (0 if bits is None else int((1 << bits).sum()) // 2)
    plain = _inflate(packed[2:], most) if packed[1] & 1 else packed[2:]
    if len(plain) < fixed:
        raise CodecError("the tables are damaged: they end too early")
    columns = np.frombuffer(plain, "uint8")
    centres = np.ascontiguousarray(columns[2 * depth : 6 * depth].reshape(4, depth).T).view("<i4").reshape(-1)
    changes = columns[6 * depth : fixed].view("int8") if packed[1] & 2 else None
    plan = Plan(packed[0], columns[:depth], columns[depth : 2 * depth], centres, changes=changes)
    _check(plan, bits)
    return replace(plan, described=_described(columns[fixed:], plan.widths, bits))


def _check(plan: Plan, bits: np.ndarray | None) -> None:
    explicit = plan.widths == EXPLICIT
    if explicit.any() and (bits is None or plan.changes is not None):
        raise CodecError("the tables are damaged: they name tables that there are not")
    if (plan.widths[~explicit] >= tables.CLASSES).any() or plan.predictors.max() >= PREDICTORS:
        raise CodecError("the tables are damaged: they name a width or a prediction that there is not")
    if np.abs(plan.centres.astype("int64")).max() > LIMIT:
        raise CodecError("the tables are damaged: a centre lies out of its bounds")


def _described(nibbles: np.ndarray, widths: np.ndarray, bits: np.ndarray | None) -> dict[int, np.ndarray]:
    """The explicit tables by channel."""
    explicit = np.flatnonzero(widths == EXPLICIT)
    sizes = [1 << int(bits[c]) for c in explicit] if bits is not None else []
    steps = np.stack([nibbles >> 4, nibbles & 15], -1).reshape(-1)
    if len(steps) != sum(size for size in sizes if size > 1):
        raise CodecError("the tables are damaged: they are not as long as their channels need")
    described, start = {}, 0
    for c, size in zip(explicit, sizes, strict=True):
        described[int(c)] = steps[start : start + size] if size > 1 else np.zeros(1, "uint8")
        start += size if size > 1 else 0
    return described


def _inflate(data: bytes, most: int) -> bytes:
    """What `data` was deflated from, refused beyond `most` bytes."""
    inflater = zlib.decompressobj()
    try:
        plain = inflater.decompress(data, most + 1)
    except zlib.error as error:
        raise CodecError(f"the tables are damaged: {error}") from error
    if len(plain) > most or not inflater.eof or inflater.unused_data:
        raise CodecError("the tables are damaged: they are not as long as their channels need")
    return plain
