"""Examples in columns, what belongs to each one below the other, a label under each; wrapped where it is narrow."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from ..pixels.cells import Lines, Look, draw
from ..pixels.grid import compose_rows, sheet
from ..pixels.modes import Mode
from ..pixels.resize import fit
from .pixels import Pixels, _centred

#: Examples narrower than so many cells go to further pages, if that makes the others larger.
NARROWEST = 8
#: A grid is kept as long as its examples are so many cells wide.
LEGIBLE = 5


@dataclass(frozen=True, eq=False)
class Film:
    """Examples to show.

    Args:
        rows: what belongs to each example, top to bottom, each (n, height, width, 1 or 3) uint8.
        labels: one for each example, or none.
        chosen: the example that is marked.
        columns: of a grid, which is kept where its examples can be seen in it.
    """

    rows: tuple[np.ndarray, ...]
    labels: tuple[str, ...] = ()
    chosen: int | None = None
    columns: int | None = None

    @property
    def count(self) -> int:
        return len(self.rows[0])

    @property
    def is_sheet(self) -> bool:
        """Whether it is one picture, with nothing between its bands."""
        return not self.labels and len(self.rows) == 1

    @property
    def band(self) -> tuple[int, int]:
        """Height of the rows with their gaps, width of an example with its gap, in pixels."""
        height, width = self.rows[0].shape[1:3]
        return len(self.rows) * (height + 1) - 1, width + 1


@dataclass(frozen=True)
class Layout:
    """How examples are laid out.

    Args:
        columns: examples in a band.
        first, shown: the page of examples.
        lines: of a band's picture.
    """

    columns: int
    first: int
    shown: int
    lines: int

    @property
    def bands(self) -> int:
        return math.ceil(self.shown / self.columns)


class Filmstrip(Pixels):
    """A film; `show_film` replaces it."""

    class Chosen(Message):
        """A click on an example."""

        def __init__(self, film: Filmstrip, index: int) -> None:
            super().__init__()
            self.film, self.index = film, index

        @property
        def control(self) -> Filmstrip:
            return self.film

    def __init__(self, mode: Mode | None = None, id: str | None = None) -> None:  # noqa: A002
        super().__init__(mode, id=id)
        self.film: Film | None = None
        self.layout_shown: Layout | None = None

    def show_film(self, film: Film | None, empty: str = "") -> None:
        """Draw another film, or a sentence in its place."""
        if film is None and self.film is None and empty == self.caption:
            return
        self.film, self.caption = film, empty
        self._strips_key = None
        self.refresh()

    def _drawn(self, base: Style) -> list[Strip]:
        width, height = self.size
        self.layout_shown, self._place = None, (0, 0, 0, 0)
        if not width or not height:
            return []
        if self.film is None:
            return _centred(_wrapped(self.caption, width, base)[:height], width, height, base)
        look = Look(self.mode or self.default_mode(), self.depth, base, inverted=self._on_light)
        layout = arrange(self.film, (width, height), look.mode)
        lines = _lines(self.film, layout, (width, height), look)
        self.layout_shown = layout
        columns = max(sum(cell_len(segment.text) for segment in line) for line in lines)
        more = (
            _wrapped(_page(self.film, layout), width, base)[: height - len(lines)]
            if layout.shown < self.film.count
            else []
        )
        self._place = ((width - columns) // 2, (height - len(lines) - len(more)) // 2, columns, len(lines))
        return _centred([*lines, *more], width, height, base)

    def on_click(self, event: events.Click) -> None:
        offset, layout, film = event.get_content_offset(self), self.layout_shown, self.film
        if offset is None or layout is None or film is None:
            return
        left, top, columns, lines = self._place
        x, y = offset.x - left, offset.y - top
        if 0 <= x < columns and 0 <= y < lines:
            index = y * layout.bands // lines * layout.columns + x * layout.columns // columns
            if index < layout.shown:
                self.post_message(self.Chosen(self, layout.first + index))


def arrange(film: Film, size: tuple[int, int], mode: Mode) -> Layout:
    """The columns that show the examples largest; pages, where all of them at once would be too small."""
    if film.columns and film.is_sheet:
        scale, columns, lines = _largest(film, film.count, size, mode, film.columns)
        if scale * film.band[1] >= LEGIBLE:
            return Layout(columns, 0, film.count, lines)
    best_scale, best = -1.0, Layout(1, 0, 1, 1)
    for pages in range(1, film.count + 1):
        each = film.columns or 1
        shown = min(film.count, math.ceil(film.count / pages / each) * each)
        scale, columns, lines = _largest(film, shown, size, mode)
        if scale > best_scale * 1.05:
            page = (film.chosen or 0) // shown
            best_scale, best = scale, Layout(columns, page * shown, min(shown, film.count - page * shown), lines)
        elif pages > 4:
            break
        if best_scale * film.band[1] >= NARROWEST:
            break
    return best


def _largest(
    film: Film, count: int, size: tuple[int, int], mode: Mode, fixed: int | None = None
) -> tuple[float, int, int]:
    """Cell widths per pixel, columns and lines of a band for so many examples; few bands or a square among equals.

    Args:
        fixed: the columns; those that are best where None.
    """
    height, width = film.band
    label = 1 if film.labels else 0
    best, likes = (0.0, 1, 1), -math.inf
    for columns in (min(fixed, count),) if fixed else range(1, count + 1):
        bands = math.ceil(count / columns)
        room = size[1] if film.is_sheet else size[1] // bands - label
        if room < 1 or (math.ceil(count / bands) < columns and not fixed):
            continue
        whole = bands * (height + 1) - 1 if film.is_sheet else height
        dots = fit((whole, columns * width - 1), (size[0], room), mode)
        scale = dots[0] * mode.dot_height / whole
        liked = -abs(bands - columns) if film.is_sheet else columns
        if scale > best[0] * 1.001 or (scale > best[0] * 0.999 and liked > likes):
            best, likes = (scale, columns, math.ceil(dots[0] / mode.down)), liked
    return best


def _lines(film: Film, layout: Layout, size: tuple[int, int], look: Look) -> Lines:
    if film.is_sheet:
        content = film.rows[0][layout.first : layout.first + layout.shown]
        return draw(sheet(content, layout.columns), size, look, (layout.bands, layout.columns))
    bands = (_band(film, layout, band, size[0], look) for band in range(layout.bands))
    return [line for band in bands for line in band][: size[1]]


def _band(film: Film, layout: Layout, band: int, width: int, look: Look) -> Lines:
    """The lines of one band: the picture, and the labels under it."""
    first = layout.first + band * layout.columns
    end = min(first + layout.columns, layout.first + layout.shown)
    columns = layout.columns
    missing = columns - (end - first)
    rows = [_filled(content[first:end], missing) for content in film.rows]
    lines = draw(compose_rows(rows), (width, layout.lines), look, (len(rows), columns))
    used = sum(len(segment.text) for segment in lines[0])
    if missing:
        kept = used * (end - first) // columns
        lines = [[*Strip(line).crop(0, kept), Segment(" " * (used - kept), look.base)] for line in lines]
    if not film.labels:
        return lines
    marked = None if film.chosen is None else film.chosen - first
    return [*lines, _labels(film.labels[first:end], marked, used, columns, look.base)]


def _filled(content: np.ndarray, missing: int) -> np.ndarray:
    return np.concatenate([content, np.zeros((missing, *content.shape[1:]), "uint8")]) if missing else content


def _labels(labels: tuple[str, ...], marked: int | None, width: int, columns: int, base: Style) -> list[Segment]:
    """A line of labels under their columns; the marked one in brackets and reversed."""
    line = []
    for index in range(columns):
        room = (index + 1) * width // columns - index * width // columns
        text = labels[index] if index < len(labels) else ""
        if index == marked:
            text = f"[{text}]" if len(text) + 2 <= room else text[:room] or "^"
        elif len(text) >= room:
            text = text[: max(0, room - 2)] + "~" if room > 3 else ""
        style = base + Style(reverse=True, bold=True) if index == marked else base
        before = (room - len(text)) // 2
        line += [Segment(" " * before, base), Segment(text, style), Segment(" " * (room - before - len(text)), base)]
    return [segment for segment in line if segment.text]


def _page(film: Film, layout: Layout) -> str:
    return f"{layout.first + 1} to {layout.first + layout.shown} of {film.count}; the arrows go on"


def _wrapped(text: str, width: int, base: Style) -> Lines:
    """A sentence as lines of at most `width` cells."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [[Segment(set_cell_size(text, min(width, cell_len(text))), base)] for text in [*lines, line]]
