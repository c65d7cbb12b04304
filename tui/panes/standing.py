"""How training stands, in rows: each gauge with its number, a bar, its course, and what it means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from rich.cells import set_cell_size
from rich.text import Text

from ..store.record import Curve, Record
from ..store.series import Series
from ..words import number

#: Ends of a logarithmic bar: the middle is 1.
DECADES = 3.0
_SPARKS = "▁▂▃▄▅▆▇█"


class Scale(NamedTuple):
    """How a gauge is drawn: between its usual ends, or as a ratio about 1."""

    low: float
    high: float
    is_ratio: bool = False

    def place(self, values: np.ndarray) -> np.ndarray:
        """Where values lie between the ends, 0 to 1; NaN stays."""
        if self.is_ratio:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = np.where(values > 0, np.log10(values), np.where(values == 0, -np.inf, np.nan))
        return np.clip((values - self.low) / (self.high - self.low), 0.0, 1.0)


SHARE, RATIO = Scale(0.0, 1.0), Scale(-DECADES, DECADES, is_ratio=True)


class Known(NamedTuple):
    """What is known of a gauge: what it is called, how it is drawn, and what it means."""

    title: str
    scale: Scale
    meaning: str


KNOWN: dict[str, Known] = {
    "real_score": Known("D on real", SHARE, "given to examples: 0.5 is a guess, 1 is sure"),
    "fake_score": Known("D on fake", SHARE, "given to samples: 0.5 is a guess, 0 is sure"),
    "balance": Known("loss balance", RATIO, "the generator's loss over the discriminator's"),
    "gradient_ratio": Known("gradient ratio", RATIO, "the generator's gradient over the discriminator's"),
    "saturation": Known("saturation", SHARE, "share of samples that cannot fool D: minimax is stuck"),
    "diversity": Known("diversity", SHARE, "1 where samples differ as much as examples do"),
    "coverage": Known("coverage", SHARE, "share of examples that a sample comes near to"),
}


@dataclass(frozen=True)
class Gauge:
    """One row: a gauge's name, its values so far, and how it is drawn."""

    title: str
    values: np.ndarray
    scale: Scale
    meaning: str = ""

    @property
    def last(self) -> float:
        return float(self.values[-1])


def gauges_of(record: Record) -> list[Gauge]:
    """The gauges that a run has: the known ones in their order, then others by their own ranges."""
    found = {name: series.values for name, series in record.gauges.items()}
    balance = _balance(record)
    if balance is not None:
        found["balance"] = balance
    known = [
        Gauge(about.title, found[name], about.scale, about.meaning) for name, about in KNOWN.items() if name in found
    ]
    return [*known, *(Gauge(name, values, _own(values)) for name, values in found.items() if name not in KNOWN)]


def _balance(record: Record) -> np.ndarray | None:
    """The generator's loss over the discriminator's, as far as both go."""
    losses = [record.curves.get(Curve(name), Series()).values for name in ("generator", "discriminator")]
    length = min(map(len, losses))
    if not length:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(losses[0][:length] / losses[1][:length])


def _own(values: np.ndarray) -> Scale:
    """Between the least and the largest value of a gauge that nothing is known of."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return Scale(low, high if high > low else low + 1.0)


# ---------------------------------------------------------------------- as text


def rows(gauges: Sequence[Gauge], width: int, color: str, quiet: str, told: bool) -> Text:
    """The gauges as lines of at most `width` cells.

    Args:
        color, quiet: of bars and courses, and of what explains them.
        told: a line under each says what it means.
    """
    title = max((len(gauge.title) for gauge in gauges), default=0)
    left = title + 10
    bar = max(0, min(24, (width - left - 4) // 2))
    course = max(0, width - left - bar - 4)
    text = Text(no_wrap=True, overflow="crop")
    for gauge in gauges:
        text.append(f" {gauge.title:<{title}} {_figure(gauge):>8} ")
        text.append(f" {bar_of(gauge, bar)}  {course_of(gauge, course)}\n", color)
        if told:
            text.append(set_cell_size(f"  {gauge.meaning}", width).rstrip() + "\n", quiet)
    return text


def _figure(gauge: Gauge) -> str:
    """Its last value, in at most eight cells where it is a known one."""
    return f"{gauge.last:.3f}" if gauge.scale == SHARE and math.isfinite(gauge.last) else number(gauge.last, 3)


def bar_of(gauge: Gauge, width: int) -> str:
    """Filled from the left, or, of a ratio, from the middle, where 1 is."""
    place = float(gauge.scale.place(np.array([gauge.last]))[0])
    if width < 3 or math.isnan(place):
        return " " * width
    start, end = (width // 2, round(place * width)) if gauge.scale.is_ratio else (0, round(place * width))
    low, high = min(start, end), max(start, end)
    cells = ["━" if low <= cell < high else "─" for cell in range(width)]
    if gauge.scale.is_ratio:
        cells[width // 2] = "┿" if high > low else "┼"
    return "".join(cells)


def course_of(gauge: Gauge, width: int) -> str:
    """Its course as little bars between the ends of its scale: means of as many values as a cell stands for."""
    count = len(gauge.values)
    if not width or not count:
        return ""
    places = gauge.scale.place(gauge.values)
    edges = np.linspace(0, count, min(width, count) + 1).astype(int)
    parts = [places[first:end] for first, end in pairwise(edges)]
    last = len(_SPARKS) - 1
    means = [float(np.nanmean(part)) if np.isfinite(part).any() else math.nan for part in parts]
    return "".join(" " if math.isnan(mean) else _SPARKS[round(mean * last)] for mean in means)
