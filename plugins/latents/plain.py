"""A plain code: one dense layer."""

from typing import Annotated

import aekit
from keras import Input, Model, layers
from pydantic import Field


@aekit.latent("plain")
def plain(feature_shape, *, size: Annotated[int, Field(gt=0)], activation: aekit.Activation = "linear") -> Model:
    """The code z is a dense layer on the flattened features.

    Args:
        size: how many numbers the code has.
        activation: of the code.

    Shapes: (batch, *feature_shape) -> (batch, size).
    """
    x = features = Input(feature_shape)
    if len(feature_shape) > 1:
        x = layers.Flatten()(x)
    return Model(features, layers.Dense(size, activation, name="code")(x), name="latent")
