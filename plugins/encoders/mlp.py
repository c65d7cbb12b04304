"""A multilayer perceptron from examples to features."""

from typing import Literal

import aekit
from keras import Input, Model, layers

from .._layers import activated, weighted


@aekit.encoder("mlp")
def mlp(
    input_shape,
    *,
    units: list[int],
    activation: aekit.Activation = "relu",
    normalization: Literal["none", "batch", "layer", "spectral"] = "none",
    initializer: str = "glorot_uniform",
    shortcut: bool = False,
) -> Model:
    """Dense layers, each with its activation; none gives the flattened example.

    Args:
        units: sizes of the layers, from the input on.
        activation: of every layer.
        normalization: of each layer's sums, before the activation; "spectral" of its kernel, for discriminators.
        initializer: of the kernels, by its Keras name.
        shortcut: the flattened example stands behind the last layer's values, for a linear path to what follows.

    Shapes: (batch, *input_shape) -> (batch, units[-1]), with the shortcut (batch, units[-1] + example's size).
    """
    x = example = Input(input_shape)
    if len(input_shape) > 1:
        x = layers.Flatten()(x)
    for depth, size in enumerate(units):
        biased, name = normalization != "batch", f"encoder_{depth}"
        dense = layers.Dense(size, use_bias=biased, kernel_initializer=initializer, name=name)
        x = weighted(dense, normalization)(x)
        x = activated(x, activation, normalization)
    if shortcut and units:
        x = layers.Concatenate()([x, layers.Flatten()(example)])
    return Model(example, x, name="encoder")
