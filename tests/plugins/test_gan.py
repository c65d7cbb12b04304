"""The game: who learns when, on what, and what stands beside it."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from aekit_plugins.encoders.maxout import maxout
from aekit_plugins.encoders.mlp import mlp as mlp_encoder
from aekit_plugins.latents.prior import prior
from aekit_plugins.losses.gan_bce import gan_bce
from aekit_plugins.losses.gan_penalties import gradient_penalty
from aekit_plugins.trainers._balance import spread, verdict
from aekit_plugins.trainers.gan import GAN

from aekit.errors import PluginError
from aekit.testing import IMAGE_SHAPE, example_data, example_game, example_trainer
from aekit.training.losses import Losses, Term
from aekit.training.optimizers import make_optimizer
from aekit.training.ramp import Ramp

SGD = {"type": "sgd", "learning_rate": 0.1}


def weights(trainer, role):
    return [np.array(v) for v in trainer.networks[role].trainable_variables]


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.fixture(scope="module")
def x():
    return example_data().first("train", 6)


def test_a_turn_changes_its_player_alone(x):
    trainer = example_trainer(GAN, optimizer=SGD)
    generator, discriminator = weights(trainer, "generator"), weights(trainer, "discriminator")
    trainer.turn("discriminator", {"x": x}, trainer.discriminator_optimizer)
    assert same(weights(trainer, "generator"), generator) and not same(weights(trainer, "discriminator"), discriminator)
    discriminator = weights(trainer, "discriminator")
    trainer.turn("generator", {"x": x, "real_logits": np.zeros(6, "float32")}, trainer.generator_optimizer)
    assert not same(weights(trainer, "generator"), generator) and same(weights(trainer, "discriminator"), discriminator)


def test_k_turns_of_the_discriminator_each_with_its_own_minibatch_and_noise(x):
    trainer = example_trainer(GAN, discriminator_steps=3, optimizer=SGD)
    seen = []
    trainer.both = lambda real, fake, training: (
        seen.append((np.array(real), np.array(fake))) or GAN.both(trainer, real, fake, training)
    )
    trainer.train_step({"x": x.reshape(3, 2, *IMAGE_SHAPE)})
    assert int(trainer.discriminator_optimizer.iterations) == 3 and int(trainer.generator_optimizer.iterations) == 1
    assert same([real for real, _ in seen], x.reshape(3, 2, *IMAGE_SHAPE))
    assert not np.allclose(seen[0][1], seen[1][1])


def test_one_pass_over_real_and_fake_gives_the_logits_of_two(x):
    trainer = example_trainer(GAN)
    assert trainer.joint
    joint = trainer.both(x, 1 - x, training=True)
    trainer.joint = False
    apart = trainer.both(x, 1 - x, training=True)
    for name in ("real_logits", "fake_logits"):
        assert np.allclose(joint[name], apart[name], atol=1e-6)


def test_the_average_follows_the_generator_and_takes_its_place_at_the_end(x):
    trainer = example_trainer(GAN, average=0.75, optimizer=SGD)
    start = weights(trainer, "generator")
    trainer.train_step({"x": x})
    now = weights(trainer, "generator")
    kept = [np.array(v) for v in trainer.average["generator"].trainable_variables]
    for first, later, average in zip(start, now, kept, strict=True):
        assert np.allclose(average, 0.75 * first + 0.25 * later, atol=1e-6)
    trainer.end_phase()
    assert same(weights(trainer, "generator"), kept)


def test_a_loss_of_one_value_is_the_generators_and_a_penalty_the_discriminators(x):
    brightness = Term("brightness", lambda out: keras.ops.mean(out["x_fake"], (1, 2, 3)), {})
    terms = [Term("gan_bce", gan_bce, {}), brightness, Term("gradient_penalty", gradient_penalty, {}, 10.0)]
    logs = GAN(example_game(), Losses(terms)).test_step({"x": x})
    assert {"discriminator.gradient_penalty", "generator.brightness"} <= set(logs)
    whole = logs["discriminator.gan_bce"] + 10 * logs["discriminator.gradient_penalty"]
    assert float(logs["discriminator"]) == pytest.approx(float(whole), rel=1e-5)
    with pytest.raises(PluginError, match="there is no loss of the discriminator"):
        GAN(example_game(), Losses([brightness])).test_step({"x": x})


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_a_prior_has_mean_0_and_variance_1(distribution):
    noise = np.random.default_rng(0).random((20_000, 3), "float32")
    noise[0] = [0.0, 0.5, 1 - 2**-24]
    z = np.asarray(prior((), size=3, distribution=distribution)(noise))
    assert np.isfinite(z).all() and np.allclose(z.mean(0), 0, atol=0.03) and np.allclose(z.std(0), 1, atol=0.02)
    assert z[0, 1] == pytest.approx(0, abs=1e-6)
    if distribution == "uniform":
        assert abs(z).max() <= np.sqrt(3)
    with pytest.raises(ValueError, match="a prior takes no features"):
        prior((6,), size=3)


def test_a_maxout_unit_is_the_largest_of_its_pieces():
    network = maxout((2,), units=[2], pieces=3)
    kernel, bias = np.array([[1.0, -1.0, 0.0], [0.0, 0.0, 2.0]]), np.array([0.0, 0.5, -1.0])
    # The first pieces of both units, then the second ones: the second unit has the first one's with 100 on top.
    both = np.repeat(kernel, 2, axis=1), np.repeat(bias, 2) + np.array([0, 100] * 3)
    network.get_layer("maxout_0").set_weights(both)
    given = network(np.array([[3.0, 0.0], [-3.0, 0.0], [0.0, 4.0]]))
    assert np.allclose(given, [[3.0, 103.0], [3.5, 103.5], [7.0, 107.0]])


def test_dropout_keeps_the_size_of_sums():
    network = maxout((1000,), units=[4], input_keep=0.8, hidden_keep=1.0, pieces=2)
    network.get_layer("maxout_0").set_weights([np.ones((1000, 8)), np.zeros(8)])
    given = np.asarray(network(np.ones((50, 1000)), training=True))
    assert given.mean() == pytest.approx(1000, rel=0.02) and given.std() > 5
    assert np.allclose(network(np.ones((1, 1000))), 1000)


def test_spectral_normalisation_bounds_the_slope():
    network = mlp_encoder((5,), units=[5], activation="linear", normalization="spectral")
    layer = network.layers[-2]
    layer.layer.kernel.assign(7 * np.random.default_rng(0).standard_normal((5, 5)))
    for _ in range(50):
        network(np.zeros((1, 5)), training=True)
    assert np.linalg.svd(np.array(layer.layer.kernel), compute_uv=False)[0] == pytest.approx(1, rel=1e-3)


def test_momentum_follows_its_ramp():
    variable = keras.Variable(np.zeros(1, "float32"))
    step = keras.Variable(0, dtype="int64")
    spec = {"type": "sgd", "learning_rate": 0.1, "momentum": {"from": 0.5, "to": 0.7, "steps": 2}}
    optimizer = make_optimizer(spec, [variable], lambda ramp: ramp.at(step, None))
    velocity = place = 0.0
    for number, momentum in enumerate([0.5, 0.6, 0.7, 0.7]):
        step.assign(number)
        optimizer.apply([np.ones(1, "float32")], [variable])
        velocity = momentum * velocity - 0.1
        place += velocity
        assert float(variable[0]) == pytest.approx(place, rel=1e-5)


def test_a_ramp_over_epochs_counts_the_epochs_steps():
    assert float(Ramp(0.5, 0.7, epochs=250).at(125 * 500, 500)) == pytest.approx(0.6)


def test_diversity_and_coverage_of_samples():
    rng = np.random.default_rng(0)
    data = rng.standard_normal((200, 10)).astype("float32")
    like = spread(rng.standard_normal((200, 10)).astype("float32"), data)
    assert float(like["diversity"]) == pytest.approx(1, abs=0.05) and float(like["coverage"]) > 0.9
    one = spread(np.repeat(data[:1], 200, axis=0), data)
    assert float(one["diversity"]) < 0.01 and float(one["coverage"]) < 0.15
    far = spread(data + 100, data)
    assert float(far["coverage"]) == 0


FAIR = {
    "diversity": 0.9,
    "coverage": 0.6,
    "real_score": 0.7,
    "fake_score": 0.3,
    "saturation": 0.1,
    "gradient_ratio": 1.0,
}


@pytest.mark.parametrize(
    ("figures", "state", "reason"),
    [
        ({}, "ok", None),
        ({"diversity": 0.01}, "collapsed", "samples are alike: they differ by 1% of what examples differ by"),
        ({"diversity": 0.4}, "warning", "samples are alike"),
        ({"saturation": 0.99, "real_score": 0.99, "fake_score": 0.001}, "warning", "the discriminator has won"),
        ({"fake_score": 0.97}, "warning", "the discriminator is fooled"),
        ({"gradient_ratio": 1e-5}, "warning", "the generator's gradient is 1e-05 times the other's"),
        ({"coverage": 0.0}, "warning", "no sample comes near to any example"),
    ],
)
def test_the_verdict_says_why(figures, state, reason):
    found = verdict(FAIR | figures)
    assert found.state == state
    assert (found.reasons == ()) if reason is None else found.reasons[0].startswith(reason)
