"""A chart as rows of characters and roles: axes, marks, curves; no terminal in here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from rich.cells import cell_len

from ..store.series import Axis
from .braille import DOTS_ACROSS, DOTS_DOWN, NOBODY, PATTERNS, Canvas
from .curves import Curve, Mark, Trace
from .scale import Scale, roomy, value_range
from .ticks import linear_ticks, log_labels, log_ticks, tick_labels, time_labels, time_ticks

#: Roles of cells; curve i has FIRST_CURVE + 2 * i, and one more for its faint twin.
BLANK, AXIS, MARK, CURSOR, TITLE, NOTE, FIRST_CURVE = range(7)

#: Narrower charts have no labels at the left.
GUTTER_FROM = 24
LABEL_ROWS = 3
#: The range of values is taken over so many parts of the view, so that one infinity does not hide all the rest.
RANGES = 64


@dataclass(frozen=True)
class Chart:
    """Everything that a chart shows.

    Args:
        view: the ends of the x axis, in its units; None shows everything.
        smoothing: weight of the moving average; the curve itself stays faintly behind.
        monochrome: curves are told apart by their patterns alone.
    """

    curves: Sequence[Curve] = ()
    marks: Sequence[Mark] = ()
    title: str = ""
    axis: Axis = "step"
    view: tuple[float, float] | None = None
    log_y: bool = False
    smoothing: float = 0.0
    monochrome: bool = False

    def pattern(self, index: int) -> int:
        return index % len(PATTERNS) if self.monochrome else int(self.curves[index].dotted)

    def extent(self) -> tuple[float, float] | None:
        """The x of the first and of the last row of any curve."""
        extents = [curve.series.extent(self.axis, curve.origin) for curve in self.curves]
        known = [extent for extent in extents if extent is not None]
        return (min(low for low, _ in known), max(high for _, high in known)) if known else None

    def shown(self) -> tuple[float, float]:
        """The ends of the x axis."""
        return self.view or roomy(*(self.extent() or (0.0, 1.0)))


@dataclass
class Picture:
    """A drawn chart without its legend.

    Args:
        left, rows, columns: where the curves are, in cells: the first column, and the size.
        x: scale over the columns' dots.

    Shapes: characters (codepoints) and roles, both (height, width).
    """

    characters: np.ndarray
    roles: np.ndarray
    left: int
    rows: int
    columns: int
    x: Scale
    curved: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), bool))

    def put(self, row: int, column: int, text: str, role: int) -> None:
        """Write text, cut at the right end; characters that do not take one cell are replaced."""
        plain = [ord(c) if cell_len(c) == 1 else ord("?") for c in text][: max(0, self.characters.shape[1] - column)]
        self.characters[row, column : column + len(plain)] = plain
        self.roles[row, column : column + len(plain)] = role

    def column_of(self, x: float) -> int:
        return self.x.cell(x, DOTS_ACROSS)

    def with_cursor(self, x: float) -> Picture:
        """A copy with a vertical line at x, behind the curves."""
        column = self.column_of(x)
        if not 0 <= column < self.columns:
            return self
        copy = Picture(self.characters.copy(), self.roles.copy(), self.left, self.rows, self.columns, self.x)
        free = ~self.curved[:, column]
        copy.characters[: self.rows, self.left + column][free] = ord("│")
        copy.roles[: self.rows, self.left + column][free] = CURSOR
        return copy


def draw(chart: Chart, width: int, height: int) -> Picture:
    """Draw a chart on width x height cells, without its legend; of two rows or more the lowest holds the x labels."""
    characters = np.full((max(height, 1), max(width, 1)), ord(" "), np.uint32)
    rows = max(height - 1, 1)
    low, high = chart.shown()
    gutter = width // 4 if width >= GUTTER_FROM and rows > 1 else 0
    y_range = _shown_values(chart, low, high)
    labels = _y_labels(Scale(*y_range, rows * DOTS_DOWN, chart.log_y), rows) if y_range and gutter else []
    left = min(max([len(label) for _, label in labels] + [len(chart.axis)]) + 1, gutter) if gutter else 0
    columns = max(width - left, 1)
    picture = Picture(
        characters, np.full(characters.shape, BLANK, np.int16), left, rows, columns, Scale(low, high, columns * 2)
    )
    if y_range is None:
        picture.curved = np.zeros((rows, columns), bool)
        _say_why_empty(picture, chart)
        return picture
    layers = _layers(chart, np.linspace(low, high, DOTS_ACROSS * columns + 1))
    _draw_curves(picture, layers, Scale(*y_range, rows * DOTS_DOWN, chart.log_y))
    _draw_y_axis(picture, labels)
    if height > 1:
        _draw_x_axis(picture, chart)
    _draw_marks(picture, chart)
    return picture


def _shown_values(chart: Chart, low: float, high: float) -> tuple[float, float] | None:
    """The range of the values in view and of their neighbours, to which lines lead out of it."""
    ranges = []
    weights = {0.0, chart.smoothing}
    for curve in chart.curves:
        for series in (curve.drawn(weight, chart.log_y) for weight in weights):
            rows = series.rows_at(np.linspace(low, high, RANGES + 1), chart.axis, curve.origin)
            rows[0], rows[-1] = max(rows[0] - 1, 0), min(rows[-1] + 1, len(series))
            ranges.append(series.ranges(rows))
    return value_range([lows for lows, _ in ranges], [highs for _, highs in ranges], chart.log_y)


def _layers(chart: Chart, edges: np.ndarray) -> list[tuple[Trace, int, int]]:
    """Each trace with its role and pattern, in the order of drawing: what is faint first, the first curve last."""
    faint, strong = [], []
    for index, curve in reversed(list(enumerate(chart.curves))):
        role = FIRST_CURVE + 2 * index
        if chart.smoothing > 0:
            raw = Trace.of(curve.drawn(0.0, chart.log_y), chart.axis, curve.origin, edges)
            faint.append((raw, role + 1, 0))
        series = curve.drawn(chart.smoothing, chart.log_y)
        strong.append((Trace.of(series, chart.axis, curve.origin, edges), role, chart.pattern(index)))
    return faint + strong


def _draw_curves(picture: Picture, layers: list[tuple[Trace, int, int]], scale: Scale) -> None:
    behind, front = Canvas(picture.rows, picture.columns), Canvas(picture.rows, picture.columns)
    for trace, role, pattern in layers:
        canvas = behind if (role - FIRST_CURVE) % 2 else front
        canvas.draw(*trace.span(scale), role, pattern)
    behind.cover(front)
    picture.curved = behind.owners != NOBODY
    area = (slice(0, picture.rows), slice(picture.left, None))
    picture.characters[area] = behind.codepoints()
    picture.roles[area] = np.where(picture.curved, behind.owners, BLANK)


def _y_labels(scale: Scale, rows: int) -> list[tuple[int, str]]:
    """Row and text of each label, at most one a row."""
    most = max(2, rows // 3)
    ticks = (log_ticks if scale.log else linear_ticks)(scale.low, scale.high, most)
    texts = (log_labels if scale.log else tick_labels)(ticks)
    labels = {rows - 1 - scale.cell(tick, DOTS_DOWN): text for tick, text in zip(ticks, texts, strict=True)}
    return [(row, text) for row, text in labels.items() if 0 <= row < rows]


def _draw_y_axis(picture: Picture, labels: list[tuple[int, str]]) -> None:
    if not picture.left:
        return
    for row in range(picture.rows):
        picture.put(row, picture.left - 1, "│", AXIS)
    for row, text in labels:
        picture.put(row, 0, f"{text[: picture.left - 1]:>{picture.left - 1}}┤", AXIS)


def _draw_x_axis(picture: Picture, chart: Chart) -> None:
    """Labels under their columns, those that would run into one another left out; the axis's name in the gutter."""
    low, high = picture.x.low, picture.x.high
    most = max(2, picture.columns // 12)
    ticks = (time_ticks if chart.axis == "time" else linear_ticks)(low, high, most)
    texts = (time_labels if chart.axis == "time" else tick_labels)(ticks)
    if picture.left:
        picture.put(picture.rows, 0, f"{chart.axis[: picture.left - 1]:>{picture.left - 1}}", AXIS)
    free = 0
    for tick, text in zip(ticks, texts, strict=True):
        start = min(max(picture.column_of(tick) - len(text) // 2, 0), picture.columns - len(text))
        if start >= free:
            picture.put(picture.rows, picture.left + start, text, AXIS)
            free = start + len(text) + 1


def _draw_marks(picture: Picture, chart: Chart) -> None:
    """Lines behind the curves; only short ones at the bottom where there are too many."""
    places: dict[int, str] = {}
    for mark in chart.marks:
        known = (curve.series.x_of_step(mark.x_step, chart.axis, curve.origin) for curve in chart.curves)
        x = next((x for x in known if x is not None), None)
        if x is not None and 0 <= (column := picture.column_of(x)) < picture.columns:
            places[column] = mark.label
    crowded = len(places) > max(1, picture.columns // 6)
    rows = slice(picture.rows - 1 if crowded else 0, picture.rows)
    for column in places:
        free = ~picture.curved[rows, column]
        picture.characters[rows, picture.left + column][free] = ord("┊")
        picture.roles[rows, picture.left + column][free] = MARK
    for column, label in places.items():
        if not crowded:
            _label_mark(picture, column, label)


def _label_mark(picture: Picture, column: int, label: str) -> None:
    """Write a label right of its line in the first of the upper rows that is free there, or not at all."""
    start = picture.left + column + 1
    cells = slice(start, start + len(label) + 1)
    if start + len(label) > picture.left + picture.columns:
        return
    for row in range(min(LABEL_ROWS, picture.rows)):
        if np.all(picture.roles[row, cells] == BLANK):
            picture.put(row, start, label, MARK)
            return


def _say_why_empty(picture: Picture, chart: Chart) -> None:
    placed = chart.extent() is not None
    if chart.log_y and any(curve.series.nonpositive() for curve in chart.curves):
        text = "no values > 0"
    elif not placed and any(len(curve.series) for curve in chart.curves):
        text = f"no values by {chart.axis}"
    elif chart.view is not None and placed:
        text = "no values here"
    else:
        text = "no values yet"
    width = picture.characters.shape[1]
    picture.put((picture.rows - 1) // 2, max(0, (width - len(text)) // 2), text, NOTE)
