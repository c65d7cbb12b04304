"""The way out of a run that was asked to stop."""

from __future__ import annotations


class Stopped(Exception):
    """The run was asked to stop; it is checkpointed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
