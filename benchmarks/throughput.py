"""Training throughput beside what a user would pick instead: `python -m benchmarks.throughput`.

Batch 128, float32, all cores, the same initial weights; the first 20 losses on the same order of data must agree. Every
side is a process of its own that sleeps until its turn; the turns are interleaved, and medians are compared.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection

import numpy as np

from benchmarks.nets import NETS
from benchmarks.reporting import machine, row, write

SIDES = {
    "ours": ("benchmarks.sides.ours", {}),
    "keras on tensorflow": ("benchmarks.sides.keras_fit", {"KERAS_BACKEND": "tensorflow"}),
    "keras on jax": ("benchmarks.sides.keras_fit", {"KERAS_BACKEND": "jax"}),
    "pytorch": ("benchmarks.sides.torch_loop", {}),
}
#: What our throughput should be, as a multiple of an opponent's.
OTHERS = ("Keras fit at its best", "Keras on JAX", "PyTorch loop", "PyTorch loop, compiled")
GOALS = {
    "64-16-64": {
        "Keras fit as called": 10,
        "Keras fit at its best": 3,
        "Keras on JAX": 2,
        "PyTorch loop": 3,
        "PyTorch loop, compiled": 3,
    },
    "784-1000-500-250-30": {"Keras fit as called": 1.8, **dict.fromkeys(OTHERS, 1.1)},
    "conv": {"Keras fit at its best": 1.2},
}
#: After a first round a variant is measured again only where it is at least this share of the best of its side.
WORTH = 0.6


class Side:
    """One side's process.

    Args:
        module: what it runs.
        environment: variables of its own.
        net: what it trains.
        always: variants that are measured in every round: those that a goal is about.
    """

    def __init__(self, module: str, environment: dict[str, str], net: str, always: Collection[str]) -> None:
        self.always = always
        quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", **environment}
        self.complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115 - it lives as long as the process
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, net],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.complaints,
            text=True,
            env={**os.environ, **quiet},
        )
        greeting = self._answer()
        self.losses = greeting["losses"]
        self.rates: dict[str, list[float]] = {name: [] for name in greeting["variants"]}

    def turn(self, name: str) -> None:
        assert self.process.stdin is not None
        print(name, file=self.process.stdin, flush=True)
        self.rates[name].append(self._answer()["rate"])

    def worthwhile(self) -> list[str]:
        """What is measured in this round: the slow ones of the first round are left out of the next."""
        best = max((max(rates) for rates in self.rates.values() if rates), default=0.0)
        return [n for n, rates in self.rates.items() if n in self.always or not rates or max(rates) >= WORTH * best]

    def close(self) -> None:
        self.process.kill()
        self.process.wait()

    def _answer(self) -> dict:
        """The next line that is JSON: libraries print lines of their own."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        code = self.process.wait()
        self.complaints.seek(0)
        raise SystemExit(f"{self.complaints.read()}{self.process.args} ended with code {code}")


def matrix_rate() -> float:
    """What the machine's matrix products reach, in GFLOP/s: the best of TensorFlow in float32, 1024 a side."""
    script = (
        "import time, tensorflow as tf\n"
        "a, b = tf.random.normal((1024, 1024)), tf.random.normal((1024, 1024))\n"
        "f = tf.function(lambda: tf.matmul(a, b)); f(); best = 0\n"
        "for _ in range(40):\n"
        "    t = time.perf_counter(); f().numpy(); best = max(best, 2 * 1024**3 / (time.perf_counter() - t))\n"
        "print(best / 1e9)"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return float(out.stdout)


def measure(net: str, rounds: int) -> dict:
    sides = {name: Side(module, environment, net, GOALS[net]) for name, (module, environment) in SIDES.items()}
    try:
        for _ in range(rounds):
            for side in sides.values():
                for variant in side.worthwhile():
                    side.turn(variant)
    finally:
        for side in sides.values():
            side.close()
    reference = np.array(sides["ours"].losses)
    rates = {name: rates for side in sides.values() for name, rates in side.rates.items()}
    return {
        "net": net,
        "samples_per_second": {name: statistics.median(values) for name, values in rates.items()},
        "all": rates,
        "largest_relative_loss_difference": {
            name: float(np.max(np.abs(np.array(side.losses) / reference - 1))) for name, side in sides.items()
        },
    }


def ratios(result: dict) -> dict[str, float]:
    """Our throughput over each opponent's."""
    rates = result["samples_per_second"]
    ours = next(rate for name, rate in rates.items() if name.startswith("aekit"))
    best = {
        "Keras fit as called": rates["Keras fit as called"],
        "Keras fit at its best": max(rate for name, rate in rates.items() if name.startswith("Keras fit")),
        "Keras on JAX": max(rate for name, rate in rates.items() if name.startswith("Keras on JAX")),
        "PyTorch loop": rates["PyTorch loop"],
        "PyTorch loop, compiled": rates["PyTorch loop, compiled"],
    }
    return {name: round(ours / rate, 2) for name, rate in best.items()}


def rows_of(result: dict) -> list[dict]:
    """The README's lines for one net: every opponent with its goal."""
    found = []
    for opponent, ratio in result["ratios"].items():
        goal = GOALS[result["net"]].get(opponent)
        if goal:
            figure = f"training {result['net']}, batch 128, beside {opponent}"
            found.append(row(figure, f">= {goal}x", f"{ratio:.2f}x", ratio >= goal))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nets", nargs="*", default=list(NETS), help=f"of {', '.join(NETS)}; all by default")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved repeats of every variant")
    arguments = parser.parse_args()
    results, rows = [], []
    peak = matrix_rate()
    for name in arguments.nets:
        started = time.time()
        result = measure(name, arguments.rounds)
        result["ratios"] = ratios(result)
        rows += rows_of(result)
        flops = NETS[name].flops()
        ours = next(r for n, r in result["samples_per_second"].items() if n.startswith("aekit"))
        result["share_of_matrix_rate"] = None if flops is None else round(ours * flops / 1e9 / peak, 2)
        results.append(result)
        print(f"\n{name}, {time.time() - started:.0f} s; share of {peak:.0f} GFLOP/s: {result['share_of_matrix_rate']}")
        for variant, rate in sorted(result["samples_per_second"].items(), key=lambda item: -item[1]):
            print(f"  {rate:12,.0f} samples/s  {variant}")
        print("  ratios:", result["ratios"])
        print("  largest difference of the first losses:", result["largest_relative_loss_difference"], flush=True)
    write("throughput", {"machine": machine(), "matrix_gflops": peak, "rows": rows, "results": results})


if __name__ == "__main__":
    main()
