"""Maxout layers with dropout: the discriminator of 2014."""

from typing import Annotated

import aekit
from keras import Input, Model, initializers, layers, ops
from pydantic import Field


@aekit.encoder("maxout")
def maxout(
    input_shape,
    *,
    units: list[int],
    pieces: Annotated[int, Field(gt=1)] = 5,
    input_keep: Annotated[float, Field(gt=0, le=1)] = 1.0,
    hidden_keep: Annotated[float, Field(gt=0, le=1)] = 1.0,
    spread: Annotated[float, Field(gt=0)] | None = None,
) -> Model:
    """Each unit is the largest of some linear functions of its input; dropout before each layer, and after the last.

    What dropout keeps is divided by the share that it keeps, so that sums stay as large as without it.

    Args:
        units: sizes of the layers, from the input on.
        pieces: linear functions of each unit.
        input_keep: share of the example's values that a step of training sees.
        hidden_keep: share of each layer's values that a step of training sees.
        spread: kernels start uniform between -spread and spread; null is Glorot's choice for each layer.

    Shapes: (batch, *input_shape) -> (batch, units[-1]).

    Source: Goodfellow et al., Maxout networks, 2013; Generative adversarial networks, 2014.
    """
    x = example = Input(input_shape)
    if len(input_shape) > 1:
        x = layers.Flatten()(x)
    keep = input_keep
    for depth, size in enumerate(units):
        x = _kept(x, keep)
        start = "glorot_uniform" if spread is None else initializers.RandomUniform(-spread, spread)
        x = layers.Dense(size * pieces, kernel_initializer=start, name=f"maxout_{depth}")(x)
        # The maximum of whole rows: several times as fast as one with the pieces of a unit side by side.
        x = ops.max(layers.Reshape((pieces, size))(x), axis=1)  # batch, unit
        keep = hidden_keep
    return Model(example, _kept(x, keep), name="encoder")


def _kept(x, share):
    return x if share == 1 else layers.Dropout(1 - share)(x)
