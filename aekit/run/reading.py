"""Reading event logs that grow, were cut, copied or garbled: what is in them never raises."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from aekit.run.files import parse_object

Event = dict[str, Any]

#: Larger numbers, infinity and NaN among them, are no figures of a run.
LARGEST = 1e300

_TYPE = re.compile(rb'"type":\s*"(\w+)"')


def parse_event(line: bytes) -> Event | None:
    """The event on a line, or None when the line is not one."""
    event = parse_object(line)
    if event is None or not isinstance(event.get("type"), str):
        return None
    place = event.get("n")
    if type(place) is not int or not 0 <= place < LARGEST or number(event.get("time")) is None:
        return None
    return event


class EventReader:
    """Reads a log as it grows.

    A log that was cut or replaced (by a copy that went on) is read from its start, without giving again what
    was given before; a different log in its place starts over.

    Args:
        path: of events.jsonl, which need not exist yet.
        after: give only events with a larger number.

    Attributes:
        garbled: lines that were no events.
        restarts: how often a different log was found in the place of the one read before.
    """

    def __init__(self, path: Path, after: int = -1) -> None:
        self.path = Path(path)
        self.garbled = 0
        self.restarts = 0
        self._last = after
        self._offset = 0
        self._inode: int | None = None
        self._first = b""

    def read(self, limit: int = -1) -> list[Event]:
        """The whole events that came since the last call; empty when there are none, or no log.

        Args:
            limit: bytes to look at in this call, so that a long log is taken in parts; a longer line is read whole.
        """
        try:
            with self.path.open("rb") as file:
                self._find_place(os.fstat(file.fileno()), file.readline())
                file.seek(self._offset)
                text = file.read(limit)
                if 0 < limit == len(text) and b"\n" not in text:
                    text += file.readline()
        except OSError:
            return []
        whole = text[: text.rfind(b"\n") + 1]
        self._offset += len(whole)
        return [event for line in whole.split(b"\n")[:-1] if (event := self._take(line)) is not None]

    @property
    def offset(self) -> int:
        """Bytes of the log that have been read."""
        return self._offset

    @property
    def place(self) -> dict[str, Any]:
        """Where the reader stands, for `go_to` of a later process."""
        return {
            "last": self._last,
            "offset": self._offset,
            "inode": self._inode,
            "first": self._first.decode("latin-1"),
        }

    def go_to(self, place: dict[str, Any]) -> None:
        """Go on from a `place` of the same log; where it has been replaced since, reading starts over."""
        self._last, self._offset, self._inode = place["last"], place["offset"], place["inode"]
        self._first = place["first"].encode("latin-1")

    def _find_place(self, stat: os.stat_result, first: bytes) -> None:
        if self._first and first != self._first:
            self._last = -1
            self._offset = 0
            self.restarts += 1
        elif stat.st_ino != self._inode or stat.st_size < self._offset:
            self._offset = 0
        self._inode = stat.st_ino
        self._first = first if first.endswith(b"\n") else b""

    def _take(self, line: bytes) -> Event | None:
        event = parse_event(line)
        if event is None:
            self.garbled += 1
        elif event["n"] > self._last:
            self._last = event["n"]
            return event
        return None


def read_events(path: Path, after: int = -1) -> list[Event]:
    """Every whole event of a log with a number larger than `after`; empty when there is no log."""
    return EventReader(path, after).read()


def lines_backwards(path: Path, block: int = 262_144) -> Iterator[bytes]:
    """The whole lines of a file from last to first, without what follows the last newline."""
    with Path(path).open("rb") as file:
        position = file.seek(0, os.SEEK_END)
        rest: bytes | None = None
        while position > 0:
            start = max(0, position - block)
            file.seek(start)
            chunk = file.read(position - start)
            position = start
            if rest is None:
                if b"\n" not in chunk:
                    continue
                chunk, rest = chunk[: chunk.rfind(b"\n")], b""
            rest, *lines = (chunk + rest).split(b"\n")
            yield from reversed(lines)
        if rest is not None:
            yield rest


def latest_events(path: Path) -> dict[str, Event]:
    """The latest event of each type since the run's process last started, that `started` included.

    Answers stand under "answer VERB". Read from the end: a long log costs little. Empty when there is no log.
    """
    found: dict[str, Event] = {}
    try:
        for line in lines_backwards(path):
            match = _TYPE.search(line)
            if not match or match[1].decode() in found:
                continue
            event = parse_event(line)
            if event is None:
                continue
            key = event["type"]
            found.setdefault(f"answer {event.get('verb')}" if key == "answer" else key, event)
            if key == "started":
                break
    except OSError:
        return found
    return found


def last(events: Iterable[Event], event_type: str) -> Event | None:
    """The last event of a type, or None."""
    return next((event for event in reversed(list(events)) if event["type"] == event_type), None)


#: Events that void the steps beyond the one that they resumed from.
VOIDING = ("started", "rollback")


def history(events: Iterable[Event]) -> list[dict[str, Any]]:
    """The step events as rows {"step": ..., name of a loss: value}, in order.

    Steps that were made again are dropped: a resume and a rollback void what lies beyond the step they went on from.
    """
    rows: list[dict[str, Any]] = []
    for event in events:
        if event["type"] in VOIDING:
            kept = number(event.get("resumed_from"), 0)
            rows = [row for row in rows if row["step"] <= kept]
        elif event["type"] == "step" and number(event.get("step")) is not None:
            rows.append({**mapping(event.get("losses")), "step": event["step"]})
    return rows


def number(value: Any, default: Any = None) -> Any:
    """`value` if it is a number that a float can hold, else `default`."""
    return value if type(value) in (int, float) and abs(value) < LARGEST else default


def mapping(value: Any) -> dict[str, Any]:
    """`value` if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}
