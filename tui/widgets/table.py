"""A table of lines: rows are drawn when they are seen, so that a thousand cost no more than forty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ..keys import bindings
from ..themes import rich_color

#: A cell: its text, and its colour as a theme variable ("success", "") or a style.
Cell = tuple[str, str]


@dataclass(frozen=True)
class Column:
    """One column.

    Args:
        title: over it.
        width: in cells; 0 takes what the others leave.
        right: numbers stand to the right.
        drop: columns with the highest number go first when there is no room; 0 stays.
    """

    title: str
    width: int = 0
    right: bool = False
    drop: int = 0


@dataclass(frozen=True)
class Line:
    """One row: its key, and a cell for each column."""

    key: str
    cells: tuple[Cell, ...]


class Table(ScrollView, can_focus=True):
    """Lines under a head, with a cursor.

    Args:
        columns: left to right.
        empty: what to say when there are no lines.
    """

    DEFAULT_CSS = """
    Table { height: 1fr; background: $background; scrollbar-size-vertical: 1; overflow-x: hidden; }
    """
    COMPONENT_CLASSES = {"table--head", "table--cursor", "table--cursor-blurred"}
    DEFAULT_CSS += """
    Table > .table--head { color: $secondary; text-style: bold; }
    Table > .table--cursor { background: $primary 30%; }
    Table > .table--cursor-blurred { background: $primary 15%; }
    """
    BINDINGS = bindings("table")

    cursor: reactive[int] = reactive(0)

    class Moved(Message):
        """The cursor is on another line."""

        def __init__(self, table: Table, key: str | None) -> None:
            super().__init__()
            self.table, self.key = table, key

        @property
        def control(self) -> Table:
            return self.table

    class Opened(Moved):
        """Enter, or a click on the line that the cursor was on."""

    def __init__(self, columns: Sequence[Column], empty: str = "", id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.columns, self.empty = tuple(columns), empty
        self.lines: list[Line] = []

    @property
    def key(self) -> str | None:
        """The key of the line that the cursor is on."""
        return self.lines[self.cursor].key if 0 <= self.cursor < len(self.lines) else None

    def show(self, lines: Sequence[Line]) -> None:
        """Show other lines; the cursor stays on its key where that is still there."""
        if self.lines == list(lines):
            return
        before = self.key
        self.lines = list(lines)
        keys = [line.key for line in self.lines]
        self.virtual_size = Size(self.size.width, len(self.lines) + 1)
        place = keys.index(before) if before in keys else min(self.cursor, max(0, len(keys) - 1))
        if place != self.cursor:
            self.cursor = place
        elif self.key != before:
            self.post_message(self.Moved(self, self.key))
        self.refresh()

    def go_to(self, key: str) -> None:
        """Put the cursor on the line with this key, if there is one."""
        for place, line in enumerate(self.lines):
            if line.key == key:
                self.cursor = place

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self.lines) - 1))

    def watch_cursor(self, before: int, now: int) -> None:
        self.scroll_to_region(Region(0, now, 1, 2), animate=False, force=True)
        self.refresh()
        self.post_message(self.Moved(self, self.key))

    # ------------------------------------------------------------------ keys and mouse

    def action_cursor_down(self) -> None:
        self.cursor += 1

    def action_cursor_up(self) -> None:
        self.cursor -= 1

    def action_page_down(self) -> None:
        self.cursor += max(1, self.size.height - 2)

    def action_page_up(self) -> None:
        self.cursor -= max(1, self.size.height - 2)

    def action_cursor_first(self) -> None:
        self.cursor = 0

    def action_cursor_last(self) -> None:
        self.cursor = len(self.lines) - 1

    def action_enter(self) -> None:
        if self.key is not None:
            self.post_message(self.Opened(self, self.key))

    def on_click(self, event: events.Click) -> None:
        place = event.y - 1 + self.scroll_offset.y
        if event.y == 0 or not 0 <= place < len(self.lines):
            return
        if place == self.cursor:
            self.action_enter()
        self.cursor = place

    # ------------------------------------------------------------------ drawing

    def on_resize(self, event: events.Resize) -> None:
        self.virtual_size = Size(event.size.width, len(self.lines) + 1)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    @property
    def _room(self) -> int:
        """Cells across, beside the scroll bar."""
        return self.scrollable_content_region.width

    def widths(self, room: int) -> list[int]:
        """The width of each column in `room` cells; 0 where it has been dropped."""
        kept = list(range(len(self.columns)))
        for place in sorted(kept, key=lambda i: -self.columns[i].drop):
            if not self.columns[place].drop or self._least(kept) <= room:
                break
            kept.remove(place)
        flexible = [i for i in kept if not self.columns[i].width]
        spare = max(0, room - sum(self.columns[i].width + 1 for i in kept if self.columns[i].width))
        shares = {i: max(1, spare // max(1, len(flexible)) - 1) for i in flexible}
        return [self.columns[i].width or shares[i] if i in kept else 0 for i in range(len(self.columns))]

    def _least(self, kept: list[int]) -> int:
        """The narrowest that these columns can be read in."""
        return sum((self.columns[i].width or 16) + 1 for i in kept)

    def render_line(self, y: int) -> Strip:
        base, width = self.rich_style, self._room
        widths = self.widths(width)
        if y == 0:
            head = base + self.get_component_rich_style("table--head", partial=True)
            return self._strip([(column.title, "") for column in self.columns], widths, head)
        place = y - 1 + self.scroll_offset.y
        if not self.lines and y == 2:
            return Strip([Segment(set_cell_size(f" {self.empty}", width), base)], width)
        if place >= len(self.lines):
            return Strip.blank(width, base)
        if place == self.cursor:
            base = base + self._cursor_style()
        return self._strip(self.lines[place].cells, widths, base)

    def _cursor_style(self) -> Style:
        """Behind the cursor's line; terminals whose own colours are used cannot blend, and get it reversed."""
        if self.app.current_theme.name.endswith("ansi"):
            return Style(reverse=True, bold=self.has_focus)
        part = "table--cursor" if self.has_focus else "table--cursor-blurred"
        return Style(bgcolor=self.get_component_rich_style(part).bgcolor)

    def _strip(self, cells: Sequence[Cell], widths: list[int], base: Style) -> Strip:
        segments = []
        for column, (text, color), width in zip(self.columns, cells, widths, strict=True):
            if width:
                segments.append(Segment(f" {_fitted(text, width, column.right)}", base + self._style(color)))
        used = sum(width + 1 for width in widths if width)
        return Strip([*segments, Segment(" " * max(0, self._room - used), base)]).adjust_cell_length(self._room, base)

    def _style(self, color: str) -> Style:
        """A theme variable's colour, or a style as Rich writes it."""
        return Style.parse(rich_color(self.app.theme_variables.get(color, color))) if color else Style.null()


def _fitted(text: str, width: int, right: bool) -> str:
    """The text in exactly `width` cells, cut with an ellipsis."""
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…"
    return " " * (width - length) + text if right else text + " " * (width - length)
