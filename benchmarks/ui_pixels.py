"""What a grid of 64 digits costs on the screen: `python -m benchmarks.ui_pixels`.

CPU time and bytes of one update, from arrays to what Textual writes to the terminal, through a headless app of
112 x 56 cells; all digits change place in every update. Medians of repeats.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import time
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.reporting import row

SIZE = (112, 56)
MILLISECONDS, KILOBYTES = 25, 80


def digits() -> np.ndarray:
    """64 digits, (64, 28, 28, 1) in [0, 1], with as much ink as MNIST has (19 % of the pixels)."""
    from PIL import Image
    from sklearn.datasets import load_digits

    small = (load_digits().images[:64] * 15.9).astype("uint8")
    x = np.zeros((64, 28, 28, 1), "float32")
    for image, target in zip(small, x, strict=True):
        target[4:24, 4:24, 0] = np.asarray(Image.fromarray(image).resize((20, 20), Image.Resampling.BICUBIC)) / 255
    return np.clip((x - 0.35) * 2.2, 0, 1)


async def update_costs(mode_name: str, repeats: int) -> tuple[list[float], list[int]]:
    """CPU milliseconds and bytes of every update in one mode."""
    from aekit_tui.pixels import grid, modes
    from aekit_tui.widgets.pixels import Pixels
    from textual.app import App, ComposeResult
    from textual.drivers.headless_driver import HeadlessDriver

    class Grid(App[None]):
        def compose(self) -> ComposeResult:
            yield Pixels(next(mode for mode in vars(modes).values() if getattr(mode, "name", "") == mode_name))

    x = digits()
    app = Grid()
    written: list[str] = []
    milliseconds, sizes = [], []
    # A driver that is known as headless is given nothing to write.
    recording = patch.multiple(HeadlessDriver, is_headless=False, write=lambda _, text: written.append(text))
    async with app.run_test(size=SIZE) as pilot:
        recording.start()
        pixels = app.query_one(Pixels)
        for update in range(repeats + 2):
            written.clear()
            started = time.process_time()
            pixels.show(grid.compose(np.roll(x, update, axis=0), (0, 1), 8), tiles=(8, 8))
            await pilot.pause()
            milliseconds.append((time.process_time() - started) * 1000)
            sizes.append(len("".join(written).encode()))
        recording.stop()
    return milliseconds[2:], sizes[2:]  # the first fill the caches of styles


def measure(
    repeats: int = 20, modes: tuple[str, ...] = ("half", "quadrant", "sextant", "octant", "ramp")
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The README's row, for the default mode, and the medians of every mode."""
    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
    os.environ.pop("NO_COLOR", None)
    figures = {}
    for name in modes:
        milliseconds, sizes = asyncio.run(update_costs(name, repeats))
        figures[name] = {
            "milliseconds": round(statistics.median(milliseconds), 1),
            "kilobytes": round(statistics.median(sizes) / 1000, 1),
        }
    cost = figures[modes[0]]
    line = row(
        f"UI: a grid of 64 digits in 112x56 cells ({modes[0]} blocks)",
        f"<= {MILLISECONDS} ms of processor time, <= {KILOBYTES} kB",
        f"{cost['milliseconds']} ms, {cost['kilobytes']} kB",
        cost["milliseconds"] <= MILLISECONDS and cost["kilobytes"] <= KILOBYTES,
    )
    return [line], {"pictures": figures}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=20)
    rows, more = measure(parser.parse_args().repeats)
    print(rows[0])
    for name, cost in more["pictures"].items():
        print(f"{name:8} {cost['milliseconds']} ms, {cost['kilobytes']} kB")


if __name__ == "__main__":
    main()
