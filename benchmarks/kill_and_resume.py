"""kill -9 at random moments of a run, then resume: `python -m benchmarks.kill_and_resume`.

Every run must end in the hash of the run that nothing interrupted, whether it was killed before its first checkpoint,
while one was being written, or at its end; no event may be torn and no file half-written.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from aekit.recipe import Recipe, load_recipe
from aekit.run import RunDirectory, create_run, last, read_events, start_worker
from benchmarks.reporting import machine, row, write

OVERRIDES = [
    "epochs=60",
    "trainer.input_noise=0.05",
    "encoder.normalization=batch",
    "checkpoints={seconds: 0.2}",
    "previews={seconds: 0.2}",
    "best=loss",
    "metrics={squared_error: {}}",
]


def final_hash(run: RunDirectory) -> str:
    events = read_events(run.events)
    assert last(events, "finished"), f"{run.path} did not finish"
    return str(last(events, "checkpoint")["sha256"])


def torn(run: RunDirectory) -> list[str]:
    """Lines of the log that are no events in order, and files that were left half-written."""
    found = [str(path) for path in run.path.rglob(".*.part*")]
    for number, line in enumerate(run.events.read_bytes().split(b"\n")[:-1]):
        try:
            if json.loads(line)["n"] != number:
                found.append(f"line {number} has another number")
        except ValueError:
            found.append(f"line {number}: {line[:60]!r}")
    return found


def whole(recipe: Recipe, root: Path) -> tuple[str, float]:
    run, started = create_run(recipe, sys.argv, root), time.monotonic()
    assert start_worker(run).wait() == 0
    return final_hash(run), time.monotonic() - started


def killed(recipe: Recipe, root: Path, after: float) -> dict:
    """Kill a run after `after` seconds, resume it to its end, and look at what is left."""
    run = create_run(recipe, sys.argv, root)
    process = start_worker(run)
    time.sleep(after)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    before = len(list(run.checkpoints.glob("step-*.h5")))
    finished = last(read_events(run.events), "finished") is not None
    if not finished:
        assert start_worker(run, resume=True).wait() == 0, run.output.read_text()[-2000:]
    return {"after": after, "checkpoints": before, "over": finished, "hash": final_hash(run), "torn": torn(run)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None)
    arguments = parser.parse_args()
    moments = random.Random(arguments.seed)
    recipe = load_recipe("digits", OVERRIDES)
    with tempfile.TemporaryDirectory() as folder:
        expected, seconds = whole(recipe, Path(folder))
        print(f"uninterrupted: {seconds:.1f} s, {expected[:16]}", flush=True)
        results = []
        for _ in range(arguments.kills):
            results.append(killed(recipe, Path(folder), moments.uniform(0.1, seconds)))
            print(results[-1], flush=True)
    good = sum(one["hash"] == expected and not one["torn"] for one in results)
    text = f"{good} of {len(results)}"
    rows = [row("kill -9 at random moments, resumed to the same hash", "20 of 20", text, good == len(results))]
    print(rows[0])
    write("kill_and_resume", {"machine": machine(), "rows": rows, "expected": expected, "results": results})


if __name__ == "__main__":
    main()
