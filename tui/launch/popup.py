"""The list of completions beside the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.geometry import Offset, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from .completion import Completion

TALLEST = 8
WIDEST = 76


class Popup(Widget):
    """Completions, a line each; the editor moves its cursor and takes from it."""

    DEFAULT_CSS = """
    Popup { layer: overlay; display: none; width: 40; height: 1; background: $panel; color: $foreground; }
    Popup > .popup--cursor { background: $primary 40%; text-style: bold; }
    Popup > .popup--doc { color: $secondary; }
    """
    COMPONENT_CLASSES = {"popup--cursor", "popup--doc"}

    class Clicked(Message):
        """A line was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[Completion] = []
        self.place = 0

    @property
    def is_open(self) -> bool:
        return bool(self.display)

    @property
    def chosen(self) -> Completion | None:
        return self.items[self.place] if self.place < len(self.items) else None

    def show(self, items: Sequence[Completion], cursor: Offset, room: Size) -> None:
        """Show items below the cursor, or above it where there is more room.

        Args:
            cursor: on the screen.
            room: the screen's size.
        """
        before = self.chosen
        self.items = list(items)
        kept = [place for place, item in enumerate(self.items) if before and item.text == before.text]
        self.place = kept[0] if kept and self.is_open else 0
        below, above = room.height - cursor.y - 2, cursor.y - 1
        height = min(len(self.items), TALLEST, max(below, above, 1))
        width = min(WIDEST, room.width, max(map(self._width, self.items)))
        top = cursor.y + 1 if below >= height else max(0, cursor.y - height)
        self.styles.width, self.styles.height = width, height
        self.styles.offset = (max(0, min(cursor.x, room.width - width)), top)
        self.display = True
        self.refresh()

    def hide(self) -> None:
        self.display, self.items, self.place = False, [], 0

    def move(self, lines: int) -> None:
        self.place = (self.place + lines) % max(1, len(self.items))
        self.refresh()

    @property
    def _names(self) -> int:
        return min(28, max((cell_len(item.text) for item in self.items), default=0))

    def _width(self, item: Completion) -> int:
        return self._names + cell_len(item.doc) + 4

    @property
    def _first(self) -> int:
        """The item on the first line."""
        return max(0, min(self.place - self.size.height // 2, len(self.items) - self.size.height))

    def render_line(self, y: int) -> Strip:
        place, width = self._first + y, self.size.width
        base = self.rich_style
        if place >= len(self.items):
            return Strip.blank(width, base)
        item = self.items[place]
        mark = "›" if place == self.place else " "
        if place == self.place:
            base += self.get_component_rich_style("popup--cursor", partial=True)
        name = set_cell_size(f"{mark}{item.text}", self._names + 1)
        room = max(0, width - self._names - 3)
        doc = item.doc if cell_len(item.doc) <= room else set_cell_size(item.doc, max(0, room - 1)) + "…"
        faint = base + self.get_component_rich_style("popup--doc", partial=True)
        return Strip([Segment(name, base), Segment(f"  {doc}", faint)]).adjust_cell_length(width, base)

    def on_click(self, event: events.Click) -> None:
        place = self._first + event.y
        if place < len(self.items):
            self.place = place
            self.post_message(self.Clicked())
