"""A codec's networks in miniature: image / 4 with 5 numbers a place, and back, independent of the image's size."""

from keras import Input, Model, layers

import aekit


@aekit.encoder("halving")
def halving(input_shape) -> Model:
    """Two convolutions with stride 2."""
    image = Input(input_shape)
    x = layers.Conv2D(6, 5, 2, "same", activation="relu")(image)
    return Model(image, layers.Conv2D(5, 5, 2, "same", kernel_initializer="he_normal")(x), name="encoder")


@aekit.latent("rounded")
def rounded(feature_shape) -> Model:
    """The features, ten times as large, as whole numbers would suit them."""
    features = Input(feature_shape)
    return Model(features, layers.Rescaling(10.0)(features), name="latent")


@aekit.decoder("doubling")
def doubling(latent_shape, output_shape) -> Model:
    """Two transposed convolutions."""
    code = Input(latent_shape)
    x = layers.Conv2DTranspose(6, 5, 2, "same", activation="relu")(layers.Rescaling(0.1)(code))
    return Model(code, layers.Conv2DTranspose(output_shape[-1], 5, 2, "same")(x), name="decoder")
