"""Saved models that plain Keras loads: a file for each network, from what people have to what they want."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras

from aekit.training.networks import Networks, chain, code_output


def export_models(networks: Networks, folder: Path) -> list[Path]:
    """Write the networks to `folder` as ROLE.keras, in float32 and with tied weights as copies.

    `encoder.keras` ends in what the latent gives, `decoder.keras` and `generator.keras` in pixels: the output
    activation is part of them. `discriminator.keras` goes from x to the logit that it is real, `classifier.keras` to
    the classes' probabilities. A network that the recipe lacks has no file.
    Nets of Keras' own layers load with `keras.models.load_model` and nothing else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, model in exported(networks).items():
        aside, path = folder / f".{name}.part.keras", folder / f"{name}.keras"
        model.save(aside)
        aside.replace(path)
        paths.append(path)
    return paths


def exported(networks: Networks) -> dict[str, keras.Model]:
    """The models that `export_models` writes, by name."""
    models: dict[str, keras.Model] = {}
    if "encoder" in networks:
        models["encoder"] = chain(networks.encoder, networks.latent)
    for role in ("decoder", "generator"):
        if role in networks:
            z = keras.Input(networks[role].input_shape[1:])
            models[role] = _activated(role, z, untied(networks[role])(z), networks.output)
    if "discriminator" in networks:
        models["discriminator"] = networks.discriminator
    if "head" in networks:
        logits = networks.head(code_output(models["encoder"]))
        models["classifier"] = _activated("classifier", models["encoder"].input, logits, "softmax")
    return models


def _activated(name: str, x: Any, logits: Any, activation: str) -> keras.Model:
    return keras.Model(x, keras.layers.Activation(activation, dtype="float32")(logits), name=name)


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
