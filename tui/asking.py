"""Requests to live runs, and what is done with their answers when they come."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from aekit.run import Event, RunDirectory, request

from .store.store import Store

Then = Callable[[Event], None]


@dataclass
class _Waiting:
    run: RunDirectory
    verb: str
    then: Then
    late: Callable[[str], None]
    until: float


class Asking:
    """Leaves requests, and calls back with the `answer` events that the tail brings.

    Args:
        store: where answers come in.
    """

    #: Seconds after which an unanswered request is told; the answer is still taken when it comes.
    PATIENCE = 20.0

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: dict[str, _Waiting] = {}

    def ask(self, run: RunDirectory, verb: str, then: Then, late: Callable[[str], None], **arguments: object) -> None:
        """Leave a request.

        Args:
            then: called with the answer.
            late: called once with a sentence when none has come in time.

        Raises:
            RunError: the run's folder cannot be written.
        """
        self._store.open(run)
        identity = request(run, verb, **arguments)
        self._waiting[identity] = _Waiting(run, verb, then, late, time.monotonic() + self.PATIENCE)

    def collect(self) -> None:
        """Hand out the answers that have come."""
        for identity, waiting in list(self._waiting.items()):
            record = self._store.records.get(waiting.run)
            answer = record.answers.pop(identity, None) if record else None
            if answer is not None:
                del self._waiting[identity]
                waiting.then(answer)
            elif time.monotonic() > waiting.until:
                waiting.until = float("inf")
                waiting.late(f"{waiting.run.id} has not answered '{waiting.verb}' yet; it will when it can")
