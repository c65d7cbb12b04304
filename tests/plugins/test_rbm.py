"""Restricted Boltzmann machines: by hand, by summing over all states, and beside scikit-learn's."""

from __future__ import annotations

from itertools import product as every
from typing import Any

import keras
import numpy as np
import pytest
from aekit_plugins.decoders.mlp import mlp as decoder
from aekit_plugins.encoders.mlp import mlp as encoder
from aekit_plugins.latents.plain import plain
from aekit_plugins.trainers._machines import machines
from aekit_plugins.trainers.rbm import StackedRbm
from sklearn.datasets import load_digits
from sklearn.neural_network import BernoulliRBM

from aekit.training import Networks
from aekit.training.losses import Losses
from aekit.training.networks import chain

SIGMOID: dict[str, Any] = {"activation": "sigmoid"}


def stack(*sizes: int, code: str = "linear", output: str = "sigmoid", tied: bool = False) -> Networks:
    """Networks of these sizes, from the data to the code."""
    up, inner = encoder(sizes[:1], units=list(sizes[1:-1]), **SIGMOID), list(sizes[-2:0:-1])
    latent = plain(up.output_shape[1:], size=sizes[-1], activation=code)
    down = decoder(sizes[-1:], sizes[:1], chain(up, latent), None, units=inner, tied=tied, **SIGMOID)
    return Networks({"encoder": up, "latent": latent, "decoder": down}, output, (0.0, 1.0))


def trainer(networks: Networks, **options: Any) -> StackedRbm:
    return StackedRbm(networks, Losses(()), **options)


def set_machine(machine: Any, kernel: Any, visible_bias: Any = 0.0, hidden_bias: Any = 0.0) -> None:
    machine.kernel.assign(np.asarray(kernel, "float32"))
    machine.visible_bias.assign(np.broadcast_to(np.float32(visible_bias), machine.visible_bias.shape))
    machine.hidden_bias.assign(np.broadcast_to(np.float32(hidden_bias), machine.hidden_bias.shape))


def test_a_step_of_contrastive_divergence_by_hand() -> None:
    # Weights so large that every probability is 0 or 1, and no draw is left to chance.
    rbm = trainer(stack(2, 2, code="sigmoid"), momentum=0.5, initial_epochs=0, weight_decay=0.01)
    machine = rbm.stack[0]
    set_machine(machine, [[60, -60], [60, -60]])
    # h = (1, 0), the model's v = (1, 1), its h = (1, 0): the data's v h less the model's is -0.5 at [1, 0].
    first = np.array([[0, 0], [-0.5, 0]]) - 0.01 * np.array([[60, -60], [60, -60]])
    logs = rbm.train_step({"x": np.array([[1, 0.5]], "float32")})
    assert float(logs["loss"]) == pytest.approx(0.25)
    weights = np.array([[60, -60], [60, -60]]) + 0.1 * first
    assert np.allclose(machine.kernel, weights, atol=1e-4)
    assert np.allclose(machine.visible_bias, [0, -0.05]) and np.allclose(machine.hidden_bias, [0, 0])
    rbm.train_step({"x": np.array([[1, 0.5]], "float32")})
    second = 0.5 * 0.1 * first + 0.1 * (np.array([[0, 0], [-0.5, 0]]) - 0.01 * weights)
    assert np.allclose(machine.kernel, weights + second, atol=1e-4), "momentum carries half of the first step on"


def test_momentum_is_low_for_the_first_epochs_of_a_layer() -> None:
    rbm = trainer(stack(2, 2, code="sigmoid"), initial_epochs=1, initial_momentum=0.0, momentum=0.5, weight_decay=0.0)
    rbm.losses.steps_per_epoch = 2
    set_machine(rbm.stack[0], [[60, -60], [60, -60]])
    moves = []
    for _ in range(4):
        before = np.array(rbm.stack[0].visible_bias)[1]
        rbm.train_step({"x": np.array([[1, 0.5]], "float32")})
        moves.append(np.array(rbm.stack[0].visible_bias)[1] - before)
    assert np.allclose(moves, [-0.05, -0.05, -0.075, -0.0875], atol=1e-5)


