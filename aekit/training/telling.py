"""What is told while a metric computes: what is measured, and about how long it still takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aekit.reporting import listening

#: Parts that are done sooner are not worth a word, in seconds.
SHORT = 2.0
#: Seconds between two words on the same part.
EVERY = 5.0


class Telling:
    """Turns a metric's `aekit.progress` into `measuring` events.

    Args:
        tell: `tell("measuring", metric=..., split=..., what=..., done=..., total=..., seconds=...)`; `seconds` is the
            time that the part still takes, None before it is known.
        look: called at each progress; what it raises ends the metric.
    """

    def __init__(self, tell: Callable[..., Any], look: Callable[[], None]) -> None:
        self._tell, self._look = tell, look
        self._about: dict[str, str] = {}
        self._what: str | None = None
        self._began: tuple[float, float] | None = None
        self._done = self._told = 0.0

    @contextmanager
    def of(self, metric: str, split: str) -> Iterator[None]:
        """Tell of this metric while the block runs."""
        self._about, self._what = {"metric": metric, "split": split}, None
        with listening(self._progress):
            yield

    def _progress(self, done: float, total: float, what: str) -> None:
        self._look()
        now = time.monotonic()
        if what != self._what or 0 < done <= self._done:
            self._what, self._began, self._told = what, None, float("-inf")
        self._done = done
        seconds = None
        if self._began is None:
            # The first chunk is not counted: what is compiled or read for it is not for the others.
            self._began = (now, done) if done else None
        elif done > self._began[1]:
            seconds = (now - self._began[0]) / (done - self._began[1]) * (total - done)
        if (done == 0 if seconds is None else seconds >= SHORT) and now - self._told >= EVERY:
            self._told = now
            left = None if seconds is None else round(seconds, 1)
            self._tell("measuring", **self._about, what=what, done=done, total=total, seconds=left)
