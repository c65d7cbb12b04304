"""The losses against values worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from aekit_plugins.losses.cross_entropy import cross_entropy
from aekit_plugins.losses.mse import mse
from aekit_plugins.losses.squared_error import squared_error

X = np.array([[[0.0], [1.0]], [[0.5], [0.25]]], "float32")


def out(x_hat: Any) -> dict[str, Any]:
    x_hat = np.broadcast_to(np.float32(x_hat), X.shape)
    return {"x": X, "x_hat": x_hat, "x_logits": np.log(x_hat / (1 - x_hat))}


def test_squared_error_is_a_sum_and_mse_its_mean() -> None:
    assert np.asarray(squared_error(out(0.5))).tolist() == [0.5, 0.0625]
    assert np.asarray(mse(out(0.5))).tolist() == [0.25, 0.03125]


def test_cross_entropy_of_a_half_is_one_bit_a_pixel_whatever_x_is() -> None:
    assert np.asarray(cross_entropy(out(0.5))).tolist() == pytest.approx([2 * math.log(2)] * 2)


def test_cross_entropy_is_the_entropy_at_the_target() -> None:
    entropy = [0.0, math.log(2) - 0.25 * math.log(0.25) - 0.75 * math.log(0.75)]
    exact = {"x": X, "x_hat": X, "x_logits": np.array([[[-200.0], [200.0]], [[0.0], [-math.log(3)]]], "float32")}
    assert np.asarray(cross_entropy(exact)).tolist() == pytest.approx(entropy, abs=1e-6)


def test_cross_entropy_of_a_confident_mistake_is_its_logit() -> None:
    wrong = {"x": X[:1], "x_hat": X[:1], "x_logits": np.array([[[1000.0], [-1000.0]]], "float32")}
    assert np.asarray(cross_entropy(wrong)).tolist() == [2000.0]


def test_cross_entropy_refuses_data_that_are_no_probabilities() -> None:
    with pytest.raises(ValueError, match=r"needs data in \[0, 1\]; this data's range is \(-1, 1\)"):
        cross_entropy({**out(0.5), "value_range": (-1, 1)})
