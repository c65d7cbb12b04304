"""Greedy pretraining: each layer and its mirror alone, one after another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from aekit_plugins.decoders.mlp import mlp as decoder
from aekit_plugins.encoders.mlp import mlp as encoder
from aekit_plugins.latents.plain import plain
from aekit_plugins.trainers.greedy import Greedy
from sklearn.datasets import load_digits

from aekit.recipe import load_recipe
from aekit.run import EventLog, create_run, stages_of
from aekit.training import Networks
from aekit.training.checkpoints import read_checkpoint
from aekit.training.losses import Losses
from aekit.training.networks import chain
from aekit.training.session import Session, Stopped


def stack(*sizes: int, activation: str = "sigmoid", mirrored: str | None = None, tied: bool = False) -> Networks:
    """Networks of these sizes, from the data in [0, 1] to a linear code."""
    up = encoder(sizes[:1], units=list(sizes[1:-1]), activation=activation)
    latent = plain(up.output_shape[1:], size=sizes[-1])
    units = list(sizes[-2:0:-1])
    down = decoder(
        sizes[-1:], sizes[:1], chain(up, latent), None, units=units, activation=mirrored or activation, tied=tied
    )
    return Networks({"encoder": up, "latent": latent, "decoder": down}, "sigmoid", (0.0, 1.0))


def trainer(networks: Networks, **options: Any) -> Greedy:
    return Greedy(networks, Losses(()), **options)


def examples(count: int, size: int) -> Any:
    return {"x": np.random.default_rng(0).random((count, size)).astype("float32")}


@pytest.mark.parametrize("tied", [False, True])
def test_a_phase_changes_its_layer_and_the_mirror_alone(tied: bool) -> None:
    networks = stack(5, 4, 3, 2, tied=tied)
    greedy = trainer(networks)
    assert greedy.phases == ("layer 1, 5-4", "layer 2, 4-3", "layer 3, 3-2")
    greedy.phase = greedy.phases[1]
    before = {v.path: np.array(v) for model in networks.values() for v in model.variables}
    greedy.train_step({"x": greedy.frozen_part()(examples(6, 5)["x"])})
    after = {v.path: np.array(v) for model in networks.values() for v in model.variables}
    changed = {path for path in before if not np.array_equal(before[path], after[path])}
    mirror = {"decoder_1/bias"} if tied else {"decoder_1/bias", "decoder_1/kernel"}
    assert changed == {"encoder_1/kernel", "encoder_1/bias"} | mirror


def test_losses_by_hand() -> None:
    networks = stack(3, 2)
    x = examples(4, 3)["x"]
    x_hat = np.asarray(networks.decode(networks.encode(x)["z"])["x_hat"])
    squared = np.square(x - x_hat).sum(axis=1).mean()
    nats = -(x * np.log(x_hat) + (1 - x) * np.log(1 - x_hat)).sum(axis=1).mean()
    for choice, expected in (("auto", nats), ("squared_error", squared)):
        found = trainer(networks, loss=choice).test_step({"x": x})
        assert float(found["loss"]) == pytest.approx(expected, rel=1e-5)
        assert float(found["reconstruction_error"]) == pytest.approx(squared, rel=1e-5)


def test_each_layer_learns_what_the_layers_below_give() -> None:
    keras.utils.set_random_seed(0)
    x = (load_digits().data[:512] / 16).astype("float32")
    greedy = trainer(stack(64, 24, 8, activation="tanh"), optimizer={"type": "adam", "learning_rate": 0.01})
    for phase in greedy.phases:
        greedy.phase = phase
        step = tf.function(greedy.train_step, autograph=False)
        v = np.asarray((greedy.frozen_part() or np.asarray)(x))
        before = {name: float(value) for name, value in greedy.test_step({"x": v}).items()}
        for _ in range(10):
            for batch in v.reshape(8, 64, -1):
                step({"x": batch})
        after = {name: float(value) for name, value in greedy.test_step({"x": v}).items()}
        assert after["reconstruction_error"] < 0.5 * before["reconstruction_error"], phase
    # The stack is an autoencoder now, and what the preview shows is what it gives.
    networks, shown = greedy.networks, greedy.preview({"x": x[:3]})
    assert np.allclose(shown["reconstruction"][1], networks.decode(networks.encode(x[:3])["z"])["x_hat"], atol=1e-5)
    assert shown["filters"][0].shape == (8, 64)


def test_noise_is_on_the_input_alone() -> None:
    greedy = trainer(stack(6, 4), input_drop=0.999, optimizer={"type": "sgd", "learning_rate": 0.0})
    batch = examples(50, 6)
    clean = float(greedy.test_step(batch)["loss"])
    assert float(greedy.test_step(batch)["loss"]) == clean, "a test draws none"
    bias_alone = np.asarray(greedy.networks.decode(greedy.networks.encode(0 * batch["x"])["z"])["x_hat"])
    expected = np.square(batch["x"] - bias_alone).sum(axis=1).mean()
    assert float(greedy.train_step(batch)["reconstruction_error"]) == pytest.approx(expected, rel=0.02)


def test_a_frozen_layer_has_no_phase() -> None:
    networks = stack(5, 4, 3, 2)
    networks.encoder.get_layer("encoder_0").trainable = False
    assert trainer(networks).phases == ("layer 2, 4-3", "layer 3, 3-2")


@pytest.mark.parametrize(
    ("networks", "options", "message"),
    [
        ({"mirrored": "tanh"}, {}, "encoder_0 of the encoder has the activation sigmoid, and decoder_0 .* tanh"),
        ({"activation": "tanh"}, {"loss": "cross_entropy"}, r"layer 4-2 needs the units below in \[0, 1\]"),
    ],
)
def test_what_cannot_be_is_said(networks: dict[str, Any], options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        trainer(stack(5, 4, 2, **networks), **options)


RECIPE = """
data: {type: digits}
encoder: {type: mlp, units: [12], activation: sigmoid}
latent: {type: plain, size: 4}
decoder: {type: mlp, units: [12], activation: sigmoid}
trainer: {type: greedy, input_drop: 0.2}
steps: 4
batch_size: 32
"""


def test_resume_is_exact_within_and_between_layers(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(RECIPE)
    recipe = load_recipe(tmp_path / "small.yaml")
    digests = []
    for stops in ((), (2, 5)):
        run = create_run(recipe, ["test"], tmp_path / "runs")
        for count, until in enumerate((*stops, None)):
            with EventLog(run.events) as log:
                session = Session(load_recipe(run.recipe), run, log, until=until)
                if until is None:
                    session.execute(count > 0)
                else:
                    with pytest.raises(Stopped):
                        session.execute(count > 0)
        digests.append(read_checkpoint(stages_of(run)["train"]).digest)
    assert digests[0] == digests[1]
