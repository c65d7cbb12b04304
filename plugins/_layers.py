"""What dense and convolutional networks share after each layer's sum."""

from keras import layers


def weighted(layer, normalization):
    """The layer, with its kernel divided by its largest singular value where `normalization` is "spectral".

    Source: Miyato et al., Spectral normalization for generative adversarial networks, 2018.
    """
    return (
        layers.SpectralNormalization(layer, name=f"{layer.name}_normalized") if normalization == "spectral" else layer
    )


def activated(x, activation, normalization):
    """Normalise sums by "batch" or "layer" (or not at all), then activate; a layer before "batch" needs no bias."""
    if normalization == "batch":
        x = layers.BatchNormalization()(x)
    elif normalization == "layer":
        x = layers.LayerNormalization()(x)
    return layers.Activation(activation)(x)
