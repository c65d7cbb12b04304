"""A user's own pictures: a folder of image files, read as training needs them."""

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

import aekit
from aekit.errors import DataError

from ._arrays import data_of
from .._files import find_folder
from ._image_rows import ImageRows
from .._images import SUFFIXES, image_files

SPLITS = ("train", "validation", "test")


@aekit.data("image_folder")
def image_folder(
    *,
    folder: str,
    size: Annotated[int, Field(gt=0)] | tuple[Annotated[int, Field(gt=0)], Annotated[int, Field(gt=0)]] = 64,
    channels: Literal[1, 3] = 3,
    fit: Literal["crop", "stretch"] = "crop",
    classes: bool = False,
    value_range: tuple[float, float] = (0.0, 1.0),
    validation_fraction: Annotated[float, Field(gt=0, lt=1)] = 0.1,
    test_fraction: Annotated[float, Field(gt=0, lt=1)] = 0.1,
    seed: int = 0,
    licence: str = "not stated",
) -> aekit.Data:
    """Pictures of any size below a folder, brought to one size.

    Sub-folders named train, validation and test are the splits; where there is no train folder the pictures
    are split by a seeded permutation, and a split without a folder is drawn from the training pictures. Every
    file's head is looked at when the data are made, its pixels when they are needed.

    Args:
        folder: from the working folder or from inside $AEKIT_DATA; searched at any depth for png, jpg, webp,
            tif, gif, bmp, ppm and pgm files.
        size: in pixels, one side or [height, width].
        channels: 1 for grey, 3 for RGB.
        fit: "crop" cuts the centre to the aspect of `size` and resizes it; "stretch" resizes the whole
            picture.
        classes: label each picture by the sub-folder (of the folder, or of its split) in which it lies.
        value_range: of a pixel in data units.
        validation_fraction, test_fraction: shares of the training pictures for splits without a folder.
        seed: of the permutation by which they are drawn.
        licence: for reports.

    Raises:
        DataError: no picture; pictures that cannot be read, listed; with `classes` a picture outside any
            sub-folder.
    """
    root = find_folder(folder, "image folder")
    height, width = (size, size) if isinstance(size, int) else size
    files = _files_by_split(root)
    rows = {part: ImageRows(root, found, (height, width, channels), fit) for part, found in files.items()}
    labels, y = _labels(root, files) if classes else ((), {})
    about = {"name": root.name, "licence": licence, "labels": labels}
    return data_of(rows, y, value_range, validation_fraction, test_fraction, seed, **about)


def _files_by_split(root: Path) -> dict[str, list[Path]]:
    folders = {part: root / part for part in SPLITS if (root / part).is_dir()}
    if "train" not in folders:
        folders = {"train": root}
    files = {part: image_files(folder) for part, folder in folders.items()}
    for part, found in files.items():
        if not found:
            raise DataError(f"no picture in {folders[part]}; looked for files that end in {', '.join(SUFFIXES)}")
    return files


def _labels(root: Path, files: dict[str, list[Path]]) -> tuple[tuple[str, ...], dict[str, np.ndarray]]:
    """The classes' names in order, and the number of each file's class by split."""
    split_folders = (root / "train").is_dir()
    names: dict[str, list[str]] = {}
    for part, found in files.items():
        base = root / part if split_folders else root
        inside = [path.relative_to(base).parts for path in found]
        outside = next((parts[0] for parts in inside if len(parts) == 1), None)
        if outside:
            raise DataError(f"{base / outside} lies in no sub-folder, so that it has no class; set classes to false")
        names[part] = [parts[0] for parts in inside]
    known = sorted({name for found in names.values() for name in found})
    return tuple(known), {part: np.searchsorted(known, found) for part, found in names.items()}
