"""Codes as small images, and images cut to size."""

from math import ceil, prod

from keras import layers


def small_image(code, output_shape, factor):
    """The code as an image of (~height / factor, ~width / factor): as it is, or a vector through a dense layer."""
    if len(output_shape) != 3:
        raise ValueError(f"convolutions need images (height, width, channels), received examples {output_shape}")
    wanted = tuple(ceil(side / factor) for side in output_shape[:2])
    if len(code.shape) == 2:
        size = code.shape[-1]
        return layers.Reshape((*wanted, size))(layers.Dense(prod(wanted) * size)(code))
    if code.shape[1:3] != wanted:
        raise ValueError(
            f"a code of {code.shape[1]} x {code.shape[2]} places cannot be enlarged {factor} times to the image"
        )
    return code


def cropped(x, output_shape):
    """The upper left part of x that has the output's height and width."""
    surplus = [(0, x.shape[axis + 1] - output_shape[axis]) for axis in (0, 1)]
    return layers.Cropping2D(surplus)(x) if any(extra for _, extra in surplus) else x
