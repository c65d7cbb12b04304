"""A user's pictures through a run's networks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from aekit.errors import DataError, InputError
from aekit.training import pictures
from aekit.training.model import Model
from aekit.training.opening import open_run


def reconstruct_files(run: str | Path, files: Sequence[str | Path], folder: str | Path) -> list[Path]:
    """Write NAME-reconstructed.png for every picture: the input over its reconstruction.

    A picture of another size is cropped to the examples' proportions and resized.

    Args:
        run: as for `open_run`.
        files: pictures of any format that Pillow reads.
        folder: where to write; made where it is missing.

    Raises:
        InputError: the run's examples are no images.
        DataError: a file that is missing or no picture; nothing is written then.
    """
    model = open_run(run)
    if len(model.example_shape) != 3:
        raise InputError(f"the run's examples are plain vectors of {model.example_shape[0]} values, no images")
    x = np.stack([read_picture(Path(file), model) for file in files])
    x_hat = model.reconstruct(x)
    shown = model.networks.value_range or (-3.0, 3.0)
    written = []
    for file, original, recovered in zip(files, x, x_hat, strict=True):
        target = Path(folder) / f"{Path(file).stem}-reconstructed.png"
        pictures.save(pictures.strip([original[None], recovered[None]], shown), target)
        written.append(target)
    return written


def read_picture(file: Path, model: Model) -> np.ndarray:
    """A picture as one example, float32 in data units, shape (height, width, channels)."""
    height, width, channels = model.example_shape
    try:
        with Image.open(file) as opened:
            image = opened.convert("L" if channels == 1 else "RGB")
    except FileNotFoundError:
        raise DataError(f"{file}: no such file") from None
    except (UnidentifiedImageError, OSError) as error:
        raise DataError(f"{file} is no picture that can be read: {error}") from error
    scale = min(image.width / width, image.height / height)
    left, top = (image.width - width * scale) / 2, (image.height - height * scale) / 2
    box = (left, top, left + width * scale, top + height * scale)
    pixels = np.asarray(image.resize((width, height), Image.Resampling.BOX, box=box), "float32")
    low, high = model.networks.value_range or (0.0, 1.0)
    return (pixels / 255 * (high - low) + low).reshape(model.example_shape)
