"""Where batches come from: arrays on the device, files read ahead, or streams keyed by the step.

A feed hands the engine *windows*: arrays on the device together with an order, good for some steps. Data that fits is
one array for all windows; data that does not fit is read into windows by a thread, one ahead. The order is the same
either way, a function of (seed, epoch) alone, so the memory cap never changes the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import tensorflow as tf

from aekit.dataset import Data, Split, Stream
from aekit.errors import DataError, InputError
from aekit.training.frozen import Frozen
from aekit.training.seeds import KeyedSeed

#: Rows whose blocks are shuffled together where a file is cheap to read only in blocks.
SHUFFLE_WINDOW = 16_384
#: Steps for which orders are made at once, so that tiny data sets do not come back to Python after every epoch.
STEPS_AHEAD = 4096


@dataclass(frozen=True)
class Window:
    """Inputs for `steps` steps from `position` on: the examples of the window's step i are order[i]."""

    arrays: dict[str, Any]
    order: Any
    position: int
    steps: int

    @property
    def inputs(self) -> tuple[dict[str, Any], Any]:
        return self.arrays, self.order


class Feed(Protocol):
    """What the engine asks of a feed."""

    @property
    def steps_per_epoch(self) -> int | None: ...

    def freeze(self, part: Callable[[Any], Any] | None) -> None:
        """Give part(x) as x from now on, or x itself; the part stays the same until the next call."""
        ...

    def window(self, step: int) -> Window:
        """The window that holds step `step`, counted from the start of the stage."""
        ...

    def batch(self, arrays: Mapping[str, Any], order: Any, position: Any, step: Any) -> dict[str, Any]:
        """One batch, inside the compiled step."""
        ...

    def close(self) -> None: ...


def epoch_order(n: int, seed: int, epoch: int, block: int = 1) -> np.ndarray:
    """A permutation of n examples keyed by (seed, epoch), shape (n,).

    With `block` > 1 (a file cheap to read only in blocks) whole blocks are permuted, and then the examples within each
    window of about SHUFFLE_WINDOW examples.
    """
    rng = np.random.Generator(np.random.Philox(key=[seed, epoch]))
    if block == 1:
        return rng.permutation(n)
    starts = rng.permutation(np.arange(0, n, block))
    order = np.concatenate([np.arange(start, min(start + block, n)) for start in starts])
    for start in range(0, n, SHUFFLE_WINDOW):
        rng.shuffle(order[start : start + SHUFFLE_WINDOW])
    return order


def make_feed(data: Data, batch_size: int, seed: int, memory: int, batches_per_step: int = 1) -> Feed:
    """The feed of a stage's training data: on the device where it fits into `memory` bytes, else read ahead.

    An array that is in the machine's memory anyway only counts where the device has a memory of its own.
    """
    train = data.train
    if isinstance(train, Stream):
        return StreamFeed(data, train, batch_size, seed, batches_per_step)
    if len(train) < batch_size * batches_per_step:
        raise InputError(
            f"batch_size: one step takes {batch_size * batches_per_step} examples, the training split has {len(train)}"
        )
    elsewhere = train.lazy or tf.config.list_physical_devices("GPU")
    feed = FileFeed if elsewhere and train.nbytes > memory else MemoryFeed
    return feed(data, train, batch_size, seed, batches_per_step, memory)


class _SplitFeed:
    """What feeds over countable examples share: the order, and a batch cut from it."""

    def __init__(self, data: Data, split: Split, batch_size: int, seed: int, per_step: int, memory: int) -> None:
        self.data, self.split, self.seed, self.memory = data, split, seed, memory
        self.per_step, self.size = per_step, batch_size * per_step
        self.batch_size = batch_size
        self.steps_per_epoch = len(split) // self.size
        self.freeze(None)

    def freeze(self, part: Callable[[Any], Any] | None) -> None:
        self.frozen = Frozen(None, part, self.to_float, self.memory)

    def to_float(self, x: Any) -> Any:
        return to_float(x, self.data.value_range)

    def order(self, epoch: int) -> np.ndarray:
        """The examples of an epoch without the remainder, shape (steps_per_epoch, size)."""
        block = getattr(self.split.x, "block", 1)
        order = epoch_order(len(self.split), self.seed, epoch, block)
        return order[: self.steps_per_epoch * self.size].reshape(self.steps_per_epoch, self.size)

    def batch(self, arrays: Mapping[str, Any], order: Any, position: Any, step: Any) -> dict[str, Any]:
        chosen = tf.gather(order, position)
        batch = {name: tf.gather(array, chosen) for name, array in arrays.items()}
        batch["x"] = self.to_float(batch["x"])
        if self.data.augment:
            batch = self.data.augment(batch, KeyedSeed(self.seed, step))
        batch["x"] = self.frozen.apply(batch["x"])
        return by_step(batch, self.per_step, self.batch_size)

    def close(self) -> None:
        pass


