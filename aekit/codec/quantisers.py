"""From codes to integers and back. What a quantiser was fitted to is written into the file, in exact form."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from aekit.codec.lloyd_max import allocate
from aekit.errors import CodecError

#: Integers stay below this in magnitude.
LIMIT = 1 << 26
#: A bounded code has at most so many bits.
MAX_BITS = 8


class Quantiser(Protocol):
    """Codes to integers, code by code along the last axis (depth)."""

    kind: ClassVar[int]

    def fit(self, codes: np.ndarray) -> Quantiser:
        """This quantiser with everything that it takes from the codes (rows, columns, depth); itself if nothing."""
        ...

    def quantise(self, codes: np.ndarray) -> np.ndarray:
        """float32 -> int32, same shape."""
        ...

    def dequantise(self, integers: np.ndarray) -> np.ndarray:
        """int32 -> float32, same shape."""
        ...

    def bits_per_code(self, depth: int) -> np.ndarray | None:
        """int64 (depth,): code c is one of 0 to 2^bits[c] - 1; None where integers have no bounds."""
        ...

    def pack(self) -> bytes:
        """The parameters, for `unpack_quantiser`."""
        ...


@dataclass(frozen=True, eq=False)
class UniformQuantiser:
    """An even grid from `low` to `high` of every code, both ends on it.

    Args:
        low, high: one number, or (depth,); None: the smallest and the largest that a code takes in the image.
        bits: 1 to 8; the grid has 2^bits points.
    """

    low: Any = None
    high: Any = None
    bits: int = 6
    kind: ClassVar[int] = 1

    def __post_init__(self) -> None:
        if not 1 <= self.bits <= MAX_BITS:
            raise CodecError(f"codes are rounded to 1 to {MAX_BITS} bits, received {self.bits}")

    def fit(self, codes: np.ndarray) -> UniformQuantiser:
        depth = codes.shape[-1]
        low = codes.min((0, 1)) if self.low is None else np.broadcast_to(self.low, depth)
        high = codes.max((0, 1)) if self.high is None else np.broadcast_to(self.high, depth)
        return UniformQuantiser(np.asarray(low, "<f4"), np.asarray(high, "<f4"), self.bits)

    def quantise(self, codes: np.ndarray) -> np.ndarray:
        points = np.rint((codes - self.low) * (np.float32(1) / self._step()))
        return np.clip(points, 0, (1 << self.bits) - 1).astype("int32")

    def dequantise(self, integers: np.ndarray) -> np.ndarray:
        return (integers * self._step() + self.low).astype("float32")

    def _step(self) -> np.ndarray:
        step = (np.asarray(self.high, "float32") - np.asarray(self.low, "float32")) / np.float32((1 << self.bits) - 1)
        return np.where(step > 0, step, np.float32(1))

    def bits_per_code(self, depth: int) -> np.ndarray:
        return np.full(depth, self.bits)

    def pack(self) -> bytes:
        return struct.pack("<B", self.bits) + np.asarray(self.low).tobytes() + np.asarray(self.high).tobytes()

    @classmethod
    def unpack(cls, data: bytes, depth: int) -> UniformQuantiser:
        if len(data) != 1 + 8 * depth or not 1 <= data[0] <= MAX_BITS:
            raise CodecError("the uniform quantiser's parameters are damaged")
        low, high = np.frombuffer(data, "<f4", offset=1).reshape(2, depth)
        if not (np.isfinite(low).all() and np.isfinite(high).all()):
            raise CodecError("the uniform quantiser's parameters are not finite")
        return cls(low, high, data[0])


@dataclass(frozen=True, eq=False)
class RoundingQuantiser:
    """Integers round(z / step), without bounds, as rate-distortion training assumes.

    Args:
        step: distance of the grid's points.
    """

    step: float = 1.0
    kind: ClassVar[int] = 2

    def __post_init__(self) -> None:
        if not 1e-6 <= self.step <= 1e6:
            raise CodecError(f"a step lies between 1e-6 and 1e6, received {self.step}")

    def fit(self, codes: np.ndarray) -> RoundingQuantiser:
        return self

    def quantise(self, codes: np.ndarray) -> np.ndarray:
        return np.clip(np.rint(codes / np.float32(self.step)), -LIMIT, LIMIT).astype("int32")

    def dequantise(self, integers: np.ndarray) -> np.ndarray:
        return integers.astype("float32") * np.float32(self.step)

    def bits_per_code(self, depth: int) -> None:
        return None

    def pack(self) -> bytes:
        return struct.pack("<f", self.step)

    @classmethod
    def unpack(cls, data: bytes, depth: int) -> RoundingQuantiser:
        if len(data) != 4:
            raise CodecError("the rounding quantiser's parameters are damaged")
        return cls(struct.unpack("<f", data)[0])


@dataclass(frozen=True, eq=False)
class AllocatedQuantiser:
    """Lloyd-Max levels, and bits where they lower the error most: the opponent that PCA deserves.

    Args:
        bits: bits of one position's codes together, e.g. 64 for 1 bit per pixel of 8x8 frames.
        levels: a rising float array of 2^b levels for every code; None: trained on the image. They are kept as
            float16 and count in the file.
    """

    bits: int
    levels: tuple[np.ndarray, ...] | None = None
    kind: ClassVar[int] = 3

    def fit(self, codes: np.ndarray) -> AllocatedQuantiser:
        if self.levels is not None:
            return self
        levels = allocate(codes.reshape(-1, codes.shape[-1]), self.bits, MAX_BITS)
        limit = float(np.finfo("<f2").max)
        return AllocatedQuantiser(self.bits, tuple(np.clip(each, -limit, limit).astype("<f2") for each in levels))

    def quantise(self, codes: np.ndarray) -> np.ndarray:
        columns = []
        for values, levels in zip(np.moveaxis(codes, -1, 0), self._fitted(), strict=True):
            each = levels.astype("float32")
            columns.append(np.searchsorted((each[1:] + each[:-1]) / 2, values))
        return np.stack(columns, -1).astype("int32")

    def dequantise(self, integers: np.ndarray) -> np.ndarray:
        columns = [levels.astype("float32")[integers[..., c]] for c, levels in enumerate(self._fitted())]
        return np.stack(columns, -1)

    def _fitted(self) -> tuple[np.ndarray, ...]:
        if self.levels is None:
            raise CodecError("the allocated quantiser has no levels yet: fit it to codes first")
        return self.levels

    def bits_per_code(self, depth: int) -> np.ndarray:
        return np.array([len(levels).bit_length() - 1 for levels in self._fitted()])

    def pack(self) -> bytes:
        levels = self._fitted()
        return bytes(self.bits_per_code(len(levels)).astype("uint8")) + b"".join(each.tobytes() for each in levels)

    @classmethod
    def unpack(cls, data: bytes, depth: int) -> AllocatedQuantiser:
        bits = np.frombuffer(data[:depth], "uint8")
        if len(bits) != depth or bits.max() > MAX_BITS or len(data) != depth + 2 * sum(1 << int(b) for b in bits):
            raise CodecError("the allocated quantiser's parameters are damaged")
        values = np.frombuffer(data, "<f2", offset=depth)
        if not np.isfinite(values).all():
            raise CodecError("the allocated quantiser's levels are not finite")
        ends = np.cumsum(1 << bits.astype("int64"))
        return cls(int(bits.sum()), tuple(np.split(values, ends[:-1])))


_KINDS: dict[int, Any] = {each.kind: each for each in (UniformQuantiser, RoundingQuantiser, AllocatedQuantiser)}
NAMES = {1: "uniform", 2: "rounding", 3: "allocated"}


def unpack_quantiser(kind: int, data: bytes, depth: int) -> Quantiser:
    """The quantiser of a file.

    Raises:
        CodecError: no such kind, or parameters that do not fit it.
    """
    if kind not in _KINDS:
        raise CodecError(f"the file has a quantiser of kind {kind}; this version knows {', '.join(NAMES.values())}")
    return _KINDS[kind].unpack(data, depth)
