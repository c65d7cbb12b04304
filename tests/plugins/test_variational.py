"""Variational autoencoders: their formulas, and training, resuming and saving them."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from aekit_plugins.latents.gaussian import gaussian
from aekit_plugins.losses.cross_entropy import cross_entropy
from aekit_plugins.losses.discretised_logistic import discretised_logistic
from aekit_plugins.losses.gaussian_likelihood import gaussian_likelihood
from aekit_plugins.losses.importance_bound import importance_bound
from aekit_plugins.losses.kl import kl
from aekit_plugins.losses.squared_error import squared_error

import aekit
from aekit.recipe import Recipe, load_recipe

TINY = """
data: {type: digits, binarise: dynamic}
encoder: {type: mlp, units: [24], activation: elu}
latent: {type: gaussian, size: 4}
decoder: {type: mlp, units: [24], activation: elu}
trainer: {type: autoencoder, optimizer: adam, learning_rate: 1e-2}
losses: {cross_entropy: {}, kl: {}}
metrics: {elbo: {}, importance_likelihood: {samples: 100}, active_units: {}, squared_error: {}}
epochs: 20
batch_size: 50
"""


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Recipe]:
    """`tiny("steps=4")`: a small variational autoencoder on digits, with overrides."""
    monkeypatch.setenv("AEKIT_RUNS", str(tmp_path / "runs"))
    file = tmp_path / "tiny.yaml"
    file.write_text(TINY)
    return lambda *overrides: load_recipe(file, overrides)


def codes(mean: Any, variance: Any) -> dict[str, Any]:
    mean, variance = (np.asarray(part, "float32") for part in np.broadcast_arrays(mean, variance))
    return {"z_mean": mean, "z_log_var": np.log(variance)}


def test_kl_of_a_unit_gaussian_about_1_is_half_a_nat_a_number() -> None:
    found = np.asarray(kl(codes([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]], 1.0)))
    assert found.tolist() == pytest.approx([1.5, 0.0])


def test_kl_of_another_variance() -> None:
    assert np.asarray(kl(codes([[0.0]], 4.0))).tolist() == pytest.approx([0.5 * (4 - 1 - math.log(4))])


def test_free_bits_floor_a_numbers_mean_over_the_batch() -> None:
    """KL 0.5 and 4.5 of one number, 0 and 0 of the other: means 2.5 and 0."""
    given = codes([[1.0, 0.0], [3.0, 0.0]], 1.0)
    assert np.asarray(kl(given, free_bits=0.7)).tolist() == pytest.approx([0.5 + 0.7, 4.5 + 0.7])
    assert np.asarray(kl(given, free_bits=3.0)).tolist() == pytest.approx([6.0, 6.0])


def test_a_number_under_the_floor_is_pulled_nowhere() -> None:
    log_var = np.zeros((2, 2), "float32")
    means = keras.ops.convert_to_tensor([[1.0, 0.1], [3.0, 0.2]])
    slope = aekit.gradient(lambda mean: kl({"z_mean": mean, "z_log_var": log_var}, free_bits=0.7), means)
    assert np.asarray(slope).tolist() == [[1.0, 0.0], [3.0, 0.0]]


def test_gaussian_likelihood_is_the_densitys_logarithm() -> None:
    from scipy.stats import norm

    x, x_hat = np.float32([[0.1, 0.9]]), np.float32([[0.3, 0.8]])
    expected = -norm.logpdf(x, x_hat, 0.2).sum()
    assert np.asarray(gaussian_likelihood({"x": x, "x_hat": x_hat}, deviation=0.2)).tolist() == pytest.approx(
        [expected]
    )


def test_the_optimal_deviation_is_the_one_of_the_least_loss() -> None:
    rng = np.random.default_rng(0)
    out = {"x": rng.random((8, 5), "float32"), "x_hat": rng.random((8, 5), "float32")}
    error = float(np.sqrt(np.square(out["x"] - out["x_hat"]).mean()))
    tried = {d: np.asarray(gaussian_likelihood(out, deviation=d)).mean() for d in (0.9 * error, error, 1.1 * error)}
    found = np.asarray(gaussian_likelihood(out)).mean()
    assert found == pytest.approx(tried[error], rel=1e-5) and found == pytest.approx(min(tried.values()), rel=1e-5)


@pytest.mark.parametrize(
    ("levels", "value_range", "x_hat", "scale"),
    [(256, (0, 1), 0.3, 0.05), (256, (0, 1), 1.0, 0.001), (17, (-1, 1), -1.2, 0.3), (2, (0, 1), 0.4, 1.0)],
)
def test_the_probabilities_of_all_levels_sum_to_one(levels: int, value_range: Any, x_hat: float, scale: float) -> None:
    x = np.linspace(*value_range, levels, dtype="float32")[:, None]
    out = {"x": x, "x_hat": np.full_like(x, x_hat), "value_range": value_range}
    nats = np.asarray(discretised_logistic(out, scale=scale, levels=levels), "float64")
    assert np.exp(-nats).sum() == pytest.approx(1, abs=2e-5)


def test_the_probability_of_a_level_by_hand() -> None:
    """Levels 0, 0.5, 1 about x_hat = 0.5: the middle one has sigmoid(0.25 / s) - sigmoid(-0.25 / s)."""
    out = {"x": np.float32([[0.5], [1.0]]), "x_hat": np.float32([[0.5], [0.5]])}
    share = 1 / (1 + math.exp(-0.25 / 0.1))
    expected = [-math.log(2 * share - 1), -math.log(1 - share)]
    assert np.asarray(discretised_logistic(out, scale=0.1, levels=3)).tolist() == pytest.approx(expected, rel=1e-5)


def test_levels_need_a_range() -> None:
    with pytest.raises(ValueError, match="needs data with a value range"):
        discretised_logistic({"x": np.zeros((1, 2)), "x_hat": np.zeros((1, 2)), "value_range": None})


def sampled(samples: int) -> dict[str, Any]:
    """What a trainer gives of two examples of three pixels and codes of two numbers."""
    rng = np.random.default_rng(1)
    axis = (samples,) if samples > 1 else ()
    logits = rng.standard_normal((2, *axis, 3)).astype("float32")
    z = rng.standard_normal((2, *axis, 2)).astype("float32")
    x = (rng.random((2, 3)) < 0.5).astype("float32")
    return {"x": x, "x_logits": logits, "x_hat": 1 / (1 + np.exp(-logits)), "z": z, **codes([[0.3, -1.0]] * 2, 0.5)}


def test_the_importance_bound_is_its_formula() -> None:
    from scipy.stats import bernoulli, norm

    out = sampled(4)
    fit = bernoulli.pmf(out["x"][:, None], out["x_hat"]).prod(axis=2)
    prior = norm.pdf(out["z"]).prod(axis=2)
    posterior = norm.pdf(out["z"], out["z_mean"][:, None], math.sqrt(0.5)).prod(axis=2)
    expected = -np.log((fit * prior / posterior).mean(axis=1))
    assert np.asarray(importance_bound(out)).tolist() == pytest.approx(expected, rel=1e-4)


def test_one_sample_gives_the_evidence_lower_bound() -> None:
    """-ln p(x | z) - ln p(z) + ln q(z | x), whose last two terms are the KL in expectation."""
    out = {name: np.concatenate([value] * 4000) for name, value in sampled(1).items()}
    noise = np.random.default_rng(2).standard_normal(out["z"].shape).astype("float32")
    out["z"] = out["z_mean"] + np.exp(0.5 * out["z_log_var"]) * noise
    difference = np.asarray(importance_bound(out) - cross_entropy(out))
    assert difference.mean() == pytest.approx(float(np.asarray(kl(out))[0]), abs=0.03)


@pytest.mark.parametrize("loss", [cross_entropy, squared_error, gaussian_likelihood, discretised_logistic])
def test_a_likelihood_of_several_samples_is_their_mean(loss: Any) -> None:
    out, options = sampled(3), {"deviation": 0.5} if loss is gaussian_likelihood else {}
    one = [loss({**out, "x_logits": out["x_logits"][:, i], "x_hat": out["x_hat"][:, i]}, **options) for i in range(3)]
    assert np.asarray(loss(out, **options)).tolist() == pytest.approx(np.mean(one, axis=0).tolist(), rel=1e-5)


def test_z_is_a_fresh_sample_in_training_and_in_tests() -> None:
    model = gaussian((3,), size=2)
    model.get_layer("z_log_var").bias.assign([np.log(4.0), np.log(0.25)])
    model.get_layer("z_mean").bias.assign([1.0, -1.0])
    for training in (False, True):
        z = np.asarray(model(np.zeros((20_000, 3)), training=training)["z"])
        assert z.mean(axis=0) == pytest.approx([1, -1], abs=0.05)
        assert z.std(axis=0) == pytest.approx([2, 0.5], rel=0.02)
    one, other = (np.asarray(model(np.zeros((5, 3)))["z"]) for _ in range(2))
    assert not np.array_equal(one, other)


def test_a_trained_code_is_the_mean_and_its_models_load(tiny: Any) -> None:
    model = aekit.train(tiny().path)
    x = model.data.first("test", 6)
    z = model.encode(x)
    assert np.array_equal(z, model.encode(x)) and np.array_equal(model.reconstruct(x), model.decode(z))
    loaded = keras.models.load_model(model.path / "models" / "encoder.keras")(x)
    assert set(loaded) == {"z", "z_mean", "z_log_var"}
    assert np.allclose(loaded["z_mean"], z, atol=1e-5) and not np.allclose(loaded["z"], z, atol=1e-2)
    measures = {name: splits["test"]["value"] for name, splits in model.measures.items()}
    assert measures["importance_likelihood"] < measures["elbo"] < 33  # 64 bits that are told apart by nothing: 29 to 44
    assert measures["elbo"] == pytest.approx(measures["elbo.reconstruction"] + measures["elbo.kl"])
    assert measures["active_units"] == 4
    kinds = {event["kind"] for event in shown(model.path)}
    assert kinds >= {"reconstruction", "samples"}


def shown(path: Path) -> list[dict[str, Any]]:
    from aekit.run import RunDirectory, read_events

    return [event for event in read_events(RunDirectory(path).events) if event["type"] == "preview"]


def test_it_resumes_bit_for_bit(tiny: Any) -> None:
    from aekit.training.verify import verify_resume

    bound = ("trainer.samples=5", "losses={importance_bound: {}}", "validate={steps: 2}")
    report = verify_resume(tiny(*bound), steps=7, at=3)
    assert report.equal, report.differing


def test_several_samples_of_a_code_that_is_not_drawn_are_refused(tiny: Any) -> None:
    from aekit.training.check import check_build

    report = check_build(tiny("trainer.samples=5", "latent={type: plain, size: 4}", "losses={mse: {}}"))
    assert "samples: 5 needs a latent that draws z" in report.problems[0].message
