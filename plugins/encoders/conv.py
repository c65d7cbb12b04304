"""A convolutional encoder that halves the image at every layer."""

from typing import Annotated, Literal

import aekit
from keras import Input, Model, layers
from pydantic import Field

from .._layers import activated, weighted


@aekit.encoder("conv")
def conv(
    input_shape,
    *,
    filters: list[int],
    kernel_size: Annotated[int, Field(gt=0)] = 3,
    strides: Annotated[int, Field(gt=0)] = 2,
    activation: aekit.Activation = "relu",
    normalization: Literal["none", "batch", "layer", "spectral"] = "none",
) -> Model:
    """Convolutions with stride, each with its activation.

    Args:
        filters: channels of the layers, from the input on.
        kernel_size: side of the kernels, in pixels.
        strides: by what every layer shrinks the image.
        activation: of every layer.
        normalization: of each layer's sums, before the activation; "spectral" of its kernel, for discriminators.

    Shapes: (batch, height, width, channels) -> (batch, ~height / strides^n, ~width / strides^n, filters[-1]).
    """
    if len(input_shape) != 3:
        raise ValueError(f"convolutions need images (height, width, channels), received examples {input_shape}")
    x = image = Input(input_shape)
    for channels in filters:
        convolution = layers.Conv2D(channels, kernel_size, strides, "same", use_bias=normalization != "batch")
        x = weighted(convolution, normalization)(x)
        x = activated(x, activation, normalization)
    return Model(image, x, name="encoder")
