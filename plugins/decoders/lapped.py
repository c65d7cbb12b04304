"""The inverse of a lapped transform: cosine images, and a filter that looks across the blocks' borders."""

from typing import Annotated

import aekit
from keras import Input, Model, layers
from pydantic import Field

from .._blocks import from_blocks
from .._lapped import STORED, check_sizes, cosine_kernel, filtered
from ._places import cropped, small_image


@aekit.decoder("lapped")
def lapped(
    latent_shape,
    output_shape,
    *,
    block: Annotated[int, Field(gt=0)] = 16,
    patch: Annotated[int, Field(gt=0)] = 8,
    filters: Annotated[int, Field(ge=0)] = 128,
    residual_blocks: Annotated[int, Field(ge=0)] = 1,
    activation: aekit.Activation = "relu",
    step: Annotated[float, Field(gt=0)] = 0.2,
) -> Model:
    """Image blocks from their coefficients, with a filter after the transform; everything in it learns.

    It starts as the inverse of what the encoder `lapped` starts from. A code that is a vector goes through a dense
    layer to a small image first.

    Args:
        block: side of the transform's blocks, in pixels.
        patch: side of the squares that the filter works on, in pixels; it divides `block`.
        filters: channels of the filter's convolutions; 0 leaves the filter out.
        residual_blocks: how deep the filter is.
        activation: of its convolutions.
        step: of the quantiser at the start, in data units, as in the encoder.

    Shapes: (batch, ~height / block, ~width / block, depth) -> (batch, height, width, channels).
    """
    check_sizes(block, patch)
    code = Input(latent_shape)
    z = small_image(code, output_shape, block)
    channels = output_shape[-1]
    transform = layers.Dense(block**2 * channels, use_bias=False, dtype="float32", name="transform")
    x = from_blocks(transform(z * (step / STORED)), block // patch)
    transform.set_weights([cosine_kernel(block, patch, channels, z.shape[-1]).T])
    x = from_blocks(filtered(x, filters, residual_blocks, activation), patch)
    return Model(code, cropped(x, output_shape), name="decoder")