@pytest.mark.parametrize("output", ["sigmoid", "linear"])
def test_free_energy_is_the_sum_over_all_hidden_states(output: str) -> None:
    rng = np.random.default_rng(0)
    machine = trainer(stack(4, 3, code="sigmoid", output=output)).stack[0]
    kernel, b, c = (rng.standard_normal(shape).astype("float32") for shape in ((4, 3), 4, 3))
    set_machine(machine, kernel, b, c)
    v = rng.random((5, 4)).astype("float32")
    states = np.array(list(every((0, 1), repeat=3)))
    outer = -v @ b if output == "sigmoid" else np.square(v - b).sum(1) / 2
    expected = outer - np.log(np.exp(v @ kernel @ states.T + states @ c).sum(axis=1))
    assert np.allclose(machine.free_energy(v, machine.drive(v)), expected, atol=1e-5)


def test_free_energy_with_a_linear_code_is_the_integral_over_it() -> None:
    machine = trainer(stack(2, 1)).stack[0]
    set_machine(machine, [[0.7], [-0.3]], [0.2, 0.1], 0.5)
    h, v = np.linspace(-12, 12, 20_001), np.array([[1, 0], [0.3, 0.9]], "float32")
    drive = np.asarray(v @ np.array([0.7, -0.3]))
    inner = np.log(np.trapezoid(np.exp(-np.square(h - 0.5) / 2 + drive[:, None] * h), h, axis=1) / np.sqrt(2 * np.pi))
    assert np.allclose(machine.free_energy(v, machine.drive(v)), -v @ np.array([0.2, 0.1]) - inner, atol=1e-4)


def test_units_are_drawn_from_their_distributions() -> None:
    seed = keras.random.SeedGenerator(0)
    binary, gaussian = machines(stack(2, 3, 2), 0.0)
    noisy = machines(stack(2, 3, 2, code="sigmoid"), 0.5)[1]
    expected = np.full((20_000, 3), 0.3, "float32")
    bits, normal = np.asarray(binary.draw_hidden(expected, seed)), np.asarray(gaussian.draw_hidden(expected, seed))
    assert set(np.unique(bits)) == {0, 1} and bits.mean() == pytest.approx(0.3, abs=0.01)
    assert normal.mean() == pytest.approx(0.3, abs=0.02) and normal.std() == pytest.approx(1, abs=0.02)
    assert np.asarray(noisy.draw_hidden(expected, seed)).std() == pytest.approx(0.5, abs=0.01)


def test_it_learns_what_scikit_learns_machine_learns() -> None:
    """Persistent contrastive divergence on the same bits: the pseudo-likelihoods of both agree."""
    x = (load_digits().data[:1000] > 7).astype("float32")

    def score(*weights: Any) -> float:
        judge = BernoulliRBM(n_components=16, random_state=0)
        judge.components_, judge.intercept_visible_, judge.intercept_hidden_ = weights
        judge.n_features_in_ = 64
        return float(np.mean([judge.score_samples(x).mean() for _ in range(20)]))

    theirs = [BernoulliRBM(16, learning_rate=0.05, batch_size=20, n_iter=8, random_state=s).fit(x) for s in range(3)]
    scores = [score(m.components_, m.intercept_visible_, m.intercept_hidden_) for m in theirs]
    same = {"chains": 20, "sample_visible": True, "momentum": 0.0, "initial_momentum": 0.0, "weight_decay": 0.0}
    ours = []
    for number in range(3):
        keras.utils.set_random_seed(number)
        rbm = trainer(stack(64, 16, code="sigmoid"), learning_rate=0.05, initial_scale=0.01, **same)
        step = compiled(rbm.train_step)
        for _ in range(8):
            for batch in x.reshape(50, 20, 64):
                step({"x": batch})
        machine = rbm.stack[0]
        ours.append(score(np.array(machine.kernel).T, np.array(machine.visible_bias), np.array(machine.hidden_bias)))
    untrained = score(np.zeros((16, 64)), np.zeros(64), np.zeros(16))
    assert np.mean(ours) == pytest.approx(np.mean(scores), abs=0.05 * abs(np.mean(scores) - untrained))


def compiled(step: Any) -> Any:
    import tensorflow as tf

    return tf.function(step, autograph=False)


