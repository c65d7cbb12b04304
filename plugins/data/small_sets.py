"""Small sets that come inside scikit-learn's and scikit-image's wheels."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

import aekit

from ._binarised import binarised


@aekit.data("digits")
def digits(*, binarise: Literal["none", "static", "dynamic"] = "none") -> aekit.Data:
    """1797 handwritten digits of 8 x 8 grey pixels, in scikit-learn's wheel; labels 0 to 9.

    Splits: 1437 train, 180 validation, 180 test, classes in equal shares, the same in every run.
    Values: sixteenths in [0, 1] (the pixels have 17 levels).

    Args:
        binarise: pixels that are 0 or 1, drawn with the grey value as the probability of 1: `dynamic` draws training
            images anew at every step, validation and test images once by a fixed seed; `static` all images once.

    Source: Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998.
    """
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    bunch = load_digits()
    x, y = (bunch.images[..., None] / 16).astype("float32"), bunch.target.astype("int64")
    rest, test = train_test_split(np.arange(len(x)), test_size=180, stratify=y, random_state=0)
    train, validation = train_test_split(rest, test_size=180, stratify=y[rest], random_state=0)
    splits = (aekit.Split(x[rows], y[rows]) for rows in map(np.sort, (train, validation, test)))
    data = aekit.Data(*splits, name="digits", licence="CC BY 4.0", labels=tuple("0123456789"))
    return binarised(data, binarise)


@aekit.data("faces")
def faces(*, size: Annotated[int, Field(ge=4, le=256)] = 25) -> aekit.Data:
    """100 grey faces of 25 x 25 pixels, in scikit-image's wheel; no labels.

    Splits: 80 train, 10 validation, 10 test, by a fixed permutation. Values: [0, 1].

    Args:
        size: side in pixels to which the faces are brought, smoothly; larger ones show no more than the 25 x 25.

    Source: Labeled Faces in the Wild (Huang et al., 2007), as cropped for scikit-image.
    """
    from skimage.data import lfw_subset

    x = lfw_subset()[:100].astype("float32")
    if size != x.shape[1]:
        x = np.stack([_resized(image, size) for image in x])
    licence = "published for research; no licence stated by Labeled Faces in the Wild"
    return aekit.Data.from_arrays(x[..., None], name="faces", licence=licence)


def _resized(image: np.ndarray, size: int) -> np.ndarray:
    """A grey image in [0, 1] at (size, size)."""
    from PIL import Image

    resized = Image.fromarray(image, "F").resize((size, size), Image.Resampling.LANCZOS)
    return np.clip(np.asarray(resized), 0, 1)
