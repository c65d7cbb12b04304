"""A convolutional decoder that doubles the image at every layer."""

from math import ceil, prod
from typing import Annotated, Literal

import aekit
from keras import Input, Model, layers
from pydantic import Field

from .._layers import activated


@aekit.decoder("conv")
def conv(
    latent_shape,
    output_shape,
    *,
    filters: list[int],
    kernel_size: Annotated[int, Field(gt=0)] = 3,
    strides: Annotated[int, Field(gt=0)] = 2,
    activation: aekit.Activation = "relu",
    normalization: Literal["none", "batch", "layer"] = "none",
) -> Model:
    """A dense layer to a small image, transposed convolutions with stride, and a linear convolution to the pixels.

    Sizes that are no multiple of strides^n are made a little larger and cropped.

    Args:
        filters: channels of the layers, from the code on; each layer enlarges the image.
        kernel_size: side of the kernels, in pixels.
        strides: by what every layer enlarges the image.
        activation: of every layer but the last, which is linear.
        normalization: between each layer's sum and its activation.

    Shapes: (batch, *latent_shape) -> (batch, height, width, channels).
    """
    if len(output_shape) != 3:
        raise ValueError(f"convolutions need images (height, width, channels), received examples {output_shape}")
    height, width, channels = output_shape
    factor = strides ** len(filters)
    small = (ceil(height / factor), ceil(width / factor))
    first = filters[0] if filters else channels
    x = code = Input(latent_shape)
    if len(latent_shape) > 1:
        x = layers.Flatten()(x)
    x = layers.Dense(prod(small) * first, activation)(x)
    x = layers.Reshape((*small, first))(x)
    for size in filters:
        x = layers.Conv2DTranspose(size, kernel_size, strides, "same", use_bias=normalization != "batch")(x)
        x = activated(x, activation, normalization)
    x = layers.Conv2D(channels, kernel_size, padding="same")(x)
    surplus = (small[0] * factor - height, small[1] * factor - width)
    if any(surplus):
        x = layers.Cropping2D([(extra // 2, extra - extra // 2) for extra in surplus])(x)
    return Model(code, x, name="decoder")
