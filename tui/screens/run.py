"""Screen 2: one run, its charts, pictures, log and overview; live."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from textual.containers import Container, Vertical
from textual.widget import Widget
from textual.widgets import Static

from aekit.run import RunDirectory, Status

from ..keys import bindings
from ..panes import HEALTH, TABS, make_pane, tabs_of
from ..panes.charts import ChartsPane
from ..panes.head import Head, head_lines
from ..panes.notices import notice, unreadable
from ..panes.pane import Pane
from ..panes.progress import progress_of, state_of
from ..panes.track import Track
from ..store.record import Record
from ..widgets.choices import Choices
from .run_keys import RunKeys

NO_RUN = "No run yet.\n\nn begins one; 1 is the list of runs."
#: Seconds between two drawings of what grows, where the pane does not say it.
EVERY = 0.2
#: After the first seconds of a run, so that one which needs every core is not held up by being looked at.
SLOWLY, YOUNG = 1.0, 20.0


class RunScreen(RunKeys):
    """The run of `settings.last_run`, or the newest."""

    page = "run"
    BINDINGS = bindings("run")
    DEFAULT_CSS = """
    RunScreen #panes { height: 1fr; }
    RunScreen #nothing { height: 1fr; display: none; content-align: center middle; text-align: center; }
    RunScreen #notice { height: auto; max-height: 4; padding: 0 1; background: $panel; color: $error; display: none; }
    RunScreen #notice.-mild { color: $warning; }
    RunScreen.-empty #nothing { display: block; }
    RunScreen.-empty #panes, RunScreen.-empty #head, RunScreen.-empty #tabs { display: none; }
    RunScreen.-alone TopLine, RunScreen.-alone #head, RunScreen.-alone #tabs, RunScreen.-alone #notice,
    RunScreen.-alone KeyLine { display: none; }
    RunScreen.-mini #panes, RunScreen.-mini #head, RunScreen.-mini #tabs, RunScreen.-mini #notice,
    RunScreen.-mini #nothing { display: none; }
    RunScreen #head { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.record: Record | None = None
        self._panes: dict[str, Widget] = {}
        self._drawn = 0.0
        self._due = False
        self._gone = False
        self._tabs_shown = TABS

    def body(self) -> list[Widget]:
        return [
            Vertical(Head(), Track(), id="head"),
            Static(id="notice", markup=False),
            Choices(TABS, id="tabs"),
            Container(id="panes"),
            Static(NO_RUN, id="nothing", markup=False),
        ]

    def on_mount(self) -> None:
        self.run_chosen()
        self.set_interval(1.0, self._tick)

    # ------------------------------------------------------------------ which run

    @property
    def target(self) -> RunDirectory | None:
        return self.record.run if self.record else None

    def run_chosen(self) -> None:
        """Another run was chosen, or the screen is shown for the first time."""
        if not self.query(Head):
            return  # not yet composed, or already being removed
        run = self._chosen()
        if run is not None and run == self.target:
            return
        self.record = self.aekit.store.open(run) if run else None
        self._gone = False
        self.set_class(run is None, "-empty")
        if run is not None:
            self.aekit.settings.last_run = run.id
            self._let_go()
        for pane in (self.query_one(Track), *self._panes.values()):
            pane.show_run(self.record)  # type: ignore[attr-defined]
        self.show_tab(self.aekit.settings.tab)

    def _chosen(self) -> RunDirectory | None:
        """The remembered run, which may be too new for the list; else the newest."""
        name = self.aekit.settings.last_run
        row = self.aekit.row(name)
        if row is None and name:
            run = RunDirectory(self.aekit.root / name)
            if run.exists:
                return run
        row = row or next(iter(self.aekit.rows), None)
        return row.run if row else None

    def _let_go(self) -> None:
        """Logs of runs that are over are kept for this run and for the marked ones only."""
        aekit = self.aekit
        kept = {self.target, *aekit.marked()}
        live = {row.run for row in aekit.rows if not row.status.is_over}
        aekit.store.close([run for run in aekit.store.records if run not in kept | live])

    @property
    def now(self) -> Status:
        """The run's state, as of the last look at it or of its last event."""
        if self.record is None:
            return Status("lost", "no run is chosen")
        row = self.aekit.row(self.record.run.id)
        if row is None and self._gone:
            return Status("lost", "its directory is gone")
        if row is None:
            return state_of(self.record, Status("running", "starting"))
        return self.aekit.launcher.state(row.run, state_of(self.record, row.status))

    # ------------------------------------------------------------------ what comes in

    def rows_changed(self) -> None:
        if not self.query(Head):
            return
        super().rows_changed()
        if self.record is None:
            self.run_chosen()
        else:
            run = self.record.run
            self._gone = self.aekit.row(run.id) is None and self.aekit.listed and not run.exists
        self._draw_soon()

    def records_changed(self, records: Sequence[Record]) -> None:
        marked = self.aekit.settings.marks
        if any(record is self.record or record.run.id in marked for record in records):
            self._draw_soon()

    def _tick(self) -> None:
        """The time goes on, as long as the run does."""
        if self.is_current and self.record is not None and not self.now.is_over:
            self._draw_soon()

    def _draw_soon(self) -> None:
        """Draw once for all that comes within the pane's time between two drawings."""
        if self._due:
            return
        self._due = True
        pace = max(getattr(self.pane, "every", EVERY), EVERY if self._young() else SLOWLY)
        wait = self._drawn + pace - time.monotonic()
        if wait > 0:
            self.set_timer(wait, self._draw)
        else:
            self.call_later(self._draw)

    def _young(self) -> bool:
        """Whether the run's process has just begun, and every step is news."""
        began = self.record.latest.get("started", {}).get("time", 0.0) if self.record else 0.0
        return time.time() - began < YOUNG

    def _draw(self) -> None:
        """Have the head, the notice and the pane that is seen show what is known now."""
        self._due, self._drawn = False, time.monotonic()
        record = self.record
        if record is None or not self.is_current or not self.query(Head):
            return
        if self.tabs != self._tabs_shown:
            self.show_tab(self.aekit.settings.tab)
        now = self.now
        marked = record.run.id in self.aekit.settings.marks
        unread = unreadable(self.aekit.store.garbled.get(record.run, 0))
        lines = head_lines(record.run.title, now, progress_of(record, now), marked, unread)
        self.query_one(Head).show(lines)
        track = self.query_one(Track)
        track.show(now, self.charts.phase if self.charts else None)
        if self.several != track.display:
            self.several = track.display
            self.refresh_bindings()
        self._draw_notice(record, now)
        pane = self.pane
        if isinstance(pane, Pane):
            pane.grew(now)
        elif pane is not None:
            pane.refresh_pictures()  # type: ignore[attr-defined]

    def _draw_notice(self, record: Record, now: Status) -> None:
        text, mild = notice(record, now)
        if self.tab == HEALTH and now.state not in ("failed", "lost"):
            text = ""  # the pane tells it
        widget = self.query_one("#notice", Static)
        widget.display = bool(text)
        widget.set_class(mild, "-mild")
        if str(widget.content) != text:
            widget.update(text)

    # ------------------------------------------------------------------ panes

    @property
    def tabs(self) -> tuple[str, ...]:
        return tabs_of(self.record)

    @property
    def tab(self) -> str:
        """The remembered one, where this run has it."""
        tabs, wanted = self.tabs, self.aekit.settings.tab
        return wanted if wanted in tabs else tabs[0]

    @property
    def pane(self) -> Widget | None:
        """What is seen; None until it is made."""
        return self._panes.get(self.tab)

    @property
    def charts(self) -> ChartsPane | None:
        return self._panes.get("charts")  # type: ignore[return-value]

    def show_tab(self, name: str) -> None:
        """Bring a pane to the front; it is made when it is first seen."""
        self.aekit.settings.tab = name if name in TABS else TABS[0]
        self._tabs_shown = self.tabs
        self.query_one("#tabs", Choices).show(self.tabs, self.tabs.index(self.tab))
        if self.record is not None:
            self.call_later(self._bring, self.tab)

    async def _bring(self, name: str) -> None:
        await self.made(name)
        for known, other in self._panes.items():
            other.display = known == self.tab
        pane = self.pane
        # Lines and text that scroll take the focus; elsewhere the keys are the screen's.
        self.set_focus(pane.inner if isinstance(pane, Pane) else None)
        self._draw()

    async def made(self, name: str) -> Any:
        """A pane, with the run in it; called in the screen's own turn, so that none is made twice."""
        if name not in self._panes:
            pane: Any = make_pane(name)
            pane.display = False
            await self.query_one("#panes").mount(pane)
            pane.show_run(self.record)
            self._panes[name] = pane
        return self._panes[name]

    def on_choices_chosen(self, message: Choices.Chosen) -> None:
        self.show_tab(self.tabs[message.place])

    def on_track_chosen(self, message: Track.Chosen) -> None:
        self._with_pane("charts", "choose_phase", message.key)

    def on_charts_pane_phase_shown(self) -> None:
        self._draw()
