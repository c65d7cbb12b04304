"""How long a recipe will take: a short trial of its first stage, of which nothing stays."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from aekit.recipe import Recipe
from aekit.training.engine import Call
from aekit.training.setup import prepare
from aekit.training.stages import StageRun

#: Seconds of trial steps, after the first call, which is traced.
TRIAL = 3.0


@dataclass(frozen=True)
class Estimate:
    """What a trial gave.

    Attributes:
        seconds_to_compile: of the first engine call: tracing, compiling and one step.
        seconds_per_step: of the first stage, once it is compiled; None where it has only one step.
        steps: of all stages and phases.
        seconds: for all of them, compiling included, validation, previews and metrics left out. Later stages are
            taken to cost as much for an example as the first.
    """

    seconds_to_compile: float
    seconds_per_step: float | None
    steps: int
    seconds: float


def estimate(recipe: Recipe, trial: float = TRIAL, give_way: Callable[[], bool] = lambda: False) -> Estimate:
    """Build a recipe, make some steps of its first stage, and forget it all.

    Args:
        trial: seconds that the steps may take after the first call; 0 makes none.
        give_way: end the trial early once this is true.

    Raises:
        AekitError: what `check_build` would tell as problems.
    """
    prepared = prepare(recipe)
    first, per_example, calls = 0.0, 0.0, list[Call]()
    lengths = []
    for index in range(len(recipe.stages)):
        stage = StageRun(prepared, index)
        examples = stage.batch_size * stage.trainer.batches_per_step
        try:
            if index == 0:
                stage.enter_phase(stage.trainer.phases[0])
                calls = list(_calls(stage, trial, give_way))
                first, per_example = calls[0].seconds, _per_step(calls[1:]) / examples
        finally:
            stage.close()
        lengths.append((stage.steps * len(stage.trainer.phases), examples, len(stage.trainer.phases)))
    total = sum(steps * examples * per_example + phases * first for steps, examples, phases in lengths)
    per_step = per_example * lengths[0][1] or None
    return Estimate(round(first, 3), per_step, sum(steps for steps, _, _ in lengths), round(total, 3))


def _calls(stage: StageRun, trial: float, give_way: Callable[[], bool]) -> Iterator[Call]:
    """The first engine call, then more of them while time and steps last."""
    step, until = 0, None
    while step < stage.steps:
        started = time.perf_counter()
        call = stage.engine.call(step, stage.steps - step)
        if until is None:
            until = time.perf_counter() + trial
            # The engine's own clock leaves out what precedes its call: tracing.
            call = Call(call.steps, call.totals, call.broken, time.perf_counter() - started)
        yield call
        step += call.steps
        if call.broken or time.perf_counter() >= until or give_way():
            return


def _per_step(calls: list[Call]) -> float:
    """Seconds, over the later half of the calls: the first ones are short, and pay for what is made once."""
    later = calls[len(calls) // 2 :]
    return sum(call.seconds for call in later) / max(1, sum(call.steps for call in later))
