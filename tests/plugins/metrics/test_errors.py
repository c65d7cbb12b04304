"""Squared error and PSNR against values worked out by hand."""

import math

import numpy as np
import pytest
from aekit_plugins.metrics.psnr import psnr
from aekit_plugins.metrics.squared_error import squared_error

from aekit.errors import DataError


def test_squared_error_is_the_sum_over_pixels_and_the_mean_over_images(model_of):
    x = np.zeros((2, 2, 2, 1), "float32")
    x[1] = 0.5
    measure = squared_error(model_of(x, np.zeros_like), "test")
    assert measure.value == 0.5  # (0 + 4 * 0.25) / 2
    assert measure.n == 2
    assert measure.standard_error == pytest.approx(0.5)
    assert (measure.unit, measure.direction) == ("squared error per image", "lower")


def test_squared_error_is_in_the_datas_own_units(model_of):
    x = np.full((3, 2, 2, 1), 255, "uint8")
    black = lambda x: np.full_like(x, -1)  # noqa: E731
    assert squared_error(model_of(x, black, value_range=(-1, 1)), "test").value == pytest.approx(4 * 4, rel=1e-6)


def test_squared_error_of_vectors_over_several_batches(model_of):
    x = np.arange(2500, dtype="float32")[:, None] % 2
    model = model_of(x, lambda x: x - 2, value_range=None)
    assert squared_error(model, "test").value == 4
    assert squared_error(model, "test").unit == "squared error per vector"


def test_the_split_that_is_asked_for_is_measured(model_of):
    model = model_of(np.zeros((4, 3)), np.zeros_like, validation=np.ones((5, 3)))
    assert (squared_error(model, "test").value, squared_error(model, "validation").value) == (0, 3)


@pytest.mark.parametrize(("error", "expected"), [(0.1, 20), (0.01, 40), (0.5, 20 * math.log10(2))])
def test_psnr_of_a_known_error(model_of, error, expected):
    measure = psnr(model_of(np.full((3, 4, 4, 1), 0.5, "float32"), lambda x: x + error), "test")
    assert measure.value == pytest.approx(expected, rel=1e-5)
    assert (measure.unit, measure.direction) == ("dB", "higher")


def test_psnr_counts_from_the_width_of_the_value_range(model_of):
    x = np.zeros((3, 4, 4, 1), "float32")
    assert psnr(model_of(x, lambda x: x + 0.2, value_range=(-1, 1)), "test").value == pytest.approx(20, rel=1e-5)


def test_psnr_is_the_mean_over_images_and_not_that_of_the_mean_error(model_of):
    errors = np.array([0.1, 0.01], "float32").reshape(2, 1, 1, 1)
    x = np.zeros((2, 4, 4, 1), "float32")
    assert psnr(model_of(x, lambda x: x + errors), "test").value == pytest.approx(30, rel=1e-5)


def test_psnr_without_any_error_is_finite(model_of):
    assert psnr(model_of(np.ones((3, 4, 4, 1))), "test").value == 100


def test_psnr_needs_a_value_range(model_of):
    with pytest.raises(DataError, match="psnr needs data with a value range"):
        psnr(model_of(np.ones((3, 4)), value_range=None), "test")
