"""A multilayer perceptron from codes to examples, with weights of its own or tied to the encoder's."""

from math import prod
from typing import Literal

import aekit
from keras import Input, Model, layers

from .._dense import TransposedDense
from .._layers import activated
from ._tied import dense_layers


@aekit.decoder("mlp")
def mlp(
    latent_shape,
    output_shape,
    mirror,
    mean_logits,
    *,
    units: list[int],
    activation: aekit.Activation = "relu",
    normalization: Literal["none", "batch", "layer"] = "none",
    initializer: str = "glorot_uniform",
    tied: bool = False,
    shortcut: bool = False,
    output_bias: Literal["zeros", "data_mean"] = "zeros",
) -> Model:
    """Dense layers, each with its activation, and a linear one of the example's size.

    Args:
        units: sizes of the layers, from the code on.
        activation: of every layer but the last, which is linear.
        normalization: between each layer's sum and its activation.
        initializer: of the kernels, by its Keras name.
        tied: the kernels are the encoder's, transposed, in reverse order; `units` must mirror the encoder's. The saved
            model has copies.
        shortcut: the flattened code stands behind the last layer's values, for a linear path to the example.
        output_bias: where the last layer's biases start; with "data_mean" the network begins at the training data's
            mean.

    Shapes: (batch, *latent_shape) -> (batch, *output_shape).

    Raises:
        ValueError: tied, and there is no encoder, or its dense layers do not mirror `units`.
    """
    x = code = Input(latent_shape)
    if len(latent_shape) > 1:
        x = layers.Flatten()(x)
    direct = [x] if shortcut and units else []
    if tied and mirror is None:
        raise ValueError("tied weights need an encoder, whose kernels they are")
    sizes = [*units, prod(output_shape)]
    sources = dense_layers(mirror, prod(latent_shape), sizes) if tied else [None] * len(sizes)
    for depth, (size, source) in enumerate(zip(sizes, sources, strict=True)):
        inner = depth < len(units)
        biased = not (inner and normalization == "batch")
        if direct and not inner:
            x = layers.Concatenate()([x, *direct])
        name = f"decoder_{depth}" if inner else "values"
        if source is None:
            x = layers.Dense(size, use_bias=biased, kernel_initializer=initializer, name=name)(x)
        else:
            x = TransposedDense(source, use_bias=biased, name=name)(x)
        if not inner:
            break
        x = activated(x, activation, normalization)
    model = Model(code, layers.Reshape(output_shape)(x), name="decoder")
    if output_bias == "data_mean":
        model.get_layer("values").bias.assign(mean_logits().ravel())
    return model
