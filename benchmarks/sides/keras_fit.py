"""Keras `fit`: as users call it, and every way of making it faster; on TensorFlow or JAX ($KERAS_BACKEND)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers

from benchmarks.nets import BATCH, EPSILON, LOSS_STEPS, NETS, RATE, Net, examples, kernels, order
from benchmarks.sides.serving import serve

BACKEND = keras.backend.backend()


def build(net: Net) -> keras.Model:
    x = image = keras.Input(net.shape)
    for channels in net.filters:
        x = layers.Conv2D(channels, 3, 2, "same", activation="relu")(x)
    x = layers.Flatten()(x)
    for units in net.encoder:
        x = layers.Dense(units, "relu")(x)
    x = layers.Dense(net.code)(x)
    for units in net.decoder:
        x = layers.Dense(units, "relu")(x)
    if net.filters:
        x = layers.Reshape(net.small_shape)(layers.Dense(int(np.prod(net.small_shape)), "relu")(x))
        for channels in net.filters[::-1]:
            x = layers.Conv2DTranspose(channels, 3, 2, "same", activation="relu")(x)
        x = layers.Activation("sigmoid")(layers.Conv2D(net.shape[2], 3, padding="same")(x))
    else:
        x = layers.Reshape(net.shape)(layers.Dense(net.pixels, "sigmoid")(x))
    model = keras.Model(image, x)
    for variable, kernel in zip([v for v in model.weights if v.path.endswith("kernel")], kernels(net), strict=True):
        variable.assign(kernel)
    return model


def compiled(net: Net, **options: Any) -> keras.Model:
    model = build(net)
    model.compile(keras.optimizers.Adam(RATE, epsilon=EPSILON), loss="mse", **options)
    return model


def fit(net: Net, x: np.ndarray, cached: bool, **options: Any) -> Callable[[], int]:
    model: list[keras.Model] = []

    def train() -> int:
        if not model:
            model.append(compiled(net, **options))
        if cached:
            import tensorflow as tf

            data = tf.data.Dataset.from_tensor_slices((x, x)).cache().shuffle(len(x)).batch(BATCH, drop_remainder=True)
            model[0].fit(data.prefetch(tf.data.AUTOTUNE), epochs=1, verbose=0)
        else:
            model[0].fit(x, x, batch_size=BATCH, epochs=1, verbose=0)
        return len(x)

    return train


def main(name: str) -> None:
    net = NETS[name]
    x = examples(net)

    def first_losses() -> list[float]:
        model = compiled(net, jit_compile=False)
        batches = x[order(net)].reshape(LOSS_STEPS, BATCH, *net.shape)
        losses = []
        for batch in batches:
            model.reset_metrics()
            losses.append(float(model.train_on_batch(batch, batch)))
        return losses

    if BACKEND == "jax":
        variants = {f"Keras on JAX, {s} steps a call": fit(net, x, False, steps_per_execution=s) for s in (1, 100)}
    else:
        variants = {"Keras fit as called": fit(net, x, False)}
        for cached in (False, True):
            for steps in (1, 100):
                for jit in (False, True):
                    source, compiler = "tf.data" if cached else "arrays", "on" if jit else "off"
                    variants[f"Keras fit, {source}, {steps} steps a call, jit {compiler}"] = fit(
                        net, x, cached, steps_per_execution=steps, jit_compile=jit
                    )
    serve(first_losses, variants)


if __name__ == "__main__":
    main(sys.argv[1])
