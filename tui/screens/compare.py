"""Screen 4: the marked runs side by side: curves in one chart, pictures of the same probes, recipes, measures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from aekit.measure import comparable
from aekit.run import RunDirectory
from aekit.run.files import read_object
from aekit.run.reading import mapping

from ..keys import bindings
from ..store import comparison
from ..store.pictures import Picture, Pictures
from ..store.record import Curve as Which
from ..store.record import Record
from ..themes import curve_color, rich_color
from ..widgets.gallery import Gallery
from ..widgets.plot import Curve, Plot
from ..widgets.table import Column, Line, Table
from ..words import number
from .compare_keys import CompareKeys

#: More runs than this are not told apart, neither by colour nor in a row of pictures.
MOST = 8
HINT = "mark two or more runs with m on screen 1; these are the two latest"


class CompareScreen(CompareKeys):
    """Curves, pictures, recipes and measures of the marked runs."""

    page = "compare"
    AUTO_FOCUS = ""
    BINDINGS = bindings("compare")
    DEFAULT_CSS = """
    CompareScreen #legend { height: auto; max-height: 4; padding: 0 1; background: $surface; }
    CompareScreen Plot { height: 1fr; }
    CompareScreen #below { height: 1fr; }
    CompareScreen #differences { width: 1fr; }
    CompareScreen Gallery { width: 1fr; border-left: solid $panel; }
    CompareScreen.-mini #legend, CompareScreen.-mini #all { display: none; }
    CompareScreen.-plot #below, CompareScreen.-below Plot { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[RunDirectory] = []
        self._pictures: list[Pictures] = []
        self._read_of: list[int] = []
        self._ticket = 0

    def body(self) -> list[Widget]:
        table = Table((Column("", 0),), "the recipes are the same", id="differences")
        below = Horizontal(table, Gallery(id="gallery"), id="below")
        return [Static(id="legend", markup=False), Vertical(Plot(id="plot"), below, id="all")]

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        settings = self.aekit.settings
        plot = self.query_one(Plot)
        plot.axis, plot.log_y, plot.smoothing = settings.axis, settings.log_y, settings.smoothing  # type: ignore[assignment]
        self.choose()

    def choose(self) -> None:
        """The marked runs, or the two latest where fewer than two are marked."""
        marked = list(self.aekit.marked())[:MOST]
        self.runs = marked if len(marked) > 1 else [row.run for row in self.aekit.rows[:2]]
        for run in self.runs:
            self.aekit.store.open(run)
        self._legend()
        self._draw()
        self._read()

    def _legend(self) -> None:
        from rich.text import Text

        text = Text()
        for place, run in enumerate(self.runs):
            text.append(f"{chr(65 + place)} ", f"bold {rich_color(curve_color(self.app.theme, place))}")
            text.append(f"{run.id}   ")
        if len(self.aekit.marked()) < 2:
            text.append(f"\n{HINT}", "italic")
        self.query_one("#legend", Static).update(text)

    # ------------------------------------------------------------------ curves

    def records_changed(self, records: Sequence[Record]) -> None:
        if any(record.run in self.runs for record in records):
            self._draw()
            if self._seen() != self._read_of:
                self._read()

    def _seen(self) -> list[int]:
        """How many pictures and endings the logs tell of: with each there is more to read."""
        return [len(record.previews) + record.is_over for record in self._records()]

    def _records(self) -> list[Record]:
        return [self.aekit.store.open(run) for run in self.runs]

    def _draw(self) -> None:
        records = self._records()
        names = list(dict.fromkeys(name for record in records for name in record.losses))
        plot = self.query_one(Plot)
        name = names[self.loss % len(names)] if names else ""
        plot.title = name
        curves = []
        for place, record in enumerate(records):
            color = curve_color(self.app.theme, place)
            for split in ("train", "validation"):
                series = record.curves.get(Which(name, split))
                if series is not None:
                    label = f"{chr(65 + place)} {split}"
                    curves.append(Curve(label, series, color, split == "validation", record.began))
        plot.show(curves)

    # ------------------------------------------------------------------ what is read from files

    def _read(self) -> None:
        # A record that was let go of and opened again is another one; pictures of runs not shown are let go of.
        known = {pictures.record: pictures for pictures in self._pictures}
        self._pictures = [known.get(record) or Pictures(record) for record in self._records()]
        self._read_of = self._seen()
        self._ticket += 1
        work = partial(self._read_files, self._ticket, list(self._pictures), self.share)
        self.run_worker(work, thread=True, exclusive=True, exit_on_error=False)

    def _read_files(self, ticket: int, shown: list[Pictures], share: float) -> None:
        """In a thread: recipes, measures and pictures."""
        runs = [pictures.record.run for pictures in shown]
        recipes = [comparison.read_recipe(run) for run in runs]
        finals = [mapping((read_object(run.metrics) or {}).get("measures")) for run in runs]
        found = [comparison.picture_at(pictures, share) for pictures in shown]
        self.app.call_from_thread(self._have, ticket, recipes, finals, found)

    def _have(self, ticket: int, recipes: list, finals: list, pictures: list[Picture | str]) -> None:
        if ticket != self._ticket:
            return  # a thread that was overtaken
        runs = self.runs
        table = self.query_one("#differences", Table)
        names = max(14, min(32, table.size.width - 11 * len(runs)))
        table.columns = (Column("differs in", names), *(Column(chr(65 + place), 0) for place in range(len(runs))))
        lines = [self._measure(name, found) for name, found in comparison.measures(finals)]
        for key, texts in comparison.differences(recipes):
            lines.append(Line(key, ((key, "secondary"), *((text, "") for text in texts))))
        table.show(lines)
        table.refresh()
        self.query_one(Gallery).show(pictures, [chr(65 + place) for place in range(len(runs))], self._errors)

    def _measure(self, name: str, found: tuple[dict, ...]) -> Line:
        """A measure on test data; a star and the accent for the best run, where runs compare."""
        best = comparison.best_of(found)
        cells = [(f"{name} (test{'' if comparable(found) else ', not comparable'})", "primary")]
        for place, measure in enumerate(found):
            text = number(measure.get("value")) + (" *" if place == best else "")
            cells.append((text, "accent" if place == best else ""))
        return Line(f"measure {name}", tuple(cells))
