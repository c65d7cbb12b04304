"""Did pretraining help? The same networks begun in several ways, over seeds, and how sure the differences are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from aekit.errors import RunFailed
from aekit.measure import comparable
from aekit.report.arms import RANDOM, Arm, Plan, trial_recipe
from aekit.report.pairs import Difference, paired, spread
from aekit.report.presentations import last_step, phases_of, presented, presented_before
from aekit.report.trials import Trials, measure_of, measured
from aekit.run import RunDirectory, read_info
from aekit.run.wording import with_error

FORMAT = 1


@dataclass(frozen=True)
class Result:
    """What an arm has reached.

    Args:
        tuning: the validation value of each rate with the first seed; None where it diverged.
        rate: the best of them.
        presentations: examples that a run was presented with, (before the last stage, in it).
        runs: the final runs, one a seed.
        validation, test: their values.
        difference: of the test values to the random start's, None for itself.
    """

    arm: Arm
    tuning: dict[float, float | None]
    rate: float
    presentations: tuple[int, int]
    runs: tuple[RunDirectory, ...]
    validation: tuple[float, ...]
    test: tuple[float, ...]
    difference: Difference | None = None

    @property
    def at_edge(self) -> bool:
        """Whether a rate outside of those tried might be better."""
        return len(self.tuning) > 1 and self.rate in (min(self.tuning), max(self.tuning))


@dataclass(frozen=True)
class Comparison:
    """All arms' results, the random start's last; `unit` and `direction` are the measure's."""

    plan: Plan
    unit: str
    direction: str
    results: tuple[Result, ...]


def conduct(plan: Plan, trials: Trials) -> Comparison:
    """Train what has not been trained yet, and compare.

    The recipe as written comes first: what its pretraining was presented with is the budget of the random start.

    Raises:
        RunFailed: a run failed, an arm diverged at every rate, or the runs' measures do not compare.
    """
    results: list[Result] = []
    for arm in plan.arms:
        steps, longer = _length(plan, results[0].runs[0]) if arm.name == RANDOM else (None, 1.0)
        results.append(_try(plan, arm, trials, steps, longer))
    check_comparable([run for result in results for run in result.runs], plan.measure)
    about = measure_of(results[0].runs[0], plan.measure, "test")
    random = results[-1]
    compared = [_against(result, random) for result in results[:-1]]
    return Comparison(plan, str(about.get("unit", "")), _direction(about), (*compared, random))


def check_comparable(runs: Sequence[RunDirectory], measure: str) -> None:
    """Raise RunFailed where the runs' measures were not computed on the same, so that no difference means anything."""
    found = {run.id: measure_of(run, measure, "test") for run in runs}
    if not comparable(list(found.values())):
        words = "; ".join(f"{name}: {about.get('on') or 'the split alone'}" for name, about in found.items())
        raise RunFailed(f"{measure} is not comparable, as it was not computed on the same ({words})")


def _try(plan: Plan, arm: Arm, trials: Trials, steps: int | None, longer: float) -> Result:
    """Choose an arm's rate by the first seed's validation value, then train with each seed."""
    tuned: dict[float, RunDirectory] = {}
    for rate in plan.rates:
        beside = next(iter(tuned.values()), None)
        recipe = trial_recipe(arm, rate, plan.seeds[0], steps, longer)
        tuned[rate] = trials.run(recipe, f"{arm.title}, rate {rate:g}, seed {plan.seeds[0]}", beside)
    tuning = {rate: measured(run, plan.measure, "validation") for rate, run in tuned.items()}
    rate = _best(tuning, tuned, plan.measure)
    runs = [tuned[rate]]
    for seed in plan.seeds[1:]:
        recipe = trial_recipe(arm, rate, seed, steps, longer)
        runs.append(trials.run(recipe, f"{arm.title}, rate {rate:g}, seed {seed}"))
    validation, test = (tuple(_value(run, plan.measure, split) for run in runs) for split in ("validation", "test"))
    return Result(arm, tuning, rate, _presentations(runs[0]), tuple(runs), validation, test)


def _best(tuning: dict[float, float | None], tuned: dict[float, RunDirectory], measure: str) -> float:
    finite = {rate: value for rate, value in tuning.items() if value is not None}
    if not finite:
        raise RunFailed(
            f"every rate diverged ({', '.join(f'{rate:g}' for rate in tuning)}): give lower ones by --rates"
        )
    about = measure_of(tuned[next(iter(finite))], measure, "validation")
    return (max if _direction(about) == "higher" else min)(finite, key=lambda rate: finite[rate])