def test_each_layer_is_a_phase_and_unrolls_into_the_decoder() -> None:
    networks = stack(5, 4, 3, 2)
    rbm = trainer(networks)
    assert rbm.phases == ("layer 1, 5-4", "layer 2, 4-3", "layer 3, 3-2")
    x = np.random.default_rng(0).random((6, 5)).astype("float32")
    rbm.phase = rbm.phases[1]
    before = [np.array(m.kernel) for m in rbm.stack]
    rbm.train_step({"x": rbm.frozen_part()(x)})
    changed = [not np.array_equal(m.kernel, old) for m, old in zip(rbm.stack, before, strict=True)]
    assert changed == [False, True, False]
    rbm.end_phase()
    layers = {layer.name: layer for layer in networks.decoder.layers}
    assert np.array_equal(np.array(layers["decoder_1"].kernel).T, rbm.stack[1].kernel)
    for phase in rbm.phases:
        rbm.phase = phase
        rbm.end_phase()
    assert np.allclose(networks.decode(networks.encode(x)["z"])["x_hat"], rbm.preview({"x": x})["reconstruction"][1])


def test_a_tied_decoder_needs_no_unrolling() -> None:
    rbm = trainer(stack(5, 4, 2, tied=True))
    rbm.end_phase()
    assert [m.decoder_kernel for m in rbm.stack] == [None, None]


def test_a_frozen_layer_has_no_phase_and_keeps_its_weights() -> None:
    networks = stack(5, 4, 3, 2)
    networks.encoder.get_layer("encoder_0").trainable = False
    before = np.array(networks.encoder.get_layer("encoder_0").kernel)
    assert trainer(networks).phases == ("layer 2, 4-3", "layer 3, 3-2")
    assert np.array_equal(networks.encoder.get_layer("encoder_0").kernel, before)


def test_a_sparsity_target_makes_units_rarer() -> None:
    x = np.random.default_rng(0).random((50, 8)).astype("float32")
    activity = []
    for target in (None, 0.05):
        keras.utils.set_random_seed(0)
        rbm = trainer(stack(8, 6, code="sigmoid"), sparsity_target=target, sparsity_cost=0.5, momentum=0.0)
        for _ in range(300):
            rbm.train_step({"x": x})
        activity.append(float(np.mean(rbm.stack[0].expect_hidden(rbm.stack[0].drive(x)))))
    assert activity[1] == pytest.approx(0.05, abs=0.03) and activity[0] > 0.3


def test_the_gap_of_free_energies_is_that_of_unseen_and_seen_examples() -> None:
    rbm = trainer(stack(8, 6, code="sigmoid"), learning_rate=1e-6)
    x = np.random.default_rng(0).random((40, 8)).astype("float32")
    rbm.train_step({"x": x})
    logs = rbm.test_step({"x": 1 - x})
    seen, unseen = (float(np.mean(rbm.stack[0].free_energy(v, rbm.stack[0].drive(v)))) for v in (x, 1 - x))
    assert float(logs["free_energy_gap"]) == pytest.approx(unseen - seen, abs=1e-3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"up": {"activation": "relu"}}, "encoder_0 of the encoder has the activation relu"),
        ({"up": {"activation": "sigmoid", "normalization": "batch"}}, "the encoder has batch_normalization"),
        ({"down": [7]}, r"its layers, reversed, are \[\(5, 7\), \(7, 2\)\], the encoder's \[\(5, 4\), \(4, 2\)\]"),
        ({"output": "tanh"}, "values of the decoder has the activation tanh"),
        ({"options": {"code_noise": 0.1}}, "a linear one has Gaussian noise by itself"),
        ({"frozen": True}, "every layer is frozen"),
    ],
)
def test_networks_that_are_no_machines_are_refused(change: dict[str, Any], message: str) -> None:
    up = encoder((5,), units=[4], **change.get("up", SIGMOID))
    latent = plain((4,), size=2)
    down = decoder((2,), (5,), chain(up, latent), None, units=change.get("down", [4]), **SIGMOID)
    for model in (up, latent):
        model.trainable = not change.get("frozen", False)
    models = {"encoder": up, "latent": latent, "decoder": down}
    with pytest.raises(ValueError, match=message):
        trainer(Networks(models, change.get("output", "sigmoid")), **change.get("options", {}))
