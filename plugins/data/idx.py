"""The IDX format in which MNIST and its kin were published."""

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field

import aekit
from aekit.errors import DataError

from ._arrays import data_of, stored_arrays
from .._files import find_file

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


@aekit.data("idx")
def idx(
    *,
    images: str,
    labels: str | None = None,
    test_images: str | None = None,
    test_labels: str | None = None,
    value_range: tuple[float, float] = (0.0, 1.0),
    validation_fraction: Annotated[float, Field(gt=0, lt=1)] = 0.1,
    test_fraction: Annotated[float, Field(gt=0, lt=1)] = 0.1,
    seed: int = 0,
    licence: str = "not stated",
) -> aekit.Data:
    """Images and labels from IDX files, packed by gzip or not, e.g. train-images-idx3-ubyte.gz.

    A split that has no file is drawn from the training images. Bytes are scaled to `value_range`.

    Args:
        images, labels: the training files, from the working folder or from inside $AEKIT_DATA.
        test_images, test_labels: the test files.
        value_range: lowest and highest value in data units.
        validation_fraction: share of the training images that validates.
        test_fraction: share of the training images that tests where there is no test file.
        seed: of the permutation by which they are drawn.
        licence: for reports.

    Raises:
        DataError: test labels without test images; a file is missing, has another magic number, or is shorter
            or longer than its head says.
    """
    if test_labels and not test_images:
        raise DataError("idx: test_labels is given without test_images")
    names = {"x_train": images, "y_train": labels, "x_test": test_images, "y_test": test_labels}
    files = {key: find_file(name, "IDX file") for key, name in names.items() if name}
    x, y = stored_arrays({key: read_idx(file) for key, file in files.items()}, "idx")
    name = files["x_train"].name.split(".")[0]
    return data_of(x, y, value_range, validation_fraction, test_fraction, seed, name=name, licence=licence)


def read_idx(path: Path) -> np.ndarray:
    """The array of an IDX file."""
    raw = _unpacked(path)
    if len(raw) < 4 or raw[:2] != b"\0\0" or raw[2] not in TYPES or raw[3] == 0:
        raise DataError(
            f"{path} is no IDX file: expected a magic number 00 00 TYPE AXES "
            f"(00 00 08 03 for images, 00 00 08 01 for labels), received {raw[:4].hex(' ') or 'nothing'}"
        )
    head = 4 + 4 * raw[3]
    if len(raw) < head:
        raise DataError(f"{path} is truncated: its head of {head} bytes ends after {len(raw)}")
    shape = struct.unpack(f">{raw[3]}I", raw[4:head])
    dtype = np.dtype(TYPES[raw[2]])
    expected = head + math.prod(shape) * dtype.itemsize
    if len(raw) != expected:
        raise DataError(f"{path} holds {len(raw)} bytes, its head says {expected} for the shape {shape}")
    return np.frombuffer(raw, dtype, offset=head).reshape(shape).astype(dtype.newbyteorder("="))


def _unpacked(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
