"""The charts of a run, those of the marked runs over them: a big one and, where there is room, small ones."""

from __future__ import annotations

from typing import cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.widgets import Static

from aekit.run import Status

from ..settings import SMOOTHING
from ..store.phases import Key, Phase
from ..store.record import Record
from ..store.series import AXES, Axis
from ..widgets.choices import Choices
from ..widgets.plot import Plot
from .charting import Shown, chart_curves, chart_marks, chart_names, heading_of, is_log, shown_runs, title_of
from .notices import why_empty
from .pane import Pane

#: Small charts that are never more than this.
SMALL = 5
#: Rows and columns of a small chart that can be read.
LEAST = (7, 30)
ZOOM = 1.5


class ChartsPane(Pane):
    """A line with the charts' names, the chosen chart, and the next ones beside or below it.

    Attributes:
        phase: the one whose steps are shown, by its key; None for the whole run.
        follows: whether the newest phase is shown, whichever that is.
    """

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

    class PhaseShown(Message):
        """Another phase's charts are shown, or those of the whole run."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.names: list[str] = []
        self.chosen = 0
        self.alone = False
        self.phase: Key | None = None
        self.follows = False
        self._now: Status | None = None

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
        self.names, self.chosen = [], 0
        self.phase, self.follows = None, False
        self._reset_views()

    def _reset_views(self) -> None:
        for plot in self.plots:
            plot.reset_view()
            plot.cursor = None

    def grew(self, now: Status) -> None:
        self._now = now
        if self.record is None or not self.query("#waiting"):
            return  # nothing to show, or already being removed
        if self.follows and self.record.phases:
            self._show_phase(self.record.phases[-1].key)
        before = self.names[self.chosen] if self.chosen < len(self.names) else ""
        self.names = chart_names(self.record.curves_of(self._phase(self.record)))
        self.chosen = self.names.index(before) if before in self.names else 0
        self.set_class(not self.names, "-waiting")
        if self.names:
            self.draw()
        else:
            is_read = self.record.run in self.aekit.store.whole
            self.query_one("#waiting", Static).update(why_empty(self.record, now) if is_read else "reading the log")
            self.query_one("#chart-names", Choices).show((), 0, self._note())

    def draw(self) -> None:
        """Give each chart its curves; the charts themselves find out whether anything changed."""
        if self.record is None or not self.names:
            return
        runs = self._runs(self.record)
        marks = chart_marks(self.record, self._phase(self.record))
        order = [*range(self.chosen, len(self.names)), *range(self.chosen)]
        small = self._arrange(len(order) - 1)
        for place, plot in enumerate(self.plots):
            plot.display = place <= small
            if plot.display:
                name = self.names[order[place]]
                self._set(plot, name, self.record)
                plot.show(chart_curves(name, runs), marks)
        titles = [title_of(name) for name in self.names]
        self.query_one("#chart-names", Choices).show(titles, self.chosen, self._note())

    def _set(self, plot: Plot, name: str, record: Record) -> None:
        settings = self.aekit.settings
        plot.title = heading_of(name)
        plot.axis = cast("Axis", settings.axis)
        plot.log_y = is_log(name, record.curves, settings.log_y)
        plot.smoothing = settings.smoothing if name != "learning_rate" else 0.0

    def _runs(self, record: Record) -> list[Shown]:
        store = self.aekit.store
        others = [store.open(run) for run in self.aekit.marked()]
        return shown_runs(record, others, self.app.theme, self._phase(record))

    def _phase(self, record: Record) -> Phase | None:
        """The chosen phase, as far as it has come."""
        return next((phase for phase in record.phases if phase.key == self.phase), None)

    def _note(self) -> str:
        settings = self.aekit.settings
        phase = self._phase(self.record) if self.record else None
        newest = " (newest)" if self.follows and self._now and not self._now.is_over else ""
        where = f"{phase.title}{newest} · " if phase else ""
        scale = "log" if settings.log_y else "linear"
        zoomed = " · zoomed, 0 shows all" if self.big.zoomed else ""
        return f"{where}x {settings.axis} · y {scale}{zoomed}"

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

    def step_phase(self, delta: int) -> None:
        """The charts of the next phase that has begun, or the one before; before the first is the whole run."""
        known: list[Key | None] = [None, *(phase.key for phase in self.record.phases)] if self.record else [None]
        place = known.index(self.phase) if self.phase in known else 0
        self.choose_phase(known[(place + delta) % len(known)])

    def choose_phase(self, key: Key | None) -> None:
        """Show a phase's steps, or the whole run; the newest phase is followed to the one after it."""
        if self.record is None or self._now is None:
            return
        self.follows = key in [phase.key for phase in self.record.phases[-1:]]
        self._show_phase(key)
        self.grew(self._now)

    def _show_phase(self, key: Key | None) -> None:
        if key != self.phase:
            self.phase = key
            self._reset_views()
            self.post_message(self.PhaseShown())

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
