"""Images as blocks of pixels in depth, and the cosine transform of such blocks."""

import numpy as np
from keras import ops


def to_blocks(x, size):
    """Move squares of `size` x `size` pixels into depth.

    Shapes: (batch, height, width, channels) -> (batch, height / size, width / size, size^2 * channels).
    """
    _, height, width, channels = x.shape
    x = ops.reshape(x, (-1, height // size, size, width // size, size, channels))
    x = ops.transpose(x, (0, 1, 3, 2, 4, 5))  # batch, rows, columns, y, x, channels
    return ops.reshape(x, (-1, height // size, width // size, size**2 * channels))


def from_blocks(x, size):
    """The inverse of `to_blocks`."""
    _, rows, columns, depth = x.shape
    x = ops.reshape(x, (-1, rows, columns, size, size, depth // size**2))
    x = ops.transpose(x, (0, 1, 3, 2, 4, 5))  # batch, rows, y, columns, x, channels
    return ops.reshape(x, (-1, rows * size, columns * size, depth // size**2))


def cosine_images(size, channels, depth):
    """The `depth` images of the orthonormal cosine transform over rows, columns and channels that count most.

    They are ordered by the variance that they have where neighbouring pixels correlate by 0.95 and differences of
    channels have a twentieth of their sum's variance. Over three channels the transform gives the opponent colours.

    Shapes: (depth, size, size, channels), float32.
    """
    from scipy.fft import dct

    places, colours = (dct(np.eye(n), axis=0, norm="ortho") for n in (size, channels))
    steps = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    along = np.diag(places @ 0.95**steps @ places.T)
    variances = along[:, None, None] * along[:, None] * np.where(np.arange(channels), 0.05, 1.0)
    images = np.einsum("iy,jx,kc->ijkyxc", places, places, colours).reshape(-1, size, size, channels)
    return images[np.argsort(-variances.ravel(), kind="stable")[:depth]].astype("float32")
