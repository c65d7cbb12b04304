"""The list of runs: one row each, made from the end of its log, and remembered while the log stays as it is."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aekit.run import RunDirectory, Status, list_runs, status
from aekit.run.files import read_object, write_whole
from aekit.run.reading import lines_backwards, mapping, number, parse_event

#: Values of a run's sparkline, and bytes of the log's end that they are taken from.
SPARK = 24
SPARK_BYTES = 400_000
#: Version of the index's format.
FORMAT = 4

Stamp = tuple[int, int]


@dataclass(frozen=True)
class Row:
    """A run in the list.

    Args:
        run: its directory.
        status: at the moment of the look; `age` grows with `seen`.
        seen: when it was looked at, seconds since 1970.
        rate: examples a second, None where unknown.
        spark: the loss over the steps, at most `SPARK` values, oldest first.
    """

    run: RunDirectory
    status: Status
    seen: float = 0.0
    rate: float | None = None
    spark: tuple[float, ...] = ()

    @property
    def age(self) -> float:
        """Seconds since the last sign of life, as of now."""
        return self.status.age + max(0.0, time.time() - self.seen)


@dataclass
class _Known:
    stamp: Stamp
    row: Row


class Listing:
    """Looks at the runs of a folder, again only at those whose logs have changed or whose processes may have ended.

    Args:
        root: the folder of runs.
        index: the file that remembers the rows of runs that are over; it may be deleted at any time.
    """

    def __init__(self, root: Path, index: Path | None = None) -> None:
        self.root, self.index = root, index
        self._known: dict[str, _Known] = {}
        self._changed = False
        if index:
            self._load(index)

    def rows(self) -> list[Row]:
        """Every run, newest first."""
        runs = list_runs(self.root)
        found = [self._row(run) for run in reversed(runs)]
        gone = self._known.keys() - {run.id for run in runs}
        for name in gone:
            del self._known[name]
        self._changed = self._changed or bool(gone)
        if self._changed and self.index:
            self._save(self.index)
        return found

    def _row(self, run: RunDirectory) -> Row:
        stamp = _stamp(run)
        known = self._known.get(run.id)
        if known and known.stamp == stamp and known.row.status.is_over:
            return known.row
        try:
            row = look(run, known.row if known and known.stamp == stamp else None)
        except OSError:
            row = Row(run, Status("lost", "its files cannot be read"), time.time())
        self._known[run.id] = _Known(stamp, row)
        self._changed = self._changed or row.status.is_over
        return row

    # ------------------------------------------------------------------ the index

    def _load(self, index: Path) -> None:
        content = read_object(index) or {}
        if content.get("format") != FORMAT:
            return
        for name, entry in mapping(content.get("rows")).items():
            try:
                now = Status(**entry["status"])
                row = Row(RunDirectory(self.root / name), now, entry["seen"], entry["rate"], tuple(entry["spark"]))
                self._known[name] = _Known((entry["stamp"][0], entry["stamp"][1]), row)
            except (TypeError, KeyError, IndexError):
                continue

    def _save(self, index: Path) -> None:
        rows = {name: _entry(known) for name, known in self._known.items() if known.row.status.is_over}
        self._changed = False
        try:
            index.parent.mkdir(parents=True, exist_ok=True)
            write_whole(index, json.dumps({"format": FORMAT, "rows": rows}), durable=False)
        except OSError:
            self.index = None  # a cache that cannot be written is none


def _entry(known: _Known) -> dict[str, Any]:
    row = known.row
    return {
        "stamp": known.stamp, "status": asdict(row.status), "seen": row.seen, "rate": row.rate, "spark": row.spark,
    }  # fmt: skip


def _stamp(run: RunDirectory) -> Stamp:
    try:
        stat = run.events.stat()
    except OSError:
        return (-1, -1)
    return (stat.st_size, stat.st_mtime_ns)


def look(run: RunDirectory, before: Row | None = None) -> Row:
    """A run's row now.

    Args:
        before: an earlier row of the same log, whose process may have ended since.
    """
    now = status(run)
    rate, spark = (before.rate, before.spark) if before else _recent(run)
    return Row(run, now, time.time(), rate, spark)


def _recent(run: RunDirectory) -> tuple[float | None, tuple[float, ...]]:
    """The last rate and a sparkline of the loss, from the log's end."""
    rate, losses, read = None, [], 0
    try:
        for line in lines_backwards(run.events):
            read += len(line)
            if read > SPARK_BYTES:
                break
            if b'"type": "step"' not in line:
                continue
            event = parse_event(line)
            if event:
                rate = number(event.get("rate")) if rate is None else rate
                losses.append(first_loss(event))
    except OSError:
        pass
    return rate, thinned([loss for loss in reversed(losses) if loss is not None], SPARK)


def first_loss(event: dict[str, Any]) -> float | None:
    """The loss that stands for a run in lists: "loss", or else its first one."""
    losses = mapping(event.get("losses"))
    return number(losses.get("loss", next(iter(losses.values()), None)))


def thinned(values: Iterable[float], count: int) -> tuple[float, ...]:
    """At most `count` of the values, evenly chosen, the first and last among them."""
    values = list(values)
    if len(values) <= count:
        return tuple(values)
    return tuple(values[round(i * (len(values) - 1) / (count - 1))] for i in range(count))
