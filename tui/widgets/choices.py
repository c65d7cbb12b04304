"""One line of names of which one is chosen, and a note at its right end: light tabs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget


class Choices(Widget):
    """Names side by side; a click chooses one.

    The chosen one stands in brackets too, so that it is seen without colours.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Choices { height: 1; color: $secondary; }
    Choices > .choices--here { color: $primary; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choices--here"}

    class Chosen(Message):
        """A name was clicked."""

        def __init__(self, choices: Choices, place: int) -> None:
            super().__init__()
            self.choices, self.place = choices, place

        @property
        def control(self) -> Choices:
            return self.choices

    def __init__(self, names: Sequence[str] = (), id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.names, self.place, self.note = tuple(names), 0, ""

    def show(self, names: Sequence[str], place: int, note: str = "") -> None:
        """Show these names, the one at `place` chosen; nothing is drawn when nothing changed."""
        if (tuple(names), place, note) != (self.names, self.place, self.note):
            self.names, self.place, self.note = tuple(names), place, note
            self.refresh()

    def _pieces(self) -> list[tuple[str, int]]:
        """(text, place) from left to right; where there is no room for all, those about the chosen one."""
        texts = [f"[{name}]" if place == self.place else f" {name} " for place, name in enumerate(self.names)]
        first, last = self.place, self.place + 1
        while True:
            room = self.size.width - sum(cell_len(text) for text in texts[first:last])
            if last < len(texts) and cell_len(texts[last]) <= room:
                last += 1
            elif first > 0 and cell_len(texts[first - 1]) <= room:
                first -= 1
            else:
                return [(texts[place], place) for place in range(first, min(last, len(texts)))]

    def render_line(self, y: int) -> Strip:
        base, width = self.rich_style, self.size.width
        here = base + self.get_component_rich_style("choices--here", partial=True)
        pieces = self._pieces()
        segments = [Segment(text, here if place == self.place else base) for text, place in pieces]
        room = width - sum(cell_len(text) for text, _ in pieces)
        note = f"{self.note} " if cell_len(self.note) + 2 <= room else ""
        segments.append(Segment(" " * max(0, room - cell_len(note)) + note, base))
        return Strip(segments).adjust_cell_length(width, base)

    def on_click(self, event: events.Click) -> None:
        left = 0
        for text, place in self._pieces():
            if left <= event.x < left + cell_len(text):
                self.post_message(self.Chosen(self, place))
            left += cell_len(text)
