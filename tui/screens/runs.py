"""Screen 1: every run with its state, progress, losses and a sparkline; live."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget

from aekit.run import RunDirectory
from aekit.run.reading import number as finite

from ..keys import bindings
from ..store.listing import Row
from ..store.record import Record
from ..widgets.table import Cell, Column, Line, Table
from ..words import ago, count, listed, number, sign, spark
from .filtering import Filtering
from .steering import Steering

COLUMNS = (
    Column("", 1),
    Column("state", 11),
    Column("recipe", 0),
    Column("stage", 10, drop=5),
    Column("progress", 15, right=True, drop=2),
    Column("loss", 9, right=True),
    Column("losses", 24, drop=7),
    Column("ex/s", 7, right=True, drop=4),
    Column("age", 7, right=True, drop=1),
    Column("trend", 16, drop=3),
    Column("begun (UTC)", 16, drop=6),
)
EMPTY = "no runs yet: press n, choose a recipe and press F5; `digits` takes ten seconds"


class RunsScreen(Filtering, Steering):
    """The list of runs."""

    page = "runs"
    BINDINGS = bindings("runs")

    def body(self) -> list[Widget]:
        field = self.filter_field("a name or a state")
        return [field, Table(COLUMNS, EMPTY, id="runs")]

    def on_mount(self) -> None:
        self.table.focus()
        # The list changes with the seconds as long as something runs.
        self.set_interval(1.0, self._tick)

    @property
    def table(self) -> Table:
        return self.query_one("#runs", Table)

    @property
    def target(self) -> RunDirectory | None:
        row = self.aekit.row(self.table.key)
        return row.run if row else None

    def _tick(self) -> None:
        if self.is_current and any(row.status.state == "running" for row in self.aekit.rows):
            self.rows_changed()

    def rows_changed(self) -> None:
        super().rows_changed()
        text = self.words
        rows = [row for row in self.aekit.rows if all(word in _haystack(row) for word in text)]
        self.table.empty = "nothing matches the filter" if text else EMPTY if self.aekit.listed else "looking for runs"
        self.table.show([self._line(row) for row in rows])

    def narrow(self) -> None:
        self.rows_changed()

    def _line(self, row: Row) -> Line:
        now = self.aekit.launcher.state(row.run, row.status)
        loss = finite(now.losses.get("loss", next(iter(now.losses.values()), None)))
        others = " ".join(f"{name} {number(finite(value))}" for name, value in now.losses.items() if name != "loss")
        marked: Cell = ("●", "accent") if row.run.id in self.aekit.settings.marks else ("", "")
        rate = row.rate if now.state != "running" else self._rate(row)
        cells: tuple[Cell, ...] = (
            marked,
            listed(now),
            (row.run.title, ""),
            (now.stage or "", "secondary"),
            (progress(row), ""),
            (number(loss), ""),
            (others, "secondary"),
            (count(rate) if rate else "", "secondary"),
            (ago(row.age), "secondary"),
            (spark(row.spark, 16), "primary"),
            (begun(row.run.stamp), "secondary"),
        )
        return Line(row.run.id, cells)

    def _rate(self, row: Row) -> float | None:
        record = self.aekit.store.records.get(row.run)
        latest = record.latest.get("step", {}).get("rate") if record else None
        return finite(latest, row.rate)

    def records_changed(self, records: Sequence[Record]) -> None:
        """Losses of open runs are drawn from the list, which follows within a second."""

    # ------------------------------------------------------------------ keys

    def on_table_opened(self, message: Table.Opened) -> None:
        row = self.aekit.row(message.key)
        if row:
            self.aekit.show_run(row.run)

    def action_mark(self) -> None:
        super().action_mark()
        self.rows_changed()
        self.table.action_cursor_down()

    def action_new(self) -> None:
        self.app.switch_mode("launch")

    def action_copy(self) -> None:
        if self.target:
            self.aekit.copy(str(self.target.path))


def progress(row: Row) -> str:
    """The step, and how much of the stage's phase is done: 1,200  18%."""
    now = row.status
    if now.step is None:
        return ""
    if now.steps and now.state != "finished":
        share = min(1.0, max(0, now.step - now.first_step) / now.steps)
        return f"{now.step:,} {share:4.0%}"
    return f"{now.step:,}"


def begun(stamp: str | None) -> str:
    """ "2026-11-22 06:10" of a run's stamp."""
    return f"{stamp[:10]} {stamp[11:13]}:{stamp[13:15]}" if stamp else ""


def _haystack(row: Row) -> str:
    now = row.status
    return " ".join(filter(None, (row.run.id, sign(now)[0], now.state, now.health, now.stage))).lower()
