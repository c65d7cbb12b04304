"""How much a run has seen when: its events counted in presentations of examples instead of steps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aekit.run import RunDirectory, read_events, read_info
from aekit.run.reading import VOIDING, Event, mapping, number


@dataclass(frozen=True)
class Phase:
    """A phase that a run has finished or is in.

    Args:
        first_step: the run's step before it.
        steps: that it shall take; it may end earlier.
        batch_size: examples presented in each.
    """

    stage: str
    first_step: int
    steps: int
    batch_size: int


def phases_of(run: RunDirectory) -> list[Phase]:
    """Every phase of a run, in order; those of the run that it began after are not among them."""
    found: dict[tuple[int, str], Phase] = {}
    for event in read_events(run.events):
        if event["type"] == "stage":
            index, name = number(event.get("index"), 0), str(event.get("name"))
            numbers = (number(event.get(key), 0) for key in ("first_step", "steps", "batch_size"))
            found[index, str(event.get("phase"))] = Phase(name, *numbers)
    return sorted(found.values(), key=lambda phase: phase.first_step)


def presented(phases: list[Phase], step: int, stage: str | None = None) -> int:
    """Examples that were presented until a step of a run, or those of one stage."""
    ends = [phase.first_step for phase in phases[1:]] + [step]
    return sum(
        max(0, min(end, step) - phase.first_step) * phase.batch_size
        for phase, end in zip(phases, ends, strict=True)
        if stage in (None, phase.stage)
    )


def presented_before(run: RunDirectory) -> int:
    """Examples that the run's networks had seen when it began: 0, or those of the stages that it began after."""
    origin = mapping(read_info(run).get("started_from"))
    if not origin:
        return 0
    before = RunDirectory(Path(run.path).parent / str(origin.get("run")))
    phases = phases_of(before)
    names = [phase.stage for phase in phases]
    if origin.get("stage") not in names:
        return 0
    after = len(names) - names[::-1].index(origin["stage"])
    end = phases[after].first_step if after < len(phases) else last_step(before)
    return presented_before(before) + presented(phases[:after], end)


def last_step(run: RunDirectory) -> int:
    """The last step that any event tells of."""
    return max((number(event.get("step"), 0) for event in read_events(run.events)), default=0)


def validation_curve(run: RunDirectory, name: str) -> dict[int, float]:
    """A validation mean in the last stage, by the examples presented until then.

    Args:
        name: of the mean; `loss` is given where there is none of this name.

    Steps that a resume repeated count once.
    """
    phases, before = phases_of(run), presented_before(run)
    points: dict[int, float] = {}
    for event in read_events(run.events):
        if event["type"] in VOIDING:
            kept = number(event.get("resumed_from"), 0)
            points = {step: value for step, value in points.items() if step <= kept}
        elif event["type"] == "epoch" and event.get("step", 0) > phases[-1].first_step:
            value = _value(event, name)
            if value is not None:
                points[event["step"]] = value
    return {before + presented(phases, step): value for step, value in sorted(points.items())}


def curve_name(run: RunDirectory, name: str) -> str:
    """What `validation_curve` shows for this name."""
    last = [event for event in read_events(run.events) if event["type"] == "epoch"][-1:]
    return name if last and name in mapping(last[0].get("validation")) else "loss"


def _value(event: Event, name: str) -> float | None:
    values = mapping(event.get("validation"))
    return number(values.get(name), number(values.get("loss")))
