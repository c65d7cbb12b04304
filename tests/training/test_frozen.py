"""A phase's frozen part: computed once where that fits, and seen by every step and every test."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from aekit.dataset import Data, Split, Stream
from aekit.recipe import load_recipe
from aekit.run import stages_of
from aekit.training.checkpoints import read_checkpoint
from aekit.training.engine import Engine, Evaluator
from aekit.training.feed import FileFeed, make_feed
from aekit.training.trainer import Trainer


class Summing(Trainer):
    """Reports the mean of what its steps get as x."""

    def __init__(self) -> None:
        super().__init__({}, None)  # type: ignore[arg-type]

    def frozen_part(self) -> Any:
        return lambda x: tf.stack([2 * x[:, 0], 3 * x[:, 1], 0 * x[:, 0]], axis=1)

    def train_step(self, batch: Any) -> Any:
        assert batch["x"].shape[1:] == (3,)
        return {"loss": tf.reduce_mean(tf.reduce_sum(batch["x"], axis=1))}

    test_step = train_step


class Rows:
    """Numbers that pretend to be in a file."""

    block = 1

    def __init__(self, x: np.ndarray) -> None:
        self.x, self.shape, self.dtype = x, x.shape, x.dtype

    def read(self, indices: np.ndarray) -> np.ndarray:
        return self.x[indices]


NUMBERS = np.arange(24, dtype="float32").reshape(12, 2)
MEAN = float((2 * NUMBERS[:, 0] + 3 * NUMBERS[:, 1]).mean())
PLAIN = Data(*(Split(NUMBERS),) * 3, value_range=None)
LAZY = Data(*(Split(Rows(NUMBERS)),) * 3, value_range=None)


def epoch_mean(data: Data, memory: int) -> tuple[float, Any]:
    feed = make_feed(data, 4, seed=0, memory=memory)
    engine, total = Engine(Summing(), feed), 0.0
    for step in range(3):
        total = engine.call(step, 1).totals["loss"]
    return total / 3, feed


@pytest.mark.parametrize(("memory", "width"), [(1 << 30, 3), (10, 2)])
def test_it_is_computed_for_all_examples_at_once_where_that_fits(memory: int, width: int) -> None:
    mean, feed = epoch_mean(PLAIN, memory)
    assert mean == pytest.approx(MEAN)
    assert feed.window(0).arrays["x"].shape == (12, width)
    assert Evaluator(Summing(), PLAIN, "test", 5, memory).means()["loss"] == pytest.approx(MEAN)


def test_it_follows_an_augmentation() -> None:
    mean, feed = epoch_mean(replace(PLAIN, augment=lambda batch, seed: {"x": batch["x"] + 1}), 1 << 30)
    assert mean == pytest.approx(MEAN + 5) and feed.window(0).arrays["x"].shape == (12, 2)


def test_it_is_applied_to_what_is_read_or_drawn_batch_by_batch() -> None:
    mean, feed = epoch_mean(LAZY, 90)
    assert isinstance(feed, FileFeed) and mean == pytest.approx(MEAN)
    assert Evaluator(Summing(), LAZY, "test", 5, 50).means()["loss"] == pytest.approx(MEAN)
    ones = Stream(lambda arrays, seed, count: {"x": tf.ones((count, 2))}, {})
    assert epoch_mean(replace(PLAIN, train=ones), 1 << 30)[0] == pytest.approx(5)


def test_an_unchanged_phase_sees_x_itself_again() -> None:
    feed = make_feed(PLAIN, 4, seed=0, memory=1 << 30)
    feed.freeze(lambda x: x[:, :1])
    assert feed.window(0).arrays["x"].shape == (12, 1)
    feed.freeze(None)
    assert feed.window(0).arrays["x"].shape == (12, 2)


def test_a_stack_learns_the_same_with_and_without_room_for_the_layers_results(stack_file: Path, train: Any) -> None:
    ends = []
    for memory in (1 << 30, 1):
        session = train(load_recipe(stack_file, [f"memory={memory}"]))
        tensors = read_checkpoint(stages_of(session.run)["pretrain"]).tensors
        ends.append({key: tensor.value for key, tensor in tensors.items()})
    for key, value in ends[0].items():
        assert np.allclose(value, ends[1][key], atol=1e-5), key
