"""The analysis transform of a learned image code."""

from typing import Annotated

import aekit
from keras import Input, Model, layers
from pydantic import Field

from .._gdn import gdn


@aekit.encoder("analysis")
def analysis(
    input_shape,
    *,
    filters: Annotated[int, Field(gt=0)] = 64,
    depth: Annotated[int, Field(gt=0)] = 96,
    halvings: Annotated[int, Field(gt=0)] = 4,
    kernel_size: Annotated[int, Field(gt=0)] = 5,
) -> Model:
    """Convolutions that halve the image, generalised divisive normalisation (GDN) between them; the last is linear.

    Args:
        filters: channels of all convolutions but the last.
        depth: numbers at each place of the features.
        halvings: how many convolutions.
        kernel_size: side of the kernels, in pixels.

    Shapes: (batch, height, width, channels) -> (batch, ~height / 2^halvings, ~width / 2^halvings, depth).

    Source: Ballé, Laparra and Simoncelli, End-to-end optimized image compression, 2017.
    """
    if len(input_shape) != 3:
        raise ValueError(f"convolutions need images (height, width, channels), received examples {input_shape}")
    x = image = Input(input_shape)
    for _ in range(halvings - 1):
        x = gdn(layers.Conv2D(filters, kernel_size, 2, "same")(x))
    return Model(image, layers.Conv2D(depth, kernel_size, 2, "same")(x), name="encoder")
