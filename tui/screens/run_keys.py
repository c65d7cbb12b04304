"""What the keys of the Run screen do: charts, pictures, requests to the run."""

from __future__ import annotations

from typing import Any

from textual.widget import Widget

from aekit.run import Event

from ..modals.ask import Ask
from ..panes.charts import ChartsPane
from ..panes.pane import Pane
from .steering import Steering


class RunKeys(Steering):
    """Actions for a screen with panes, of which one is seen.

    Attributes:
        several: whether the run has several phases.
    """

    several = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys for phases are there where a run has several."""
        return self.several or not action.endswith("_phase")

    @property
    def tabs(self) -> tuple[str, ...]:
        """Names of the panes that the run has."""
        raise NotImplementedError

    @property
    def tab(self) -> str:
        """The one that is seen."""
        raise NotImplementedError

    @property
    def pane(self) -> Widget | None:
        raise NotImplementedError

    @property
    def charts(self) -> ChartsPane | None:
        """The charts, once they are made."""
        raise NotImplementedError

    def show_tab(self, name: str) -> None:
        raise NotImplementedError

    async def made(self, name: str) -> Any:
        raise NotImplementedError

    # ------------------------------------------------------------------ keys of the panes

    def action_next_tab(self) -> None:
        tabs = self.tabs
        self.show_tab(tabs[(tabs.index(self.tab) + 1) % len(tabs)])

    def action_previous_tab(self) -> None:
        self.show_tab(self.tabs[self.tabs.index(self.tab) - 1])

    def action_zoom_pane(self) -> None:
        """The pane alone on the screen, and back."""
        self.toggle_class("-alone")
        if charts := self.charts:
            charts.alone = self.has_class("-alone")
            charts.draw()

    def step_back(self) -> bool:
        """Escape and q first end the zoom of a pane."""
        if not self.has_class("-alone"):
            return False
        self.action_zoom_pane()
        return True

    # ------------------------------------------------------------------ keys of the charts

    def _charts(self) -> ChartsPane | None:
        """The charts, if they are what is seen."""
        return self.charts if self.tab == "charts" else None

    def action_log_y(self) -> None:
        if charts := self._charts():
            charts.log_y()

    def action_axis(self) -> None:
        if charts := self._charts():
            charts.axis()

    def action_smooth(self) -> None:
        if charts := self._charts():
            charts.smooth()

    def action_zoom_in(self) -> None:
        if charts := self._charts():
            charts.zoom(True)

    def action_zoom_out(self) -> None:
        if charts := self._charts():
            charts.zoom(False)

    def action_zoom_reset(self) -> None:
        if charts := self._charts():
            charts.zoom_reset()

    def action_next_phase(self) -> None:
        self._with_pane("charts", "step_phase", 1)

    def action_previous_phase(self) -> None:
        self._with_pane("charts", "step_phase", -1)

    def action_left(self) -> None:
        self._move(-1, 0)

    def action_right(self) -> None:
        self._move(1, 0)

    def action_up(self) -> None:
        self._move(0, -1)

    def action_down(self) -> None:
        self._move(0, 1)

    def _move(self, right: int, down: int) -> None:
        pane: Any = self.pane
        if isinstance(pane, Pane):
            pane.move(right, down)
        elif pane is not None:
            pane.select(right) if right else pane.step(down)

    # ------------------------------------------------------------------ keys that bring a pane

    def _with_pane(self, name: str, method: str, *arguments: object) -> None:
        """Bring a pane to the front and call a method of it, once it is made."""
        if self.target is None:
            return
        if self.tab != name:
            self.show_tab(name)
        self.call_later(self._call, name, method, *arguments)

    async def _call(self, name: str, method: str, *arguments: object) -> None:
        getattr(await self.made(name), method)(*arguments)

    def action_earlier(self) -> None:
        self._with_pane("images", "step", -1)

    def action_later(self) -> None:
        self._with_pane("images", "step", 1)

    def action_play(self) -> None:
        self._with_pane("images", "play")

    def action_image_mode(self) -> None:
        if self.tab == "images":
            self._with_pane("images", "next_kind")
        else:
            self.show_tab("images")

    def action_worst(self) -> None:
        self._with_pane("images", "toggle_worst")

    def action_gif(self) -> None:
        self._with_pane("images", "gif")

    # ------------------------------------------------------------------ keys of the run

    def action_new(self) -> None:
        self.app.switch_mode("launch")

    def action_mark(self) -> None:
        super().action_mark()
        self.rows_changed()

    def action_checkpoint(self) -> None:
        self.ask("checkpoint", "a checkpoint is written")

    def action_sample(self) -> None:
        self.ask("sample", "pictures are written")

    def action_reconstruct(self) -> None:
        if self._now() is None:
            return
        question = "Reconstruct which validation example? Its number, from 0."
        self.aekit.push_screen(Ask(question, placeholder="17"), self._reconstruct)

    def _reconstruct(self, answer: str | None) -> None:
        if answer is None or not answer.strip():
            return
        found = self._now()
        if not answer.strip().isdecimal():
            self.aekit.notify(f"{answer.strip()} is no number of an example", severity="warning")
        elif found and found[1].is_over:
            self._refuse(*found, "nobody is there to reconstruct")
        elif found:
            index = int(answer)
            self.aekit.ask(found[0], "reconstruct", lambda event: self._reconstructed(event, index), index=index)

    def _reconstructed(self, answer: Event, index: int) -> None:
        self.answered(answer, f"example {index}")
        if answer.get("ok"):
            self._with_pane("images", "show_kind", f"example {index}")

    def action_joystick(self) -> None:
        if self.target is not None:
            from ..modals.joystick import Joystick

            self.aekit.push_screen(Joystick(self.target))

    def action_output(self) -> None:
        """What the process printed, under the log."""
        self._with_pane("log", "output")

    def action_copy(self) -> None:
        pane = self.pane
        text = pane.copied() if isinstance(pane, Pane) else str(self.target.path) if self.target else ""
        if text:
            self.aekit.copy(text)
