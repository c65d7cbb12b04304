"""Small patches of larger images, turned and enlarged about the centre."""

from collections.abc import Iterator

import numpy as np

CHUNK = 1024


def turned(
    images: np.ndarray, chosen: np.ndarray, angle: np.ndarray, step: np.ndarray, size: int
) -> Iterator[np.ndarray]:
    """Patches sampled on a square grid that is turned about the image's centre, by bilinear interpolation.

    Args:
        images: (n, side, side), float32.
        chosen: (count,), of which image each patch is.
        angle: (count,), in radians.
        step: (count,), how many pixels of the image lie between two of the patch. The grid's corners,
            (size - 1) * step / sqrt(2) from the centre, have to lie inside the image.
        size: side of a patch in pixels.

    Yields:
        (at most 1024, size, size), float32, in the order of `chosen`.
    """
    for start in range(0, len(chosen), CHUNK):
        part = slice(start, start + CHUNK)
        yield _sampled(images, chosen[part], angle[part].astype("float32"), step[part].astype("float32"), size)


def _sampled(images: np.ndarray, chosen: np.ndarray, angle: np.ndarray, step: np.ndarray, size: int) -> np.ndarray:
    side = images.shape[1]
    along, down = (np.cos(angle) * step)[:, None, None], (np.sin(angle) * step)[:, None, None]
    grid = np.arange(size, dtype="float32") - np.float32((size - 1) / 2)
    centre = np.float32((side - 1) / 2)
    x = centre + along * grid - down * grid[:, None]  # count, size, size
    y = centre + down * grid + along * grid[:, None]
    column, row = x.astype("int32"), y.astype("int32")
    right, below = x - column, y - row
    corner = chosen.astype("int32")[:, None, None] * (side * side) + row * side + column
    pixels = images.reshape(-1)
    upper = pixels[corner] * (1 - right) + pixels[corner + 1] * right
    lower = pixels[corner + side] * (1 - right) + pixels[corner + side + 1] * right
    return upper * (1 - below) + lower * below
