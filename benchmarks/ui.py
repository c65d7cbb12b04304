"""Every figure of the terminal UI: `python -m benchmarks.ui`.

The real program on a pty, over recorded runs and live ones; each figure with its target. Some ten minutes.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aekit.run import EventReader, RunDirectory, list_runs, read_events, status
from benchmarks import ui_live, ui_loading, ui_pixels, ui_plot, ui_start
from benchmarks.reporting import machine, read, row, write
from benchmarks.terminal import AEKIT, Terminal, own_folders

Rows = list[dict[str, Any]]
#: Most seconds from F5 to the first loss, by the place of the recipe in the list.
LAUNCHES = {"digits": (0, 2.0), "digits-conv": (1, 5.0)}


def launches(rounds: int) -> tuple[Rows, dict[str, Any]]:
    """From F5 in the launch screen to the first step event, with a worker standing by; and `aekit run` beside it."""
    rows, times = [], {}
    for recipe, (place, limit) in LAUNCHES.items():
        found = [_launch(recipe, place) for _ in range(rounds)]
        beside = statistics.median(_command(recipe) for _ in range(2))
        times[recipe] = {"standby": found, "command": beside}
        middle = statistics.median(found)
        figure = f"UI: F5 to the first loss, `{recipe}`, worker ready (`aekit run`: {beside:.1f} s)"
        rows.append(row(figure, f"<= {limit:.0f} s", f"{middle:.1f} s", middle <= limit))
    return rows, {"launches": times}


def _launch(recipe: str, place: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        runs = Path(folder) / "runs"
        with Terminal(AEKIT, own_folders(Path(folder), runs), folder=Path(folder)) as terminal:
            terminal.until(lambda seen: b"worker ready" in seen, 120)
            terminal.press("n")
            terminal.until(lambda seen: b"nothing wrong" in seen)
            for _ in range(place):
                terminal.press("j")
                terminal.listen(1.0)
            terminal.listen(1.0)
            pressed = time.time()
            terminal.press("\x1b[15~")
            return _first_step(runs, lambda: terminal.read(0.02)) - pressed


def _first_step(runs: Path, meanwhile: Callable[[], object]) -> float:
    """When the first step event of the only run was written; the run is stopped then."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        meanwhile()
        for run in list_runs(runs):
            step = next((event for event in read_events(run.events) if event["type"] == "step"), None)
            if step:
                subprocess.run([*AEKIT, "stop", str(run.path)], capture_output=True, check=False)
                while not status(run).is_over:
                    meanwhile()
                return float(step["time"])
    raise TimeoutError("there was no first step")


def _command(recipe: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        began = time.time()
        command = [*AEKIT, "run", recipe, "--runs", folder, "--detach"]
        subprocess.run(command, check=True, capture_output=True)
        return _first_step(Path(folder), lambda: time.sleep(0.02)) - began


def slowdown(rounds: int, seconds: float = 3.0) -> tuple[Rows, dict[str, Any]]:
    """The pace of a training run that a UI shows, beside its pace while that UI is frozen; in turns of some seconds."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {**own_folders(Path(folder), Path(folder)), "AEKIT_STANDBY": "0"}
        command = [*AEKIT, "run", "digits", "epochs=1000000", "--runs", folder, "--detach"]
        name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        run = next(run for run in list_runs(folder) if run.id == name)
        while not status(run).step:
            time.sleep(0.1)
        with Terminal((*AEKIT, "tui", str(run.path)), environ) as terminal:
            terminal.listen(6.0)
            paces: dict[int, list[float]] = {signal.SIGSTOP: [], signal.SIGCONT: []}
            for _ in range(rounds):
                for state, found in paces.items():
                    os.kill(terminal.pid, state)
                    terminal.listen(0.5)
                    found.append(_pace(run, terminal, seconds))
        subprocess.run([*AEKIT, "stop", str(run.path)], capture_output=True, check=False)
    frozen, live = paces.values()
    shares = [1 - with_it / without for with_it, without in zip(live, frozen, strict=True)]
    share, error = statistics.median(shares), statistics.stdev(shares) / len(shares) ** 0.5
    text = f"{share:.1%} (standard error {error:.1%})"
    return [row("UI: training slowed by a UI that shows it", "<= 1 %", text, share <= 0.01)], {"slowed": shares}


def _pace(run: RunDirectory, terminal: Terminal, seconds: float) -> float:
    """Steps a second by the run's own step events of the next seconds."""
    reader = EventReader(run.events)
    reader.read()
    terminal.listen(seconds)
    steps = [event for event in reader.read() if event["type"] == "step"]
    return float((steps[-1]["step"] - steps[0]["step"]) / (steps[-1]["time"] - steps[0]["time"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", default=["start", "launch", "load", "live", "slowdown", "plot", "pixels"])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--kills", type=int, default=100)
    arguments = parser.parse_args()
    parts: dict[str, Callable[[], tuple[Rows, dict[str, Any]]]] = {
        "start": lambda: ui_start.measure(arguments.rounds),
        "launch": lambda: launches(3),
        "load": ui_loading.measure,
        "live": lambda: ui_live.measure(arguments.kills),
        "slowdown": lambda: slowdown(20),
        "plot": ui_plot.measure,
        "pixels": ui_pixels.measure,
    }
    # Parts that are not measured now keep their rows of the last time.
    kept = read("ui")
    rows: dict[str, dict[str, Any]] = {line["figure"]: line for line in kept.pop("rows", [])}
    for name in arguments.parts:
        found, more = parts[name]()
        for line in found:
            verdict = "met   " if line["met"] else "MISSED"
            print(f"{verdict} {line['figure']}: {line['measured']} ({line['target']})", flush=True)
            rows[line["figure"]] = line
        kept |= more
    write("ui", {**kept, "machine": machine(), "rows": list(rows.values())})


if __name__ == "__main__":
    main()
