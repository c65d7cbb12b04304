"""Keras: a model with a custom train_step under `fit`, as its documentation writes a game, and tuned."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from benchmarks.games import DECAY, GAMES, LOSS_STEPS, MOMENTUM, RATES, Game, examples, kernels, output_bias
from benchmarks.sides.serving import serve

SECONDS = 2.0
#: Steps of one `fit`, a multiple of the steps per execution.
STEPS = 100


class GAN(keras.Model):
    """https://keras.io/examples/generative/dcgan_overriding_train_step with fresh noise and logits."""

    def __init__(self, game: Game, tuned: bool) -> None:
        super().__init__()
        self.game = game
        self.generator, self.discriminator = generator(game), discriminator(game, tuned)
        self.seed_generator = keras.random.SeedGenerator(1337)
        self.d_loss_metric = keras.metrics.Mean(name="d_loss")
        self.g_loss_metric = keras.metrics.Mean(name="g_loss")
        self.loss_fn = keras.losses.BinaryCrossentropy(from_logits=True)

    def compile(self, d_optimizer: Any, g_optimizer: Any, **options: Any) -> None:
        super().compile(**options)
        self.d_optimizer, self.g_optimizer = d_optimizer, g_optimizer
        d_optimizer.build(self.discriminator.trainable_variables)
        g_optimizer.build(self.generator.trainable_variables)

    @property
    def metrics(self) -> list[Any]:
        return [self.d_loss_metric, self.g_loss_metric]

    def noise(self) -> Any:
        shape = (self.game.batch, self.game.noise)
        if self.game.uniform:
            return keras.random.uniform(shape, -(3**0.5), 3**0.5, seed=self.seed_generator)
        return keras.random.normal(shape, seed=self.seed_generator)

    def train_step(self, real: Any) -> dict[str, Any]:
        ones = ops.ones((self.game.batch, 1))
        examples = ops.concatenate([real, self.generator(self.noise(), training=True)])
        labels = ops.concatenate([ones, 0 * ones])
        with tf.GradientTape() as tape:
            # The mean over real and fake is half the sum of the two players' means that everybody else minimises.
            d_loss = 2 * self.loss_fn(labels, self.discriminator(examples, training=True))
        variables = self.discriminator.trainable_variables
        self.d_optimizer.apply(tape.gradient(d_loss, variables), variables)
        with tf.GradientTape() as tape:
            fake = self.generator(self.noise(), training=True)
            g_loss = self.loss_fn(ones, self.discriminator(fake, training=True))
        variables = self.generator.trainable_variables
        self.g_optimizer.apply(tape.gradient(g_loss, variables), variables)
        self.d_loss_metric.update_state(d_loss)
        self.g_loss_metric.update_state(g_loss)
        return {"d_loss": self.d_loss_metric.result(), "g_loss": self.g_loss_metric.result()}


def generator(game: Game) -> keras.Model:
    hidden = [layers.Dense(units, "relu") for units in game.generator]
    model = keras.Sequential([keras.Input((game.noise,)), *hidden, layers.Dense(game.pixels, "sigmoid")])
    start(model, kernels(game)[0])
    model.weights[-1].assign(output_bias(game))
    return model


def discriminator(game: Game, tuned: bool) -> keras.Model:
    """Its maxout as it is usually written, with a unit's pieces side by side, or tuned: a maximum of whole rows."""
    x = example = keras.Input((game.pixels,))
    for depth, units in enumerate(game.discriminator):
        if game.pieces:
            x = layers.Dropout(1 - (game.hidden_keep if depth else game.input_keep))(x)
            shape = (game.pieces, units) if tuned else (units, game.pieces)
            pieces = layers.Reshape(shape)(layers.Dense(units * game.pieces)(x))
            x = ops.max(pieces, axis=1 if tuned else 2)
        else:
            x = layers.LeakyReLU(0.2)(layers.Dense(units)(x))
    if game.pieces:
        x = layers.Dropout(1 - game.hidden_keep)(x)
    model = keras.Model(example, layers.Dense(1)(x))
    start(model, kernels(game)[1])
    return model


def start(model: keras.Model, values: list[np.ndarray]) -> None:
    variables = [v for v in model.trainable_variables if v.path.endswith("kernel")]
    for variable, kernel in zip(variables, values, strict=True):
        variable.assign(kernel)


def optimizer(game: Game, player: str) -> Any:
    if game.adam:
        average = {"use_ema": True, "ema_momentum": game.average} if player == "generator" and game.average else {}
        return keras.optimizers.Adam(game.adam[0], beta_1=game.adam[1], **average)
    rate = keras.optimizers.schedules.ExponentialDecay(RATES[player], 1, DECAY)
    return keras.optimizers.SGD(rate, MOMENTUM)


def compiled(game: Game, tuned: bool, **options: Any) -> GAN:
    gan = GAN(game, tuned)
    gan.compile(optimizer(game, "discriminator"), optimizer(game, "generator"), **options)
    return gan


def dataset(game: Game, x: np.ndarray, tuned: bool) -> tf.data.Dataset:
    data = tf.data.Dataset.from_tensor_slices(x)
    if tuned:
        data = data.cache().shuffle(len(x)).repeat().batch(game.batch, drop_remainder=True)
        return data.prefetch(tf.data.AUTOTUNE)
    return data.shuffle(1024).batch(game.batch, drop_remainder=True)


def fit(game: Game, x: np.ndarray, tuned: bool, **options: Any) -> Callable[[], int]:
    data, made = dataset(game, x, tuned), []

    def train() -> int:
        if not made:
            made.append(compiled(game, tuned, **options))
        steps, until = 0, time.perf_counter() + SECONDS
        while time.perf_counter() < until:
            if tuned:
                made[0].fit(data, steps_per_epoch=STEPS, verbose=0)
                steps += STEPS
            else:
                made[0].fit(data, verbose=0)
                steps += len(x) // game.batch
        return steps

    return train


def main(name: str) -> None:
    game = GAMES[name]
    x = examples(game)

    def first_losses() -> list[float]:
        gan = compiled(game, False, jit_compile=False)
        data = dataset(game, x, True)
        for _ in range(2):  # a fit's means are those of its own steps
            history = gan.fit(data, steps_per_epoch=LOSS_STEPS // 2, verbose=0).history
        return [history["d_loss"][-1], history["g_loss"][-1]]

    variants = {"Keras fit as its documentation writes it": fit(game, x, False)}
    for steps in (1, STEPS):
        for jit in (False, True):
            name = f"Keras fit, tuned, {steps} steps a call, jit {'on' if jit else 'off'}"
            variants[name] = fit(game, x, True, steps_per_execution=steps, jit_compile=jit)
    serve(first_losses, variants)


if __name__ == "__main__":
    main(sys.argv[1])
