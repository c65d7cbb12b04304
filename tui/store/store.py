"""Every run whose events the screens hold, kept up to date by the tail thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from aekit.run import EventReader, RunDirectory

from .cache import load_record, save_record
from .record import Record
from .tail import Batch, Tail

#: Logs from this size on are remembered in parsed form once they are read.
WORTH_CACHING = 500_000


class Store:
    """Records of runs by their directory.

    Args:
        post: called from the tail thread with batches; they come back through `take`, on the screens' own thread.
        cache: folder of parsed logs, which may be deleted at any time; None for none.
    """

    def __init__(self, post: Callable[[list[Batch]], object], cache: Path | None = None) -> None:
        self.records: dict[RunDirectory, Record] = {}
        self.whole: set[RunDirectory] = set()
        self.garbled: dict[RunDirectory, int] = {}
        self._readers: dict[RunDirectory, EventReader] = {}
        self._cache = cache
        self._tail = Tail(post)

    def start(self) -> None:
        self._tail.start()

    def open(self, run: RunDirectory) -> Record:
        """The run's record, from now on kept up to date."""
        if run in self.records:
            return self.records[run]
        reader = EventReader(run.events)
        record = load_record(run, reader, self._cache) if self._cache else None
        if record is None:
            reader, record = EventReader(run.events), Record(run)
        self.records[run], self._readers[run] = record, reader
        self._tail.watch(run, reader)
        return record

    def close(self, runs: Iterable[RunDirectory]) -> None:
        """Let go of runs that no screen shows."""
        for run in runs:
            self._tail.unwatch(run)
            self.records.pop(run, None)
            self.garbled.pop(run, None)
            self._readers.pop(run, None)
            self.whole.discard(run)

    def take(self, batches: list[Batch]) -> list[Record]:
        """Put batches into their records; returns those that changed."""
        changed = []
        for batch in batches:
            record = self.records.get(batch.run)
            if record is None or batch.reader is not self._readers.get(batch.run):
                continue  # let go of meanwhile, and perhaps opened again from its start
            if batch.restarted:
                record.restart()
            record.take(batch.events)
            self.garbled[batch.run] = batch.garbled
            if batch.whole and batch.run not in self.whole:
                self.whole.add(batch.run)
                self._remember(record, batch.place)
            changed.append(record)
        return changed

    def _remember(self, record: Record, place: dict[str, Any]) -> None:
        if self._cache and record.is_over and place["offset"] >= WORTH_CACHING:
            save_record(record, place, self._cache)

    def shut(self) -> None:
        self._tail.close()
