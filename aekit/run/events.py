"""The event log: an append-only file, one JSON object a line, one write a line.

Every event has `n` (0, 1, 2, ...), `time` (seconds since 1970) and `type`; the rest depends on the type.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from aekit.errors import RunError, RunFailed
from aekit.run.files import plain
from aekit.run.reading import Event, lines_backwards, parse_event

#: Types of event that end a run's process.
ENDINGS = ("finished", "stopped", "failed")


class EventLog:
    """The writer of a run's events; there is one at a time.

    A half-written last line, left by a process that was killed, is cut off, and the numbering goes on.

    Args:
        path: of events.jsonl; created when missing.

    Raises:
        RunError: another process is writing this log.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            self._lock()
            self._cut_half_line()
            self._next = _next_number(self.path)
        except BaseException:
            os.close(self._file)
            raise

    def write(self, event_type: str, /, **fields: Any) -> Event:
        """Append one event and return it as readers will see it.

        Raises:
            RunFailed: the disk did not take the whole line; the log is left as it was.
        """
        event = {"n": self._next, "time": round(time.time(), 3), "type": event_type, **plain(fields)}
        self._append(json.dumps(event, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace") + b"\n")
        self._next += 1
        return event

    def touch(self) -> None:
        """Show readers on other machines that the process lives while it has nothing to say (paused)."""
        os.utime(self.path)

    def close(self) -> None:
        """Release the log to another writer; closing twice is fine."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> EventLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise RunError(f"{self.path.parent.name}: another process is writing this run") from None
            # A file system without locks (sshfs, some NFS) takes a run, and cannot refuse a second writer.
            if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL):
                raise

    def _cut_half_line(self) -> None:
        end = os.fstat(self._file).st_size
        position = end
        while position > 0:
            start = max(0, position - 65536)
            newline = os.pread(self._file, position - start, start).rfind(b"\n")
            if newline >= 0:
                position = start + newline + 1
                break
            position = start
        if position < end:
            os.ftruncate(self._file, position)

    def _append(self, line: bytes) -> None:
        size = os.fstat(self._file).st_size
        try:
            written = os.write(self._file, line)
        except OSError as error:
            raise RunFailed(f"{self.path}: the event log cannot be written ({error.strerror})") from error
        if written != len(line):
            os.ftruncate(self._file, size)
            raise RunFailed(f"{self.path}: only part of an event could be written; the disk is probably full")


def _next_number(path: Path) -> int:
    """One past the last event's number, counting garbled lines after it as events."""
    unread = 0
    for line in lines_backwards(path):
        event = parse_event(line)
        if event is not None:
            return event["n"] + 1 + unread
        unread += 1
    return unread
