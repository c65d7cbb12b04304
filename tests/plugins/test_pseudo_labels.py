"""Pseudo-labels: whose labels are seen, what the threshold keeps out, and what is averaged."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from aekit_plugins.trainers._holes import with_hole
from aekit_plugins.trainers.pseudo_labels import PseudoLabels

import aekit
from aekit.testing import IMAGE_SHAPE, example_data, example_networks, example_trainer
from aekit.training.losses import Losses
from aekit.training.state import read_state


def trainer(**options: Any) -> Any:
    made = example_trainer(PseudoLabels, labels_per_class=1, labelled_batch=4, hole=2, **options)
    assert made.examples(example_data().train, 0) is None, "all examples are seen"
    return made


def after_a_step(x: np.ndarray, y: np.ndarray, **options: Any) -> dict[str, np.ndarray]:
    made = trainer(**options)
    made.train_step({"x": x, "y": y})
    return {key: tensor.value for key, tensor in read_state(made).items()}


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray], owner: str) -> bool:
    keys = [key for key in one if key.startswith(owner)]
    return all((one[key] == other[key]).all() for key in keys)


def test_a_batchs_own_labels_are_not_seen() -> None:
    x = example_data().first("train", 6)
    one, other = (after_a_step(x, np.full(6, label), threshold=0.0) for label in (0, 2))
    assert same(one, other, "")


def test_what_the_network_is_not_sure_of_has_no_effect() -> None:
    x = example_data().first("train", 6)
    y = np.zeros(6)
    unsure = [after_a_step(images, y, threshold=1.0) for images in (x, 1 - x)]
    assert same(*unsure, "student") and not same(*unsure, "shares")
    sure = [after_a_step(images, y, threshold=0.0) for images in (x, 1 - x)]
    assert not same(*sure, "student")


def test_the_networks_are_the_average_of_the_student() -> None:
    x, made = example_data().first("train", 6), trainer(averaging=0.9)
    before = made.networks.head.get_weights()
    made.train_step({"x": x})
    # In the first step a tenth of the average is kept: (1 + 0) / (10 + 0).
    for old, average, student in zip(
        before, made.networks.head.get_weights(), made.student.head.get_weights(), strict=True
    ):
        assert np.allclose(average, 0.1 * old + 0.9 * student, atol=1e-6) and not np.allclose(old, student)


def test_the_drawn_labels_are_kept_out_of_the_state() -> None:
    data, made = example_data(), trainer()
    drawn = made._labelled
    assert sorted(drawn["y"]) == [0, 1, 2]
    for image, label in zip(drawn["x"], drawn["y"], strict=True):
        (place,) = np.flatnonzero((data.train.x == image).all(axis=(1, 2, 3)))
        assert data.train.y[place] == label
    assert {key.split("/")[0] for key in read_state(made)} == {
        *("encoder", "latent", "decoder", "head", "student.encoder", "student.latent", "student.head"),
        *("step", "optimizer", "noise", "shares", "global_seed"),
    }


def test_a_hole_is_a_square_of_zeros_at_a_place_of_its_own() -> None:
    images = keras.ops.ones((50, 20, 30, 2))
    holes = np.asarray(with_hole(images, 4, keras.random.SeedGenerator(0))) == 0
    assert (holes[..., 0] == holes[..., 1]).all()
    rows, columns = holes[..., 0].any(axis=2).sum(axis=1), holes[..., 0].any(axis=1).sum(axis=1)
    assert rows.max() == columns.max() == 4 and rows.min() >= 1, "cut off at the edges"
    assert (holes[..., 0].sum(axis=(1, 2)) == rows * columns).all()
    assert len(np.unique(holes[..., 0].argmax(axis=1).argmax(axis=1))) > 5


def test_vectors_and_other_ranges_are_refused() -> None:
    networks = example_networks()
    flat = aekit.Networks({**networks, "encoder": keras.Sequential([keras.Input((35,)), keras.layers.Dense(6)])})
    with pytest.raises(ValueError, match=r"distorts images .*, and the data's examples have the shape \(35,\)"):
        PseudoLabels(flat, Losses([]), labels_per_class=1)
    with pytest.raises(ValueError, match=r"pixels in \[0, 1\], and the value range is \(-1.0, 1.0\)"):
        PseudoLabels(aekit.Networks(networks, "tanh", (-1.0, 1.0)), Losses([]), labels_per_class=1)


def test_a_draw_from_a_stream_is_refused() -> None:
    with pytest.raises(ValueError, match="labels_per_class: the training data are a stream"):
        trainer().examples(aekit.Stream(lambda arrays, seed, count: {"x": np.zeros(IMAGE_SHAPE)}, {}), 0)
