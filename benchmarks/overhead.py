"""What logging, previews and checkpoints cost at their default intervals: `python -m benchmarks.overhead`.

The same run of at least 60 s with all of it and with none of it, in turn, in processes of their own; the steps are
what is compared. The share of time spent in it inside the runs that have it is measured too, since two runs of a minute
on a shared machine differ by more than 1 % by themselves.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.nets import NETS
from benchmarks.reporting import machine, row, write

SECONDS = 62.0
CHILD = "child"


def child(net: str, with_it: bool, seconds: float) -> None:
    """Train for `seconds` seconds; print the steps made and the seconds spent on the record."""
    from aekit.recipe import load_recipe
    from aekit.run import EventLog, create_run
    from aekit.training.session import Session, Stopped
    from benchmarks.sides.ours import recipe

    spent = [0.0]

    def timed(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            started = time.perf_counter()
            result = function(*arguments, **named)
            spent[0] += time.perf_counter() - started
            return result

        return wrapped

    with tempfile.TemporaryDirectory() as folder:
        off = [] if with_it else ["previews=null", "checkpoints=null"]
        loaded = load_recipe(recipe(NETS[net], Path(folder)), ["validate={steps: 1000000000}", *off])
        run = create_run(loaded, sys.argv, Path(folder) / "runs")
        with EventLog(run.events) as log:
            session = Session(loaded, run, log)
            if not with_it:
                session.record.step = lambda stage, progress: None  # type: ignore[method-assign]
            else:
                for owner, name in ((session.record, "step"), (session, "preview"), (session, "checkpoint")):
                    setattr(owner, name, timed(getattr(owner, name)))
            began: list[float] = []
            serve = session._serve

            def until_time_is_over(stage: Any) -> None:
                if not began:  # the first call is traced
                    began.append(time.perf_counter())
                    spent[0] = 0.0
                    session.first = session.progress.total  # type: ignore[attr-defined]
                if time.perf_counter() - began[0] >= seconds:
                    elapsed = time.perf_counter() - began[0]
                    steps = session.progress.total - session.first  # type: ignore[attr-defined]
                    print(json.dumps({"steps_per_second": steps / elapsed, "share": spent[0] / elapsed}))
                    raise Stopped("measured")
                serve(stage)

            session._serve = until_time_is_over  # type: ignore[method-assign]
            try:
                session.execute()
            except Stopped:
                return


def measure(net: str, with_it: bool, seconds: float) -> dict[str, float]:
    words = [sys.executable, "-m", "benchmarks.overhead", CHILD, net, str(int(with_it)), str(seconds)]
    out = subprocess.run(words, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return json.loads(out.stdout.splitlines()[-1])


def main() -> None:
    if sys.argv[1:2] == [CHILD]:
        child(sys.argv[2], sys.argv[3] == "1", float(sys.argv[4]))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nets", nargs="*", default=["64-16-64", "784-1000-500-250-30"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    arguments = parser.parse_args()
    rows, results = [], {}
    for net in arguments.nets:
        having, lacking = [], []
        for _ in range(arguments.rounds):
            having.append(measure(net, True, arguments.seconds))
            lacking.append(measure(net, False, arguments.seconds))
        share = statistics.median(one["share"] for one in having)
        rates = [statistics.median(one["steps_per_second"] for one in side) for side in (having, lacking)]
        slower = 1 - rates[0] / rates[1]
        results[net] = {"with": having, "without": lacking, "share": share, "slower": slower}
        text = f"{share:.2%} of the time; {slower:+.1%} beside the run without"
        rows.append(row(f"logging, previews, checkpoints, {net}", "<= 1 %", text, share <= 0.01))
        print(rows[-1], flush=True)
    write("overhead", {"machine": machine(), "rows": rows, "results": results})


if __name__ == "__main__":
    main()
