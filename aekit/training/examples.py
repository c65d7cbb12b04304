"""Small data, networks, trainers and models to try components on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from aekit.dataset import Data
from aekit.training.losses import Losses, Term
from aekit.training.model import Model
from aekit.training.networks import Networks
from aekit.training.seeds import set_seeds
from aekit.training.trainer import Trainer

#: Small enough for a test, odd enough to find a swapped axis.
IMAGE_SHAPE = (7, 5, 1)
CODE_SIZE = 3
CLASSES = 3


def example_data() -> Data:
    """Twenty-four images of noise, in [0, 1]."""
    x = np.random.default_rng(0).random((24, *IMAGE_SHAPE), "float32")
    return Data.from_arrays(
        x, np.arange(24) % CLASSES, test_fraction=0.25, validation_fraction=0.25, name="noise", licence="none"
    )


def example_networks(variational: bool = False) -> Networks:
    """A small dense autoencoder, its decoder mirroring its encoder, with a head, for `example_data`.

    Args:
        variational: its latent gives z_mean and z_log_var beside z.
    """
    set_seeds(0)
    x, features, z = keras.Input(IMAGE_SHAPE), keras.Input((6,)), keras.Input((CODE_SIZE,))
    encoder = keras.Model(x, keras.layers.Dense(6, "sigmoid")(keras.layers.Flatten()(x)), name="encoder")
    code = keras.layers.Dense(CODE_SIZE)(features)
    log_var = keras.layers.Dense(CODE_SIZE)(features) if variational else None
    given = code if log_var is None else {"z": code, "z_mean": code, "z_log_var": log_var}
    latent = keras.Model(features, given, name="latent")
    pixels = keras.layers.Dense(int(np.prod(IMAGE_SHAPE)))(keras.layers.Dense(6, "sigmoid")(z))
    decoder = keras.Model(z, keras.layers.Reshape(IMAGE_SHAPE)(pixels), name="decoder")
    head = keras.Model(z, keras.layers.Dense(CLASSES, name="logits")(z), name="head")
    models = {"encoder": encoder, "latent": latent, "decoder": decoder, "head": head}
    return Networks(models, "sigmoid", (0.0, 1.0))


def example_game() -> Networks:
    """A small generator and discriminator on a prior of uniform noise, for `example_data`."""
    set_seeds(0)
    noise, z, x = keras.Input((CODE_SIZE,)), keras.Input((CODE_SIZE,)), keras.Input(IMAGE_SHAPE)
    latent = keras.Model(noise, keras.layers.Rescaling(2.0, -1.0)(noise), name="latent")
    pixels = keras.layers.Dense(int(np.prod(IMAGE_SHAPE)))(keras.layers.Dense(6, "relu")(z))
    generator = keras.Model(z, keras.layers.Reshape(IMAGE_SHAPE)(pixels), name="generator")
    hidden = keras.layers.Dense(6, "relu")(keras.layers.Flatten()(x))
    discriminator = keras.Model(x, keras.layers.Dense(1, name="logits")(hidden), name="discriminator")
    models = {"latent": latent, "generator": generator, "discriminator": discriminator}
    return Networks(models, "sigmoid", (0.0, 1.0))


def example_trainer(make: Callable[..., Trainer], **options: Any) -> Trainer:
    """A trainer on `example_networks`, or on `example_game` where it needs a discriminator.

    The networks are variational where it draws several samples. Its loss is a mean squared error; without x_hat a
    cross-entropy of classes, or of real against fake.
    """
    game, variational = "discriminator" in getattr(make, "needs", ()), options.get("samples", 1) > 1
    networks = example_game() if game else example_networks(variational)
    return make(networks, Losses([Term("error", _example_loss, {})]), **options)


def _example_loss(out: Any) -> Any:
    if "fake_logits" in out:
        real, fake = out["real_logits"], out["fake_logits"]
        return {
            "discriminator": keras.ops.softplus(-real) + keras.ops.softplus(fake),
            "generator": keras.ops.softplus(-fake),
        }
    if "x_hat" in out:
        x, x_hat = out["x"], out["x_hat"]
        samples = len(x_hat.shape) - len(x.shape)
        error = keras.ops.square((x[:, None] if samples else x) - x_hat)
        return keras.ops.mean(keras.ops.reshape(error, (keras.ops.shape(x)[0], -1)), 1)
    return keras.losses.sparse_categorical_crossentropy(out["y"], out["logits"], from_logits=True)


def example_model(variational: bool = False) -> Model:
    """An untrained model on `example_data`."""
    data = example_data()
    return Model(example_networks(variational), None, data.example_shape, lambda: data)  # type: ignore[arg-type]
