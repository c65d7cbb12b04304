"""Saved models that plain Keras loads: encoder.keras (x -> z) and decoder.keras (z -> x_hat)."""

from __future__ import annotations

from pathlib import Path

import keras

from aekit.training.networks import Networks, chain


def export_models(networks: Networks, folder: Path) -> list[Path]:
    """Write the networks to `folder`, in float32 and with tied weights as copies.

    `encoder.keras` ends in what the latent gives, `decoder.keras` in pixels: the output activation is part of it.
    Nets of Keras' own layers load with `keras.models.load_model` and nothing else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    z = keras.Input(networks.decoder.input_shape[1:])
    x_hat = keras.layers.Activation(networks.output, dtype="float32")(untied(networks.decoder)(z))
    models = {"encoder": chain(networks.encoder, networks.latent), "decoder": keras.Model(z, x_hat, name="decoder")}
    paths = []
    for role, model in models.items():
        aside, path = folder / f".{role}.part.keras", folder / f"{role}.keras"
        model.save(aside)
        aside.replace(path)
        paths.append(path)
    return paths


def untied(model: keras.Model) -> keras.Model:
    """The model with every layer that has `untied()` replaced by what that returns, holding `untied_weights()`."""
    if not any(hasattr(layer, "untied") for layer in model.layers):
        return model
    plain = keras.models.clone_model(
        model, clone_function=lambda layer: layer.untied() if hasattr(layer, "untied") else _copy(layer)
    )
    for copy, layer in zip(plain.layers, model.layers, strict=True):
        copy.set_weights(layer.untied_weights() if hasattr(layer, "untied_weights") else layer.get_weights())
    return plain


def _copy(layer: keras.layers.Layer) -> keras.layers.Layer:
    return layer.__class__.from_config(layer.get_config())
