"""How a run is shown while it is followed: a bar on a terminal, lines elsewhere, events for programs."""

from __future__ import annotations

import json
import sys
from typing import Any, Protocol

import click

from aekit.cli.output import errors, figure, say
from aekit.run import wording
from aekit.run.reading import VOIDING, Event, number

#: Seconds of a run between two step lines, where there is no bar.
QUIET = 10.0
#: Events that are told even of a run that is one of many.
TROUBLE = ("warning", "alert", "rollback", "stopped", "failed")


class Display(Protocol):
    """Takes events as they come; `close` leaves the terminal as it was."""

    def show(self, event: Event) -> None: ...

    def note(self, message: str, style: str = "") -> None: ...

    def close(self) -> None: ...


def make_display(as_json: bool = False, brief: bool = False) -> Display:
    """The display for this stdout and stderr.

    Args:
        brief: of a run that is one of many: how far it is, and trouble.
    """
    if as_json:
        return EventLines()
    return Bar(brief) if sys.stderr.isatty() else Lines(brief)


class EventLines:
    """Each event as a line of JSON to stdout."""

    def show(self, event: Event) -> None:
        click.echo(json.dumps(event, ensure_ascii=False))

    def note(self, message: str, style: str = "") -> None:
        say(message)

    def close(self) -> None:
        pass


class Lines:
    """Plain lines to stderr; of the steps one in ten seconds, of a long measure one whenever its time has doubled."""

    def __init__(self, brief: bool = False) -> None:
        self._brief = brief
        self._next = {"step": 0.0, "measuring": 0.0}
        self._measure: tuple[Any, ...] = ()
        self._began = 0.0

    def show(self, event: Event) -> None:
        if (self._brief and event["type"] not in TROUBLE) or not self._due(event):
            return
        line = wording.describe(event)
        if line:
            say(line[1])

    def _due(self, event: Event) -> bool:
        kind, now = event["type"], event["time"]
        if kind not in self._next:
            return True
        enters = kind == "measuring" and self._enters(event)
        if now < self._next[kind] and not enters:
            return False
        self._next[kind] = now + (QUIET if kind == "step" else max(QUIET, now - self._began))
        return True

    def _enters(self, event: Event) -> bool:
        """Whether this is another measure than before, or the first time that it says how long; it begins now."""
        measure = (*map(event.get, ("metric", "split", "what")), event.get("seconds") is None)
        if measure == self._measure:
            return False
        self._measure, self._began = measure, event["time"]
        return True

    def note(self, message: str, style: str = "") -> None:
        say(message)

    def close(self) -> None:
        pass


class Bar:
    """A progress bar on stderr, with what is worth keeping printed above it."""

    def __init__(self, brief: bool = False) -> None:
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

        self._brief = brief
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[count]}"),
            TextColumn("{task.fields[figures]}", style="dim"),
            TimeRemainingColumn(compact=True),
            console=errors(),
            transient=True,
        )
        self._task = self._bar.add_task("starting", total=None, count="", figures="")
        self._step = self._first = 0
        self._steps: int | None = None
        self._bar.start()

    def show(self, event: Event) -> None:
        kind = event["type"]
        if kind in VOIDING:
            self._step = number(event.get("resumed_from"), 0)
        elif kind == "stage":
            self._enter(event)
        elif kind == "step":
            self._advance(event)
            return
        elif kind == "measuring":
            self._bar.update(self._task, description=f"measuring {wording.measuring(event)}", count="", figures="")
            return
        line = wording.describe(event)
        if line and (kind in TROUBLE or not self._brief):
            self._print(line[1], line[0])

    def note(self, message: str, style: str = "") -> None:
        self._print(message, style)

    def close(self) -> None:
        self._bar.stop()

    def _print(self, text: str, style: str) -> None:
        self._bar.console.print(text, style=style or None, markup=False)

    def _enter(self, event: Event) -> None:
        self._steps = number(event.get("steps"))
        self._first = number(event.get("first_step"), self._step)
        self._bar.reset(self._task, total=None, description="tracing the first call", count="", figures="")

    def _advance(self, event: Event) -> None:
        self._step = number(event.get("step"), self._step)
        done = self._step - self._first
        count = f"{figure(done)}/{figure(self._steps)}" if self._steps else figure(self._step)
        shown: dict[str, Any] = {"count": count, "figures": wording.progress(event)}
        self._bar.update(self._task, description="training", total=self._steps, completed=done, **shown)
