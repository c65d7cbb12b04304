"""The Olivetti faces, split by person."""

from typing import Annotated

import numpy as np
from pydantic import Field

import aekit
from aekit.errors import DataError

from .._files import data_folder
from ._npz import read_npz

FILE = "olivetti_faces.npz"
BRIGHTEST = 242  # of the stored bytes; scikit-learn divides by it


@aekit.data("olivetti")
def olivetti(
    *, size: Annotated[int, Field(ge=4, le=64)] = 64, value_range: tuple[float, float] = (0.0, 1.0)
) -> aekit.Data:
    """400 grey faces of 40 persons, 64 x 64 pixels; the label is the person, 0 to 39.

    Looked for as `$AEKIT_DATA/olivetti_faces.npz` (images uint8 (400, 64, 64), target), in scikit-learn's
    cache, then fetched by scikit-learn (4 MB). Splits, by person: 0 to 24 train (250), 25 to 29 validation
    (50), 30 to 39 test (100), so that nobody who is tested has been trained on.

    Args:
        size: side in pixels to which the faces are shrunk, smoothed.
        value_range: of a pixel in data units; (0, 1) gives scikit-learn's floats.

    Source: AT&T Laboratories Cambridge, 1992 to 1994; the split of Hinton and Salakhutdinov, 2006.
    """
    low, high = map(float, value_range)
    images, person = _load()
    if size < images.shape[1]:
        images = np.stack([_shrink(image, size) for image in images])
    x = (images * np.float32(high - low) + np.float32(low))[..., None]
    parts = (person < 25, (person >= 25) & (person < 30), person >= 30)
    return aekit.Data(
        *(aekit.Split(x[part], person[part]) for part in parts),
        value_range=(low, high),
        name="olivetti",
        licence="free for research, with credit to AT&T Laboratories Cambridge",
        labels=tuple(f"person {number}" for number in range(40)),
    )


def _load() -> tuple[np.ndarray, np.ndarray]:
    """Images (400, 64, 64) in [0, 1], and persons (400,)."""
    folder = data_folder()
    if folder and (folder / FILE).is_file():
        arrays = read_npz(folder / FILE, ("images", "target"))
        images, person = arrays["images"].astype("float32") / np.float32(BRIGHTEST), arrays["target"]
    else:
        images, person = _fetch()
    if images.shape != (400, 64, 64) or person.shape != (400,):
        raise DataError(
            f"olivetti: expected images (400, 64, 64) and targets (400,), received {images.shape} and {person.shape}"
        )
    return images, person.astype("int64")


def _fetch() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import fetch_olivetti_faces, get_data_home

    try:
        bunch = fetch_olivetti_faces()
    except OSError as error:  # URLError is one
        here = data_folder() / FILE if data_folder() else f"{FILE} in a folder that $AEKIT_DATA names"
        raise DataError(
            f"olivetti is not on this machine and could not be fetched ({error}). Connect to a network, "
            f"or put a file with the arrays images (uint8, (400, 64, 64)) and target (400,) at {here}, "
            f"or scikit-learn's olivetti_py3.pkz into {get_data_home()}"
        ) from error
    return bunch.images.astype("float32"), bunch.target


def _shrink(image: np.ndarray, size: int) -> np.ndarray:
    from PIL import Image

    shrunk = Image.fromarray(image, "F").resize((size, size), Image.Resampling.LANCZOS)
    return np.clip(np.asarray(shrunk), 0, 1)
