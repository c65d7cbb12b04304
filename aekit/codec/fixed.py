"""Codes of a fixed number of bits each, one after the other."""

from __future__ import annotations

import numpy as np

from aekit.errors import CodecError


def encode(integers: np.ndarray, bits: np.ndarray) -> bytes:
    """Integers (rows, columns, depth), code c in bits[c] bits, the highest first; the last byte is filled with 0."""
    shown = _places(bits)
    planes = (integers[..., shown[:, 0]] >> shown[:, 1]) & 1
    return np.packbits(planes.astype("uint8").reshape(-1)).tobytes()


def decode(payload: bytes, shape: tuple[int, int, int], bits: np.ndarray) -> np.ndarray:
    """The integers, int32.

    Raises:
        CodecError: too few or too many bytes.
    """
    rows, columns, _ = shape
    count = rows * columns * int(bits.sum())
    if len(payload) != -(-count // 8):
        raise CodecError(f"the payload has {len(payload)} bytes; codes of this size take {-(-count // 8)}")
    shown = _places(bits)
    planes = np.unpackbits(np.frombuffer(payload, "uint8"), count=count).reshape(rows, columns, len(shown))
    integers = np.zeros(shape, "int32")
    for plane, (code, place) in enumerate(shown):
        integers[..., code] |= planes[..., plane].astype("int32") << place
    return integers


def _places(bits: np.ndarray) -> np.ndarray:
    """(code, place) of every bit of one position, in order."""
    return np.array([(c, p) for c, b in enumerate(bits) for p in reversed(range(b))], "int64").reshape(-1, 2)
