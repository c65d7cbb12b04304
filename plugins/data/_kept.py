"""HDF5 files that are made once and kept in the user's cache folder; losing one costs time only."""

import hashlib
import os
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from aekit.errors import DataError
from aekit.folders import cache_folder


ROWS = 4096  # read at a time
CHECKSUM = "aekit_checksum"
FORGOTTEN = 3600  # seconds after which a half-written file's writer must have been killed


def kept(name: str, identity: Any, make: Callable[[Any], None]) -> Path:
    """The file of what `make` writes, from the cache where it is there and whole.

    Args:
        name: what the file's name begins with.
        identity: all that its content depends on; its `repr` is hashed into the file's name.
        make: given an empty, open h5py.File, writes data sets into it.

    Raises:
        DataError: the folder cannot be written to.
    """
    digest = hashlib.sha256(repr(identity).encode()).hexdigest()[:16]
    path = cache_folder() / "data" / f"{name}-{digest}.h5"
    if _whole(path):
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_forgotten(path)
        _write(path, make)
    except OSError as error:
        raise DataError(
            f"{name}: {path} cannot be written ({error.strerror or error}). $XDG_CACHE_HOME names another folder"
        ) from error
    return path


def _write(path: Path, make: Callable[[Any], None]) -> None:
    """Write the file aside and rename it, unless another process was faster: its readers hold that one open."""
    import h5py

    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with h5py.File(aside, "w") as file:
            make(file)
            file.attrs[CHECKSUM] = _checksum(file)
        if not _whole(path):
            aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _whole(path: Path) -> bool:
    """Whether the file is there with all the bytes that were written."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            return int(file.attrs[CHECKSUM]) == _checksum(file)
    except (OSError, KeyError, RuntimeError, ValueError, TypeError):
        return False


def _checksum(file: Any) -> int:
    found = 0
    for name in sorted(file):
        found = zlib.crc32(f"{name} {file[name].shape} {file[name].dtype}".encode(), found)
        for start in range(0, len(file[name]), ROWS):
            found = zlib.crc32(np.ascontiguousarray(file[name][start : start + ROWS]), found)
    return found


def _remove_forgotten(path: Path) -> None:
    for file in path.parent.glob(f"{path.name}.*.part"):
        if time.time() - file.stat().st_mtime > FORGOTTEN:
            file.unlink(missing_ok=True)
