"""How soon the terminal UI shows something: its first frame, and a run's chart. Part of `python -m benchmarks.ui`."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import recorded
from benchmarks.reporting import row
from benchmarks.terminal import AEKIT, Terminal, own_folders

HELLO = """
import numpy
from textual.app import App
from textual.widgets import Static

class Hello(App):
    def compose(self):
        yield Static("hello world")

Hello().run()
"""
POINTS = 10_000
#: Cells of braille on the screen by which a chart counts as drawn.
DOTS = 100


def measure(rounds: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """First paint beside `python -c pass`, and a run with data beside a Textual hello-world, interleaved."""
    with tempfile.TemporaryDirectory() as folder:
        runs = Path(folder) / "runs"
        recorded.long(runs, POINTS, metrics=2)
        environ = {**own_folders(Path(folder), runs), "AEKIT_STANDBY": "0"}
        _leave(environ)
        times: dict[str, list[float]] = {"pass": [], "first paint": [], "hello": [], "chart": []}
        for _ in range(rounds):
            times["pass"].append(_pass())
            times["first paint"].append(_until((*AEKIT,), environ, lambda seen: b"aekit" in seen))
            times["hello"].append(_until((sys.executable, "-c", HELLO), environ, lambda seen: b"hello world" in seen))
            times["chart"].append(_until((*AEKIT, "tui", "last"), environ, _has_chart))
    medians = {name: statistics.median(values) for name, values in times.items()}
    limit = max(0.050, 2 * medians["pass"])
    ratio = medians["chart"] / medians["hello"]
    rows = [
        row(
            "UI: first paint, kept frame",
            f"<= {1000 * limit:.0f} ms (50 ms, or 2x `python -c pass`)",
            f"{1000 * medians['first paint']:.0f} ms",
            medians["first paint"] <= limit,
        ),
        row(
            "UI: a run of 2 x 10k points drawn, beside a Textual hello-world",
            "<= 1.3x",
            f"{ratio:.2f}x ({1000 * medians['chart']:.0f} ms)",
            ratio <= 1.3,
        ),
    ]
    return rows, {"seconds": times}


def _leave(environ: dict[str, str]) -> None:
    """Open and leave once: the modules are compiled, the frame and the indexes are kept."""
    for command in ((*AEKIT,), (*AEKIT, "tui", "last")):
        with Terminal(command, environ) as terminal:
            terminal.until(lambda seen: b"long" in seen)
            terminal.listen(1.0)
            terminal.press("q")
            terminal.listen(0.5)
            terminal.press("q")
            terminal.listen(0.5)


def _pass() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - began


def _until(command: tuple[str, ...], environ: dict[str, str], condition: Any) -> float:
    with Terminal(command, environ) as terminal:
        terminal.until(condition)
        return time.perf_counter() - terminal.started


def _has_chart(seen: bytes) -> bool:
    """Whether curves are drawn: enough characters of the braille block, U+2800 to U+28FF."""
    return sum(seen.count(bytes([0xE2, middle])) for middle in range(0xA0, 0xA4)) > DOTS
