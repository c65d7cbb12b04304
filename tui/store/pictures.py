"""The pictures of a run: preview events to arrays, read when they are looked at."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np

from aekit.measure import psnr
from aekit.run import Event
from aekit.run.reading import number

from .record import Record

#: Bytes of arrays that are kept, and of a file that is read at all.
KEPT = 16_000_000
LARGEST = 256_000_000


@dataclass(frozen=True)
class Picture:
    """What one preview event shows.

    Args:
        kind: its name among the run's kinds.
        step: of the run.
        rows: (rows, n, *example_shape) float32 in data units; of a reconstruction inputs, then outputs; of a grid of
            samples one row of them all.
        range: what is shown as black and as white, in data units.
        bits_per_pixel: of each example's code as the run's latent counts them, (n,); None where it does not.
        columns: of a grid, None where it is none.
    """

    kind: str
    step: int
    rows: np.ndarray
    range: tuple[float, float]
    bits_per_pixel: np.ndarray | None = None
    columns: int | None = None

    @property
    def count(self) -> int:
        """How many examples."""
        return int(self.rows.shape[1])

    @property
    def is_pair(self) -> bool:
        """Whether it has inputs and outputs."""
        return len(self.rows) > 1

    @cached_property
    def errors(self) -> np.ndarray:
        """Squared error of each example, the sum over its values, (n,); empty where there is no input."""
        if not self.is_pair:
            return np.zeros(0)
        difference = self.rows[0].astype("float64") - self.rows[1]
        return np.square(difference).reshape(self.count, -1).sum(axis=1)

    @cached_property
    def psnr(self) -> np.ndarray:
        """Peak signal-to-noise ratio of each example in dB, (n,); the peak is the width of the range."""
        low, high = self.range
        return psnr(self.errors / max(1, math.prod(self.rows.shape[2:])), high - low)

    def order(self, worst: bool) -> np.ndarray:
        """The examples as they are shown, (n,): as in the file, or by error with the worst first."""
        if worst and self.is_pair:
            return np.argsort(-np.nan_to_num(self.errors, nan=np.inf), kind="stable")
        return np.arange(self.count)


class Pictures:
    """The preview events of a run by kind and step, and their arrays. Nothing in a run makes it raise.

    Args:
        record: of the run.
    """

    def __init__(self, record: Record) -> None:
        self.record = record
        self._kept: OrderedDict[tuple[object, ...], Picture] = OrderedDict()
        self._lock = Lock()
        self._events: dict[str, list[Event]] = {}
        self._stamp = (0, -1)

    @property
    def kinds(self) -> list[str]:
        """In order of appearance: "reconstruction", "samples", "example 17"."""
        return list(self._grouped())

    def events(self, kind: str) -> list[Event]:
        """The last event of each step, by step."""
        return self._grouped().get(kind, [])

    def newest(self) -> list[Event]:
        """The last event of each kind, the newest first."""
        return sorted((events[-1] for events in self._grouped().values()), key=lambda event: -event["n"])

    def _grouped(self) -> dict[str, list[Event]]:
        """The events of each kind, sorted again only when others have come: a live run asks often."""
        previews = self.record.previews
        stamp = (len(previews), previews[-1]["n"] if previews else -1)
        if stamp != self._stamp:
            found: dict[str, dict[int, Event]] = {}
            for event in previews:
                found.setdefault(kind_of(event), {})[step_of(event)] = event
            self._events = {kind: [steps[step] for step in sorted(steps)] for kind, steps in found.items()}
            self._stamp = stamp
        return self._events

    def load(self, event: Event) -> Picture | str:
        """The arrays of an event, or in a sentence why they cannot be shown. Reads a file: not for the UI's thread."""
        name = event.get("arrays")
        if not isinstance(name, str) or Path(name).is_absolute() or ".." in Path(name).parts:
            return f"the {kind_of(event)} of step {step_of(event):,} has no arrays in this run's folder"
        path = self.record.run.path / name
        try:
            stat = path.stat()
            key = (name, stat.st_mtime_ns, stat.st_size, kind_of(event), step_of(event))
            if (kept := self._take(key)) is not None:
                return kept
            if stat.st_size > LARGEST:
                return f"{name} is too large to be shown: {stat.st_size:,} bytes"
            rows = _rows(path)
        except FileNotFoundError:
            return f"{name} is not here (yet)"
        except (OSError, ValueError, EOFError, SyntaxError, MemoryError, OverflowError) as error:
            return f"{name} is not whole (yet), or no array file ({type(error).__name__})"
        if isinstance(rows, str):
            return f"{name} holds {rows}"
        columns = rows.shape[1] if is_grid(event) else None
        if columns is not None:
            rows = rows.reshape(1, -1, *rows.shape[2:])
        bits = bits_of(event, rows.shape[1])
        picture = Picture(kind_of(event), step_of(event), rows, shown_range(event, rows), bits, columns)
        self._keep(key, picture)
        return picture

    def _take(self, key: tuple[object, ...]) -> Picture | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: tuple[object, ...], picture: Picture) -> None:
        with self._lock:
            self._kept[key] = picture
            while len(self._kept) > 1 and sum(kept.rows.nbytes for kept in self._kept.values()) > KEPT:
                self._kept.popitem(last=False)


def kind_of(event: Event) -> str:
    """The kind that an event's pictures are of; an answer to a request is a kind of its own."""
    index = event.get("index")
    return f"example {index}" if isinstance(index, int) else str(event.get("kind"))


def step_of(event: Event) -> int:
    return int(number(event.get("step"), 0.0))


def has_inputs(event: Event) -> bool:
    """Whether an event says that its pictures are inputs over outputs."""
    rows = _rows_of(event)
    return bool(event.get("errors")) if rows is None else rows > 1 and not is_grid(event)


def is_grid(event: Event) -> bool:
    """Whether an event says that its pictures are so many of a kind, in rows: nothing is off there."""
    return (_rows_of(event) or 0) > 1 and event.get("errors") == []


def _rows_of(event: Event) -> int | None:
    grid = event.get("grid")
    return grid[0] if isinstance(grid, list) and grid and isinstance(grid[0], int) else None


def bits_of(event: Event, count: int) -> np.ndarray | None:
    """The event's bits per pixel of so many examples; None unless there is a number for each."""
    given = event.get("bits_per_pixel")
    values = [number(value) for value in given] if isinstance(given, list) else []
    return np.array(values) if len(values) == count and None not in values else None


def _rows(path: Path) -> np.ndarray | str:
    """The array in a file as (rows, n, *example_shape) float32, or what it is instead."""
    mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    if not isinstance(mapped, np.ndarray) or mapped.dtype.kind not in "fiub":
        return "no array of numbers"
    if not 3 <= mapped.ndim <= 5 or 0 in mapped.shape:
        return f"an array of shape {mapped.shape}, which is no rows of examples"
    return np.array(mapped, "float32")


def told_range(event: Event) -> tuple[float, float] | None:
    """The event's range, None where it tells none."""
    given = event.get("range")
    if isinstance(given, list) and len(given) == 2:
        low, high = (number(value) for value in given)
        if low is not None and high is not None and low < high:
            return low, high
    return None


def shown_range(event: Event, rows: np.ndarray) -> tuple[float, float]:
    """The event's range; where it has none, the narrowest usual one that holds the first row."""
    told = told_range(event)
    if told is not None:
        return told
    finite = rows[0][np.isfinite(rows[0])]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    for usual in ((0.0, 1.0), (-1.0, 1.0)):
        if usual[0] <= low and high <= usual[1]:
            return usual
    return low, high if high > low else low + 1.0
