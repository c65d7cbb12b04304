"""Reading the arrays of an npz file, with clear words for one that is damaged."""

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from aekit.errors import DataError


def npz_names(path: Path) -> list[str]:
    """The names of the arrays of `path`; raises as `read_npz` does."""
    with _reading(path) as file:
        return list(file.files)


def read_npz(path: Path, names: Iterable[str]) -> dict[str, np.ndarray]:
    """The named arrays of `path`.

    Raises:
        DataError: the file is damaged, is no npz, lacks one of the arrays, or holds it as pickled objects.
    """
    with _reading(path) as file:
        missing = [name for name in names if name not in file.files]
        if missing:
            known = ", ".join(file.files) or "nothing"
            raise DataError(f"{path} lacks {', '.join(missing)}; it holds {known}")
        return {name: file[name] for name in names}


@contextmanager
def _reading(path: Path) -> Iterator[np.lib.npyio.NpzFile]:
    try:
        with _opened(path) as file:
            yield file
    except (OSError, ValueError, EOFError, RuntimeError, BadZipFile, zlib.error) as error:
        raise DataError(f"{path} is damaged or no npz file: {error}") from error


def _opened(path: Path) -> np.lib.npyio.NpzFile:
    """The file; ValueError where it holds a single array, as .npy files do."""
    file = np.load(path, allow_pickle=False)
    if not isinstance(file, np.lib.npyio.NpzFile):
        raise ValueError("it holds a single array without a name; save it by np.savez(path, x=...)")
    return file
