"""The charts of a run, those of the marked runs over them: a big one and, where there is room, small ones."""

from __future__ import annotations

import time
from typing import cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Static

from aekit.run import Status

from ..settings import SMOOTHING
from ..store.record import Record
from ..store.series import AXES, Axis
from ..widgets.choices import Choices
from ..widgets.plot import Plot
from ..words import activity, duration
from .charting import Shown, chart_curves, chart_marks, chart_names, shown_runs, title_of
from .pane import Pane

#: Small charts that are never more than this.
SMALL = 5
#: Rows and columns of a small chart that can be read.
LEAST = (7, 30)
ZOOM = 1.5


class ChartsPane(Pane):
    """A line with the charts' names, the chosen chart, and the next ones beside or below it."""

    DEFAULT_CSS = """
    ChartsPane #area { height: 1fr; layout: vertical; }
    ChartsPane #side { height: 1fr; display: none; }
    ChartsPane #big { height: 1fr; }
    ChartsPane #waiting { height: 1fr; display: none; content-align: center middle; color: $secondary; padding: 0 2; }
    ChartsPane.-beside #area { layout: horizontal; }
    ChartsPane.-beside #big { width: 2fr; }
    ChartsPane.-beside #side { display: block; width: 1fr; margin-left: 2; }
    ChartsPane.-below #big { height: 2fr; }
    ChartsPane.-below #side { display: block; layout: horizontal; margin-top: 1; }
    ChartsPane.-below #side Plot { width: 1fr; margin-right: 1; }
    ChartsPane.-waiting #area { display: none; }
    ChartsPane.-waiting #waiting { display: block; }
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.names: list[str] = []
        self.chosen = 0
        self.alone = False

    def compose(self) -> ComposeResult:
        yield Choices(id="chart-names")
        with Container(id="area"):
            yield Plot(id="big")
            with Container(id="side"):
                for _ in range(SMALL):
                    yield Plot(classes="small")
        yield Static(id="waiting", markup=False)

    @property
    def big(self) -> Plot:
        return self.query_one("#big", Plot)

    @property
    def plots(self) -> list[Plot]:
        """The big chart first, then the small ones."""
        return list(self.query(Plot))

    def show_run(self, record: Record | None) -> None:
        super().show_run(record)
        self.chosen = 0
        for plot in self.plots:
            plot.reset_view()
            plot.cursor = None

    def grew(self, now: Status) -> None:
        if self.record is None:
            return
        self.names = chart_names(self.record)
        self.chosen = min(self.chosen, max(0, len(self.names) - 1))
        self.set_class(not self.names, "-waiting")
        if self.names:
            self.draw()
        else:
            self.query_one("#waiting", Static).update(self._why_empty(now))

    def draw(self) -> None:
        """Give each chart its curves; the charts themselves find out whether anything changed."""
        if self.record is None or not self.names:
            return
        runs = self._runs(self.record)
        marks = chart_marks(self.record)
        order = [*range(self.chosen, len(self.names)), *range(self.chosen)]
        small = self._arrange(len(order) - 1)
        for place, plot in enumerate(self.plots):
            plot.display = place <= small
            if plot.display:
                name = self.names[order[place]]
                self._set(plot, name)
                plot.show(chart_curves(name, runs), marks)
        titles = [title_of(name) for name in self.names]
        self.query_one("#chart-names", Choices).show(titles, self.chosen, self._note())

    def _set(self, plot: Plot, name: str) -> None:
        settings = self.aekit.settings
        plot.title = title_of(name)
        plot.axis = cast("Axis", settings.axis)
        plot.log_y = settings.log_y and name != "rate"
        plot.smoothing = settings.smoothing if name != "learning_rate" else 0.0

    def _runs(self, record: Record) -> list[Shown]:
        store = self.aekit.store
        others = [store.open(run) for run in self.aekit.marked()]
        return shown_runs(record, others, self.app.theme)

    def _note(self) -> str:
        settings = self.aekit.settings
        scale = "log" if settings.log_y else "linear"
        zoomed = " · zoomed, 0 shows all" if self.big.zoomed else ""
        return f"x {settings.axis} · y {scale}{zoomed}"

    def _arrange(self, others: int) -> int:
        """Choose the layout; how many small charts it has."""
        width, height = self.size.width, self.size.height - 1
        beside = width >= 100 and height >= 2 * LEAST[0] and not self.alone
        below = not beside and width >= 2 * LEAST[1] and height >= 4 * LEAST[0] and not self.alone
        room = height // LEAST[0] if beside else width // LEAST[1] if below else 0
        small = min(SMALL, room, others)
        self.set_class(beside and small > 0, "-beside")
        self.set_class(below and small > 0, "-below")
        return small

    def _why_empty(self, now: Status) -> str:
        record = self.record
        if record is None or record.run not in self.aekit.store.whole:
            return "reading the log"
        word = activity(now)
        if word == "tracing":
            since = time.time() - record.latest.get("stage", {}).get("time", time.time())
            return f"tracing the first step, for {duration(max(0.0, since))}: the first loss comes after it"
        if word == "starting":
            return "the process starts: TensorFlow is loaded, then the data"
        return f"no values: the run was {now.state} before its first step" if now.is_over else "no values yet"

    def on_resize(self) -> None:
        self.draw()

    # ------------------------------------------------------------------ keys and mouse

    def move(self, right: int, down: int) -> None:
        if down and self.names:
            self.choose((self.chosen + down) % len(self.names))
        if right:
            self.big.move_cursor(right)

    def choose(self, place: int) -> None:
        """Put another chart in the big place."""
        self.chosen = place
        self.draw()

    def log_y(self) -> None:
        settings = self.aekit.settings
        settings.log_y = not settings.log_y
        self.draw()

    def axis(self) -> None:
        settings = self.aekit.settings
        settings.axis = AXES[(AXES.index(cast("Axis", settings.axis)) + 1) % len(AXES)]
        self.draw()

    def smooth(self) -> None:
        """The next stronger smoothing, then none."""
        settings = self.aekit.settings
        settings.smoothing = next((weight for weight in SMOOTHING if weight > settings.smoothing), SMOOTHING[0])
        self.draw()

    def zoom(self, inward: bool) -> None:
        self.big.zoom(ZOOM if inward else 1 / ZOOM)
        self.draw()

    def zoom_reset(self) -> None:
        self.big.reset_view()
        self.big.cursor = None
        self._link(self.big, None)
        self.draw()

    def on_plot_cursor_moved(self, message: Plot.CursorMoved) -> None:
        self._link(message.plot, message.x)

    def _link(self, moved: Plot, x: float | None) -> None:
        """The crosshair stands at the same place in every chart."""
        for plot in self.plots:
            if plot is not moved and plot.display:
                plot.cursor = x

    def on_choices_chosen(self, message: Choices.Chosen) -> None:
        message.stop()
        self.choose(message.place)

    def on_click(self, event: events.Click) -> None:
        if isinstance(event.widget, Plot) and event.widget.has_class("small"):
            place = self.plots.index(event.widget)
            self.choose((self.chosen + place) % len(self.names))
