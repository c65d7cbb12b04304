"""A lapped transform: the cosine transform of blocks, behind a filter that looks across their borders."""

from typing import Annotated

import aekit
from keras import Input, Model, initializers, layers, ops
from pydantic import Field

from .._blocks import to_blocks
from .._lapped import STORED, check_sizes, cosine_kernel, filtered


@aekit.encoder("lapped")
def lapped(
    input_shape,
    *,
    depth: Annotated[int, Field(gt=0)] | None = None,
    block: Annotated[int, Field(gt=0)] = 16,
    patch: Annotated[int, Field(gt=0)] = 8,
    filters: Annotated[int, Field(ge=0)] = 128,
    residual_blocks: Annotated[int, Field(ge=0)] = 1,
    activation: aekit.Activation = "relu",
    step: Annotated[float, Field(gt=0)] = 0.2,
) -> Model:
    """Coefficients of image blocks, in units of a quantiser's step; everything in it learns.

    It starts as the cosine transform of blocks and colours, so that training starts from a usable code. What is
    learned on top is a filter before the transform, and a shrinkage of small coefficients after it, which spares bits.
    Pixels should lie around zero, as in value_range [-1, 1].

    Args:
        depth: coefficients per block, those that count most; by default all, block^2 * channels.
        block: side of the transform's blocks, in pixels.
        patch: side of the squares that the filter works on, in pixels; it divides `block`.
        filters: channels of the filter's convolutions; 0 leaves the filter out.
        residual_blocks: how deep the filter is.
        activation: of its convolutions.
        step: of the quantiser at the start, in data units: rounding of the features loses so much. The decoder's
            must be equal.

    Shapes: (batch, height, width, channels) -> (batch, ~height / block, ~width / block, depth).

    Source: Tran, Liang and Tu, Lapped transform via time-domain pre- and post-filtering, 2003, with linear filters.
    """
    if len(input_shape) != 3:
        raise ValueError(f"blocks are cut from images (height, width, channels), received examples {input_shape}")
    check_sizes(block, patch)
    depth = depth or block**2 * input_shape[-1]
    image = Input(input_shape)
    x = filtered(to_blocks(padded(image, block), patch), filters, residual_blocks, activation)
    x = to_blocks(x, block // patch) * (1 / (step * STORED))
    transform = layers.Dense(depth, use_bias=False, dtype="float32", name="transform")
    x = shrunk(transform(x))
    transform.set_weights([cosine_kernel(block, patch, input_shape[-1], depth)])
    return Model(image, x, name="encoder")


def padded(image, block):
    """The image with its last row and column repeated up to whole blocks."""
    for axis in (1, 2):
        missing = -image.shape[axis] % block
        if missing:
            last = ops.take(image, [-1] * missing, axis=axis)
            image = ops.concatenate([image, last], axis=axis)
    return image


def shrunk(z):
    """z^3 / (a z^2 + t) with a and t for each channel: large coefficients stay, small ones go towards zero."""
    places = tuple(z.shape[1:])
    energy = ops.square(z)
    scaled = layers.EinsumDense(
        "bhwc,c->bhwc",
        places,
        bias_axes="c",
        kernel_initializer="ones",
        bias_initializer=initializers.Constant(0.3),  # 0.75 of a step becomes a half
        kernel_constraint="non_neg",
        bias_constraint="non_neg",
        dtype="float32",
        name="shrinkage",
    )(energy)
    return z * energy / (scaled + 1e-6)
