"""How a run's training stands: its trainer's judgement, the gauges, and the newest samples beside them."""

from __future__ import annotations

import asyncio
import textwrap

import numpy as np
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from aekit.run import Event, Status
from aekit.run.reading import number

from ..store.health import reasons_of, since, trouble
from ..store.pictures import Picture, Pictures
from ..store.record import Record
from ..themes import rich_color
from ..widgets.filmstrip import Film, Filmstrip
from ..words import health_sign
from .notices import ways_back
from .pane import Pane
from .standing import gauges_of, rows
from .views import rows_of

#: From this width on the samples stand beside the figures; from this height on each figure is explained.
WIDE, TALL = 100, 26
SAMPLES = "samples"


class HealthPane(Pane):
    """The state and why, the gauges with their courses, how often the run went back; samples where there is room."""

    every = 0.5
    DEFAULT_CSS = """
    HealthPane Horizontal { height: 1fr; }
    HealthPane #figures { width: 1fr; height: 1fr; }
    HealthPane #fixed { width: 44; margin-left: 2; display: none; }
    HealthPane.-wide #fixed { display: block; }
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.picture: Picture | None = None
        self._pictures: Pictures | None = None
        self._read_for: object = None
        self._now: Status | None = None

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static(id="figures", markup=False)
            yield Filmstrip(id="fixed")

    def show_run(self, record: Record | None) -> None:
        super().show_run(record)
        self._pictures = Pictures(record) if record is not None else None
        self.picture, self._read_for = None, None

    def grew(self, now: Status) -> None:
        self._now = now
        self._draw()
        events = self._pictures.events(SAMPLES) if self._pictures else []
        newest = events[-1] if events else None
        told = newest and (newest["n"], newest["time"])
        if told != self._read_for:
            self._read_for = told
            if newest is not None and self._pictures is not None:
                self.run_worker(self._read(self._pictures, newest), exclusive=True, exit_on_error=False)

    async def _read(self, pictures: Pictures, event: Event) -> None:
        found = await asyncio.to_thread(pictures.load, event)
        if pictures is self._pictures:
            self.picture = found if isinstance(found, Picture) else None
            self._draw()

    def _draw(self) -> None:
        if self.record is None or self._now is None or not self.size.width or not self.query(Filmstrip):
            return  # nothing to show, or already being removed
        self.set_class(self.size.width >= WIDE and self.picture is not None, "-wide")
        width = self.size.width - (46 if self.has_class("-wide") else 0)
        self.query_one("#figures", Static).update(self._words(self.record, self._now, width))
        film, picture = self.query_one(Filmstrip), self.picture
        if picture is not None:
            shown = rows_of(picture, "", np.arange(picture.count))
            film.show_film(Film((np.concatenate(shown),), columns=picture.columns))

    def on_resize(self) -> None:
        self._draw()

    # ------------------------------------------------------------------ words

    def _words(self, record: Record, now: Status, width: int) -> Text:
        text = Text(no_wrap=True, overflow="crop")
        text.append(self._verdict(record))
        alert = trouble(record)
        for reason in reasons_of(alert) if alert else ():
            text.append(_paragraph(reason, width, "   "))
        text.append("\n")
        told = self.size.height >= TALL
        text.append(rows(gauges_of(record), width, self._color("primary"), self._color("secondary"), told))
        text.append("\n")
        for line in self._below(record, now):
            text.append(_paragraph(line, width, " "), self._color("secondary"))
        return text

    def _verdict(self, record: Record) -> Text:
        """ "✗ collapsed since step 460, judged at step 560"."""
        health = record.health
        if health is None:
            return Text(" not judged yet\n", self._color("secondary"))
        words, color = health_sign(health)
        step, began = number(record.latest.get("epoch", {}).get("step")), since(record)
        parts = [f"since step {began:,}" if began is not None else "", f"judged at step {step:,}" if step else ""]
        about = ", ".join(filter(None, parts))
        return Text.assemble((f" {words}", f"bold {self._color(color)}"), f"  {about}\n")

    def _below(self, record: Record, now: Status) -> list[str]:
        lines = []
        if record.rollbacks:
            lines.append(_rolled_back(record.rollbacks))
        if self.picture is not None:
            lines.append(f"samples of the same codes as ever, step {self.picture.step:,}; i and [ ] show them all")
        if trouble(record):
            lines.append(ways_back(record, now))
        return lines

    def _color(self, name: str) -> str:
        return rich_color(self.app.theme_variables.get(name, ""))


def _paragraph(sentence: str, width: int, indent: str) -> str:
    """A sentence in lines of at most `width` cells, all of them indented."""
    lines = textwrap.wrap(sentence, max(20, width - 1), initial_indent=indent, subsequent_indent=indent)
    return "\n".join(lines) + "\n"


def _rolled_back(rollbacks: list[Event]) -> str:
    """ "rolled back twice, last from step 280 to 200; learning rates times 0.25"."""
    last, count = rollbacks[-1], len(rollbacks)
    often = {1: "once", 2: "twice"}.get(count, f"{count} times")
    left, back, rate = (number(last.get(name)) for name in ("step", "resumed_from", "rate"))
    way = f", last from step {left:,} to {back:,}" if left is not None and back is not None else ""
    return f"rolled back {often}{way}" + (f"; learning rates times {rate:.3g}" if rate is not None else "")
