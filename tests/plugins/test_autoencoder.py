"""Noise of the autoencoder's trainer: where it is, and where it is not."""

import keras
import numpy as np
import pytest
from aekit_plugins.trainers._noise import mixed
from aekit_plugins.trainers.autoencoder import Autoencoder

from aekit.testing import check_component, example_data, example_trainer


@pytest.fixture(scope="module")
def batch():
    return {"x": example_data().first("train", 24)}


def test_noise_on_the_code_is_the_decoders_alone_and_only_in_training(batch):
    trainer = example_trainer(Autoencoder, code_noise=0.5)
    clean = trainer.forward(batch, training=False)
    first, second = (trainer.forward(batch, training=True) for _ in range(2))
    assert np.array_equal(first["z"], clean["z"])
    assert not np.allclose(first["x_hat"], clean["x_hat"]) and not np.allclose(first["x_hat"], second["x_hat"])
    assert np.array_equal(trainer.forward(batch, training=False)["x_hat"], clean["x_hat"])


def test_its_width_is_that_of_a_rounding_step():
    trainer = example_trainer(Autoencoder, code_noise=0.5)
    noise = np.asarray(trainer.blur(np.zeros((10_000, 3), "float32")))
    assert abs(noise).max() <= 0.25
    assert noise.std() == pytest.approx(0.5 / np.sqrt(12), rel=0.02)


def test_mixup_blends_each_example_with_another_by_one_share():
    x = np.stack([np.zeros((5, 7, 1), "float32"), np.ones((5, 7, 1), "float32")])
    blended = np.asarray(mixed({"x": x}, 0.4, keras.random.SeedGenerator(0))["x"])
    shares = blended[:, 0, 0, 0] - [0, 1]
    assert 0 < shares[0] < 0.4 and -0.4 < shares[1] < 0
    assert np.allclose(blended, blended[:, :1, :1])


def test_mixup_is_of_the_target_too_and_only_in_training(batch):
    trainer = example_trainer(Autoencoder, mixup=1.0, optimizer={"type": "sgd", "learning_rate": 0.0})
    plain = float(trainer.test_step(batch)["loss"])
    # The untrained network gives grey for everything, to which blends are nearer than examples are.
    assert float(trainer.train_step(batch)["loss"]) < plain == float(trainer.test_step(batch)["loss"])


def test_several_samples_of_each_example_keep_the_contract():
    check_component("trainer", "autoencoder", samples=3)


def test_several_samples_are_an_axis_behind_the_batchs(batch):
    out, n = example_trainer(Autoencoder, samples=3).forward(batch, training=True), len(batch["x"])
    assert out["z"].shape == (n, 3, 3) and out["z_mean"].shape == (n, 3)
    assert out["x_logits"].shape == (n, 3, 7, 5, 1) and out["x"].shape == (n, 7, 5, 1)