class MemoryFeed(_SplitFeed):
    """All examples on the device; the order of as many epochs at once as STEPS_AHEAD asks for."""

    def __init__(self, data: Data, split: Split, *rest: Any) -> None:
        self.arrays = on_device(split, np.arange(len(split)) if split.lazy else None)
        super().__init__(data, split, *rest)
        self.epochs_at_once = max(1, STEPS_AHEAD // self.steps_per_epoch)
        self._orders: tuple[int, Any] = (-1, None)

    def freeze(self, part: Callable[[Any], Any] | None) -> None:
        # What an augmentation changes at every step cannot be computed before it.
        memory = 0 if self.data.augment else self.memory
        self.frozen = Frozen(self.arrays, part, self.to_float, memory)

    def window(self, step: int) -> Window:
        length = self.epochs_at_once * self.steps_per_epoch
        number, position = divmod(step, length)
        if self._orders[0] != number:
            first = number * self.epochs_at_once
            epochs = [self.order(epoch) for epoch in range(first, first + self.epochs_at_once)]
            self._orders = (number, tf.constant(np.concatenate(epochs), "int32"))
        return Window(self.frozen.arrays, self._orders[1], position, length - position)


class FileFeed(_SplitFeed):
    """Examples read from files, a window of them on the device and the next one being read by a thread."""

    def __init__(self, data: Data, split: Split, *rest: Any) -> None:
        super().__init__(data, split, *rest)
        row = max(1, split.nbytes // len(split))
        # The window in use, the one that waits, and the copy that is being made have to fit into the cap together.
        self.steps = max(1, min(self.steps_per_epoch, self.memory // (4 * row * self.size)))
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="read-ahead")
        self._ahead: dict[tuple[int, int], Future[dict[str, np.ndarray]]] = {}
        self._current: tuple[tuple[int, int] | None, dict[str, Any]] = (None, {})
        self._order: tuple[int, np.ndarray] = (-1, np.empty((0, self.size), "int64"))
        self._identity = tf.reshape(tf.range(self.steps * self.size, dtype="int32"), (self.steps, self.size))

    def window(self, step: int) -> Window:
        epoch, within = divmod(step, self.steps_per_epoch)
        place = (epoch, within // self.steps)
        if self._current[0] != place:
            rows = (self._ahead.pop(place, None) or self._reader.submit(self._read, *place)).result()
            for stale in list(self._ahead):
                self._ahead.pop(stale).cancel()
            following = self._after(*place)
            self._ahead[following] = self._reader.submit(self._read, *following)
            self._current = (place, {name: tf.constant(array) for name, array in rows.items()})
        position = within - place[1] * self.steps
        held = min(self.steps, self.steps_per_epoch - place[1] * self.steps)
        return Window(self._current[1], self._identity, position, held - position)

    def close(self) -> None:
        self._reader.shutdown(wait=False, cancel_futures=True)

    def _after(self, epoch: int, part: int) -> tuple[int, int]:
        return (epoch, part + 1) if (part + 1) * self.steps < self.steps_per_epoch else (epoch + 1, 0)

    def _read(self, epoch: int, part: int) -> dict[str, np.ndarray]:
        if self._order[0] != epoch:
            self._order = (epoch, self.order(epoch))
        chosen = self._order[1][part * self.steps : (part + 1) * self.steps].ravel()
        rows = {"x": read_rows(self.data, self.split, chosen)}
        return rows if self.split.y is None else rows | {"y": self.split.y[chosen]}


class StreamFeed:
    """Batches that are a function of (seed, step) alone."""

    def __init__(self, data: Data, stream: Stream, batch_size: int, seed: int, per_step: int) -> None:
        self.data, self.stream, self.seed = data, stream, seed
        self.batch_size, self.per_step = batch_size, per_step
        self.arrays = {name: tf.constant(array) for name, array in stream.arrays.items()}
        length = stream.epoch_length
        self.steps_per_epoch = None if length is None else max(1, length // (batch_size * per_step))
        self._order = tf.zeros((0,), "int32")
        self.freeze(None)

    def freeze(self, part: Callable[[Any], Any] | None) -> None:
        self._part = part

    def window(self, step: int) -> Window:
        return Window(self.arrays, self._order, step, STEPS_AHEAD)

    def batch(self, arrays: Mapping[str, Any], order: Any, position: Any, step: Any) -> dict[str, Any]:
        seed = KeyedSeed(self.seed, step)
        batch = dict(self.stream.sample(arrays, seed, self.batch_size * self.per_step))
        batch["x"] = to_float(batch["x"], self.data.value_range)
        if self.data.augment:
            batch = self.data.augment(batch, seed)
        if self._part:
            batch["x"] = self._part(batch["x"])
        return by_step(batch, self.per_step, self.batch_size)

    def close(self) -> None:
        pass


def read_rows(data: Data, split: Split, indices: np.ndarray) -> np.ndarray:
    """Rows from a file; what goes wrong there is the data's fault, and says so."""
    try:
        return split.read(indices)
    except (OSError, ValueError, RuntimeError) as error:
        raise DataError(f"{data.title} could not be read any more: {error}") from error


def on_device(split: Split, indices: np.ndarray | None = None) -> dict[str, Any]:
    """A split's arrays as tensors; labels where it has them."""
    x, y = (split.x, split.y) if indices is None else (split.read(indices), None)
    labels = split.y if indices is not None and split.y is not None and len(indices) == len(split) else y
    arrays = {"x": x if x.dtype == np.uint8 else np.asarray(x, "float32")}
    return {name: tf.constant(a) for name, a in (arrays | ({} if labels is None else {"y": labels})).items()}


def to_float(x: Any, value_range: tuple[float, float] | None) -> Any:
    """`Data.to_float` for tensors."""
    if x.dtype != tf.uint8:
        return tf.cast(x, "float32")
    low, high = value_range or (0.0, 255.0)
    scaled = tf.cast(x, "float32") * ((high - low) / 255)
    return scaled + low if low else scaled


def by_step(batch: dict[str, Any], per_step: int, batch_size: int) -> dict[str, Any]:
    """Give the arrays a leading axis of `per_step` minibatches, where a step takes more than one."""
    if per_step == 1:
        return batch
    return {name: tf.reshape(a, (per_step, batch_size, *a.shape[1:])) for name, a in batch.items()}
