"""Codes as a map, and how many lie among those of another label."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from aekit_plugins.metrics._scatter import COLORS, SIDE, scatter
from aekit_plugins.metrics.code_map import code_map, vote

import aekit
from aekit.errors import DataError


class Kept:
    """Figures that are kept in memory."""

    def __init__(self) -> None:
        self.pictures: dict[str, np.ndarray] = {}

    def picture(self, name: str, pixels: np.ndarray) -> None:
        self.pictures[name] = pixels


def model(size: int, labels: bool = True) -> Any:
    """Two clouds that differ where the data varies least: the net looks there, PCA elsewhere."""
    rng = np.random.default_rng(0)
    y = np.arange(120) % 2
    x = rng.standard_normal((120, 4)).astype("float32") * np.float32([9, 8, 0.3, 0.1])
    x[:, 3] += y
    data = aekit.Data.from_arrays(x, y if labels else None, value_range=None, test_fraction=0.5)
    return SimpleNamespace(data=data, code_size=size, encode=lambda x: x[:, 4 - size :])


def test_the_majority_of_the_nearest_others_votes_by_hand() -> None:
    codes, labels = np.array([[0.0], [1.0], [2.1], [3.3], [9.0]]), np.array([0, 0, 1, 1, 1])
    assert vote(codes, labels, 1).tolist() == [0, 0, 0, 1, 1]
    assert vote(codes, labels, 3).tolist() == [1, 1, 0, 0, 1]


def test_a_code_that_keeps_classes_apart_is_told_from_one_that_does_not() -> None:
    figures = Kept()
    measures = code_map(model(2), "test", figures)
    assert measures["error"].value < 5 < 30 < measures["pca"].value
    assert measures["error"].n == 60 and measures["error"].unit == "% of examples wrong"
    (picture,) = figures.pictures.values()
    assert picture.shape[0] > SIDE and picture.shape[1] > 2 * SIDE


def test_only_two_numbers_are_drawn_and_only_test_data() -> None:
    figures = Kept()
    code_map(model(3), "test", figures)
    code_map(model(2), "validation", figures)
    assert not figures.pictures


def test_points_have_their_labels_colours_at_their_places() -> None:
    corners = np.repeat([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0]], 2, axis=0)
    corners[1::2, 0] = 0.5  # a name stands between the two points of its label, not over them
    page = scatter(corners, np.repeat([0, 1, 12], 2))
    places = page[-40:, :40], page[:40, -40:], page[:40, :40]
    for corner, label in zip(places, (0, 1, 2), strict=True):
        distance = np.abs(corner.astype(int) - COLORS[label]).sum(axis=2).min()
        assert distance < 60, f"label {label} is not where it should be"


def test_data_without_labels_are_refused() -> None:
    with pytest.raises(DataError, match="no labels"):
        code_map(model(2, labels=False), "test")
