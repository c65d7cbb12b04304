"""Fused steps: K never changes the numbers, every example is tested once, NaN stops at its step."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from aekit.dataset import Data, Split
from aekit.testing import example_data, example_networks
from aekit.training.engine import Engine, Evaluator
from aekit.training.feed import make_feed
from aekit.training.losses import Losses, Term
from aekit.training.ramp import Ramp
from aekit.training.state import read_state
from aekit.training.trainer import Trainer


class Plain(Trainer):
    """A trainer as a user writes it."""

    def __init__(self, networks: Any, losses: Losses, rate: float = 1e-2) -> None:
        super().__init__(networks, losses)
        self.optimizer = self.make_optimizer({"type": "adam", "learning_rate": rate})

    def forward(self, batch: Any, training: bool) -> dict[str, Any]:
        codes = self.networks.encode(batch["x"], training)
        return {**batch, "step": self.step, **codes, **self.networks.decode(codes["z"], training)}

    def train_step(self, batch: Any) -> dict[str, Any]:
        return self.minimise(lambda: self.losses(self.forward(batch, True)), self.optimizer)

    def test_step(self, batch: Any) -> dict[str, Any]:
        return self.means(self.losses(self.forward(batch, False)))


def error(out: Any) -> Any:
    return keras.ops.mean(keras.ops.square(out["x"] - out["x_hat"]), (1, 2, 3))


def plain(rate: float = 1e-2) -> Plain:
    return Plain(example_networks(), Losses([Term("error", error, {})]), rate)


def trained(calls: list[int], compiled: str = "graph") -> tuple[Plain, dict[str, float]]:
    trainer, data = plain(), example_data()
    engine = Engine(trainer, make_feed(data, 4, 0, 1 << 30), compiled)
    step = 0
    for steps in calls:
        engine.steps_per_call = steps
        call = engine.call(step, steps)
        step += call.steps
    return trainer, call.totals


@pytest.mark.parametrize("compiled", ["graph", "xla_update", "xla", "xla_loop"])
def test_the_number_of_steps_per_call_never_changes_a_bit(compiled: str) -> None:
    one, totals = trained([1] * 12, compiled)
    other, other_totals = trained([5, 7], compiled)
    assert totals == other_totals
    states = read_state(one), read_state(other)
    assert all((states[0][key].value == states[1][key].value).all() for key in states[0])


def test_a_step_does_what_keras_alone_does() -> None:
    trainer, data = plain(), example_data()
    networks = trainer.networks
    x = keras.Input(data.example_shape)
    model = keras.Model(x, keras.ops.sigmoid(networks.decoder(networks.latent(networks.encoder(x)))))
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    copy.compile(keras.optimizers.Adam(1e-2), loss="mse")
    feed = make_feed(data, 4, 0, 1 << 30)
    theirs = []
    for step in range(9):
        window = feed.window(step)
        batch = feed.batch(*window.inputs, window.position, step)["x"]
        theirs.append(float(copy.train_on_batch(batch, batch)))
        copy.reset_metrics()
    engine, ours, last = Engine(trainer, feed), [], 0.0
    for step in range(9):
        total = engine.call(step, 1).totals["loss"]
        ours.append(total - last)
        last = total
    assert ours == pytest.approx(theirs, rel=1e-5)


def test_every_example_is_tested_once() -> None:
    trainer, data = plain(), example_data()
    for size in (1, 4, 5, 6, 100):
        means = Evaluator(trainer, data, "validation", size, 1 << 30).means()
        out = trainer.forward({"x": data.validation.x}, False)
        assert means["loss"] == pytest.approx(float(np.mean(error(out))), rel=1e-5)


def test_a_loss_that_is_not_finite_stops_at_its_step() -> None:
    x = np.random.default_rng(0).random((40, 7, 5, 1)).astype("float32")
    some = Split(x[:4])
    trainer = plain()
    trainer.losses.terms = (Term("error", lambda out: error(out) / keras.ops.cast(5 - out["step"], "float32"), {}),)
    engine = Engine(trainer, make_feed(Data(Split(x), some, some), 4, 0, 1 << 30))
    engine.steps_per_call = 30
    call = engine.call(0, 30)
    assert call.steps == 6 and call.broken == ("error", "loss")


def test_the_weight_of_a_loss_may_be_a_ramp() -> None:
    losses = Losses([Term("a", lambda out: out["x"], {}), Term("b", lambda out: out["x"], {}, Ramp(0, 1, steps=10))])
    ones = keras.ops.ones(3)
    for step, expected in ((0, 1.0), (5, 1.5), (10, 2.0), (99, 2.0)):
        assert np.asarray(losses({"x": ones, "step": step})["loss"]).tolist() == pytest.approx([expected] * 3)


def test_a_ramp_counts_epochs_where_it_says_so() -> None:
    losses = Losses([Term("b", lambda out: out["x"], {}, Ramp(0, 1, epochs=2))])
    losses.steps_per_epoch = 10
    assert float(losses({"x": keras.ops.ones(1), "step": 10})["loss"][0]) == pytest.approx(0.5)
