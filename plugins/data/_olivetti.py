"""The Olivetti faces: where they are found, and who trains, validates and tests."""

import numpy as np

from aekit.errors import DataError

from .._files import data_folder
from ._npz import read_npz

FILE = "olivetti_faces.npz"
BRIGHTEST = 242  # of the stored bytes; scikit-learn divides by it
LICENCE = "free for research, with credit to AT&T Laboratories Cambridge"
LABELS = tuple(f"person {number}" for number in range(40))


def load_olivetti() -> tuple[np.ndarray, np.ndarray]:
    """Images (400, 64, 64) in [0, 1], and persons (400,), 0 to 39.

    Looked for as `$AEKIT_DATA/olivetti_faces.npz`, in scikit-learn's cache, then fetched by scikit-learn.

    Raises:
        DataError: they cannot be had, or the file holds something else.
    """
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


def by_person(person: np.ndarray) -> dict[str, np.ndarray]:
    """The images of each split: persons 0 to 24 train, 25 to 29 validate, 30 to 39 test.

    Source: Hinton and Salakhutdinov, 2006.
    """
    parts = {"train": person < 25, "validation": (person >= 25) & (person < 30), "test": person >= 30}
    return {name: np.flatnonzero(part) for name, part in parts.items()}


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
