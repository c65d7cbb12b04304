"""Rows of image files, decoded when they are asked for."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from .._images import PROBLEMS, open_image, read_image, resize, to_bytes, unreadable

THREADS = min(8, os.cpu_count() or 1)


class ImageRows:
    """Image files at one size, an `aekit.Rows` of bytes.

    Args:
        folder: from which error messages count paths.
        files: in the order of the rows.
        example_shape: (height, width, channels) that every picture is brought to.
        fit: "crop" or "stretch", as in `resize`.

    Raises:
        DataError: files that have no image's head, listed; while reading: files that vanished or broke off,
            listed.
    """

    dtype = np.dtype("uint8")
    block = 1

    def __init__(self, folder: Path, files: Sequence[Path], example_shape: tuple[int, int, int], fit: str):
        self.folder, self.files, self.fit = folder, list(files), fit
        self.shape = (len(self.files), *example_shape)
        self._each(self.files, _check_head)

    def read(self, indices: np.ndarray) -> np.ndarray:
        """The pictures at `indices`, shape (len(indices), height, width, channels)."""
        pictures = self._each([self.files[index] for index in indices], self._decode)
        return np.stack(pictures) if pictures else np.empty((0, *self.shape[1:]), "uint8")

    def _decode(self, path: Path) -> np.ndarray:
        height, width, channels = self.shape[1:]
        return to_bytes(resize(read_image(path, channels), (height, width), self.fit))

    def _each(self, files: Sequence[Path], do: Callable[[Path], Any]) -> list[Any]:
        """`do` each file on a few threads; one error lists all that fail."""
        failures: dict[Path, str] = {}

        def attempt(path: Path) -> Any:
            try:
                return do(path)
            except PROBLEMS as error:
                failures[path] = f"{type(error).__name__}: {error}"

        with ThreadPoolExecutor(THREADS) as pool:
            results = list(pool.map(attempt, files))
        if failures:
            raise unreadable(dict(sorted(failures.items())), self.folder)
        return results


def _check_head(path: Path) -> None:
    open_image(path).close()
