"""aekit: the engine on the shipped recipe, as a run uses it."""

from __future__ import annotations

import sys
import time

import numpy as np

from aekit.recipe import load_recipe
from aekit.training.setup import prepare
from aekit.training.stages import StageRun
from benchmarks.games import GAMES, LOSS_STEPS, Game, kernels
from benchmarks.sides.serving import serve

SECONDS = 2.0
MODES = ("graph", "xla_update", "xla", "xla_loop")


class Loop:
    """A game that is trained from the common kernels, a few seconds at a time."""

    def __init__(self, game: Game, compiled: str, precision: str = "float32") -> None:
        recipe = load_recipe(game.recipe, [f"compile={compiled}", f"precision={precision}"])
        self.stage = StageRun(prepare(recipe), 0)
        for role, values in zip(("generator", "discriminator"), kernels(game), strict=True):
            variables = [v for v in self.stage.networks[role].trainable_variables if v.path.endswith("kernel")]
            for variable, kernel in zip(variables, values, strict=True):
                variable.assign(kernel)
        self.step = 0

    def first_losses(self) -> list[float]:
        half, all_of_it = self._totals_after(LOSS_STEPS // 2), self._totals_after(LOSS_STEPS)
        return ((all_of_it - half) / (LOSS_STEPS - LOSS_STEPS // 2)).tolist()

    def _totals_after(self, steps: int) -> np.ndarray:
        """Sums of the discriminator's and the generator's loss, shape (2,)."""
        while self.step < steps:
            call = self.stage.engine.call(self.step, steps - self.step)
            self.step += call.steps
        return np.array([call.totals["discriminator"], call.totals["generator"]])

    def train(self) -> int:
        first, until = self.step, time.perf_counter() + SECONDS
        while time.perf_counter() < until:
            self.step += self.stage.engine.call(self.step, 10**9).steps
        return self.step - first


def main(name: str) -> None:
    game = GAMES[name]
    chosen = Loop(game, "auto")
    loops = {f"aekit (auto: {chosen.stage.compile})": chosen}
    loops |= {f"aekit, compile: {mode}": Loop(game, mode) for mode in MODES if mode != chosen.stage.compile}
    loops["aekit in mixed_bfloat16"] = Loop(game, "auto", "mixed_bfloat16")
    serve(chosen.first_losses, {variant: loop.train for variant, loop in loops.items()})


if __name__ == "__main__":
    main(sys.argv[1])
