"""The synthesis transform of a learned image code."""

from typing import Annotated

import aekit
from keras import Input, Model, layers
from pydantic import Field

from .._gdn import gdn
from ._places import cropped, small_image


@aekit.decoder("synthesis")
def synthesis(
    latent_shape,
    output_shape,
    *,
    filters: Annotated[int, Field(gt=0)] = 64,
    doublings: Annotated[int, Field(gt=0)] = 4,
    kernel_size: Annotated[int, Field(gt=0)] = 5,
) -> Model:
    """Transposed convolutions that double the image, with inverse divisive normalisation (GDN) between them.

    A code that is a vector goes through a dense layer to a small image first.

    Args:
        filters: channels of all convolutions but the last, which gives the pixels.
        doublings: how many convolutions.
        kernel_size: side of the kernels, in pixels.

    Shapes: (batch, ~height / 2^doublings, ~width / 2^doublings, depth) -> (batch, height, width, channels).

    Source: Ballé, Laparra and Simoncelli, End-to-end optimized image compression, 2017.
    """
    code = Input(latent_shape)
    x = small_image(code, output_shape, 2**doublings)
    for _ in range(doublings - 1):
        x = gdn(layers.Conv2DTranspose(filters, kernel_size, 2, "same")(x), inverse=True)
    x = layers.Conv2DTranspose(output_shape[-1], kernel_size, 2, "same")(x)
    return Model(code, cropped(x, output_shape), name="decoder")
