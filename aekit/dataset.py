"""`Data`: what a data component returns, and the splits, lazy rows and streams that it is made of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np

from aekit.errors import DataError

SPLITS = ("train", "validation", "test")


@runtime_checkable
class Rows(Protocol):
    """Examples read when they are asked for: a file too large for memory.

    `block` is how many neighbouring rows are cheap to read together (a chunk of the file; 1 where any row is).
    """

    @property
    def shape(self) -> tuple[int, ...]: ...

    @property
    def dtype(self) -> np.dtype: ...

    @property
    def block(self) -> int: ...

    def read(self, indices: np.ndarray) -> np.ndarray:
        """The rows at `indices` (sorted, without repeats), shape (len(indices), *example_shape)."""
        ...


@dataclass(frozen=True)
class Split:
    """One split: examples `x` (n, *example_shape), an array or lazy `Rows`, and optional labels `y` (n,)."""

    x: np.ndarray | Rows
    y: np.ndarray | None = None

    def __len__(self) -> int:
        return int(self.x.shape[0])

    @property
    def lazy(self) -> bool:
        return not isinstance(self.x, np.ndarray) or isinstance(self.x, np.memmap)

    @property
    def nbytes(self) -> int:
        """Bytes that the examples take once they are all in memory."""
        return int(np.prod(self.x.shape, dtype="int64")) * np.dtype(self.x.dtype).itemsize

    def read(self, indices: np.ndarray) -> np.ndarray:
        """The examples at `indices`, in that order, as stored."""
        if isinstance(self.x, np.ndarray):
            return self.x[indices]
        order, inverse = np.unique(indices, return_inverse=True)
        return self.x.read(order)[inverse]

    def take(self, indices: np.ndarray) -> Split:
        """The examples at `indices` (sorted, without repeats) as a split of their own; lazy rows stay unread."""
        return Split(_take(self.x, indices), None if self.y is None else np.asarray(self.y)[indices])


@dataclass(frozen=True)
class Stream:
    """Training examples without end, each batch a function of the step alone (random frames, fresh noise).

    Args:
        sample: `sample(arrays, seed, count)` -> {"x": (count, *example_shape)} by keras.ops; it runs inside the
            compiled step. `seed` goes to keras.random functions as their `seed` and gives fresh numbers at every call.
        arrays: what `sample` reads from; kept on the device.
        epoch_length: how many examples count as one epoch; None where only `steps` make sense.
    """

    sample: Callable[[Mapping[str, Any], Any, int], dict[str, Any]]
    arrays: Mapping[str, np.ndarray]
    epoch_length: int | None = None


@dataclass(frozen=True)
class Data:
    """A data set in three splits.

    Args:
        train, validation, test: the splits; `train` may be a `Stream`. Unsigned bytes are pixels, scaled to
            `value_range` when a batch is made; other types are used as they are, in float32.
        value_range: (lowest, highest) value of x in data units, or None for standardised data without limits.
        name, licence: for reports.
        labels: the classes' names, where y holds class numbers.
        display_range: the fixed range that pictures show; `value_range`, or (-3, 3) for standardised data, by default.
        augment: `augment(batch, seed)` -> batch, a map of each training batch inside the compiled step, with fresh
            numbers from `seed` as in `Stream.sample`; its x is both input and target.
    """

    train: Split | Stream
    validation: Split
    test: Split
    value_range: tuple[float, float] | None = (0.0, 1.0)
    name: str = ""
    licence: str = ""
    labels: tuple[str, ...] = ()
    display_range: tuple[float, float] | None = None
    augment: Callable[[dict[str, Any], Any], dict[str, Any]] | None = None
    notes: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.value_range and not self.value_range[0] < self.value_range[1]:
            raise DataError(f"{self.title}: value range {self.value_range} is empty")
        for name, split in self.splits.items():
            self._check(name, split)

    @property
    def title(self) -> str:
        return f"data '{self.name}'" if self.name else "data"

    @property
    def splits(self) -> dict[str, Split]:
        """The splits of countable examples, by name."""
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: part for name, part in parts.items() if isinstance(part, Split)}

    @property
    def example_shape(self) -> tuple[int, ...]:
        """(height, width, channels) of an image, (size,) of a plain vector."""
        return tuple(int(side) for side in self.validation.x.shape[1:])

    @property
    def is_image(self) -> bool:
        return len(self.example_shape) == 3

    @property
    def shown_range(self) -> tuple[float, float]:
        return self.display_range or self.value_range or (-3.0, 3.0)

    def to_float(self, x: np.ndarray) -> np.ndarray:
        """Stored examples as float32 in data units: bytes 0..255 become `value_range`."""
        if x.dtype != np.uint8:
            return np.asarray(x, "float32")
        low, high = self.value_range or (0.0, 255.0)
        return x.astype("float32") * np.float32((high - low) / 255) + np.float32(low)

    def batches(self, split: str, size: int = 1024) -> Iterator[dict[str, np.ndarray]]:
        """All examples of a split in order, in float32: {"x": (at most size, *example_shape), "y": ...}."""
        part = self.splits[split]
        for start in range(0, len(part), size):
            indices = np.arange(start, min(start + size, len(part)))
            batch = {"x": self.to_float(part.read(indices))}
            yield batch if part.y is None else batch | {"y": part.y[indices]}

    def first(self, split: str, count: int) -> np.ndarray:
        """The first `count` examples of a split, float32."""
        part = self.splits[split]
        return self.to_float(part.read(np.arange(min(count, len(part)))))

    def fingerprint(self) -> str:
        """A hash of shapes, types and up to 1024 evenly spread rows of each split: equal for equal data."""
        digest = hashlib.sha256(repr(self.value_range).encode())
        for name, split in self.splits.items():
            rows = np.unique(np.linspace(0, len(split) - 1, min(len(split), 1024)).astype("int64"))
            digest.update(f"{name} {split.x.shape} {split.x.dtype}".encode())
            digest.update(np.ascontiguousarray(split.read(rows)).tobytes())
        return digest.hexdigest()[:16]

    @classmethod
    def from_arrays(
        cls,
        x: np.ndarray | Rows,
        y: np.ndarray | None = None,
        *,
        value_range: tuple[float, float] | None = (0.0, 1.0),
        test_fraction: float = 0.1,
        validation_fraction: float = 0.1,
        seed: int = 0,
        **about: Any,
    ) -> Data:
        """Split examples by a seeded permutation: the test split takes its end, validation what precedes that.

        Args:
            x: (n, *example_shape); lazy rows are split without reading them.
            y: (n,), optional.
            test_fraction, validation_fraction: shares of n, in (0, 1), rounded to whole examples, at least one.
            about: name, licence, labels, display_range, augment.

        Raises:
            DataError: fewer than three examples, or fractions that leave none to train on.
        """
        n = int(x.shape[0])
        test, validation = (max(1, round(n * share)) for share in (test_fraction, validation_fraction))
        if n - test - validation < 1:
            raise DataError(
                f"{n} examples leave none to train on beside {validation} for validation and {test} for test"
            )
        order = np.random.default_rng(seed).permutation(n)
        parts = np.split(order, [n - test - validation, n - test])
        splits = [Split(_take(x, np.sort(p)), None if y is None else np.asarray(y)[np.sort(p)]) for p in parts]
        train, validation_split, test_split = splits
        return cls(train, validation_split, test_split, value_range, **about)

    def _check(self, name: str, split: Split) -> None:
        where = f"{self.title}, split '{name}'"
        if len(split) == 0:
            raise DataError(f"{where} is empty")
        if tuple(split.x.shape[1:]) != self.example_shape:
            raise DataError(f"{where} has examples of shape {split.x.shape[1:]}, validation {self.example_shape}")
        if len(self.example_shape) not in (1, 3):
            raise DataError(
                f"{where}: an example is a plain vector (size,) or an image (height, width, channels), "
                f"received the shape {self.example_shape}"
            )
        if split.y is not None and len(split.y) != len(split):
            raise DataError(f"{where} has {len(split)} examples and {len(split.y)} labels")
        self._check_values(where, self.to_float(split.read(np.arange(min(len(split), 256)))))

    def _check_values(self, where: str, x: np.ndarray) -> None:
        if not np.isfinite(x).all():
            raise DataError(f"{where} holds NaN or infinity")
        low, high = self.value_range or (-np.inf, np.inf)
        slack = 1e-3 * (high - low) if self.value_range else 0.0
        if x.min() < low - slack or x.max() > high + slack:
            raise DataError(
                f"{where} holds values from {x.min():.4g} to {x.max():.4g}, outside its range [{low:g}, {high:g}]"
            )


@dataclass(frozen=True)
class _Selection:
    """Some rows of lazy rows."""

    rows: Rows
    chosen: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.chosen), *self.rows.shape[1:])

    @property
    def dtype(self) -> np.dtype:
        return self.rows.dtype

    @property
    def block(self) -> int:
        return self.rows.block

    def read(self, indices: np.ndarray) -> np.ndarray:
        return self.rows.read(self.chosen[indices])


def _take(x: np.ndarray | Rows, indices: np.ndarray) -> np.ndarray | Rows:
    return x[indices] if isinstance(x, np.ndarray) else _Selection(x, indices)
