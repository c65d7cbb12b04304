"""The log of a run as lines: what happened when, and what the process printed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual.app import ComposeResult

from aekit.run import Event, RunDirectory, Status, output_tail
from aekit.run.wording import describe, figure

from ..plot.ticks import duration
from ..store.record import Record
from ..widgets.table import Column, Line, Table
from .pane import Pane

COLUMNS = (Column("time", 8, right=True), Column("event", 10), Column("what", 0))
#: Theme variables for the styles of the command line's words.
COLORS = {"dim": "secondary", "bold": "primary", "green": "success", "yellow": "warning", "red": "error"}
#: Lines of output.txt under the log.
TAIL = 40


class LogPane(Pane):
    """Events in words, oldest first; the end is followed until the cursor leaves it.

    `output` shows the end of output.txt under them; where a run failed or is lost it is there by itself.
    """

    #: A line that comes moves all others: some 9 kB to the terminal.
    every = 0.8

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.wanted: bool | None = None
        self.printed: list[str] = []
        self._lines: dict[tuple[int, float], Line] = {}
        self._read_for: tuple[object, ...] = ()
        self._now: Status | None = None

    def compose(self) -> ComposeResult:
        yield Table(COLUMNS, "no events yet", id="log")

    @property
    def table(self) -> Table:
        return self.query_one("#log", Table)

    @property
    def inner(self) -> Table:
        return self.table

    def show_run(self, record: Record | None) -> None:
        super().show_run(record)
        self.wanted, self.printed, self._lines, self._read_for = None, [], {}, ()
        self.table.show([])

    def grew(self, now: Status) -> None:
        self._now = now
        if self.record is None:
            return
        self._read_output(self.record, now)
        self._show(self.record)

    def _show(self, record: Record) -> None:
        """Lines of events are made once."""
        began, known = record.began, self._lines
        # By their times too: another log in the place of this one has the same numbers.
        events = {(event["n"], event["time"]): event for event in record.log}
        self._lines = {key: known.get(key) or event_line(event, began) for key, event in events.items()}
        follow = self.table.cursor >= len(self.table.lines) - 1
        lines = [*self._lines.values(), *output_lines(self.printed)]
        if lines != self.table.lines:
            self.table.show(lines)
        if follow:
            self.table.action_cursor_last()

    # ------------------------------------------------------------------ output.txt

    def _read_output(self, record: Record, now: Status) -> None:
        """Read output.txt's end in a thread, once for each version of the log."""
        wanted = now.state in ("failed", "lost") if self.wanted is None else self.wanted
        if not wanted:
            self.printed, self._read_for = [], ()
        elif self._read_for != (record.run, record.version):
            self._read_for = (record.run, record.version)
            self.run_worker(self._read(record.run), exclusive=True, exit_on_error=False)

    async def _read(self, run: RunDirectory) -> None:
        text = await asyncio.to_thread(output_tail, run, TAIL)
        if self.record is not None and self.record.run == run:
            self.printed = text.splitlines() or ["output.txt is empty"]
            self._show(self.record)

    def output(self) -> None:
        """Show what the process printed, or hide it."""
        self.wanted = not self.printed
        self._read_for = ()
        if self._now is not None:
            self.grew(self._now)

    # ------------------------------------------------------------------ keys

    def chosen(self) -> str:
        """The chosen line, whole."""
        table = self.table
        return table.lines[table.cursor].cells[-1][0] if table.key is not None else ""

    def copied(self) -> str:
        return self.chosen()

    def on_table_opened(self, message: Table.Opened) -> None:
        from ..modals.card import Card

        line = self.table.lines[self.table.cursor]
        self.app.push_screen(Card(" ".join(text for text, _ in line.cells[:2]).strip(), self.chosen()))


def event_line(event: Event, began: float) -> Line:
    """An event as a line of the table."""
    kind = str(event["type"])
    style, text = describe(event) or _WORDS.get(kind, _unknown)(event)
    when = duration(max(0.0, event["time"] - began))
    words = _printable(text)
    return Line(str(event["n"]), ((when, "secondary"), (kind, COLORS.get(style, "")), (words, "")))


def output_lines(printed: Sequence[str]) -> list[Line]:
    """What the process printed, as lines of the table."""
    return [
        Line(f"output {place}", (("", ""), ("output", "secondary"), (_printable(text), "")))
        for place, text in enumerate(printed)
    ]


def _printable(text: str) -> str:
    """The text without what would move the terminal's cursor."""
    return "".join(character if character.isprintable() else " " for character in text)


def _preview(event: Event) -> tuple[str, str]:
    index = event.get("index")
    which = f" of example {index}" if index is not None else ""
    return "dim", f"{event.get('kind')}{which} at step {figure(event.get('step'))}: {event.get('file')}"


def _checkpoint(event: Event) -> tuple[str, str]:
    return "dim", f"step {figure(event.get('step'))} ({event.get('reason')}): {event.get('file')}"


def _unknown(event: Event) -> tuple[str, str]:
    rest = {key: value for key, value in event.items() if key not in ("n", "time", "type")}
    return "", "  ".join(f"{key} {value}" for key, value in rest.items())


_WORDS = {"preview": _preview, "checkpoint": _checkpoint}
