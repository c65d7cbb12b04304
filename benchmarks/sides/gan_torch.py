"""PyTorch: the loop that its users write for a game, plain, with fused optimizers, and through torch.compile."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from torch.nn.functional import softplus
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from benchmarks.games import DECAY, GAMES, LOSS_STEPS, MOMENTUM, RATES, Game, examples, kernels, output_bias
from benchmarks.sides.serving import serve

SECONDS = 2.0


class Maxout(nn.Module):
    """The largest of each unit's linear functions."""

    def __init__(self, inputs: int, units: int, pieces: int) -> None:
        super().__init__()
        self.linear, self.shape = nn.Linear(inputs, units * pieces), (-1, units, pieces)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.linear(x).view(self.shape).amax(dim=-1)


def generator(game: Game) -> nn.Sequential:
    parts: list[nn.Module] = []
    for i, o in game.generator_sizes():
        parts += [nn.Linear(i, o), nn.ReLU()]
    model = nn.Sequential(*parts[:-1], nn.Sigmoid())
    start(model, kernels(game)[0])
    with torch.no_grad():
        model[-2].bias.copy_(torch.from_numpy(output_bias(game)))  # type: ignore[operator, union-attr]
    return model


def discriminator(game: Game) -> nn.Sequential:
    parts: list[nn.Module] = []
    inputs = game.pixels
    for depth, units in enumerate(game.discriminator):
        if game.pieces:
            parts += [nn.Dropout(1 - (game.hidden_keep if depth else game.input_keep))]
            parts += [Maxout(inputs, units, game.pieces)]
        else:
            parts += [nn.Linear(inputs, units), nn.LeakyReLU(0.2)]
        inputs = units
    if game.pieces:
        parts.append(nn.Dropout(1 - game.hidden_keep))
    model = nn.Sequential(*parts, nn.Linear(inputs, 1))
    start(model, kernels(game)[1])
    return model


def start(model: nn.Sequential, values: list[np.ndarray]) -> None:
    with torch.no_grad():
        for layer, kernel in zip([m for m in model.modules() if isinstance(m, nn.Linear)], values, strict=True):
            layer.weight.copy_(torch.from_numpy(np.ascontiguousarray(kernel.T)))
            layer.bias.zero_()


def optimizer(game: Game, model: nn.Module, player: str, fused: bool) -> torch.optim.Optimizer:
    if game.adam:
        return torch.optim.Adam(model.parameters(), game.adam[0], (game.adam[1], 0.999), fused=fused)
    return torch.optim.SGD(model.parameters(), RATES[player], MOMENTUM, fused=fused)


def stepper(game: Game, fused: bool, compiled: bool) -> Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]]:
    """One step of both players, which gives the losses of discriminator and generator."""
    make, judge = generator(game), discriminator(game)
    d_optimizer = optimizer(game, judge, "discriminator", fused)
    g_optimizer = optimizer(game, make, "generator", fused)
    both = (d_optimizer, g_optimizer)
    schedules = [] if game.adam else [torch.optim.lr_scheduler.ExponentialLR(o, DECAY) for o in both]
    average = AveragedModel(make, multi_avg_fn=get_ema_multi_avg_fn(game.average)) if game.average else None

    def noise() -> torch.Tensor:
        shape = (game.batch, game.noise)
        return (2 * torch.rand(shape) - 1) * 3**0.5 if game.uniform else torch.randn(shape)

    def d_loss_of(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        logits = judge(torch.cat([real, fake]))[:, 0]
        return softplus(-logits[: len(real)]).mean() + softplus(logits[len(real) :]).mean()

    def g_loss_of(z: torch.Tensor) -> torch.Tensor:
        return softplus(-judge(make(z))).mean()

    d_loss_function, g_loss_function = (torch.compile(f) if compiled else f for f in (d_loss_of, g_loss_of))

    def step(real: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        with torch.no_grad():
            fake = make(noise())
        d_optimizer.zero_grad()
        d_loss = d_loss_function(real, fake)
        d_loss.backward()
        d_optimizer.step()
        judge.requires_grad_(False)
        g_optimizer.zero_grad()
        g_loss = g_loss_function(noise())
        g_loss.backward()
        g_optimizer.step()
        judge.requires_grad_(True)
        for schedule in schedules:
            schedule.step()
        if average is not None:
            average.update_parameters(make)
        return d_loss.detach(), g_loss.detach()

    return step


def main(name: str) -> None:
    game = GAMES[name]
    x = torch.from_numpy(examples(game))

    def first_losses() -> list[float]:
        step = stepper(game, False, False)
        losses = [step(x[torch.randint(len(x), (game.batch,))]) for _ in range(LOSS_STEPS)]
        return torch.tensor(losses[LOSS_STEPS // 2 :]).mean(dim=0).tolist()

    def loop(fused: bool, compiled: bool) -> Callable[[], int]:
        made: list[Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]]] = []

        def train() -> int:
            if not made:
                made.append(stepper(game, fused, compiled))
            steps, until = 0, time.perf_counter() + SECONDS
            while True:
                for chosen in torch.randperm(len(x)).split(game.batch):
                    if len(chosen) < game.batch:
                        break
                    made[0](x[chosen])
                    steps += 1
                    if time.perf_counter() >= until:
                        return steps

        return train

    # Threads that spin while they wait are faster on an idle machine, and far slower where something else runs.
    asleep = ", threads asleep" if os.environ.get("OMP_WAIT_POLICY") == "PASSIVE" else ""
    variants = {f"PyTorch loop{asleep}": loop(False, False), f"PyTorch, fused optimizers{asleep}": loop(True, False)}
    if not asleep:
        variants["PyTorch, compiled"] = loop(True, True)
    serve(first_losses, variants)


if __name__ == "__main__":
    main(sys.argv[1])
