"""The Olivetti faces, split by person."""

from typing import Annotated

import numpy as np
from pydantic import Field

import aekit

from ._olivetti import LABELS, LICENCE, by_person, load_olivetti


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
    images, person = load_olivetti()
    if size < images.shape[1]:
        images = np.stack([_shrink(image, size) for image in images])
    x = (images * np.float32(high - low) + np.float32(low))[..., None]
    splits = {name: aekit.Split(x[rows], person[rows]) for name, rows in by_person(person).items()}
    return aekit.Data(**splits, value_range=(low, high), name="olivetti", licence=LICENCE, labels=LABELS)


def _shrink(image: np.ndarray, size: int) -> np.ndarray:
    from PIL import Image

    shrunk = Image.fromarray(image, "F").resize((size, size), Image.Resampling.LANCZOS)
    return np.clip(np.asarray(shrunk), 0, 1)
