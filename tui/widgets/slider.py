"""Where one is in a row of steps, as a line."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget


class Slider(Widget):
    """`|-----#---| 3/5` with a text before it; a click moves it."""

    DEFAULT_CSS = """
    Slider { height: 1; color: $secondary; }
    Slider > .slider--here { color: $accent; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"slider--here"}

    class Moved(Message):
        """A click on a place of the slider."""

        def __init__(self, slider: Slider, position: int) -> None:
            super().__init__()
            self.slider, self.position = slider, position

        @property
        def control(self) -> Slider:
            return self.slider

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.place: tuple[int, int, str] = (0, 0, "")
        self._track = (0, 0)

    def show(self, position: int, count: int, text: str) -> None:
        """Stand at `position` of `count` steps; nothing is drawn where there are fewer than two."""
        if (position, count, text) != self.place:
            self.place = (position, count, text)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        base, width = self.rich_style, self.size.width
        position, count, text = self.place
        here = base + self.get_component_rich_style("slider--here", partial=True)
        if count < 2:
            return Strip([Segment(f" {text}", base)]).adjust_cell_length(width, base)
        before, after = f" {text} ", f" {position + 1}/{count} "
        room = width - len(before) - len(after)
        self._track = (len(before), max(0, room))
        if room < 5:
            return Strip([Segment(before, base), Segment(after, here)]).adjust_cell_length(width, base)
        at = round(position * (room - 1) / (count - 1))
        track = _track(at, room, base, here)
        return Strip([Segment(before, base), *track, Segment(after, here)]).adjust_cell_length(width, base)

    def on_click(self, event: events.Click) -> None:
        left, room = self._track
        if self.place[1] > 1 and room > 1 and left <= event.x < left + room:
            self.post_message(self.Moved(self, round((event.x - left) * (self.place[1] - 1) / (room - 1))))


def _track(at: int, room: int, base: Style, here: Style) -> list[Segment]:
    pieces = [Segment("─" * at, base), Segment("█", here), Segment("─" * (room - at - 1), base)]
    return [piece for piece in pieces if piece.text]
