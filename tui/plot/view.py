"""Which part of the x axis is shown; None stands for all of it, however it grows."""

from __future__ import annotations

from dataclasses import replace

from .chart import Chart

View = tuple[float, float] | None

#: A view is never narrower than this share of the numbers at its ends.
RESOLUTION = 1e-12


def zoomed(chart: Chart, factor: float, centre: float | None = None) -> View:
    """The view of 1 / factor of what is shown, about a centre, or else up to the same right end."""
    low, high = chart.shown()
    middle = high if centre is None else min(max(centre, low), high)
    return within(chart, middle - (middle - low) / factor, middle + (high - middle) / factor)


def panned(chart: Chart, share: float) -> View:
    """The view moved by a share of its width, to the right when positive."""
    if chart.view is None:
        return None
    low, high = chart.view
    return within(chart, low + share * (high - low), high + share * (high - low))


def within(chart: Chart, low: float, high: float) -> View:
    """A range moved to lie within the data; the present view where it is too narrow to tell numbers apart."""
    everything = replace(chart, view=None)
    first, last = everything.shown()
    width = high - low
    if everything.extent() is None or width >= last - first:
        return None
    if width <= max(abs(first), abs(last)) * RESOLUTION:
        return chart.view
    low = min(max(low, first), last - width)
    return low, low + width
