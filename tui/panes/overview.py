"""What a run is: its recipe as it stands in recipe.yaml, and beside it what is known of it."""

from __future__ import annotations

import asyncio

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.widgets import Static

from aekit.run import RunDirectory, Status

from ..store.record import Record
from .facts import Files, as_text, colored_recipe, read_files, sections
from .pane import Pane

WIDE = 100


class OverviewPane(Pane):
    """Facts, and the recipe beside or under them."""

    DEFAULT_CSS = """
    OverviewPane VerticalScroll { scrollbar-size-vertical: 1; }
    OverviewPane Container { height: auto; layout: vertical; }
    OverviewPane Static { width: 1fr; height: auto; padding: 0 1; }
    OverviewPane.-wide Container { layout: horizontal; }
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.files: Files | None = None
        self._read_for: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        with VerticalScroll(), Container():
            yield Static(id="facts", markup=False)
            yield Static(id="recipe", markup=False)

    @property
    def inner(self) -> VerticalScroll:
        return self.query_one(VerticalScroll)

    def show_run(self, record: Record | None) -> None:
        super().show_run(record)
        self.files, self._read_for = None, ()

    def grew(self, now: Status) -> None:
        """Read the files again after events that change them."""
        if self.record is None:
            return
        latest = self.record.latest
        told = tuple(
            latest.get(kind, {}).get("n") for kind in ("started", "stage", "checkpoint", "measured", "finished")
        )
        if self._read_for != (self.record.run, told):
            self._read_for = (self.record.run, told)
            self.run_worker(self._read(self.record.run), exclusive=True, exit_on_error=False)

    async def _read(self, run: RunDirectory) -> None:
        files = await asyncio.to_thread(read_files, run)
        if self.record is not None and self.record.run == run:
            self.files = files
            self._draw()

    def _draw(self) -> None:
        if self.record is None or self.files is None or not self.size.width:
            return
        wide = self.size.width >= WIDE
        self.set_class(wide, "-wide")
        width = (self.size.width - 1) // (2 if wide else 1) - 2
        self.query_one("#facts", Static).update(as_text(sections(self.record, self.files), width))
        colors = self.app.theme_variables
        recipe = colored_recipe(self.files.recipe, _rich(colors["primary"]), _rich(colors["secondary"]))
        self.query_one("#recipe", Static).update(Text.assemble(("recipe.yaml\n", "bold"), recipe))

    def on_resize(self) -> None:
        self._draw()

    def move(self, right: int, down: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=down * 3, animate=False)

    def copied(self) -> str:
        return self.files.recipe if self.files else ""


def _rich(color: str) -> str:
    """A theme's colour as rich knows it."""
    return color.removeprefix("ansi_")
