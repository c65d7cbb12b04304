"""What dense and convolutional networks share after each layer's sum."""

from keras import layers


def activated(x, activation, normalization):
    """Normalise by "batch" or "layer" (or "none"), then activate; a layer before "batch" needs no bias."""
    if normalization == "batch":
        x = layers.BatchNormalization()(x)
    elif normalization == "layer":
        x = layers.LayerNormalization()(x)
    return layers.Activation(activation)(x)
