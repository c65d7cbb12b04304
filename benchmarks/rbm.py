"""A restricted Boltzmann machine beside scikit-learn's, 784-500, batch 100: `python -m benchmarks.rbm`.

Both learn by persistent contrastive divergence, which is what scikit-learn has, on the same bits; CD-1 with the paper's
settings stands beside. Turns are interleaved in one process, and medians are compared.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.reporting import machine, row, write
from benchmarks.throughput import matrix_rate

VISIBLE, HIDDEN, BATCH, EXAMPLES = 784, 500, 100, 10_000
SECONDS = 3.0
GOAL = 3
#: Matrix products of one step: data up, model down, model up, and the statistics of both.
FLOPS = 5 * 2 * VISIBLE * HIDDEN
PERSISTENT = {"chains": BATCH, "sample_visible": True, "momentum": 0.0, "initial_momentum": 0.0, "weight_decay": 0.0}
MODES = ("auto", "graph", "xla_update", "xla", "xla_loop")


def bits() -> np.ndarray:
    """Random images of strokes' density: independent bits, a fifth of them 1."""
    return (np.random.default_rng(0).random((EXAMPLES, VISIBLE)) < 0.2).astype("float32")


class Ours:
    """The trainer `rbm` in the engine."""

    def __init__(self, file: Path, compiled: str, precision: str = "float32") -> None:
        from aekit.recipe import load_recipe
        from aekit.training.setup import prepare
        from aekit.training.stages import StageRun

        self.stage = StageRun(prepare(load_recipe(file, [f"compile={compiled}", f"precision={precision}"])), 0)
        self.step = 0
        self.train(0.0)

    def train(self, seconds: float) -> int:
        first, until = self.step, time.perf_counter() + seconds
        while self.step == first or time.perf_counter() < until:
            self.step += self.stage.engine.call(self.step, 10**9).steps
        return (self.step - first) * BATCH


class Theirs:
    """scikit-learn's BernoulliRBM, an epoch at a time."""

    def __init__(self, dtype: str) -> None:
        from sklearn.neural_network import BernoulliRBM

        self.x = bits().astype(dtype)
        self.machine = BernoulliRBM(HIDDEN, learning_rate=0.1, batch_size=BATCH, n_iter=1, random_state=0)

    def train(self, seconds: float) -> int:
        done, until = 0, time.perf_counter() + seconds
        while not done or time.perf_counter() < until:
            self.machine.fit(self.x)
            done += EXAMPLES
        return done


def recipe(folder: Path, **options: Any) -> Path:
    x = bits()
    np.savez(folder / "x.npz", x_train=x, x_validation=x[:256], x_test=x[:256])
    net = {"type": "mlp", "units": [], "activation": "sigmoid"}
    content = {
        "data": {"type": "npz", "path": str(folder / "x.npz"), "value_range": [0, 1]},
        "encoder": net,
        "latent": {"type": "plain", "size": HIDDEN, "activation": "sigmoid"},
        "decoder": net,
        "trainer": {"type": "rbm", **options},
        "steps": 10**9,
        "batch_size": BATCH,
    }
    path = folder / f"rbm-{len(options)}.yaml"
    path.write_text(json.dumps(content))
    return path


def sides(modes: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        same, paper = recipe(Path(folder), **PERSISTENT), recipe(Path(folder))
        found: dict[str, Any] = {}
        for mode in modes:
            found[f"aekit, persistent, compile {mode}"] = Ours(same, mode)
            found[f"aekit, CD-1, compile {mode}"] = Ours(paper, mode)
        found["aekit, persistent, mixed_bfloat16"] = Ours(same, modes[0], "mixed_bfloat16")
    return found | {f"scikit-learn, {dtype}": Theirs(dtype) for dtype in ("float64", "float32")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="interleaved repeats of every side")
    parser.add_argument("--modes", nargs="*", default=["auto"], help=f"compile modes, of {', '.join(MODES)}")
    arguments = parser.parse_args()
    peak = matrix_rate()
    rates: dict[str, list[float]] = {}
    measured = sides(arguments.modes)
    for _ in range(arguments.rounds):
        for name, side in measured.items():
            started = time.perf_counter()
            done = side.train(SECONDS)
            rates.setdefault(name, []).append(done / (time.perf_counter() - started))
    medians = {name: statistics.median(values) for name, values in rates.items()}
    ours = medians[f"aekit, persistent, compile {arguments.modes[0]}"]
    ratio = ours / max(rate for name, rate in medians.items() if name.startswith("scikit"))
    share = ours * FLOPS / 1e9 / peak
    for name, rate in sorted(medians.items(), key=lambda item: -item[1]):
        print(f"  {rate:10,.0f} examples/s  {name}")
    print(f"beside scikit-learn at its best {ratio:.2f}x; {share:.0%} of {peak:.0f} GFLOP/s")
    figure = "RBM 784-500, persistent chains, batch 100, beside scikit-learn's at its best"
    rows = [row(figure, f">= {GOAL}x", f"{ratio:.2f}x", ratio >= GOAL)]
    result = {"machine": machine(), "rows": rows, "examples_per_second": medians, "all": rates}
    write("rbm", {**result, "matrix_gflops": peak, "share_of_matrix_rate": round(share, 3)})


if __name__ == "__main__":
    main()
