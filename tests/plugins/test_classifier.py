"""Classes: the loss by hand, the draw of labels, and what a metric says of right and wrong."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from aekit_plugins.losses.softmax_cross_entropy import softmax_cross_entropy
from aekit_plugins.metrics._classes import wilson
from aekit_plugins.metrics._confusion import confusion, mistakes
from aekit_plugins.metrics.accuracy import accuracy
from aekit_plugins.metrics.error import error
from aekit_plugins.trainers._labels import balanced
from aekit_plugins.trainers.classifier import Classifier

import aekit

LOGITS = np.log(np.array([[1, 1, 2], [6, 1, 1]], "float32"))


def loss(logits: Any, y: Any, **options: Any) -> list[float]:
    return np.asarray(
        softmax_cross_entropy({"logits": np.asarray(logits, "float32"), "y": np.asarray(y)}, **options)
    ).tolist()


def test_softmax_cross_entropy_is_minus_the_logarithm_of_the_labels_probability() -> None:
    assert loss(LOGITS, [2, 1]) == pytest.approx([math.log(2), math.log(8)])
    assert loss([[1000.0, 0.0]], [1]) == [1000.0]
    assert loss(LOGITS, np.array([2.0, 1.0])) == pytest.approx([math.log(2), math.log(8)])


def test_label_smoothing_spreads_a_share_of_the_target_over_all_classes() -> None:
    # t = (0.1, 0.1, 0.8) of p = (1/4, 1/4, 1/2), and (0.1, 0.8, 0.1) of (6/8, 1/8, 1/8)
    expected = [0.2 * math.log(4) + 0.8 * math.log(2), 0.1 * math.log(8 / 6) + 0.9 * math.log(8)]
    assert loss(LOGITS, [2, 1], label_smoothing=0.3) == pytest.approx(expected)


def test_a_draw_is_balanced_and_holds_the_smaller_ones() -> None:
    y = np.random.default_rng(0).integers(0, 4, 400)
    few, more = balanced(y, 5, seed=3), balanced(y, 30, seed=3)
    assert np.bincount(y[few]).tolist() == [5] * 4 and np.bincount(y[more]).tolist() == [30] * 4
    assert set(few) < set(more) and (np.diff(more) > 0).all()
    assert (balanced(y, 5, seed=3) == few).all() and set(balanced(y, 5, seed=4)) != set(few)


def test_a_draw_from_a_stream_is_refused() -> None:
    from aekit.testing import example_trainer

    stream = aekit.Stream(lambda arrays, seed, count: {}, {})
    with pytest.raises(ValueError, match="labels_per_class: the training data are a stream"):
        example_trainer(Classifier, labels_per_class=1).examples(stream, 0)


def test_distortion_is_of_images_in_training_alone() -> None:
    from aekit.testing import example_data, example_trainer

    still = {"type": "sgd", "learning_rate": 0.0}
    plain, distorting = (example_trainer(Classifier, optimizer=still, distortion=d) for d in (0.0, 2.0))
    data = example_data()
    batch = {"x": data.first("train", 8), "y": data.train.y[:8]}
    losses = [float(trainer.train_step(batch)["loss"]) for trainer in (plain, distorting)]
    assert losses[0] == pytest.approx(float(distorting.test_step(batch)["loss"])) and losses[1] != losses[0]


def test_wilsons_interval() -> None:
    # Newcombe, Statistics in Medicine 17, 1998, table I, method 3: 81/263 and 0/20
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


class Figures(dict):
    def picture(self, name: str, pixels: np.ndarray) -> None:
        self[name] = pixels


@pytest.fixture
def model() -> Any:
    """Eight images of three classes, of which the model takes the last two for class 0."""
    y = np.array([0, 0, 0, 1, 1, 2, 2, 2])
    x = np.broadcast_to(y[:, None, None, None] / 4, (8, 4, 4, 1)).astype("float32")
    split = aekit.Split(x, y)
    answers = np.eye(3)[[0, 0, 0, 1, 1, 2, 0, 0]] * 0.7 + 0.1
    answers[7] = (0.9, 0.05, 0.05)
    return SimpleNamespace(
        data=aekit.Data(split, split, split, labels=("cat", "dog", "whale")), classify=lambda x: answers
    )


def test_accuracy_and_error_are_percentages_with_an_interval(model: Any) -> None:
    right, wrong = accuracy(model, "test"), error(model, "validation")
    assert (right.value, right.n, right.direction) == (75.0, 8, "higher")
    assert (wrong.value, wrong.direction) == (25.0, "lower")
    assert right.standard_error == wrong.standard_error == pytest.approx(100 * math.sqrt(0.25 * 0.75 / 8))
    low, high = (100 * limit for limit in wilson(6, 8))
    assert right.interval == pytest.approx((low, high)) and wrong.interval == pytest.approx((100 - high, 100 - low))


def test_the_test_splits_confusion_is_drawn(model: Any) -> None:
    figures = Figures()
    accuracy(model, "validation", figures)
    assert not figures
    accuracy(model, "test", figures)
    assert sorted(figures) == ["confusion", "mistakes"]
    assert figures["mistakes"].dtype == np.uint8 and figures["mistakes"].shape[2] == 3


def test_a_cells_colour_is_its_share_of_the_row() -> None:
    found = confusion(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 0]), 40)
    side = 900 // 40
    top = found.shape[0] - 8 - 40 * side
    cells = [
        tuple(int(v) for v in found[top + row * side + 2, 8 + column * side + 2])
        for row, column in ((0, 0), (0, 1), (1, 0), (1, 1))
    ]
    assert cells[0] == (31, 119, 180) and cells[1] == (255, 255, 255)
    assert cells[2][0] > cells[2][2] and cells[3][2] > cells[3][0], "mistakes are red, right answers blue"


def test_the_surest_mistakes_come_first_and_none_leave_no_sheet(model: Any) -> None:
    y, answers = model.data.test.y, model.classify(None)
    sheet = mistakes(model.data, "test", y, answers)
    assert sheet is not None and sheet.shape[1] < 2 * (112 + 8) + 8 + 1
    assert mistakes(model.data, "test", answers.argmax(axis=1), answers) is None
