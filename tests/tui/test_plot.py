"""Plots: what reaches the screen, at any size, and how the view answers keys and mouse."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

import numpy as np
import pytest
from aekit_tui.plot.braille import Canvas, covered
from aekit_tui.plot.chart import Chart
from aekit_tui.plot.legend import legend
from aekit_tui.plot.ticks import (
    duration,
    linear_ticks,
    log_labels,
    log_ticks,
    short,
    tick_labels,
    time_labels,
    time_ticks,
)
from aekit_tui.store.series import Axis, Series
from aekit_tui.widgets.plot import Curve, Mark, Plot
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot

BRAILLE = re.compile("[\u2801-\u28ff]")


class OnePlot(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.moved: list[Plot.CursorMoved] = []

    def compose(self) -> ComposeResult:
        yield Plot("loss")

    def on_plot_cursor_moved(self, message: Plot.CursorMoved) -> None:
        self.moved.append(message)


def series(values: np.ndarray | list[float], every: float = 1.0) -> Series:
    made = Series()
    steps = np.arange(len(values)) * every
    made.extend(steps, steps / 100, 1e9 + steps, values)
    return made


def lines(plot: Plot) -> list[str]:
    return [plot.render_line(y).text for y in range(plot.size.height)]


def on_screen(size: tuple[int, int], act: Callable[[Plot, Pilot[None]], Awaitable[None]]) -> None:
    async def go() -> None:
        app = OnePlot()
        async with app.run_test(size=size) as pilot:
            await act(app.query_one(Plot), pilot)

    asyncio.run(go())


def test_ticks_are_round_and_labelled_in_one_unit() -> None:
    assert tick_labels(linear_ticks(0, 22_000, 5)) == ["0", "5k", "10k", "15k", "20k"]
    assert tick_labels(linear_ticks(0.01, 0.052, 5)) == ["0.01", "0.02", "0.03", "0.04", "0.05"]
    assert tick_labels(linear_ticks(1_150_000, 1_320_000, 4)) == ["1.15M", "1.20M", "1.25M", "1.30M"]
    assert tick_labels(linear_ticks(1e-5, 3.5e-5, 3)) == ["1e-05", "2e-05", "3e-05"]
    assert tick_labels(linear_ticks(-1, 1, 5)) == ["-1.0", "-0.5", "0", "0.5", "1.0"]
    assert log_labels(log_ticks(8e-6, 2e4, 4)) == ["0.001", "1", "1000"]
    assert log_ticks(0.09, 3, 6) == pytest.approx([0.1, 0.2, 0.5, 1, 2])
    assert time_labels(time_ticks(0, 5_500, 4)) == ["0:00", "30:00", "1:00:00", "1:30:00"]
    assert [duration(7), duration(-61), short(12_500), short(-3.2e-5)] == ["0:07", "-1:01", "12.5k", "-3.2e-05"]


@pytest.mark.parametrize("most", [1, 2, 5, 12])
@pytest.mark.parametrize(("low", "high"), [(0.0, 1e-300), (-1e300, 1e300), (1e9, 1e9 + 1e-3), (0.3, 0.30001), (2, 90)])
def test_there_are_never_more_ticks_than_asked_for(low: float, high: float, most: int) -> None:
    for make in (linear_ticks, time_ticks, log_ticks):
        ticks = make(low, high, most)
        assert len(ticks) <= most
        assert all(low - 1e-9 * abs(low) <= tick <= high + 1e-9 * abs(high) for tick in ticks)
        assert len(tick_labels(ticks)) == len(ticks)


def test_spans_that_touch_become_dots_that_touch() -> None:
    heights = np.cumsum(np.random.default_rng(0).normal(0, 3, 400)) + 50
    first, last = covered(np.minimum(heights[:-1], heights[1:]), np.maximum(heights[:-1], heights[1:]))
    assert np.all(last >= first)
    assert np.all(first[1:] <= last[:-1] + 1)
    assert np.all(last[1:] >= first[:-1] - 1)


def test_a_later_curve_takes_a_cell_and_a_pattern_thins_it() -> None:
    canvas = Canvas(1, 4)
    flat = np.full(8, 0.5)
    canvas.draw(flat, flat, owner=1)
    assert "".join(map(chr, canvas.codepoints()[0])) == "⣀⣀⣀⣀"
    canvas.draw(flat[:8] + np.array([3.0] * 4 + [np.nan] * 4), flat + 3, owner=2, pattern=1)
    assert canvas.owners.tolist() == [[2, 2, 1, 1]]
    assert chr(canvas.codepoints()[0, 0]) in "⣁⣈"


def test_a_spike_of_one_point_in_a_million_is_visible() -> None:
    values = np.zeros(1_000_000)
    values[654_321] = 1.0

    async def act(plot: Plot, pilot: Pilot[None]) -> None:
        plot.show([Curve("train", series(values), "#5fafff")])
        await pilot.pause()
        upper = lines(plot)[2:15]
        columns = {match.start() for line in upper for match in BRAILLE.finditer(line)}
        assert len(columns) == 1
        assert all(BRAILLE.search(line) for line in upper)

    on_screen((100, 30), act)


def test_few_points_are_joined_and_a_gap_is_not() -> None:
    async def act(plot: Plot, pilot: Pilot[None]) -> None:
        plot.show([Curve("a", series([0.0, 1.0, np.nan, 1.0, 0.0], every=16), "red")])
        await pilot.pause()
        width = plot.size.width
        drawn = [any(BRAILLE.match(line[x]) for line in lines(plot)[1:-1]) for x in range(width)]
        first = drawn.index(True)
        share = (width - first) / 4
        assert all(drawn[first : first + int(share)])
        assert not any(drawn[first + int(share) + 2 : first + int(3 * share) - 1])
        assert all(drawn[first + int(3 * share) + 1 : -1])

    on_screen((80, 20), act)


def test_a_logarithm_hides_what_it_cannot_show_and_says_so() -> None:
    async def act(plot: Plot, pilot: Pilot[None]) -> None:
        plot.log_y = True
        plot.show([Curve("a", series([100.0, 0.0, 1.0, -5.0, 0.01]), "red")])
        await pilot.pause()
        assert "2 values <= 0 hidden" in lines(plot)[0]
        assert any("100┤" in line for line in lines(plot))
        plot.show([Curve("a", series([0.0, -1.0]), "red")])
        await pilot.pause()
        assert any("no values > 0" in line for line in lines(plot))

    on_screen((80, 24), act)


@pytest.mark.parametrize("values", [[], [np.nan, np.nan], [np.inf]], ids=str)
def test_without_values_it_says_so(values: list[float]) -> None:
    async def act(plot: Plot, pilot: Pilot[None]) -> None:
        plot.show([Curve("a", series(values), "red")])
        await pilot.pause()
        assert any("no values yet" in line for line in lines(plot))

    on_screen((60, 12), act)


SHAPES: dict[str, list[float]] = {
    "nothing": [],
    "one": [3.0],
    "constant": [0.0] * 50,
    "huge": [-1e308, 1e308, 5.0],
    "tiny": [1e-320, 5e-324, 1e-310],
    "infinite": [1.0, np.inf, 2.0, -np.inf, 3.0],
    "gaps": [np.nan, 1.0, np.nan, np.nan, -2.0, np.nan],
    "noise": np.random.default_rng(3).standard_normal(5_000).tolist(),
}


VIEWS: tuple[tuple[Axis, bool, float], ...] = (("step", False, 0.0), ("epoch", True, 0.9), ("time", False, 0.9))


@pytest.mark.parametrize("size", [(1, 1), (5, 2), (10, 3), (24, 4), (44, 12), (200, 60)], ids=str)
def test_any_values_at_any_size_fill_the_widget_exactly(size: tuple[int, int]) -> None:
    async def act(plot: Plot, pilot: Pilot[None]) -> None:
        marks = [Mark(2, "stage 二"), *(Mark(step, "c") for step in range(0, 5_000, 50))]
        for values in SHAPES.values():
            made = series(values)
            plot.show([Curve("訓練", made, "#5fafff"), Curve("validation", made, "ansi_red", dotted=True)], marks)
            for axis, log_y, smoothing in VIEWS:
                plot.axis, plot.log_y, plot.smoothing = axis, log_y, smoothing
                plot.zoom(3)
                plot.move_cursor(-2)
                await pilot.pause()
                strips = [plot.render_line(y) for y in range(plot.size.height)]
                assert {strip.cell_length for strip in strips} <= {plot.size.width}
                assert all(segment.style is not None for strip in strips for segment in strip)
                plot.reset_view()

    on_screen(size, act)


def test_without_colour_curves_differ_by_their_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def act(plot: Plot, pilot: Pilot[None]) -> None:
        flat = [Curve(name, series([height] * 90), "red") for name, height in (("a", 0.0), ("b", 1.0), ("c", 2.0))]
        plot.show(flat)
        await pilot.pause()
        rows = [line for line in lines(plot)[1:] if BRAILLE.search(line)]
        assert len({frozenset(BRAILLE.findall(row)) for row in rows}) == 3
        samples = lines(plot)[0]
        assert len(set(re.findall(r"(\S+) [abc] ", samples))) == 3

    on_screen((90, 20), act)


def test_a_legend_that_does_not_fit_cuts_labels_and_counts_curves_but_never_cuts_a_value() -> None:
    curves = [Curve(f"run-{index}-train", series([0.25]), "red") for index in range(5)]
    chart = Chart(curves, title="loss")
    for width in range(10, 120):
        text = "".join(part for part, _ in legend(chart, width))
        assert text.count("0.25") + int((re.findall(r"\+(\d)", text) or ["0"])[0]) == 5
        assert cell_len(text.rstrip()) <= width


def test_the_view_follows_the_data_until_someone_zooms() -> None:
    async def act(plot: Plot, pilot: Pilot[None]) -> None:
        made = series(np.linspace(1, 0, 1_000))
        plot.show([Curve("a", made, "red")])
        plot.zoom(4)
        assert plot.zoomed
        low, high = plot.chart.shown()
        assert high - low == pytest.approx(256)
        plot.pan(-1)
        assert plot.chart.shown() == pytest.approx((low - 256, low))
        plot.pan(-100)
        assert plot.chart.shown()[0] == 0
        made.append(5_000, 50.0, 1e9 + 5_000, 0.0)
        plot.show([Curve("a", made, "red")])
        assert plot.chart.shown()[1] == 256
        plot.zoom(1e-6)
        assert not plot.zoomed
        assert plot.chart.shown()[1] >= 5_000

    on_screen((80, 20), act)


def test_the_crosshair_reads_every_curve() -> None:
    async def act(plot: Plot, pilot: Pilot[None]) -> None:
        plot.show(
            [
                Curve("train", series(np.arange(1_001.0)), "red"),
                Curve("validation", series([7.0, 8.0], every=100), "blue"),
            ]
        )
        await pilot.pause()
        plot.move_cursor(0)
        assert plot.cursor == 1_000
        assert [reading.value for reading in plot.readings(90.0)] == [90.0, 8.0]
        await pilot.pause()
        assert "step 1,000" in lines(plot)[0]
        assert "train 1000" in lines(plot)[0]
        assert "validation -" in lines(plot)[0]
        assert "│" in "".join(line[20:] for line in lines(plot)[1:-1])
        app = plot.app
        assert isinstance(app, OnePlot)
        assert [(message.x, message.readings[1].value) for message in app.moved] == [(1_000.0, None)]
        plot.cursor = 500.0
        await pilot.pause()
        assert len(app.moved) == 1  # assigned, not moved: linked plots do not answer one another

    on_screen((100, 20), act)


def test_the_mouse_moves_the_crosshair_zooms_and_resets() -> None:
    async def act(plot: Plot, pilot: Pilot[None]) -> None:
        plot.show([Curve("a", series(np.arange(1_000.0)), "red")])
        await pilot.pause()
        await pilot.hover(Plot, offset=(50, 10))
        assert plot.cursor is not None
        before = plot.cursor
        await pilot.hover(Plot, offset=(60, 10))
        assert plot.cursor > before
        plot.zoom(8)
        low, high = plot.chart.shown()
        assert low < plot.cursor < high
        await pilot.click(Plot, offset=(60, 10), times=2)
        assert not plot.zoomed

    on_screen((100, 20), act)


def test_only_the_cells_that_changed_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(plot: Plot, pilot: Pilot[None]) -> None:
        made = series(np.sin(np.arange(1_000) / 50))
        curves = [Curve("a", made, "red")]
        plot.show(curves)
        await pilot.pause()
        lines(plot)
        asked: list[tuple[Region, ...]] = []
        refresh = plot.refresh

        def noted(*regions: Region, **options: bool) -> Plot:
            asked.append(regions)
            return refresh(*regions, **options)

        monkeypatch.setattr(plot, "refresh", noted)
        plot.show(curves)
        await pilot.pause()
        assert not asked
        made.append(1_001, 10.01, 1e9 + 1_001, 0.9)
        plot.show(curves)
        await pilot.pause()
        assert len(asked) == 1
        assert 0 < sum(region.area for region in asked[0]) < 0.1 * plot.size.area

    on_screen((100, 30), act)
