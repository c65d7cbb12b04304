"""How far a long computation is: who computes says it, who runs it shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: Told (done, total, what); what it raises ends the computation.
Listener = Callable[[float, float, str], None]

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


def progress(done: float, total: float, what: str) -> None:
    """Say how far a part of a long computation is; whoever runs it turns that into words and an estimate.

    Call it as often as is convenient, after each chunk of work. With nobody listening it does nothing. It may raise:
    a run that is asked to stop gives way here.

    Args:
        done, total: in any unit; `done` 0 announces a part before its first chunk.
        what: the part, e.g. "distances".
    """
    listener = _listener.get()
    if listener:
        listener(done, total, what)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Send what `progress` is told in this block to a listener."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
