"""The games of the speed benchmark of generative adversarial networks: what every side builds and trains."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.nets import glorot

#: Steps before the losses are compared, of which the last half is averaged. The players are far from their start by
#: then, and seeds not yet from each other: of gan-2014 by a hundredth in these steps, by a quarter in the next hundred.
LOSS_STEPS = 100


@dataclass(frozen=True)
class Game:
    """A shipped recipe, in numbers.

    Attributes:
        recipe: its name.
        noise: size of the code; uniform with variance 1, or normal.
        generator: units of its hidden ReLU layers.
        discriminator: units of its hidden layers: leaky ReLU, or maxout of so many pieces where there are any.
        input_keep, hidden_keep: what dropout before the maxout layers, and after the last, keeps.
        adam: learning rate and beta_1 of both players; SGD with momentum where None.
        average: decay of the moving average of the generator; 0 keeps none.
    """

    recipe: str
    pixels: int
    noise: int
    batch: int
    generator: tuple[int, ...]
    discriminator: tuple[int, ...]
    uniform: bool = False
    pieces: int = 0
    input_keep: float = 1.0
    hidden_keep: float = 1.0
    adam: tuple[float, float] | None = None
    average: float = 0.0

    def generator_sizes(self) -> list[tuple[int, int]]:
        """(inputs, outputs) of every dense layer."""
        return list(pairwise([self.noise, *self.generator, self.pixels]))

    def discriminator_sizes(self) -> list[tuple[int, int]]:
        inputs = [self.pixels, *self.discriminator]
        return list(zip(inputs, [u * max(1, self.pieces) for u in self.discriminator] + [1], strict=True))

    def flops(self) -> float:
        """Of the matrix products of one step; the discriminator's turn needs no gradients of pixels."""
        generator, discriminator = (
            [2.0 * i * o for i, o in sizes] for sizes in (self.generator_sizes(), self.discriminator_sizes())
        )
        first_turn = sum(generator) + 2 * (3 * sum(discriminator) - discriminator[0])
        second_turn = 3 * sum(generator) - generator[0] + 2 * sum(discriminator)
        return self.batch * (first_turn + second_turn)


#: Of gan-2014: the rates at first, their decay at each step, and the momentum at the beginning of its ramp.
RATES = {"generator": 0.1, "discriminator": 0.05}
DECAY, MOMENTUM = 0.999996, 0.5

GAMES = {
    "gan-digits": Game("gan-digits", 64, 32, 64, (256, 256), (256, 256), adam=(2e-4, 0.5), average=0.999),
    "gan-2014": Game(
        "gan-2014", 784, 100, 100, (1200, 1200), (240, 240), uniform=True, pieces=5, input_keep=0.8, hidden_keep=0.5
    ),
}


@cache
def _data(game: Game) -> Any:
    from aekit.recipe import load_recipe
    from aekit.training.setup import prepare

    return prepare(load_recipe(game.recipe)).data


def examples(game: Game) -> np.ndarray:
    """The recipe's training examples, float32, (n, pixels)."""
    data = _data(game)
    return np.concatenate([batch["x"] for batch in data.batches("train")]).reshape(-1, game.pixels)


def kernels(game: Game) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Initial kernels of generator and discriminator, (inputs, outputs) each, by the recipe's distributions."""
    rng = np.random.default_rng(1)

    def uniform(width: float, size: tuple[int, int]) -> np.ndarray:
        return rng.uniform(-width, width, size).astype("float32")

    if game.pieces:
        *hidden, last = game.discriminator_sizes()
        generator = [uniform(0.05, size) for size in game.generator_sizes()]
        return generator, [*(uniform(0.005, size) for size in hidden), glorot(last, rng)]
    return [glorot(s, rng) for s in game.generator_sizes()], [glorot(s, rng) for s in game.discriminator_sizes()]


def output_bias(game: Game) -> np.ndarray:
    """Where the generator's output biases start, (pixels,)."""
    from aekit.training.building import mean_logits

    data = _data(game)
    return mean_logits(data, data.train.x.shape[1:], "sigmoid").ravel()
