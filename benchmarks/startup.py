"""How long the commands that only read take: `python -m benchmarks.startup`.

Whole processes, in turn with `import tensorflow`, which is what they must not do; medians of interleaved repeats.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.reporting import machine, row, write

AEKIT = str(Path(sys.executable).with_name("aekit"))
COMMANDS = {
    "aekit --help": ([AEKIT, "--help"], 0.15),
    "aekit recipes": ([AEKIT, "recipes"], 0.5),
    "aekit check digits": ([AEKIT, "check", "digits"], 0.5),
    "python -c pass": ([sys.executable, "-c", "pass"], None),
}
IMPORT = [sys.executable, "-c", "import tensorflow"]


def seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for name, (command, _) in COMMANDS.items():
        seconds(command)  # compiles the modules
        print("ready:", name)
    for _ in range(rounds):
        for name, (command, _) in COMMANDS.items():
            times[name].append(seconds(command))
    tensorflow = statistics.median(seconds(IMPORT) for _ in range(3))
    medians = {name: statistics.median(values) for name, values in times.items()}
    rows = [
        row(f"`{name}`, median of {rounds}", f"<= {limit} s", f"{medians[name]:.2f} s", medians[name] <= limit)
        for name, (_, limit) in COMMANDS.items()
        if limit
    ]
    for line in rows:
        print(line)
    print(f"import tensorflow: {tensorflow:.1f} s")
    write("startup", {"machine": machine(), "rows": rows, "seconds": times, "import_tensorflow": tensorflow})


if __name__ == "__main__":
    main()
