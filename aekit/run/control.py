"""Requests to a running process: small files in its control folder, answered in its events."""

from __future__ import annotations

import itertools
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aekit.errors import RunError
from aekit.run.files import plain, read_object, write_whole
from aekit.run.paths import RunDirectory
from aekit.run.reading import Event, EventReader

MALFORMED = "malformed"
LIMIT = 4_000_000  # bytes of one request; a decode may carry codes

_count = itertools.count()


@dataclass(frozen=True)
class Request:
    """One request; its `verb` is "malformed" where the file is no request."""

    id: str
    verb: str
    arguments: dict[str, Any]
    path: Path


def request(run: RunDirectory, verb: str, **arguments: Any) -> str:
    """Leave a request and return its id, by which the `answer` event names it.

    Raises:
        RunError: the run's folder cannot be written.
    """
    identity = f"{time.time_ns():020d}-{os.getpid()}-{next(_count):04d}"
    text = json.dumps({"id": identity, "verb": verb, "arguments": plain(arguments)})
    try:
        run.control.mkdir(exist_ok=True)
        write_whole(run.control / f"{identity}.json", text)
    except OSError as error:
        raise RunError(f"{run.id}: no request can be left in {run.control} ({error.strerror})") from error
    return identity


def pending(run: RunDirectory) -> list[Request]:
    """The requests that wait, oldest first."""
    try:
        files = sorted(file for file in run.control.glob("[!.]*.json") if file.is_file())
    except OSError:
        return []
    return [_read(file) for file in files]


def done(request: Request) -> None:
    """Remove a request, once it is answered."""
    request.path.unlink(missing_ok=True)


def await_answer(run: RunDirectory, identity: str, timeout: float, poll: float = 0.05) -> Event | None:
    """The `answer` event to a request; None when none came within `timeout` seconds."""
    reader = EventReader(run.events)
    until = time.monotonic() + timeout
    while True:
        for event in reader.read():
            if event["type"] == "answer" and event.get("request") == identity:
                return event
        if time.monotonic() >= until:
            return None
        time.sleep(poll)


def _read(path: Path) -> Request:
    content = read_object(path, LIMIT) or {}
    verb, arguments = content.get("verb"), content.get("arguments", {})
    if not isinstance(verb, str) or not isinstance(arguments, dict):
        return Request(path.stem, MALFORMED, {}, path)
    return Request(path.stem, verb, arguments, path)
