"""Games beside what a user would pick instead, steps per second: `python -m benchmarks.gan`.

The shipped recipes gan-digits and gan-2014 in the engine, a Keras model with a custom train_step under fit, and a
PyTorch loop: the same nets from the same kernels, data, batch and optimizers, all cores, float32. Each step is one
update of the discriminator and one of the generator, each on fresh noise. The losses after 100 steps must be alike, and
stand in the results. Every side is a process of its own that sleeps until its turn; the turns are interleaved. Ratios
are the medians over the rounds of two turns of the same round.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

from benchmarks.games import GAMES
from benchmarks.reporting import machine, read, row, write
from benchmarks.throughput import Side, matrix_rate

SIDES = {
    "aekit": ("benchmarks.sides.gan_ours", {}),
    "keras": ("benchmarks.sides.gan_keras", {"KERAS_BACKEND": "tensorflow"}),
    "pytorch": ("benchmarks.sides.gan_torch", {}),
    "pytorch, threads asleep": ("benchmarks.sides.gan_torch", {"OMP_WAIT_POLICY": "PASSIVE"}),
}
DOCUMENTED, TUNED = "Keras fit as its documentation writes it", "Keras fit at its best"
PLAIN, BEST = "PyTorch loop", "PyTorch at its best"
GOALS = {
    "gan-digits": {DOCUMENTED: 3, PLAIN: 1.8},
    "gan-2014": {DOCUMENTED: 1.1, PLAIN: 1.1},
}
OURS, BFLOAT16 = "aekit (auto", "aekit in mixed_bfloat16"
#: The players' losses after so few steps differ by the noise, in shares of their sum; a side that did other work would
#: differ by more.
ALIKE = 0.05


def measure(game: str, rounds: int) -> dict:
    sides = {name: Side(module, environment, game, GOALS[game]) for name, (module, environment) in SIDES.items()}
    loads = []
    try:
        for _ in range(rounds):
            for side in sides.values():
                for variant in side.worthwhile():
                    side.turn(variant)
            loads.append(os.getloadavg()[0])
    finally:
        for side in sides.values():
            side.close()
    rates = {name: rates for side in sides.values() for name, rates in side.rates.items()}
    result = {
        "game": game,
        "steps_per_second": {name: statistics.median(values) for name, values in rates.items()},
        "all": rates,
        "load": loads,
        "losses": {name: side.losses for name, side in sides.items()},
    }
    return {**result, "ratios": ratios(rates), "losses_alike": alike(result["losses"])}


def ratios(rates: dict[str, list[float]]) -> dict[str, float]:
    """Our steps per second over each opponent's, and those in bfloat16 over those in float32."""
    ours = next(values for name, values in rates.items() if name.startswith(OURS))

    def best(start: str) -> list[float]:
        return max((v for n, v in rates.items() if n.startswith(start)), key=statistics.median)

    opponents = {DOCUMENTED: rates[DOCUMENTED], TUNED: best("Keras"), PLAIN: best(PLAIN), BEST: best("PyTorch")}
    found = {name: _paired(ours, theirs) for name, theirs in opponents.items()}
    return {**found, BFLOAT16: _paired(rates[BFLOAT16], ours)}


def _paired(ours: list[float], theirs: list[float]) -> float:
    return round(statistics.median(a / b for a, b in zip(ours, theirs, strict=False)), 2)


def alike(losses: dict[str, list[float]]) -> bool:
    """Whether both players' losses are those of our side."""
    ours = losses["aekit"]
    return all(abs(b - a) < ALIKE * sum(ours) for side in losses.values() for a, b in zip(ours, side, strict=True))


def rows_of(result: dict) -> list[dict]:
    """The README's lines for one game: every opponent with its goal."""
    found = []
    for opponent, goal in GOALS[result["game"]].items():
        ratio = result["ratios"][opponent]
        figure = f"training {result['game']}, steps/s beside {opponent}"
        found.append(row(figure, f">= {goal}x", f"{ratio:.2f}x", ratio >= goal))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("games", nargs="*", default=list(GAMES), help=f"of {', '.join(GAMES)}; all by default")
    parser.add_argument("--rounds", type=int, default=7, help="interleaved repeats of every variant")
    arguments = parser.parse_args()
    peak = matrix_rate()
    results = {result["game"]: result for result in read("gan").get("results", [])}
    for name in arguments.games:
        started = time.time()
        result = results[name] = measure(name, arguments.rounds)
        print(f"\n{name}, {time.time() - started:.0f} s, load {statistics.median(result['load']):.1f}")
        for variant, rate in sorted(result["steps_per_second"].items(), key=lambda item: -item[1]):
            print(f"  {rate:10,.1f} steps/s  {rate * GAMES[name].flops() / 1e9:6.1f} GFLOP/s  {variant}")
        print("  ratios:", result["ratios"])
        print("  losses:", result["losses"], "alike" if result["losses_alike"] else "NOT ALIKE", flush=True)
    kept = [results[name] for name in GAMES if name in results]
    rows = [line for result in kept for line in rows_of(result)]
    write("gan", {"machine": machine(), "matrix_gflops": peak, "rows": rows, "results": kept})


if __name__ == "__main__":
    main()
