"""Whole images for metrics, by a photo's name or from a file."""

import numpy as np

from .._photos import find_photos, load_photo


def whole_image(name: str, channels: int, side: int | None = None) -> np.ndarray:
    """An image as bytes, (height, width, channels).

    Args:
        name: of a photo in scikit-image's or scikit-learn's wheel, or a path from the working folder or
            inside $AEKIT_DATA.
        channels: 1 for grey, 3 for RGB.
        side: cut the centre to a square and bring it to this side in pixels, as `photo_patches` does.

    Raises:
        DataError: neither a photo nor a readable file.
    """
    return load_photo(find_photos(name)[0], channels, side)
