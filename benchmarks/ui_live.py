"""What the terminal UI costs while a run is on the screen, and what happens when it is killed.

Part of `python -m benchmarks.ui`.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from aekit.run import RunDirectory, read_events
from benchmarks import recorded
from benchmarks.reporting import row
from benchmarks.terminal import AEKIT, Terminal, own_folders

SECONDS = 10.0
KEYS = 60
KILLS = 100


class Feed(threading.Thread):
    """Appends step events to a run's log, ten a second, as the engine does."""

    def __init__(self, run: RunDirectory) -> None:
        super().__init__(daemon=True)
        self.run_directory, self.ended = run, threading.Event()
        self.number = len(read_events(run.events))
        self.step = 2400

    def run(self) -> None:
        with self.run_directory.events.open("a") as log:
            while not self.ended.wait(0.1):
                self.step += 60
                losses = {"loss": 0.012 + random.random() / 1000, "mse": 0.012 + random.random() / 1000}
                event = {
                    "n": self.number,
                    "time": time.time(),
                    "type": "step",
                    "step": self.step,
                    "epoch": self.step / 165,
                }
                log.write(json.dumps({**event, "losses": losses, "rate": 9e4, "learning_rate": 1e-3}) + "\n")
                log.flush()
                self.number += 1


def measure(kills: int = KILLS) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Processor time, bytes and memory, live and idle; key latency beside a busy machine; kill -9."""
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        runs = Path(folder) / "runs"
        recorded.finished(runs)
        run = recorded.running(runs)
        environ = {**own_folders(Path(folder), runs), "AEKIT_STANDBY": "0"}
        live = _live(environ, run)
        idle = _idle(environ)
        keys = _keys(environ)
        whole = _kill(environ, run, kills)
    rows.append(row("UI: processor, live at 10 Hz", "<= 12 % of a core", f"{live['cpu']:.1%}", live["cpu"] <= 0.12))
    rows.append(row("UI: processor, idle", "<= 1 % of a core", f"{idle['cpu']:.1%}", idle["cpu"] <= 0.01))
    rows.append(
        row(
            "UI: bytes to the terminal, live", "<= 20 kB/s", f"{live['bytes'] / 1000:.1f} kB/s", live["bytes"] <= 20_000
        )
    )
    rows.append(row("UI: bytes to the terminal, idle", "0", f"{idle['bytes']:.0f} B/s", idle["bytes"] == 0))
    rows.append(row("UI: memory with one run", "<= 80 MB", f"{live['memory'] / 1e6:.0f} MB", live["memory"] <= 80e6))
    median, late = statistics.median(keys), statistics.quantiles(keys, n=20)[-1]
    good = median <= 0.030 and late <= 0.080
    text = f"{1000 * median:.0f} ms, {1000 * late:.0f} ms"
    rows.append(row("UI: key to screen while every core is busy, median and p95", "<= 30 ms, 80 ms", text, good))
    rows.append(row(f"UI: killed by kill -9 {kills} times", "no run lost, no torn event", whole, whole == "all whole"))
    return rows, {"live": live, "idle": idle, "keys": keys}


def _live(environ: dict[str, str], run: RunDirectory) -> dict[str, float]:
    feed = Feed(run)
    feed.start()
    with Terminal((*AEKIT, "tui", run.id), environ) as terminal:
        terminal.until(lambda seen: b"digits-conv" in seen)
        terminal.listen(3.0)
        result = _watched(terminal)
    feed.ended.set()
    feed.join()
    return result


def _idle(environ: dict[str, str]) -> dict[str, float]:
    with Terminal((*AEKIT, "tui", "digits"), environ) as terminal:
        terminal.until(lambda seen: b"digits" in seen)
        terminal.listen(3.0)
        return _watched(terminal)


def _watched(terminal: Terminal) -> dict[str, float]:
    """Share of a core, bytes a second, and memory over `SECONDS`."""
    before, began = terminal.cpu(), time.perf_counter()
    count = terminal.listen(SECONDS)
    elapsed = time.perf_counter() - began
    return {"cpu": (terminal.cpu() - before) / elapsed, "bytes": count / elapsed, "memory": terminal.memory()}


def _keys(environ: dict[str, str]) -> list[float]:
    """Seconds from a key to the first byte that it brings, beside a process for every core."""
    busy = "a = 0\nwhile True:\n    a += 1"
    hogs = [subprocess.Popen([sys.executable, "-c", busy]) for _ in range(len(os.sched_getaffinity(0)))]
    try:
        with Terminal(AEKIT, environ) as terminal:
            terminal.until(lambda seen: b"digits-conv" in seen)
            terminal.listen(3.0)
            found = []
            for number in range(KEYS):
                while terminal.read(0.15):
                    pass
                began = time.perf_counter()
                terminal.press("j" if number % 2 == 0 else "k")
                terminal.read(2.0)
                found.append(time.perf_counter() - began)
            return found
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


def _kill(environ: dict[str, str], run: RunDirectory, kills: int) -> str:
    """Kill the UI at random moments while a run goes on; what came of the run's log."""
    feed = Feed(run)
    feed.start()
    for _ in range(kills):
        with Terminal((*AEKIT, "tui", run.id), environ) as terminal:
            terminal.listen(random.uniform(0.0, 1.5))
    feed.ended.set()
    feed.join()
    events = read_events(run.events)
    lines = run.events.read_bytes().count(b"\n")
    numbers = [event["n"] for event in events]
    if numbers != list(range(feed.number)) or lines != feed.number:
        return f"{feed.number} events written, {len(events)} of {lines} lines whole"
    return "all whole"