def _direction(measure: dict[str, Any]) -> str:
    return "higher" if measure.get("direction") == "higher" else "lower"


def _value(run: RunDirectory, measure: str, split: str) -> float:
    value = measured(run, measure, split)
    if value is None:
        raise RunFailed(f"{run.id} diverged at the rate that was best with the first seed: give lower ones by --rates")
    return value


def _presentations(run: RunDirectory) -> tuple[int, int]:
    """Examples presented before the last stage, and in it."""
    phases, step = phases_of(run), last_step(run)
    last = presented(phases, step, phases[-1].stage)
    return presented_before(run) + presented(phases, step) - last, last


def _length(plan: Plan, written: RunDirectory) -> tuple[int, float]:
    """Steps of the last stage of the random start, and how many times the recipe's that is.

    Args:
        written: a run of the recipe as written.
    """
    phase = phases_of(written)[-1]
    extra = pretraining_presentations(plan, written)
    steps = phase.steps + math.ceil(extra / phase.batch_size)
    return steps, steps / phase.steps


def pretraining_presentations(plan: Plan, written: RunDirectory) -> int:
    """Examples that the compared stage was presented with, in all its phases."""
    run = origin_of(written)
    return presented(phases_of(run), last_step(run), plan.pretraining)


def origin_of(run: RunDirectory) -> RunDirectory:
    """The run that trained the first stage of this one's networks."""
    started_from = read_info(run).get("started_from")
    return origin_of(RunDirectory(run.path.parent / started_from["run"])) if started_from else run


def _against(result: Result, random: Result) -> Result:
    pairs = zip(result.test, random.test, strict=True)
    return replace(result, difference=paired([ours - theirs for ours, theirs in pairs]))


def sentence(result: Result, measure: str) -> str:
    """Whether an arm's pretraining has changed the measure, in words."""
    found = result.difference
    assert found is not None
    verb = "lowers" if found.mean < 0 else "raises"
    by, error = with_error(abs(found.mean), found.half_width)
    start = f"Pretraining by {result.arm.title} {verb} {measure} by {by}"
    if found.half_width is None:
        return f"{start} with one seed; more seeds tell whether that is noise."
    verdict = "beyond noise" if found.beyond_noise else "within noise"
    return f"{start} {error} (95 %, {found.n} seeds): {verdict}."


def notes(comparison: Comparison) -> list[str]:
    """What a reader of the figures should know."""
    edges = [result.arm.title for result in comparison.results if result.at_edge]
    plan = comparison.plan
    told = f"The best rate lies at the edge of those tried for: {', '.join(edges)}. --rates tries others."
    budget = (
        f"The random start trains stage {plan.last.name} longer, by what stage {plan.pretraining} was presented with: "
        "a presentation to the whole network costs more than one to a layer."
    )
    return [budget, *([told] if edges else [])]


def as_dict(comparison: Comparison) -> dict[str, Any]:
    """The comparison for programs."""
    plan = comparison.plan
    return {
        "format": FORMAT,
        "recipe": plan.title,
        "pretraining": plan.pretraining,
        "measure": plan.measure,
        "unit": comparison.unit,
        "direction": comparison.direction,
        "seeds": list(plan.seeds),
        "arms": [_result_as_dict(result) for result in comparison.results],
        "sentences": [sentence(result, plan.measure) for result in comparison.results if result.difference],
        "notes": notes(comparison),
    }


def _result_as_dict(result: Result) -> dict[str, Any]:
    n = len(result.test)
    difference = result.difference and {**asdict(result.difference), "beyond_noise": result.difference.beyond_noise}
    return {
        "name": result.arm.name,
        "about": result.arm.about,
        "tuning": [{"rate": rate, "validation": value} for rate, value in result.tuning.items()],
        "rate": result.rate,
        "presentations": dict(zip(("before", "last_stage"), result.presentations, strict=True)),
        "runs": [
            {"id": run.id, "validation": validation, "test": test}
            for run, validation, test in zip(result.runs, result.validation, result.test, strict=True)
        ],
        "test": {"mean": sum(result.test) / n, "standard_deviation": spread(result.test) if n > 1 else None, "n": n},
        "difference": difference,
    }
