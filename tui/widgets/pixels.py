"""A picture drawn with characters, fitted and centred, with a caption under it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import numpy as np
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.filter import ANSIToTruecolor, LineFilter
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from ..pixels.cells import Lines, Look, draw
from ..pixels.modes import Depth, Mode, choose_mode, color_depth

EMPTY = "no pictures yet"


class Pixels(Widget):
    """One picture; `show` replaces it.

    Args:
        mode: how to draw it; the terminal's default, if not given.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "Pixels { height: 1fr; }"

    class Pointed(Message):
        """A click on the picture, at column x and row y of the image's own pixels."""

        def __init__(self, pixels: Pixels, x: int, y: int) -> None:
            super().__init__()
            self.pixels, self.x, self.y = pixels, x, y

        @property
        def control(self) -> Pixels:
            return self.pixels

    def __init__(self, mode: Mode | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.mode = mode
        self.image: np.ndarray | None = None
        self.caption = ""
        self.tiles = (1, 1)
        self._strips: list[Strip] = []
        self._strips_key: tuple[object, ...] | None = None
        self._place = (0, 0, 0, 0)  # left, top, columns, rows of the picture

    def show(
        self,
        image: np.ndarray | None,
        caption: str = "",
        mode: Mode | None = None,
        tiles: tuple[int, int] = (1, 1),
    ) -> None:
        """Draw another picture.

        Args:
            image: (height, width) or (height, width, 1 or 3), uint8; None for nothing.
            caption: plain text.
            mode: from now on; None keeps what was.
            tiles: rows and columns of a sheet of images, all of which then get the same number of dots.
        """
        if image is not None and not image.size:
            image = None
        mode = mode or self.mode
        if (mode, caption, tiles) == (self.mode, self.caption, self.tiles) and _same(image, self.image):
            return
        self.image, self.caption, self.mode, self.tiles = image, caption, mode, tiles
        self._strips_key = None
        self.refresh()

    @property
    def depth(self) -> Depth:
        """How many colours the console has."""
        return "none" if self.app.no_color else color_depth({}, self.app.console.color_system)

    def default_mode(self) -> Mode:
        """What this terminal gets when nobody chose."""
        system = None if self.depth == "none" else self.app.console.color_system
        return choose_mode(os.environ, system, getattr(sys.__stderr__, "encoding", None) or "utf-8")

    def render_line(self, y: int) -> Strip:
        base = self.rich_style
        key = (self.size, base, self._on_light, self.depth)
        if key != self._strips_key:
            self._strips = self._drawn(base)
            self._strips_key = key
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, base)

    @property
    def _on_light(self) -> bool:
        """Whether the ground is light; the terminal's own colours are unknown, so there the theme says it."""
        _, ground = self.background_colors
        return not self.app.current_theme.dark if ground.ansi is not None else ground.brightness > 0.5

    def _drawn(self, base: Style) -> list[Strip]:
        """All lines of the widget."""
        width, height = self.size
        self._place = (0, 0, 0, 0)
        if not width or not height:
            return []
        if self.image is None:
            return _centred([[Segment(EMPTY, base)]], width, height, base)
        caption = "".join(character if character.isprintable() else " " for character in self.caption)
        room = height - 1 if caption and height > 1 else height
        look = Look(self.mode or self.default_mode(), self.depth, base, inverted=self._on_light)
        lines = draw(self.image, (width, room), look, self.tiles)
        columns = sum(len(segment.text) for segment in lines[0])
        self._place = ((width - columns) // 2, (room - len(lines)) // 2, columns, len(lines))
        shown = [*lines, [Segment(caption, base)]] if room < height else lines
        return _centred(shown, width, height, base)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """All but the one that would turn the palette's greys, which are short to write, into true colours."""
        return [each for each in super().get_line_filters() if not isinstance(each, ANSIToTruecolor)]

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        left, top, columns, rows = self._place
        if self.image is None or offset is None:
            return
        column, row = offset.x - left, offset.y - top
        if 0 <= column < columns and 0 <= row < rows:
            height, width = self.image.shape[:2]
            x, y = (2 * column + 1) * width // (2 * columns), (2 * row + 1) * height // (2 * rows)
            self.post_message(self.Pointed(self, x, y))


def _same(image: np.ndarray | None, other: np.ndarray | None) -> bool:
    if image is None or other is None:
        return image is other
    return image is not other and np.array_equal(image, other)


def _centred(lines: Lines, width: int, height: int, base: Style) -> list[Strip]:
    """Lines as strips in the middle of a widget, cut where they are too long."""
    top = (height - len(lines)) // 2
    blank = Strip.blank(width, base)
    strips = [blank] * height
    for y, line in enumerate(lines, top):
        used = sum(cell_len(segment.text) for segment in line)
        if used > width:
            line, used = [Segment(set_cell_size("".join(text for text, *_ in line), width), base)], width
        left = (width - used) // 2
        right = width - used - left
        before = [Segment(" " * left, base)] if left else []
        after = [Segment(" " * right, base)] if right else []
        strips[y] = Strip([*before, *line, *after], width)
    return strips
