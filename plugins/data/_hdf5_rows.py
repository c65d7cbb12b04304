"""Rows of an HDF5 data set, read when they are asked for."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from aekit.errors import DataError

CHUNK_CACHE = 32 * 2**20  # bytes


class Hdf5Rows:
    """The examples of one data set of an HDF5 file, an `aekit.Rows`.

    A contiguous data set is mapped into memory at its offset for each read alone, right after the file's size
    was looked at: reading beyond the end of a mapped file that was cut short would kill the process. A chunked
    one is read chunk by chunk through h5py, opened on first use and once more after a fork.

    Args:
        path: of the file.
        name: of the data set in it.

    Raises:
        DataError: the file or data set is missing or damaged; while reading: it was removed, replaced or cut
            short.
    """

    def __init__(self, path: Path, name: str):
        self.path, self.name = path, name
        self._owner, self._source = 0, None
        with reading(path, name), open_hdf5(path) as file:
            dataset = file[name]
            self.stored_shape, self.dtype = dataset.shape, dataset.dtype
            self._offset = _contiguous_offset(dataset)
            self.block = dataset.chunks[0] if dataset.chunks else 1
        self._identity = self._look()

    @property
    def shape(self) -> tuple[int, ...]:
        """(n, size) or (n, height, width, channels); grey images gain their channel axis."""
        return (*self.stored_shape, 1) if len(self.stored_shape) == 3 else self.stored_shape

    def read(self, indices: np.ndarray) -> np.ndarray:
        """The rows at `indices` (sorted, without repeats)."""
        rows = np.empty((len(indices), *self.stored_shape[1:]), self.dtype)
        if self._look() != self._identity:
            raise DataError(f"{self.path} was replaced by another file while it was being read")
        with reading(self.path, self.name):
            read = self._read_chunks if self._offset is None else self._read_bytes
            read(np.asarray(indices, "int64"), rows)
        return rows.reshape(len(indices), *self.shape[1:])

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_owner": 0, "_source": None}

    def _look(self) -> tuple[int, int]:
        """Which file stands at the path now; DataError where there is none or its data are cut off."""
        try:
            now = self.path.stat()
        except OSError as error:
            raise DataError(f"{self.path} has vanished ({error.strerror})") from error
        size = int(np.prod(self.stored_shape, dtype="int64")) * self.dtype.itemsize
        end = 0 if self._offset is None else self._offset + size
        if now.st_size < end:
            raise DataError(f"{self.path} is truncated: {now.st_size} bytes, '{self.name}' ends at {end}")
        return now.st_dev, now.st_ino

    def _opened(self, opener: Any) -> Any:
        if self._owner != os.getpid():  # HDF5 handles must not be shared with a parent process
            self._source, self._owner = opener(), os.getpid()
        return self._source

    def _read_bytes(self, indices: np.ndarray, rows: np.ndarray) -> None:
        mapped = np.memmap(self.path, self.dtype, "r", self._offset, self.stored_shape)
        np.take(mapped, indices, axis=0, out=rows, mode="clip")

    def _read_chunks(self, indices: np.ndarray, rows: np.ndarray) -> None:
        dataset = self._opened(lambda: open_hdf5(self.path))[self.name]
        for start, stop in runs(indices, self.block):
            first, last = int(indices[start]), int(indices[stop - 1])
            rows[start:stop] = dataset[first : last + 1][indices[start:stop] - first]


@contextmanager
def reading(path: Path, name: str) -> Iterator[None]:
    """What h5py and the system raise while `name` is read becomes a DataError that says where."""
    try:
        yield
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise DataError(f"{path}, data set '{name}', cannot be read: {error}") from error


def runs(indices: np.ndarray, block: int) -> list[tuple[int, int]]:
    """Spans [start, stop) of sorted `indices` worth one read: neighbours, or what lies within one block."""
    apart = (np.diff(indices) > 1) & (np.diff(indices // block) > 0)
    edges = [0, *(np.flatnonzero(apart) + 1).tolist(), len(indices)]
    return [(start, stop) for start, stop in pairwise(edges) if stop > start]


def open_hdf5(path: Path) -> Any:
    """The file, opened for reading; DataError where it is missing, truncated or no HDF5 file."""
    import h5py

    try:
        return h5py.File(path, "r", rdcc_nbytes=CHUNK_CACHE)
    except OSError as error:
        raise DataError(f"{path} cannot be opened as HDF5: {error}") from error


def _contiguous_offset(dataset: Any) -> int | None:
    """Where the rows lie in the file one after another, or None where only h5py can read them."""
    plain = dataset.chunks is None and not dataset.external and not dataset.is_virtual
    return dataset.id.get_offset() if plain and dataset.dtype.isnative else None
