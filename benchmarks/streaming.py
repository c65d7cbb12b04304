"""Training from an HDF5 file ten times the memory cap: `python -m benchmarks.streaming`.

A file of MNIST-shaped bytes, trained on with a cap above its size (it goes to memory) and with a cap of a tenth of it
(it streams); throughput and resident memory over epochs, in processes of their own that take turns.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.reporting import machine, row, write

ROWS = 120_000
CHILD = "child"


def make_file(path: Path) -> None:
    import h5py

    rng = np.random.default_rng(0)
    with h5py.File(path, "w") as file:
        images = file.create_dataset("x_train", (ROWS, 28, 28, 1), "uint8")
        for start in range(0, ROWS, 10_000):
            images[start : start + 10_000] = rng.integers(0, 256, (10_000, 28, 28, 1), "uint8")
        for name in ("x_validation", "x_test"):
            file[name] = rng.integers(0, 256, (256, 28, 28, 1), "uint8")


def resident() -> float:
    """Megabytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def child(path: str, memory: int, epochs: int) -> None:
    """Train; print examples per second and resident memory of each epoch after the first."""
    from aekit.recipe import load_recipe
    from aekit.training.setup import prepare
    from aekit.training.stages import StageRun

    recipe = {
        "data": {"type": "hdf5", "path": path, "validation": "x_validation", "test": "x_test"},
        "encoder": {"type": "mlp", "units": [512, 128]},
        "latent": {"type": "plain", "size": 30},
        "decoder": {"type": "mlp", "units": [128, 512]},
        "trainer": {"type": "autoencoder", "optimizer": "adam"},
        "losses": {"mse": {}},
        "epochs": epochs,
        "batch_size": 128,
        "memory": memory,
    }
    file = Path(path).with_name(f"streaming-{memory}.yaml")
    file.write_text(json.dumps(recipe))
    stage = StageRun(prepare(load_recipe(file)), 0)
    step, figures = 0, []
    for epoch in range(1, epochs + 1):
        started = time.perf_counter()
        first = step
        while step < epoch * stage.steps_per_epoch:
            step += stage.engine.call(step, epoch * stage.steps_per_epoch - step).steps
        rate = (step - first) * 128 / (time.perf_counter() - started)
        figures.append({"rate": rate, "resident": resident()})
    print(json.dumps({"feed": type(stage.feed).__name__, "epochs": figures}))
    stage.close()


def measure(path: Path, memory: int, epochs: int) -> dict:
    words = [sys.executable, "-m", "benchmarks.streaming", CHILD, str(path), str(memory), str(epochs)]
    out = subprocess.run(words, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return json.loads(out.stdout.splitlines()[-1])


def main() -> None:
    if sys.argv[1:2] == [CHILD]:
        child(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=4)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.h5"
        make_file(path)
        size = path.stat().st_size
        sides: dict[str, list[dict]] = {"in memory": [], "streaming": []}
        for _ in range(arguments.rounds):
            sides["in memory"].append(measure(path, 2 * size, arguments.epochs))
            sides["streaming"].append(measure(path, size // 10, arguments.epochs))
    assert all(one["feed"] == "FileFeed" for one in sides["streaming"])
    rates = {
        name: statistics.median(epoch["rate"] for one in side for epoch in one["epochs"][1:])
        for name, side in sides.items()
    }
    growth = max(one["epochs"][-1]["resident"] / one["epochs"][1]["resident"] for one in sides["streaming"])
    ratio = rates["streaming"] / rates["in memory"]
    rows = [
        row("HDF5 ten times the memory cap: throughput beside in memory", ">= 0.9x", f"{ratio:.2f}x", ratio >= 0.9),
        row("its resident memory, last epoch beside the second", "flat", f"{growth:.3f}x", growth <= 1.05),
    ]
    for line in rows:
        print(line)
    write("streaming", {"machine": machine(), "rows": rows, "rates": rates, "sides": sides})


if __name__ == "__main__":
    main()
