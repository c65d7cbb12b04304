"""The order of examples, on the device and from files."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aekit.dataset import Data, Split
from aekit.errors import DataError, InputError
from aekit.training.feed import FileFeed, MemoryFeed, epoch_order, make_feed


class Numbers:
    """Rows 0, 1, 2, ... that pretend to be in a file."""

    def __init__(self, n: int, block: int = 1) -> None:
        self.shape, self.dtype, self.block = (n, 2), np.dtype("float32"), block
        self.gone = False

    def read(self, indices: np.ndarray) -> np.ndarray:
        if self.gone:
            raise OSError("the file is gone")
        assert (np.diff(indices) > 0).all(), "rows are asked for sorted and without repeats"
        return np.stack([indices, indices], axis=1).astype("float32")


def numbers(n: int, lazy: bool = False, block: int = 1) -> Data:
    rows = Numbers(n, block)
    x = rows if lazy else rows.read(np.arange(n))
    some = Split(np.zeros((4, 2), "float32"))
    return Data(Split(x, np.arange(n)), some, some, value_range=None)


def seen(feed: MemoryFeed | FileFeed, steps: int) -> list[list[int]]:
    """The examples of each batch."""
    batches = []
    for step in range(steps):
        window = feed.window(step)
        batch = feed.batch(*window.inputs, window.position, step)
        assert (np.asarray(batch["x"])[:, 0] == np.asarray(batch["y"])).all()
        batches.append(np.asarray(batch["y"]).tolist())
    return batches


@given(st.integers(1, 300), st.integers(0, 5), st.integers(0, 5), st.integers(1, 40))
def test_an_epochs_order_is_a_permutation_of_seed_and_epoch(n: int, seed: int, epoch: int, block: int) -> None:
    order = epoch_order(n, seed, epoch, block)
    assert sorted(order) == list(range(n))
    assert (order == epoch_order(n, seed, epoch, block)).all()


def test_other_epochs_and_seeds_have_other_orders() -> None:
    orders = {tuple(epoch_order(50, seed, epoch)) for seed in range(3) for epoch in range(3)}
    assert len(orders) == 9


def test_an_epoch_shows_every_example_once_but_for_the_remainder() -> None:
    batches = seen(make_feed(numbers(23), 5, seed=0, memory=1 << 30), 8)
    first, second = ([x for batch in batches[i : i + 4] for x in batch] for i in (0, 4))
    assert len(set(first)) == len(first) == 20
    assert first != second


@pytest.mark.parametrize("block", [1, 7])
def test_a_memory_cap_never_changes_the_order(block: int) -> None:
    whole = make_feed(numbers(101, lazy=True, block=block), 4, seed=3, memory=1 << 30)
    parts = make_feed(numbers(101, lazy=True, block=block), 4, seed=3, memory=320)
    assert isinstance(whole, MemoryFeed) and isinstance(parts, FileFeed)
    assert parts.steps < whole.steps_per_epoch
    assert seen(whole, 60) == seen(parts, 60)


def test_reading_from_any_step_gives_that_steps_batch() -> None:
    data = numbers(101, lazy=True)
    straight = seen(make_feed(data, 4, seed=3, memory=320), 40)
    feed = make_feed(data, 4, seed=3, memory=320)
    window = feed.window(33)
    assert np.asarray(feed.batch(*window.inputs, window.position, 33)["y"]).tolist() == straight[33]


def test_minibatches_of_one_step_have_an_axis_of_their_own() -> None:
    feed = make_feed(numbers(24), 4, seed=0, memory=1 << 30, batches_per_step=3)
    window = feed.window(0)
    assert feed.batch(*window.inputs, 0, 0)["x"].shape == (3, 4, 2)
    assert feed.steps_per_epoch == 2


def test_a_batch_larger_than_the_data_is_refused() -> None:
    with pytest.raises(InputError, match="one step takes 64 examples, the training split has 23"):
        make_feed(numbers(23), 64, seed=0, memory=1 << 30)


def test_a_vanished_file_is_a_data_error() -> None:
    data = numbers(101, lazy=True)
    feed = make_feed(data, 4, seed=3, memory=320)
    feed.window(0)
    data.train.x.gone = True
    with pytest.raises(DataError, match="could not be read any more: the file is gone"):
        for step in range(60):
            feed.window(step)
