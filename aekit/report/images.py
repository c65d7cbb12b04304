"""The images that a report measures on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from aekit.codec.files import read_image
from aekit.errors import DataError

SUFFIXES = (".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")


def find_images(paths: Sequence[str | Path]) -> list[Path]:
    """Image files: those named, and of each folder those in it, by name.

    Raises:
        DataError: nothing there, or a folder without an image.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES and file.is_file())
            if not inside:
                raise DataError(f"there is no image file in {path}")
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise DataError(f"there is no image and no folder {path}")
    return list(dict.fromkeys(found))


def read_images(paths: Sequence[Path], grey: bool = False) -> dict[str, np.ndarray]:
    """Images by their file's name, as bytes (height, width, 1 or 3).

    Args:
        grey: all of them in grey; otherwise those that have colours keep them.

    Raises:
        DataError: a file that cannot be read.
    """
    images = {}
    for path in paths:
        name = path.name if path.name not in images else str(path)
        images[name] = _read(path, grey)
    return images


def _read(path: Path, grey: bool) -> np.ndarray:
    from PIL import Image

    image = read_image(path)
    if not grey or image.shape[2] == 1:
        return image
    return np.asarray(Image.fromarray(image).convert("L"))[..., None]
