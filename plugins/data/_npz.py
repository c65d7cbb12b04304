"""Reading the arrays of an npz file, with clear words for one that is damaged."""

from collections.abc import Iterable
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from aekit.errors import DataError


def read_npz(path: Path, required: Iterable[str] = (), optional: Iterable[str] = ()) -> dict[str, np.ndarray]:
    """The arrays of `path` that are named, or all of them where none is named.

    Raises:
        DataError: the file is damaged, is no npz, holds pickled objects, or lacks a required array.
    """
    try:
        with open_npz(path) as file:
            missing = [key for key in required if key not in file.files]
            if missing:
                raise DataError(f"{path} lacks {', '.join(missing)}; it holds {', '.join(file.files) or 'nothing'}")
            wanted = {*required, *optional}
            return {key: file[key] for key in file.files if not wanted or key in wanted}
    except (OSError, ValueError, EOFError, BadZipFile) as error:
        raise DataError(f"{path} is damaged or no npz file: {error}") from error


def open_npz(path: Path) -> np.lib.npyio.NpzFile:
    """The opened file; ValueError where it holds a single array, as .npy files do."""
    file = np.load(path, allow_pickle=False)
    if not isinstance(file, np.lib.npyio.NpzFile):
        raise ValueError("it holds a single array without a name; save it by np.savez(path, x=...)")
    return file
