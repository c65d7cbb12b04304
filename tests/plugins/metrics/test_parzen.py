"""The metric `parzen`: log-likelihood under windows around samples."""

import numpy as np
import pytest
from aekit_plugins.data.small_sets import digits
from aekit_plugins.metrics import _distances
from aekit_plugins.metrics.parzen import log_densities, parzen

from aekit.errors import DataError


def test_one_window_is_a_gaussian():
    x, centre = np.array([[0.3, 0.5]]), np.array([[0.0, 0.1]])
    by_hand = -0.25 / (2 * 0.2**2) - np.log(2 * np.pi * 0.2**2)
    assert log_densities(x, centre, [0.2], "")[0, 0] == pytest.approx(by_hand)


def test_many_windows_around_a_gaussian_are_a_wider_one():
    rng = np.random.default_rng(0)
    samples, x = rng.normal(size=(4000, 2)), rng.normal(size=(2000, 2))
    values = log_densities(x, samples, [0.5, 1.0], "")
    for found, sigma in zip(values, (0.5, 1.0), strict=True):
        variance = 1 + sigma**2
        known = -np.square(x).sum(axis=1) / (2 * variance) - np.log(2 * np.pi * variance)
        assert found.mean() == pytest.approx(known.mean(), abs=0.02)


def test_far_windows_do_not_underflow():
    assert log_densities(np.zeros((1, 784)), np.ones((3, 784)), [0.1], "")[0, 0] == pytest.approx(
        -784 / 0.02 - 392 * np.log(2 * np.pi * 0.01)
    )


def test_distances_are_the_same_in_chunks(monkeypatch):
    rng = np.random.default_rng(0)
    a, b = rng.random((10, 3)), rng.random((4, 3))
    monkeypatch.setattr(_distances, "MOST", 12)
    found = np.concatenate([distances.copy() for _, distances in _distances.squared_distances(a, b, "")])
    assert found == pytest.approx(np.square(a[:, None] - b).sum(axis=2))


def test_real_images_stand_beside_and_blur_scores_more(sampling):
    data = digits()
    mean_of_pairs = (data.train.x[:700] + data.train.x[700:1400]) / 2
    copies, blurred = (parzen(sampling(data, x), "test", n=1437) for x in (data.train.x, mean_of_pairs))
    assert copies[""].value == pytest.approx(copies["real"].value)
    assert blurred["real"] == copies["real"]
    assert (copies["real"].n, copies["real"].seed, copies[""].seed) == (180, None, 0)
    assert copies["real"].on == "windows around 1,437 training images"
    assert copies[""].unit == "nats per image, sigma 0.129"


def test_the_range_of_the_data_does_not_matter(sampling):
    data = digits()
    wide = digits_in(data, (-1.0, 1.0))
    one = parzen(sampling(data, data.train.x[:300]), "test", n=300)
    other = parzen(sampling(wide, wide.train.x[:300]), "test", n=300)
    assert other[""].value == pytest.approx(one[""].value, rel=1e-5)


def digits_in(data, value_range):
    from aekit import Data, Split

    low, high = value_range
    splits = (Split(s.x * (high - low) + low, s.y) for s in (data.train, data.validation, data.test))
    return Data(*splits, value_range=value_range, name="digits")


def test_values_without_a_range_are_refused(sampling, model_of):
    data = model_of(np.zeros((5, 3)), value_range=None).data
    with pytest.raises(DataError, match="parzen needs data with a value range"):
        parzen(sampling(data, np.zeros((5, 3))), "test")
