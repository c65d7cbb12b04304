"""A code that is a Gaussian distribution, and a sample of it."""

from typing import Annotated

import aekit
import keras
from keras import Input, Model, layers, ops, random
from pydantic import Field


@aekit.latent("gaussian")
def gaussian(feature_shape, *, size: Annotated[int, Field(gt=0)]) -> Model:
    """The distribution q(z | x) = N(z_mean, exp(z_log_var)), and z, a fresh sample of it at every call.

    z is a sample in training and in tests alike. What people are shown as the code of an example, and what a decoder
    makes its reconstruction of, is z_mean.

    Args:
        size: how many numbers the code has.

    Shapes: (batch, *feature_shape) -> z, z_mean, z_log_var, each (batch, size).

    Source: Kingma and Welling, Auto-encoding variational Bayes, 2013.
    """
    x = features = Input(feature_shape)
    if len(feature_shape) > 1:
        x = layers.Flatten()(x)
    mean = layers.Dense(size, dtype="float32", name="z_mean")(x)
    log_var = layers.Dense(size, dtype="float32", name="z_log_var")(x)
    z = GaussianSample(dtype="float32", name="sample")(mean, log_var)
    return Model(features, {"z": z, "z_mean": mean, "z_log_var": log_var}, name="latent")


@keras.saving.register_keras_serializable("aekit")
class GaussianSample(layers.Layer):
    """mean + exp(log_var / 2) * noise, the noise drawn anew from N(0, I) at every call.

    Shapes: (batch, size) twice -> (batch, size).
    """

    def __init__(self, **options):
        super().__init__(**options)
        self.noise = random.SeedGenerator()

    def call(self, mean, log_var):
        noise = random.normal(ops.shape(mean), dtype=self.compute_dtype, seed=self.noise)
        return mean + ops.exp(0.5 * log_var) * noise

    def compute_output_shape(self, mean_shape, log_var_shape):
        return mean_shape
