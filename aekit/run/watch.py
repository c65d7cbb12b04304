"""Following a run's events until it ends, from any process."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator

from aekit.run.events import ENDINGS
from aekit.run.paths import RunDirectory
from aekit.run.reading import Event, EventReader
from aekit.run.state import status

#: Seconds between looks at whether the process lives; what it writes is looked for more often.
LOOK = 1.0


def follow(
    run: RunDirectory,
    process: subprocess.Popen[bytes] | None = None,
    after: int = -1,
    poll: float = 0.1,
) -> Iterator[Event | None]:
    """The run's events as they come, and None at each look that found nothing new; ends with the run.

    Args:
        process: the run's, where it is a child of this one; else its status tells whether it lives.
        after: leave out events up to this number, e.g. those before a resume.
        poll: seconds between looks.
    """
    reader = EventReader(run.events, after)
    ended = over = False
    looked = 0.0
    while True:
        events = reader.read()
        for event in events:
            ended = event["type"] in ENDINGS or (ended and event["type"] != "started")
            yield event
        if ended or (over and not events):
            return
        if events:
            continue
        if process is not None:
            over = process.poll() is not None
        elif time.monotonic() - looked >= LOOK:
            over, looked = status(run).is_over, time.monotonic()
        if not over:
            yield None
            time.sleep(poll)
