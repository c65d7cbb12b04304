"""What a comparison of pretraining compares: ways to begin the last stage of a recipe, each a recipe of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aekit.errors import InputError, did_you_mean
from aekit.recipe import Recipe, Stage, load_recipe
from aekit.run.create import title_of

GREEDY = "greedy"
RANDOM = "random"
#: Tried rates of the last stage, as multiples of the recipe's own.
FACTORS = (1 / 3, 1.0, 3.0)
RATE, INITIAL, LENGTH = "learning_rate", "initial_learning_rate", "decay_steps"


@dataclass(frozen=True)
class Arm:
    """One way to begin the last stage.

    Args:
        name: in the names of its runs.
        title: for people.
        about: what differs from the recipe as it is written.
        recipe: with the recipe's own rate, seed and length of the last stage.
    """

    name: str
    title: str
    about: str
    recipe: Recipe


@dataclass(frozen=True)
class Plan:
    """A comparison, checked.

    Args:
        arms: the recipe as written, and the random start last.
        pretraining: name of the stage that is compared.
        measure: by which, a key of the last stage's metrics or "key.name".
        rates: of the last stage, that each arm tries.
        seeds: of the final runs; the first one's choose the rate.
    """

    arms: tuple[Arm, ...]
    pretraining: str
    measure: str
    rates: tuple[float, ...]
    seeds: tuple[int, ...]

    @property
    def recipe(self) -> Recipe:
        return self.arms[0].recipe

    @property
    def title(self) -> str:
        """The recipe's name."""
        return title_of(self.recipe)

    @property
    def last(self) -> Stage:
        return self.recipe.stages[-1]

    @property
    def runs(self) -> int:
        """How many the comparison needs."""
        return len(self.arms) * (len(self.rates) + len(self.seeds) - 1)


def plan_comparison(
    source: str,
    overrides: Sequence[str] = (),
    plugins: Sequence[Path] = (),
    pretraining: str | None = None,
    measure: str | None = None,
    rates: Sequence[float] = (),
    seeds: int = 3,
    greedy: Sequence[str] | None = (),
) -> Plan:
    """Check that a recipe can be compared, and say how.

    Args:
        source, overrides, plugins: as for `load_recipe`.
        pretraining: name of the stage, the first one where None.
        measure: the first metric of the last stage where None.
        rates: the recipe's own times 1/3, 1 and 3 where there are none.
        seeds: how many, from the recipe's own on.
        greedy: `option=value` of the arm whose pretraining is greedy; None leaves the arm out.

    Raises:
        InputError: a recipe without stages, or one of the arguments does not fit it.
    """
    recipe = load_recipe(source, overrides, plugins)
    name = _pretraining(recipe, pretraining)
    last = recipe.stages[-1]
    _measurable(last, measure)
    kind = next(stage.trainer.type for stage in recipe.stages if stage.name == name)
    arms = [Arm(kind, kind, "as written", recipe)]
    if greedy is not None and kind != GREEDY:
        key = f"stages.{name}.trainer"
        changed = [f"{key}={{type: {GREEDY}}}", *(f"{key}.{option}" for option in greedy)]
        about = ", ".join([f"trainer {GREEDY} in stage {name}", *greedy])
        arms.append(Arm(GREEDY, GREEDY, about, load_recipe(source, [*overrides, *changed], plugins)))
    elif greedy:
        raise InputError(f"stage '{name}' is greedy by itself: set its options in the recipe")
    bare = load_recipe(source, [*overrides, f"stages.{name}=null"], plugins)
    about = f"without stage {name}, whose presentations of examples go to stage {last.name}"
    arms.append(Arm(RANDOM, "random start", about, bare))
    own = rate_of(last)
    return Plan(
        tuple(arms),
        name,
        measure or last.metrics[0].key,
        tuple(dict.fromkeys(rates)) or tuple(float(f"{factor * own:.3g}") for factor in FACTORS),
        tuple(range(recipe.seed, recipe.seed + seeds)),
    )


def _pretraining(recipe: Recipe, name: str | None) -> str:
    """The name of the stage that is compared."""
    names = [stage.name for stage in recipe.stages]
    if len(names) < 2:
        raise InputError(f"{recipe.name} has one stage: a comparison needs a stage that pretrains and one after it")
    if name is None:
        return names[0]
    if name == names[-1]:
        raise InputError(f"'{name}' is the last stage of {recipe.name}, and pretraining comes before it")
    if name not in names:
        raise InputError(f"{recipe.name} has no stage '{name}'.{did_you_mean(name, names)} It has {', '.join(names)}")
    return name


def _measurable(last: Stage, measure: str | None) -> None:
    keys = [entry.key for entry in last.metrics]
    if not keys:
        raise InputError(f"stage '{last.name}' has no metrics, by which a comparison could judge")
    wanted = keys[0] if measure is None else measure.partition(".")[0]
    if wanted not in keys:
        hint = did_you_mean(wanted, keys)
        raise InputError(f"stage '{last.name}' has no metric '{wanted}'.{hint} It has {', '.join(keys)}")


def rate_of(stage: Stage) -> float:
    """A stage's learning rate, or the first one of its schedule.

    Raises:
        InputError: its trainer has no optimizer, or a schedule without a first rate.
    """
    from aekit.recipe.keras_names import OPTIMIZERS

    optimizer = stage.trainer.options.get("optimizer")
    if not isinstance(optimizer, dict):
        raise InputError(
            f"trainer '{stage.trainer.type}' of stage '{stage.name}' has no optimizer, whose rate is tuned"
        )
    rate = optimizer.get(RATE, OPTIMIZERS[optimizer["type"]][RATE][1])
    if isinstance(rate, dict) and INITIAL not in rate:
        raise InputError(f"schedule '{rate['type']}' of stage '{stage.name}' has no {INITIAL}, which is tuned")
    first: Any = rate[INITIAL] if isinstance(rate, dict) else rate
    return float(first)


def trial_recipe(arm: Arm, rate: float, seed: int, steps: int | None = None, longer: float = 1.0) -> Recipe:
    """An arm's recipe for one run, under a name that tells it.

    Args:
        rate: of the last stage.
        steps: of the last stage, where it differs from the recipe's.
        longer: how many times as long that is; a schedule is stretched alike.
    """
    *before, last = arm.recipe.stages
    optimizer = dict(last.trainer.options["optimizer"])
    optimizer[RATE] = _with_rate(optimizer.get(RATE), rate, longer)
    trainer = replace(last.trainer, options={**last.trainer.options, "optimizer": optimizer})
    last = replace(last, trainer=trainer)
    if steps is not None:
        last = replace(last, epochs=None, steps=steps)
    name = f"{title_of(arm.recipe)}-{arm.name}-rate{rate:g}-seed{seed}"
    return replace(arm.recipe, name=name, seed=seed, stages=(*before, last))


def _with_rate(now: Any, rate: float, longer: float) -> Any:
    if not isinstance(now, dict):
        return rate
    stretched = {LENGTH: math.ceil(now[LENGTH] * longer)} if LENGTH in now else {}
    return {**now, INITIAL: rate, **stretched}
