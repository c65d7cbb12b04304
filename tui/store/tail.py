"""The tail thread: it looks at the logs of the runs on the screen and posts what came, a batch at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aekit.run import Event, EventReader, RunDirectory

#: Seconds between two looks at a log, and between two batches.
LOOK = 0.05
POST = 0.1
#: What is taken from one log in one turn, so that a long log never holds the others up: bytes and seconds.
PART = 256_000
TURN = 0.02


@dataclass
class Batch:
    """What came from one run's log.

    Args:
        reader: that they were read by.
        events: in order.
        restarted: the log is another one than before, and these are its first events.
        whole: the log has been read to its end.
        garbled: lines so far that were no events.
        place: where the reader stands after these events.
    """

    run: RunDirectory
    reader: EventReader
    events: list[Event] = field(default_factory=list)
    restarted: bool = False
    whole: bool = False
    garbled: int = 0
    place: dict[str, Any] = field(default_factory=dict)


class _Watched:
    def __init__(self, run: RunDirectory, reader: EventReader) -> None:
        self.run, self.reader = run, reader
        self.seen: tuple[int, int, int] | None = None
        self.restarts = reader.restarts
        self.batch = Batch(run, reader)
        self.told = False

    def look(self) -> None:
        """Read what is new, for at most a turn."""
        try:
            stat = self.run.events.stat()
        except OSError:
            self.batch.whole = True
            return
        now = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
        if now == self.seen:
            return
        self.batch.whole = False
        until = time.monotonic() + TURN
        while time.monotonic() < until:
            before = self.reader.offset
            events = self.reader.read(PART)
            if self.reader.restarts != self.restarts:
                self.restarts = self.reader.restarts
                self.batch = Batch(self.run, self.reader, restarted=True)
            self.batch.events += events
            if self.reader.offset >= stat.st_size or self.reader.offset == before:
                self.seen, self.batch.whole = now, True
                break
        self.batch.garbled = self.reader.garbled

    def take(self) -> Batch | None:
        """The batch to post, if there is anything in it; the first one is posted even when it is empty."""
        batch = self.batch
        if not (batch.events or batch.restarted or (batch.whole and not self.told)):
            return None
        self.told = self.told or batch.whole
        batch.place = self.reader.place
        self.batch = Batch(self.run, self.reader, whole=batch.whole, garbled=batch.garbled)
        return batch


class Tail:
    """Watches event logs from a thread.

    Args:
        post: called from the thread with the batches of one tenth of a second.
    """

    def __init__(self, post: Callable[[list[Batch]], object]) -> None:
        self._post = post
        self._watched: dict[RunDirectory, _Watched] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="tail", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def watch(self, run: RunDirectory, reader: EventReader | None = None) -> None:
        """Begin with a run, from where `reader` stands; a run that is watched already stays as it is."""
        with self._lock:
            self._watched.setdefault(run, _Watched(run, reader or EventReader(run.events)))
        self._wake.set()

    def unwatch(self, run: RunDirectory) -> None:
        with self._lock:
            self._watched.pop(run, None)

    def close(self) -> None:
        self._ended = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=1.0)

    def _work(self) -> None:
        posted = 0.0
        while not self._ended:
            with self._lock:
                watched = list(self._watched.values())
            for item in watched:
                item.look()
            if time.monotonic() - posted >= POST:
                posted = time.monotonic()
                batches = [batch for item in watched if (batch := item.take())]
                if batches:
                    self._post(batches)
            # With nothing to watch the thread sleeps until there is; a long log is read on at once.
            whole = all(item.batch.whole for item in watched)
            self._wake.wait((LOOK if whole else 0.001) if watched else None)
            self._wake.clear()
