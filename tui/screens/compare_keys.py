"""What the keys of the Compare screen do."""

from __future__ import annotations

from textual.timer import Timer

from ..panes.flipbook import BEAT
from ..settings import AXES, SMOOTHING
from ..widgets.plot import Plot
from ..widgets.table import Table
from .page import Page

#: Of a run's steps, by one press of [ or ].
SCRUB = 0.1


class CompareKeys(Page):
    """Actions for a screen with one chart, pictures and a table of differences.

    Attributes:
        loss: which of the losses is drawn.
        share: of each run's own steps (0 to 1) whose pictures are shown.
    """

    def __init__(self) -> None:
        super().__init__()
        self.loss = 0
        self.share = 1.0
        self._errors = False
        self._player: Timer | None = None

    def _draw(self) -> None:
        raise NotImplementedError

    def _read(self) -> None:
        raise NotImplementedError

    # ------------------------------------------------------------------ keys of the chart

    def action_new(self) -> None:
        self.app.switch_mode("launch")

    def action_up(self) -> None:
        self.loss -= 1
        self._draw()

    def action_down(self) -> None:
        self.loss += 1
        self._draw()

    def action_left(self) -> None:
        self.query_one(Plot).move_cursor(-1)

    def action_right(self) -> None:
        self.query_one(Plot).move_cursor(1)

    def action_log_y(self) -> None:
        plot = self.query_one(Plot)
        plot.log_y = self.aekit.settings.log_y = not plot.log_y

    def action_axis(self) -> None:
        plot = self.query_one(Plot)
        plot.axis = self.aekit.settings.axis = AXES[(AXES.index(plot.axis) + 1) % len(AXES)]  # type: ignore[assignment]

    def action_smooth(self) -> None:
        settings = self.aekit.settings
        later = [weight for weight in SMOOTHING if weight > settings.smoothing]
        settings.smoothing = self.query_one(Plot).smoothing = later[0] if later else SMOOTHING[0]

    def action_zoom_in(self) -> None:
        self.query_one(Plot).zoom(1.5)

    def action_zoom_out(self) -> None:
        self.query_one(Plot).zoom(1 / 1.5)

    def action_zoom_reset(self) -> None:
        self.query_one(Plot).reset_view()

    # ------------------------------------------------------------------ keys of the pictures

    def action_earlier(self) -> None:
        self._stop_playing()
        self._scrub(-SCRUB)

    def action_later(self) -> None:
        self._stop_playing()
        self._scrub(SCRUB)

    def _scrub(self, share: float) -> None:
        self.share = min(1.0, max(0.0, self.share + share))
        self._read()

    def action_play(self) -> None:
        """From the first pictures to the last; again stops."""
        if self._player:
            self._stop_playing()
            return
        self._scrub(-1.0)
        self._player = self.set_interval(BEAT, self._beat)

    def _beat(self) -> None:
        if self.share >= 1.0 or not self.is_current:
            self._stop_playing()
        else:
            self._scrub(SCRUB)

    def _stop_playing(self) -> None:
        if self._player:
            self._player.stop()
        self._player = None

    def action_image_mode(self) -> None:
        self._errors = not self._errors
        self._read()

    # ------------------------------------------------------------------ keys of the screen

    def action_next_tab(self) -> None:
        self.app.action_focus_next()

    def action_previous_tab(self) -> None:
        self.app.action_focus_previous()

    def action_zoom_pane(self) -> None:
        """The chart alone, the rest alone, both."""
        states = ((True, False), (False, True), (False, False))
        now = (self.has_class("-plot"), self.has_class("-below"))
        plot, below = states[(states.index(now) + 1) % 3]
        self.set_class(plot, "-plot")
        self.set_class(below, "-below")

    def step_back(self) -> bool:
        if self.has_class("-plot") or self.has_class("-below"):
            self.remove_class("-plot", "-below")
            return True
        return False

    def action_copy(self) -> None:
        lines = self.query_one("#differences", Table).lines
        self.aekit.copy("\n".join("\t".join(text for text, _ in line.cells) for line in lines))
