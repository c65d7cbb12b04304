"""Squares cut out of images."""

from keras import ops, random


def with_hole(images, side, seed):
    """Set a square of `side` pixels, its middle anywhere in the image, to 0, in each image at a place of its own.

    Shapes: (batch, height, width, channels) -> the same.

    Source: DeVries and Taylor, Improved regularization of convolutional neural networks with cutout, 2017.
    """
    if not side:
        return images
    batch, height, width, _ = images.shape
    kept_rows, kept_columns = (_outside(batch, length, side, seed) for length in (height, width))
    return ops.where(kept_rows[:, :, None, None] | kept_columns[:, None, :, None], images, 0.0)


def _outside(batch, length, side, seed):
    """Which of `length` places lie outside a stretch of `side` places, (batch, length)."""
    middle = random.uniform((batch, 1), 0, length, seed=seed)
    return ops.abs(ops.arange(length, dtype="float32") + 0.5 - middle) >= side / 2
