"""Likelihoods and bounds of a model whose likelihood is known: a Gaussian about a plane, as of probabilistic PCA."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
from aekit_plugins._likelihoods import log_weights
from aekit_plugins.metrics._drawn import each
from aekit_plugins.metrics.active_units import active_units
from aekit_plugins.metrics.elbo import elbo
from aekit_plugins.metrics.importance_likelihood import importance_likelihood, log_mean_exp
from aekit_plugins.metrics.manifold import grid, manifold

import aekit
from aekit.errors import DataError
from aekit.testing import example_model
from aekit.training.model import Model
from aekit.training.networks import Networks

#: Four numbers from a code of two: columns at right angles, so that the posterior of the code's numbers is independent.
W = np.float32([[1.0, 0.5], [1.0, -0.5], [0.0, 1.0], [2.0, 0.0]])
W[:, 1] -= W[:, 0] * (W[:, 0] @ W[:, 1]) / (W[:, 0] @ W[:, 0])
MIDDLE, DEVIATION = np.float32([0.5, -1.0, 0.0, 2.0]), 0.7


def linear(widened: float = 1.0, shifted: float = 0.0, scales: Any = (1.0, 1.0)) -> Model:
    """p(x) = N(MIDDLE, W W' + DEVIATION^2), with its exact posterior as the encoder, or one that is off.

    Args:
        widened: factor on the posterior's variance.
        shifted: added to the posterior's mean.
        scales: of W's columns.
    """
    weights = W * np.float32(scales)
    variance = 1 / (1 + (weights**2).sum(axis=0) / DEVIATION**2)
    x, features, z = keras.Input((4,)), keras.Input((4,)), keras.Input((2,))
    mean, log_var, values = keras.layers.Dense(2), keras.layers.Dense(2), keras.layers.Dense(4)
    encoder = keras.Model(x, keras.layers.Activation("linear")(x))
    code = mean(features)
    latent = keras.Model(features, {"z": code, "z_mean": code, "z_log_var": log_var(features)})
    decoder = keras.Model(z, values(z))
    kernel = weights * variance / DEVIATION**2
    mean.set_weights([kernel, shifted - MIDDLE @ kernel])
    log_var.set_weights([np.zeros((4, 2)), np.log(variance * widened)])
    values.set_weights([weights.T, MIDDLE])
    drawn = np.random.default_rng(0).multivariate_normal(MIDDLE, covariance(weights), 60).astype("float32")
    data = aekit.Data(*(aekit.Split(drawn[i::3]) for i in range(3)), value_range=None, name="plane")
    networks = Networks({"encoder": encoder, "latent": latent, "decoder": decoder})
    return Model(networks, None, (4,), lambda: data)  # type: ignore[arg-type]


def covariance(weights: np.ndarray) -> np.ndarray:
    return weights @ weights.T + DEVIATION**2 * np.eye(4)


def truth(model: Model) -> float:
    """Mean of -ln p(x) over the test split, in closed form."""
    from scipy.stats import multivariate_normal

    return float(-multivariate_normal(MIDDLE, covariance(W)).logpdf(model.data.test.x).mean())


GAUSSIAN: dict[str, Any] = {"likelihood": "gaussian", "deviation": DEVIATION}


def test_the_bound_touches_the_likelihood_where_the_posterior_is_exact() -> None:
    model = linear()
    measures = elbo(model, "test", samples=4000, **GAUSSIAN)
    assert measures[""].value == pytest.approx(truth(model), abs=0.03)
    assert importance_likelihood(model, "test", samples=1, **GAUSSIAN).value == pytest.approx(truth(model), abs=1e-4)


def test_more_samples_bring_the_bound_nearer_and_never_below() -> None:
    """The same 6000 codes of each example, in groups of 1, 5, 50, and all together."""
    model = linear(widened=2.0, shifted=0.4)

    def weigh(out: Any) -> Any:
        return log_weights(out, "gaussian", DEVIATION, 0.0, 0)

    weights = np.concatenate(list(each(model, model.data.test.x, 6000, 0, weigh, "codes")))
    bounds = {k: -float(log_mean_exp(weights.reshape(-1, k)).mean()) for k in (1, 5, 50, 6000)}
    assert bounds[1] > bounds[5] + 0.1 > bounds[50] + 0.2 > bounds[6000] + 0.2
    assert bounds[6000] == pytest.approx(truth(model), abs=0.01)
    assert bounds[1] == pytest.approx(elbo(model, "test", samples=2000, **GAUSSIAN)[""].value, abs=0.03)


def test_a_mean_of_tiny_numbers_keeps_its_digits() -> None:
    weights = np.float32([[-900.0, -900.0 + np.log(3)], [0.0, 0.0]])
    assert log_mean_exp(weights).tolist() == pytest.approx([-900 + np.log(2), 0.0], abs=1e-4)


def test_a_measure_says_how_many_examples_and_which_seed() -> None:
    model = linear()
    measure = importance_likelihood(model, "test", samples=3, n=7, seed=5, **GAUSSIAN)
    assert (measure.n, measure.seed, measure.direction) == (7, 5, "lower")
    assert measure.standard_error and "3 importance samples" in measure.unit
    assert importance_likelihood(model, "validation", samples=3, validation_n=4, **GAUSSIAN).n == 4


def test_progress_goes_from_the_first_to_the_last_example() -> None:
    from aekit.reporting import listening

    told: list[tuple[float, float]] = []
    with listening(lambda done, total, what: told.append((done, total))):
        importance_likelihood(linear(), "test", samples=2000, **GAUSSIAN)
    assert told[0] == (0, 20) and told[-1] == (20, 20) and len(told) > 10


def test_units_whose_mean_never_moves_are_not_active() -> None:
    assert active_units(linear(), "test").value == 2
    measure = active_units(linear(scales=(1.0, 0.01)), "test")
    assert (measure.value, measure.n, measure.unit) == (1, 20, "active units of 2")


def test_a_code_without_a_distribution_is_refused() -> None:
    for metric in (elbo, importance_likelihood, active_units):
        with pytest.raises(DataError, match="the latent gives no distribution of codes"):
            metric(example_model(), "test")


def test_grey_values_have_no_bernoulli_likelihood() -> None:
    for metric in (elbo, importance_likelihood):
        with pytest.raises(DataError, match="values that are 0 or 1, and this data has others: binarise it"):
            metric(example_model(True), "test")


def test_the_manifold_has_a_code_of_every_quantile_at_its_place() -> None:
    model = SimpleNamespace(code_size=2, code_shape=(2,))
    codes = grid(model, "test", 4).reshape(4, 4, 2)
    eighth = 1.1503494
    assert codes[0, 0].tolist() == pytest.approx([-eighth, eighth]) and codes[3, 0].tolist() == pytest.approx(
        [-eighth] * 2
    )
    assert codes[1, 3, 0] == pytest.approx(eighth) and codes[1, 2, 1] == pytest.approx(0.3186394)


def test_the_manifold_is_a_picture_of_decoded_codes() -> None:
    """A decoder that shows the code's first number as grey, of images of two by three."""
    pictures: dict[str, np.ndarray] = {}
    data = aekit.Data(*(aekit.Split(np.zeros((3, 2, 3, 1), "float32")) for _ in range(3)))
    model = SimpleNamespace(
        data=data,
        code_size=2,
        code_shape=(2,),
        decode=lambda z: np.broadcast_to((z[:, :1, None, None] > 0).astype("float32"), (len(z), 2, 3, 1)),
    )
    assert manifold(model, "test", SimpleNamespace(picture=pictures.__setitem__), side=4) == {}
    assert pictures["test"].shape == (8, 12)
    assert (pictures["test"][:, :6] == 0).all() and (pictures["test"][:, 6:] == 255).all()
