"""Losses of two players against values by hand."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
import tensorflow as tf
from aekit_plugins.losses.gan_bce import gan_bce
from aekit_plugins.losses.gan_margins import hinge, least_squares, wasserstein
from aekit_plugins.losses.gan_penalties import gradient_penalty, r1


def logits(*values):
    return tf.constant(values, "float32")


def slope(loss, at):
    """The derivative of the generator's loss by the logit of a sample."""
    fake = logits(at)
    with tf.GradientTape() as tape:
        tape.watch(fake)
        value = loss({"real_logits": logits(0.0), "fake_logits": fake})["generator"]
    return float(tape.gradient(value, fake)[0])


def minimax(out):
    return gan_bce(out, generator="minimax")


def test_a_discriminator_that_cannot_tell_pays_two_ln_2():
    undecided = {"real_logits": logits(0.0), "fake_logits": logits(0.0)}
    assert np.allclose(gan_bce(undecided)["discriminator"], 2 * log(2))
    assert np.allclose(gan_bce(undecided)["generator"], log(2))
    assert np.allclose(minimax(undecided)["generator"], -log(2))


def test_both_generator_losses_have_the_same_slope_where_d_is_one_half_and_only_one_where_d_is_near_0():
    assert slope(gan_bce, 0.0) == pytest.approx(-0.5)
    assert slope(minimax, 0.0) == pytest.approx(-0.5)
    assert slope(gan_bce, -20.0) == pytest.approx(-1.0)
    assert slope(minimax, -20.0) == pytest.approx(-np.exp(-20.0), rel=1e-4)


def test_losses_from_logits_are_exact_where_probabilities_would_be_0_and_1():
    sure = {"real_logits": logits(200.0), "fake_logits": logits(-200.0)}
    assert float(gan_bce(sure)["discriminator"][0]) == 0.0
    assert float(gan_bce(sure)["generator"][0]) == 200.0


def test_a_smoothed_label_is_best_where_d_says_just_that():
    def loss(real):
        out = {"real_logits": logits(real), "fake_logits": logits(-50.0)}
        return float(gan_bce(out, real_label=0.9)["discriminator"][0])

    best = log(0.9 / 0.1)
    assert loss(best) < min(loss(best - 0.1), loss(best + 0.1))
    assert loss(best) == pytest.approx(-0.9 * log(0.9) - 0.1 * log(0.1), rel=1e-4)


def test_margins_and_squares():
    out = {"real_logits": logits(0.25, 2.0), "fake_logits": logits(-0.5, -3.0)}
    assert np.allclose(hinge(out)["discriminator"], [0.75 + 0.5, 0.0])
    assert np.allclose(hinge(out)["generator"], [0.5, 3.0])
    assert np.allclose(least_squares(out)["discriminator"], [(0.75**2 + 0.25) / 2, (1 + 9) / 2])
    assert np.allclose(least_squares(out)["generator"], [1.5**2 / 2, 8.0])
    assert np.allclose(wasserstein(out)["discriminator"], [-0.75, -5.0])
    assert np.allclose(wasserstein(out)["generator"], [0.5, 3.0])


def test_penalties_of_a_linear_discriminator():
    weights = tf.constant([[3.0], [4.0]])
    points = tf.random.normal((5, 2), seed=0)
    out = {"x": points, "x_mixed": points, "discriminate": lambda x: tf.matmul(x, weights)[:, 0]}
    assert np.allclose(gradient_penalty(out)["discriminator"], (5 - 1) ** 2)
    assert np.allclose(r1(out)["discriminator"], 25 / 2)


def test_the_penalty_has_a_finite_gradient_at_a_flat_discriminator():
    weights = tf.Variable([[0.0], [0.0]])
    points = tf.ones((5, 2))
    with tf.GradientTape() as tape:
        out = {"x_mixed": points, "discriminate": lambda x: tf.matmul(x, weights)[:, 0]}
        loss = gradient_penalty(out)["discriminator"]
    assert np.isfinite(tape.gradient(loss, weights)).all()
