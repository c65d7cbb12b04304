"""How long the terminal UI takes to list many runs and to load a long one. Part of `python -m benchmarks.ui`."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aekit_tui.store.cache import load_record, save_record
from aekit_tui.store.listing import Listing
from aekit_tui.store.record import Record

from aekit.run import EventReader
from benchmarks import recorded
from benchmarks.reporting import row

RUNS, METRICS, STEPS = 1000, 20, 50_000


def measure(rounds: int = 5) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A thousand runs listed, for the first time and again; 20 losses of 50,000 steps, parsed and remembered."""
    with tempfile.TemporaryDirectory() as folder:
        root, index, cache = Path(folder) / "runs", Path(folder) / "index.json", Path(folder) / "cache"
        recorded.many(root, RUNS)
        first = _seconds(lambda: Listing(root, index).rows(), 1)
        again = _seconds(lambda: Listing(root, index).rows(), rounds)
        run = recorded.long(Path(folder) / "long", STEPS, METRICS)

        def parse() -> Record:
            record, reader = Record(run), EventReader(run.events)
            record.take(reader.read())
            save_record(record, reader.place, cache)
            return record

        parsed = _seconds(parse, 1)
        loaded = _seconds(lambda: load_record(run, EventReader(run.events), cache), rounds)
    rows = [
        row("UI: 1,000 runs listed (index kept)", "<= 200 ms", f"{1000 * again:.0f} ms", again <= 0.2),
        row("UI: 20 losses x 50k steps loaded (kept)", "<= 150 ms", f"{1000 * loaded:.0f} ms", loaded <= 0.15),
    ]
    return rows, {"listed_first": first, "listed_again": again, "parsed": parsed, "loaded": loaded}


def _seconds(action: Callable[[], object], rounds: int) -> float:
    """Median wall time."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)
