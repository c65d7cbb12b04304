"""The desk of the launch screen: recipes to choose from, an editor with the chosen one, and what a check says of it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from textual import events
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from aekit.errors import AekitError

from ..aside import aside
from ..screens.page import Page
from ..widgets.table import Column, Line, Table
from ..words import duration
from . import sources as listing
from .building import last_time
from .checking import Verdict, check_text, here
from .editor import RecipeEditor
from .panel import Panel
from .popup import Popup
from .sources import Source

COLUMNS = (Column("recipe", 22), Column("from", 15), Column("what it is", 0, drop=1))
#: Seconds without a key after which the text is checked.
PAUSE = 0.15
#: From this width on the list and the editor stand side by side.
WIDE = 100


class Desk(Page):
    """Recipes with their notes, an editor, and what is wrong or right with what stands in it."""

    DEFAULT_CSS = """
    Desk #body { height: 1fr; }
    Desk #recipes { width: 40; }
    Desk #notes { height: auto; max-height: 50%; background: $surface; padding: 0 1; scrollbar-size: 1 1; }
    Desk #notes Static { height: auto; }
    Desk #right { width: 1fr; border-left: solid $panel; }
    Desk #head { height: 1; background: $surface; color: $secondary; padding: 0 1; }
    Desk RecipeEditor { height: 1fr; }
    Desk.-narrow #right { display: none; border-left: none; }
    Desk.-narrow #recipes { width: 1fr; }
    Desk.-narrow.-editing #recipes { display: none; }
    Desk.-narrow.-editing #right { display: block; }
    Desk.-mini #body { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.sources: list[Source] = []
        #: What stands in the editor, the texts as they were read, and those that were changed and not saved.
        self.current: Source | None = None
        self.read: dict[str, str] = {}
        self.drafts: dict[str, str] = {}
        self.verdict: Verdict | None = None
        self.problem = 0
        self.took: float | None = None
        self.loaded = asyncio.Event()
        self._timer: Timer | None = None
        self._launching = False
        self._runs: list[str] = []

    def body(self) -> list[Widget]:
        field = Input(placeholder="filter: part of a name; escape ends it", id="filter")
        field.display = False
        popup = Popup()
        notes = VerticalScroll(Static(id="words-of-recipe", markup=False), id="notes", can_focus=False)
        left = Vertical(field, Table(COLUMNS, "looking for recipes", id="list"), notes, id="recipes")
        right = Vertical(Static(id="head", markup=False), RecipeEditor(popup, id="editor"), Panel(), id="right")
        return [Horizontal(left, right, id="body"), popup]

    def on_mount(self) -> None:
        self.table.focus()
        self.find_sources()

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < WIDE, "-narrow")

    @property
    def table(self) -> Table:
        return self.query_one("#list", Table)

    @property
    def editor(self) -> RecipeEditor:
        return self.query_one(RecipeEditor)

    @property
    def panel(self) -> Panel:
        return self.query_one(Panel)

    @property
    def popup(self) -> Popup:
        return self.query_one(Popup)

    def work(self, coroutine: Coroutine[Any, Any, object], group: str) -> None:
        """Do something beside the screen; a later one of the same group takes its place, errors become cards."""
        self.run_worker(coroutine, group=group, exclusive=True, exit_on_error=False)

    # ------------------------------------------------------------------ the list

    def rows_changed(self) -> None:
        super().rows_changed()
        runs = [row.run.id for row in self.aekit.rows]
        if runs != self._runs and self.is_mounted:
            self._runs = runs
            self.find_sources()

    def find_sources(self, then: str | None = None) -> None:
        """Look for recipes again.

        Args:
            then: the key of the one to choose.
        """

        async def find() -> None:
            runs = [row.run for row in self.aekit.rows]
            self.sources = await asyncio.to_thread(listing.find_sources, runs)
            self._show_list()
            if then:
                self.table.go_to(then)

        self.work(find(), "sources")

    def _show_list(self) -> None:
        words = self.query_one("#filter", Input).value
        self.table.empty = "nothing matches the filter" if words else "no recipes"
        shown = listing.matching(self.sources, words)
        self.table.show([self._line(source) for source in shown])
        if self.table.key is None and self.current is None:
            self.panel.say("choose a recipe")

    def _line(self, source: Source) -> Line:
        mark = "● " if source.key in self.drafts else ""
        color = "error" if source.broken else "secondary"
        return Line(source.key, ((f"{mark}{source.name}", ""), (source.origin, "secondary"), (source.about, color)))

    def on_table_moved(self, message: Table.Moved) -> None:
        chosen = next((source for source in self.sources if source.key == message.key), None)
        if chosen and chosen != self.current:
            self._keep_draft()
            self.current, self.verdict, self.took = chosen, None, None
            self.loaded.clear()
            self.work(self._load(chosen), "load")

    async def _load(self, source: Source) -> None:
        """Put a recipe's text into the editor: as it was left, or as the file has it now."""
        wrong = ""
        try:
            text = self.drafts.get(source.key)
            self.read[source.key] = await asyncio.to_thread(listing.read_text, source.path)
        except AekitError as error:
            wrong, text = str(error), text if text is not None else self.read.get(source.key)
        if source != self.current:
            return
        self.editor.read_only = wrong != "" and text is None
        self.editor.mark(())
        self.editor.load_text(self.read.get(source.key, "") if text is None else text)
        self.took = await asyncio.to_thread(last_time, self.aekit.rows, source.recipe)
        self.loaded.set()
        self._draw_head()
        if wrong:
            self.panel.say(wrong, "error")
        else:
            self.check_soon(0)

    def _keep_draft(self) -> None:
        """Remember unsaved changes while the application lives."""
        if self.current is None or not self.loaded.is_set():
            return
        key, text = self.current.key, self.editor.text
        changed = text != self.read.get(key, "")
        if changed:
            self.drafts[key] = text
        if changed or self.drafts.pop(key, None) is not None:
            self._show_list()

    def _draw_head(self) -> None:
        source = self.current
        if source is None:
            return
        edited = "edited, not saved" if source.key in self.drafts else ""
        took = f"The last run here took {duration(self.took)}." if self.took is not None else ""
        self.query_one("#head", Static).update(" · ".join(filter(None, [source.name, source.origin, edited])))
        notes = listing.head_notes(self.editor.text) or source.about
        self.query_one("#words-of-recipe", Static).update("\n".join(filter(None, [notes, took])))

    def saved(self, source: Source, path: Path, text: str) -> None:
        """A text lies in a file now; the recipe that it came from is as its own file has it."""
        chosen = Source("file", path.name, path)
        self.read[chosen.key] = text
        if chosen.key == source.key:
            self._keep_draft()
            self._draw_head()
            self._show_list()
            return
        self.current = None
        self.find_sources(chosen.key)

    # ------------------------------------------------------------------ checking

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        if self.loaded.is_set():
            self._keep_draft()
            self._draw_head()
            self.check_soon(PAUSE)

    def check_soon(self, pause: float) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(pause, self._check) if pause else None
        if not pause:
            self._check()

    def _check(self) -> None:
        if self.current is not None:
            self.work(self._check_now(self.current, self.editor.text), "check")

    async def _check_now(self, source: Source, text: str) -> None:
        """Check a text that is not checked yet: what a build has said of it meanwhile stays."""
        if self._is_checked(source, text):
            return
        verdict = await aside(check_text, text, source.path)
        if source == self.current and text == self.editor.text and not self._is_checked(source, text):
            self.show_verdict(verdict)

    def _is_checked(self, source: Source, text: str) -> bool:
        return self.verdict is not None and (self.verdict.path, self.verdict.text) == (source.path, text)

    def show_verdict(self, verdict: Verdict) -> None:
        self.verdict, self.problem = verdict, 0
        self.editor.catalog = verdict.catalog or self.editor.catalog
        self.editor.mark([problem for problem in verdict.problems if here(problem, verdict)])
        took = f"the last run took {duration(self.took)}" if self.took is not None else ""
        self.panel.show_verdict(verdict, 0, " · ".join(filter(None, ["F5 runs it", took])))
