"""Structural similarity against scikit-image's."""

import numpy as np
import pytest
from aekit_plugins.metrics.ssim import ssim
from skimage.metrics import structural_similarity

from aekit.errors import DataError


def pair(*shape, low=0.0, high=1.0):
    rng = np.random.default_rng(0)
    x = rng.uniform(low, high, (3, *shape)).astype("float32")
    noise = rng.normal(0, 0.1 * (high - low), x.shape).astype("float32")
    return x, np.clip(x + noise, low, high)


@pytest.mark.parametrize(
    ("shape", "window"), [((28, 28, 1), 11), ((16, 24, 3), 11), ((28, 28, 1), 7), ((8, 8, 1), 7), ((5, 6, 3), 5)]
)
def test_equals_scikit_image(model_of, shape, window):
    x, x_hat = pair(*shape)
    measure = ssim(model_of(x, lambda _: x_hat), "test", window=window)
    settings = {"gaussian_weights": True, "sigma": 1.5 * window / 11, "use_sample_covariance": False}
    pairs = zip(x.astype("float64"), x_hat.astype("float64"), strict=True)
    expected = [structural_similarity(a, b, data_range=1, channel_axis=2, **settings) for a, b in pairs]
    assert measure.value == pytest.approx(np.mean(expected), abs=1e-7)
    assert measure.standard_error == pytest.approx(np.std(expected, ddof=1) / np.sqrt(3), abs=1e-7)


def test_follows_the_value_range(model_of):
    x, x_hat = pair(12, 12, 1)
    narrow = ssim(model_of(x, lambda _: x_hat), "test").value
    wide = ssim(model_of(4 * x, lambda _: 4 * x_hat, value_range=(0, 4)), "test").value
    assert wide == pytest.approx(narrow, abs=1e-6)


@pytest.mark.parametrize(("side", "window"), [(8, 7), (10, 9), (3, 3)])
def test_the_window_shrinks_to_small_images(model_of, side, window):
    x, x_hat = pair(side, side, 1)
    model = model_of(x, lambda _: x_hat)
    assert ssim(model, "test") == ssim(model, "test", window=window)


def test_equal_images_are_wholly_similar(model_of):
    measure = ssim(model_of(pair(12, 12, 3)[0]), "test")
    assert measure.value == pytest.approx(1)
    assert measure.direction == "higher"


@pytest.mark.parametrize(
    ("shape", "options", "words"),
    [((9,), {}, "needs images"), ((2, 9, 1), {}, "at least 3 x 3"), ((9, 9, 1), {"window": 8}, "an odd window")],
)
def test_what_it_refuses(model_of, shape, options, words):
    with pytest.raises(DataError, match=words):
        ssim(model_of(np.zeros((3, *shape))), "test", **options)
