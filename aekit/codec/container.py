"""The file: a header of fixed size, the quantiser's parameters, the tables, the payload, and a checksum over all.

docs/codec.md lists it byte by byte. Nothing is allocated before the header's numbers have been checked.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from aekit.errors import CodecError

MAGIC = b"AEK\x1a"
VERSION = 1
KINDS = ("other", "frames", "convolutional", "pca")
FIXED, ENTROPY = 0, 1
#: Pixels of an image, and numbers in its codes: 67 million, 8192 x 8192.
MAX_PIXELS = 1 << 26
MAX_CODES = 1 << 26
MAX_SIDE = 65535
MAX_DEPTH = 4096

_HEADER = struct.Struct("<4sBBBBHHBBHHH16sIII")
_CHECKSUM = struct.Struct("<I")


@dataclass(frozen=True)
class Container:
    """A file's contents.

    Attributes:
        shape: of the image, (height, width, channels).
        code_shape: of its codes, (rows, columns, depth).
        identity: the first 16 bytes of the transform's.
        transform: its kind, one of `KINDS`.
        quantiser: its kind, as in `quantisers`.
        coding: FIXED or ENTROPY.
        parameters, tables, payload: of the quantiser and of the entropy coder.
    """

    shape: tuple[int, int, int]
    code_shape: tuple[int, int, int]
    identity: bytes
    transform: str
    quantiser: int
    coding: int
    parameters: bytes
    tables: bytes
    payload: bytes


def check_sizes(shape: tuple[int, int, int], code_shape: tuple[int, int, int]) -> None:
    """Refuse what the format cannot hold.

    Raises:
        CodecError: it names the number that is out of its bounds.
    """
    height, width, channels = shape
    rows, columns, depth = code_shape
    if not (1 <= height <= MAX_SIDE and 1 <= width <= MAX_SIDE and channels in (1, 3)):
        raise CodecError(f"an image has 1 to {MAX_SIDE} rows and columns and 1 or 3 channels, not {shape}")
    if height * width > MAX_PIXELS:
        raise CodecError(f"an image has at most {MAX_PIXELS} pixels (8192x8192), not {height}x{width}")
    if not (1 <= rows <= MAX_SIDE and 1 <= columns <= MAX_SIDE and 1 <= depth <= MAX_DEPTH):
        raise CodecError(f"codes have at most {MAX_SIDE} rows and columns and {MAX_DEPTH} numbers, not {code_shape}")
    if rows * columns * depth > MAX_CODES:
        raise CodecError(f"an image's codes have at most {MAX_CODES} numbers, not {rows}x{columns}x{depth}")


def pack(content: Container) -> bytes:
    """The file's bytes.

    Raises:
        CodecError: a size out of the format's bounds.
    """
    check_sizes(content.shape, content.code_shape)
    height, width, channels = content.shape
    rows, columns, depth = content.code_shape
    kind = KINDS.index(content.transform) if content.transform in KINDS else 0
    parts = (content.parameters, content.tables, content.payload)
    header = _HEADER.pack(
        MAGIC, VERSION, kind, content.quantiser, content.coding, height, width, channels, 0, rows, columns, depth,
        content.identity, *map(len, parts),
    )  # fmt: skip
    body = header + b"".join(parts)
    return body + _CHECKSUM.pack(zlib.crc32(body))


def unpack(data: bytes) -> Container:
    """The contents of a file, every number within its bounds.

    Raises:
        CodecError: no such file, of another version, truncated, or damaged.
    """
    if data[:4] != MAGIC:
        raise CodecError("no image that aekit compressed: it does not begin with AEK")
    if len(data) < _HEADER.size + _CHECKSUM.size:
        raise CodecError("the file is truncated: it ends within its header")
    if data[4] != VERSION:
        raise CodecError(f"the file has format {data[4]}; this version of aekit reads {VERSION}")
    _, _, kind, quantiser, coding, height, width, channels, zero, rows, columns, depth, identity, *lengths = (
        _HEADER.unpack_from(data)
    )
    expected = _HEADER.size + sum(lengths) + _CHECKSUM.size
    if len(data) != expected:
        what = "truncated" if len(data) < expected else "longer than it says"
        raise CodecError(f"the file is {what}: {len(data)} bytes instead of {expected}")
    if zlib.crc32(memoryview(data)[: -_CHECKSUM.size]) != _CHECKSUM.unpack_from(data, len(data) - _CHECKSUM.size)[0]:
        raise CodecError("the file is damaged: its checksum does not match its contents")
    if kind >= len(KINDS) or coding not in (FIXED, ENTROPY) or zero:
        raise CodecError("the file's header holds what this version of aekit does not know")
    shape, code_shape = (height, width, channels), (rows, columns, depth)
    check_sizes(shape, code_shape)
    parts, start = [], _HEADER.size
    for length in lengths:
        parts.append(data[start : start + length])
        start += length
    return Container(shape, code_shape, identity, KINDS[kind], quantiser, coding, *parts)
