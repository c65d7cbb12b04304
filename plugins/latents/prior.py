"""A prior: codes from noise alone, for generators."""

from math import sqrt
from typing import Annotated, Literal

import aekit
import keras
from keras import Input, Model, layers, ops
from pydantic import Field

#: Half the width of a uniform distribution of variance 1.
HALF_WIDTH = sqrt(3.0)
#: Uniform noise is kept so far from 0 and 1 that its Gaussian quantile is finite in float32.
MARGIN = 1e-7


@aekit.latent("prior")
def prior(
    feature_shape,
    *,
    size: Annotated[int, Field(gt=0)],
    distribution: Literal["normal", "uniform"] = "normal",
) -> Model:
    """Codes of independent numbers with mean 0 and variance 1; it has no encoder before it.

    The framework gives uniform noise from [0, 1) in place of features; z is its quantile function.

    Args:
        size: how many numbers the code has.
        distribution: "normal" is N(0, 1); "uniform" lies between -sqrt(3) and sqrt(3).

    Shapes: (batch, size) -> (batch, size).

    Raises:
        ValueError: an encoder stands before it.

    Source: Goodfellow et al., Generative adversarial networks, 2014.
    """
    if feature_shape != ():
        raise ValueError("a prior takes no features: leave the encoder out, or use another latent")
    noise = Input((size,))
    if distribution == "uniform":
        z = layers.Rescaling(2 * HALF_WIDTH, -HALF_WIDTH)(noise)
    else:
        z = NormalQuantile(name="quantile", dtype="float32")(noise)
    return Model(noise, z, name="latent")


@keras.saving.register_keras_serializable("aekit")
class NormalQuantile(layers.Layer):
    """Uniform numbers from [0, 1) to standard normal ones: sqrt(2) erfinv(2 u - 1)."""

    def call(self, noise):
        return sqrt(2.0) * ops.erfinv(2 * ops.clip(noise, MARGIN, 1 - MARGIN) - 1)

    def compute_output_shape(self, input_shape):
        return input_shape
