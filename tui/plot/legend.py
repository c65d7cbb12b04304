"""A chart's top line: title, curves with their values, and what is hidden."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from ..store.series import Axis
from .braille import SAMPLES
from .chart import BLANK, FIRST_CURVE, NOTE, TITLE, Chart
from .ticks import duration, short

#: A piece of text and its role.
Part = tuple[str, int]

LONGEST_LABEL = 24
#: From this width on there is room to say how much is smoothed.
WIDE = 60
#: How far from the cursor, in columns, a curve's first or last value is still read.
REACH = 1.0


@dataclass(frozen=True)
class Reading:
    """A curve's value near the cursor; None where the curve is not."""

    label: str
    value: float | None


def readings(chart: Chart, x: float, columns: int) -> list[Reading]:
    """What each curve is at x: the value of the nearest row.

    Args:
        columns: how many columns the view is wide; a curve is read up to one column beyond its ends.
    """
    low, high = chart.shown()
    reach = REACH * (high - low) / max(columns, 1)
    found = []
    for curve in chart.curves:
        series = curve.series.smoothed(chart.smoothing)
        extent = series.extent(chart.axis, curve.origin)
        row = series.nearest(x, chart.axis, curve.origin)
        near = extent is not None and extent[0] - reach <= x <= extent[1] + reach
        found.append(Reading(curve.label, float(series.values[row]) if near and row is not None else None))
    return found


def legend(chart: Chart, width: int, x: float | None = None, columns: int = 1) -> list[Part]:
    """The parts of the top line: each curve with its last value, or with its value at x.

    Curves that do not fit are counted at the end.
    """
    shown = readings(chart, x, columns) if x is not None else _last(chart)
    head = [(text, role) for text, role in ((f"{chart.title} ", TITLE), (_place(chart, x), BLANK)) if text.strip()]
    note = _note(chart, width)
    room = width - _length(head) - _length(note)
    if head and shown and room < min(width, 20):
        head, room = head[1:] if chart.title else head, width - _length(note)
        room -= _length(head)
    return head + _entries(chart, shown, room) + note


def place_label(x: float, axis: Axis) -> str:
    """Where the cursor stands, to the step or the second: step 12,345, epoch 3.25, 1:30:00."""
    if axis == "time":
        return duration(x)
    return f"step {round(x):,}" if axis == "step" else f"epoch {x:.4g}"


def _last(chart: Chart) -> list[Reading]:
    smooth = [(curve.label, curve.series.smoothed(chart.smoothing)) for curve in chart.curves]
    return [Reading(label, float(series.values[-1]) if len(series) else None) for label, series in smooth]


def _place(chart: Chart, x: float | None) -> str:
    return "" if x is None or not math.isfinite(x) else f"{place_label(x, chart.axis)}  "


def _note(chart: Chart, width: int) -> list[Part]:
    hidden = sum(curve.series.nonpositive() for curve in chart.curves) if chart.log_y else 0
    notes = [f"{hidden:,} {'value' if hidden == 1 else 'values'} <= 0 hidden"] if hidden else []
    if chart.smoothing and width >= WIDE:
        notes.append(f"smoothed {chart.smoothing:g}")
    return [(", ".join(notes), NOTE)] if notes else []


def _entries(chart: Chart, shown: list[Reading], room: int) -> list[Part]:
    """As many curves as fit, then how many more there are."""
    parts: list[Part] = []
    for index, reading in enumerate(shown):
        value = "-" if reading.value is None else short(reading.value)
        more = f"+{len(shown) - index}"
        sample = SAMPLES[chart.pattern(index)]
        # A value is never cut, so that it does not read as another; the label gives way.
        spare = (
            LONGEST_LABEL if parts else room - cell_len(f"{sample}  {value} ") - (len(more) if len(shown) > 1 else 0)
        )
        label = set_cell_size(reading.label, max(0, min(cell_len(reading.label), LONGEST_LABEL, spare)))
        entry = [(f"{sample} ", FIRST_CURVE + 2 * index), (f"{label} {value} ".lstrip(), BLANK)]
        left = room - _length(parts) - _length(entry)
        if parts and left < (len(more) if index + 1 < len(shown) else 0):
            return [*parts, (more, NOTE)]
        parts += entry
    return parts


def _length(parts: list[Part]) -> int:
    return sum(cell_len(text) for text, _ in parts)
