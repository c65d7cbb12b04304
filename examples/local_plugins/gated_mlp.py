"""A dense encoder whose layers are gated."""

import aekit
from keras import Input, Model, layers


@aekit.encoder("gated_mlp")
def gated_mlp(input_shape, *, units: list[int]) -> Model:
    """Layers of which one half opens and closes the other: linear times sigmoid.

    Args:
        units: sizes of the layers.

    Shapes: (batch, ...) -> (batch, units[-1]).

    Source: Dauphin et al. 2017, gated linear units.
    """
    example = Input(input_shape)
    x = layers.Flatten()(example)
    for size in units:
        x = layers.Multiply()([layers.Dense(size)(x), layers.Dense(size, "sigmoid")(x)])
    return Model(example, x, name="encoder")
