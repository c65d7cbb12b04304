"""Principal components as a start: what the networks are afterwards, beside scikit-learn's PCA."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from aekit_plugins.decoders.mlp import mlp as decoder
from aekit_plugins.encoders.mlp import mlp as encoder
from aekit_plugins.latents.plain import plain
from aekit_plugins.trainers.pca import PrincipalComponents
from sklearn.decomposition import PCA

from aekit.training import Networks
from aekit.training.losses import Losses

SHAPE = (3, 2, 1)
X = (np.random.default_rng(0).standard_normal((200, 6)) @ np.diag([5, 4, 3, 2, 1, 1]) + 7).astype("float32")


def networks(output: str = "linear", inner: tuple[Any, ...] = ([5], [4]), **options: Any) -> Networks:
    up = encoder(SHAPE, units=inner[0], shortcut=options.pop("up", True))
    latent = plain(up.output_shape[1:], size=options.pop("size", 2), **options)
    down = decoder(latent.output_shape[1:], SHAPE, None, None, units=inner[1], shortcut=True)
    return Networks({"encoder": up, "latent": latent, "decoder": down}, output)


def fitted(made: Networks) -> PrincipalComponents:
    trainer = PrincipalComponents(made, Losses(()))
    for batch in X.reshape(4, 50, *SHAPE):
        trainer.train_step({"x": batch})
    trainer.end_phase()
    return trainer


@pytest.mark.parametrize("inner", [([5], [4]), ([], [])])
def test_the_networks_are_pca_with_codes_of_variance_1(inner: Any) -> None:
    made = networks(inner=inner)
    fitted(made)
    x = X.reshape(-1, *SHAPE)
    z = np.asarray(made.encode(x)["z"])
    assert np.allclose(z.mean(axis=0), 0, atol=1e-4) and np.allclose(np.cov(z.T, bias=True), np.eye(2), atol=1e-4)
    pca = PCA(2).fit(X)
    assert np.allclose(made.decode(z)["x_hat"], pca.inverse_transform(pca.transform(X)).reshape(x.shape), atol=1e-3)


def test_its_loss_is_the_squared_error_of_the_networks_as_they_are() -> None:
    made = networks()
    trainer = fitted(made)
    pca = PCA(2).fit(X)
    expected = np.square(X - pca.inverse_transform(pca.transform(X))).sum(axis=1).mean()
    assert float(trainer.test_step({"x": X.reshape(-1, *SHAPE)})["loss"]) == pytest.approx(expected, rel=1e-4)


def test_a_code_larger_than_an_example_loses_nothing() -> None:
    made = networks(size=8)
    fitted(made)
    x = X.reshape(-1, *SHAPE)
    assert np.allclose(made.decode(made.encode(x)["z"])["x_hat"], x, atol=1e-3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"up": False}, "the encoder's features do not end in x; `shortcut: true` adds it"),
        ({"activation": "tanh"}, "needs a linear code and a linear output"),
        ({"output": "sigmoid"}, "`output: linear` sets the latter"),
    ],
)
def test_networks_without_a_linear_path_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PrincipalComponents(networks(**change), Losses(()))
