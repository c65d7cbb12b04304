"""How many classes labels stand for, and the networks and examples that a supervised top is given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from aekit.dataset import Data, Split
from aekit.errors import DataError
from aekit.recipe import RecipeError, load_recipe_text
from aekit.training.classes import count_classes
from aekit.training.feed import make_feed
from aekit.training.setup import prepare
from aekit.training.stages import StageRun

TOP = """
data: {type: digits}
encoder: {type: mlp, units: [6]}
latent: {type: plain, size: 4}
head: {type: mlp, units: [5]}
trainer: {type: classifier, optimizer: sgd}
losses: {softmax_cross_entropy: {}}
steps: 2
batch_size: 32
"""


def labelled(*labels: Any, names: tuple[str, ...] = ()) -> Data:
    """Data whose three splits have these labels, the last ones where there are fewer."""
    ys = [None if y is None else np.asarray(y) for y in (*labels, *labels[-1:] * 2)[:3]]
    splits = (Split(np.zeros((3 if y is None else len(y), 2), "float32"), y) for y in ys)
    return Data(*splits, name="shapes", labels=names)


def test_classes_are_counted_over_all_splits_or_named() -> None:
    assert count_classes(labelled([0, 1], [1, 2], [0, 1])) == 3
    assert count_classes(labelled([0.0, 1.0])) == 2
    assert count_classes(labelled([0, 1], names=("a", "b", "c"))) == 3


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (labelled([0, 1], None), "has no labels in its validation split"),
        (labelled([0.5, 1.0]), r"no whole numbers \(float64, such as 0.5\)"),
        (labelled([[0, 1], [1, 0]]), r"no whole numbers \(int64 of shape \(2, 2\)\)"),
        (labelled([-1, 1]), "has the label -1: classes are numbered from 0"),
        (labelled([0, 2], names=("a", "b")), "names 2 classes, and has the label 2"),
        (labelled([0, 0]), "one class only"),
        (labelled([3, 1000]), "run from 3 to 1000 with 2 different ones"),
    ],
)
def test_labels_that_are_no_classes_are_refused(data: Data, message: str) -> None:
    with pytest.raises(DataError, match=message):
        count_classes(data)


def built(*overrides: str, stage: int = 0) -> StageRun:
    return StageRun(prepare(load_recipe_text(TOP, "top.yaml", overrides)), stage)


def test_a_head_ends_in_one_unit_for_each_class() -> None:
    networks = built().networks
    assert [layer.units for layer in networks.head.layers[1:] if hasattr(layer, "units")] == [5, 10]
    assert networks.head.get_layer("logits").units == networks.classes == 10
    assert built("head.units=[]").networks.head.count_params() == 4 * 10 + 10


def test_a_head_on_a_code_with_places_is_flattened() -> None:
    places = (
        "encoder={type: conv, filters: [3]}",
        "latent={type: entropy_bottleneck}",
        "head={type: conv, filters: [2]}",
    )
    networks = built(*places).networks
    assert networks.code_shape == (4, 4, 3) and networks.head.output_shape == (None, 10)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["head=null"], "trainer 'classifier': needs a head; the recipe's networks are encoder, latent"),
        (["trainer={type: autoencoder}", "losses={mse: {}}"], "trainer 'autoencoder': needs a decoder"),
        (["data={type: faces}"], "a head needs classes, and data 'faces' has no labels in its train split"),
        (["trainer.labels_per_class=1000"], r"1000 of each class are asked for, and class 0 has \d+ training examples"),
    ],
)
def test_what_a_top_lacks_is_told_before_anything_is_trained(overrides: list[str], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        built(*overrides)


def test_a_later_stage_without_its_network_is_told_at_once() -> None:
    stages = "stages=[{name: whole, trainer: {type: classifier}}, {name: back, trainer: {type: autoencoder}}]"
    with pytest.raises(RecipeError, match="trainer 'autoencoder': needs a decoder"):
        prepare(load_recipe_text(TOP, "top.yaml", [stages]))


def seen_labels(stage: StageRun, step: int = 0) -> np.ndarray:
    window = stage.feed.window(step)
    return np.asarray(stage.feed.batch(*window.inputs, window.position, step)["y"])


def test_a_few_labels_are_balanced_and_make_one_batch() -> None:
    stage = built("trainer.labels_per_class=3")
    assert (stage.batch_size, stage.steps_per_epoch) == (30, 1)
    assert np.bincount(seen_labels(stage)).tolist() == [3] * 10
    assert built("trainer.labels_per_class=4").batch_size == 32


def test_all_stages_of_a_recipe_see_the_same_few_labels() -> None:
    def drawn(*overrides: str, stage: int = 0) -> set[bytes]:
        return {row.tobytes() for row in np.asarray(built(*two, *overrides, stage=stage).feed.split.x)}

    trainer = "trainer: {type: classifier, labels_per_class: 2}"
    two = (f"stages=[{{name: top, {trainer}}}, {{name: whole, {trainer}}}]",)
    first = drawn()
    assert len(first) == 20 and first == drawn(stage=1)
    assert first != drawn("seed=1")
    assert drawn("seed=1", "stages.top.trainer.labels_seed=0") == first


def test_examples_of_a_file_are_chosen_without_reading_the_others() -> None:
    class Rows:
        shape, dtype, block = (100, 2), np.dtype("float32"), 1

        def read(self, indices: np.ndarray) -> np.ndarray:
            assert set(indices) <= {5, 50, 95} or list(indices) == list(range(len(indices)))
            return np.stack([indices, indices], axis=1).astype("float32")

    some = Split(np.zeros((4, 2), "float32"))
    train = Split(Rows(), np.arange(100)).take(np.array([5, 50, 95]))  # type: ignore[arg-type]
    feed = make_feed(Data(train, some, some, value_range=None), 3, seed=0, memory=1 << 30)
    window = feed.window(0)
    batch = feed.batch(*window.inputs, window.position, 0)
    assert sorted(np.asarray(batch["x"])[:, 0]) == sorted(np.asarray(batch["y"])) == [5, 50, 95]
