"""What a redraw of the terminal's plot costs in processor time: `python -m benchmarks.ui_plot`.

Two curves on 120 x 40 cells, drawn from nothing to Strips; medians, and beside them the same after ten new points.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from aekit_tui.store.series import Series
from aekit_tui.widgets.plot import Curve, Plot
from textual.app import App, ComposeResult

from benchmarks.reporting import row

SIZE = (120, 40)
#: Points of each curve, and the most CPU milliseconds for a redraw.
LIMITS = {10_000: 8.0, 1_000_000: 12.0}


class OnePlot(App[None]):
    def compose(self) -> ComposeResult:
        yield Plot("loss")


def noisy(points: int, seed: int) -> Series:
    """A falling loss with noise."""
    steps = np.arange(points, dtype=float)
    values = 0.2 + np.exp(-6 * steps / points) + 0.03 * np.random.default_rng(seed).standard_normal(points)
    series = Series()
    series.extend(steps, steps / 500, 1.7e9 + steps, values)
    return series


def milliseconds(action: Callable[[], object], rounds: int) -> float:
    """Median processor time of this thread."""
    taken = []
    for _ in range(rounds):
        started = time.thread_time()
        action()
        taken.append(1000 * (time.thread_time() - started))
    return statistics.median(taken)


async def redraws(points: int, rounds: int) -> dict[str, float]:
    """CPU milliseconds of each kind of redraw."""
    app = OnePlot()
    async with app.run_test(size=SIZE):
        plot = app.query_one(Plot)
        train, validation = noisy(points, 0), noisy(points, 1)
        curves = [Curve("train", train, "#5fafff"), Curve("validation", validation, "#ffaf5f", dotted=True)]

        def redraw() -> None:
            plot.show(curves)
            plot.notify_style_update()  # forgets what was drawn
            for y in range(plot.size.height):
                plot.render_line(y)

        def ten_more() -> None:
            for series in (train, validation):
                steps = series.steps[-1] + np.arange(1.0, 11.0)
                series.extend(steps, steps / 500, 1.7e9 + steps, np.full(10, 0.2))
            redraw()

        def crosshair() -> None:
            plot.move_cursor(-1)
            plot._draw_frame()

        first = milliseconds(redraw, 1)
        result = {"first": first, "redraw": milliseconds(redraw, rounds), "ten more": milliseconds(ten_more, rounds)}
        result["crosshair"] = milliseconds(crosshair, rounds)
        plot.smoothing = 0.9
        result["smoothed, first"] = milliseconds(redraw, 1)
        result["smoothed"] = milliseconds(redraw, rounds)
        result["smoothed, ten more"] = milliseconds(ten_more, rounds)
    return result


def measure(rounds: int = 60) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The README's rows, and CPU milliseconds by points and kind."""
    times = {points: asyncio.run(redraws(points, rounds)) for points in LIMITS}
    rows = [
        row(
            f"UI: redraw of two curves of {points:,} points, {SIZE[0]}x{SIZE[1]}",
            f"<= {limit:g} ms of processor time",
            f"{times[points]['redraw']:.1f} ms",
            times[points]["redraw"] <= limit,
        )
        for points, limit in LIMITS.items()
    ]
    return rows, {"redraw_milliseconds": times}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=60)
    rows, more = measure(parser.parse_args().rounds)
    for line in rows:
        print(line)
    for points, found in more["redraw_milliseconds"].items():
        print(f"{points:9,} points: {', '.join(f'{kind} {ms:.1f} ms' for kind, ms in found.items())}")


if __name__ == "__main__":
    main()
