"""How far a run is, how fast it goes, and how long it still takes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np

from aekit.run import ENDINGS, State, Status
from aekit.run.reading import number

from ..store.phases import phase_title
from ..store.record import Record
from ..store.series import Series

#: Seconds at the log's end over which the speed is taken.
RECENT = 30.0


@dataclass(frozen=True)
class Progress:
    """A run at one moment; None where something is unknown.

    Args:
        stage: in words: "train", or "stage 2 of 3, layer 1".
        step: over all stages.
        done, steps: within the present phase.
        rate: examples a second.
        elapsed, left: seconds since the run's last process began, and until this phase ends.
        best: name of the validation loss, its lowest value in this phase, and the step of it; in a game of two players
            no loss tells that.
        gauges: what is known of how training stands beside its losses, by name.
        health: how its trainer judges it.
        within: "phase" or "stage" where more of them come after the present one, which `left` is the rest of.
    """

    stage: str = ""
    step: int | None = None
    done: int | None = None
    steps: int | None = None
    rate: float | None = None
    elapsed: float | None = None
    left: float | None = None
    best: tuple[str, float, int] | None = None
    gauges: Mapping[str, float] = field(default_factory=dict)
    health: str | None = None
    within: str = ""

    @property
    def share(self) -> float | None:
        """How much of the phase is done, 0 to 1."""
        return min(1.0, self.done / self.steps) if self.steps and self.done is not None else None


def progress_of(record: Record, now: Status) -> Progress:
    """How far a run is by its events."""
    stage = record.latest.get("stage", {})
    step, first = _step(record, now), number(stage.get("first_step"), 0)
    steps = number(stage.get("steps"))
    done = max(0, step - first) if step is not None and stage else None
    pace = None if now.is_over or now.detail == "paused" else _pace(record)
    left = (steps - done) / pace if pace and steps and done is not None else None
    index, stages = number(stage.get("index"), 0), number(stage.get("total_stages"), 1)
    return Progress(
        _stage(record, stage.get("name"), stage.get("phase"), index, stages),
        step,
        done,
        steps,
        number(record.latest.get("step", {}).get("rate")),
        _elapsed(record, now),
        left,
        None if is_game(record) else _best(record),
        {name: float(series.values[-1]) for name, series in record.gauges.items()},
        record.health,
        within=_within(record, index, stages),
    )


def is_game(record: Record) -> bool:
    """Whether two players minimise losses against each other, so that neither tells how good the model is."""
    return {"discriminator", "generator"} <= set(record.losses)


def state_of(record: Record, now: Status) -> Status:
    """`now`, which the list of runs found up to a second ago, with what the record knows since then."""
    latest = record.latest
    numbers = {name: event["n"] for name, event in latest.items()}
    if now.state == "running" and record.is_over:
        ending = max((name for name in ENDINGS if name in latest), key=lambda name: numbers[name])
        reason = latest[ending].get("message") or latest[ending].get("error") or ""
        return replace(now, state=cast("State", ending), detail=str(reason))
    if now.state == "running" and now.detail in ("starting", "tracing"):
        stage, step = numbers.get("stage", -1), numbers.get("step", -1)
        started = numbers.get("started", -1)
        if max(stage, step) > started:
            return replace(now, detail="training" if step > stage else "tracing")
    return now


def _step(record: Record, now: Status) -> int | None:
    known = number(record.latest.get("step", {}).get("step"))
    return now.step if known is None or (now.is_over and now.step is not None) else known


def _stage(record: Record, name: object, phase: object, index: int, stages: int) -> str:
    words = phase_title(name, phase)
    return f"stage {index + 1} of {stages}, {words}" if stages > 1 else words


def _within(record: Record, index: int, stages: int) -> str:
    names = record.phases[-1].names if record.phases else ()
    if names and record.phases[-1].name != names[-1]:
        return "phase"
    return "stage" if index + 1 < stages else ""


def _pace(record: Record) -> float | None:
    """Steps a second at the log's end, within the present phase."""
    trained = [series for curve, series in record.curves.items() if curve.split == "train" and len(series) > 1]
    if not trained:
        return None
    series = max(trained, key=lambda series: float(series.steps[-1]))  # an earlier stage's losses have ended
    since = max(series.times[-1] - RECENT, float(record.latest.get("stage", {}).get("time", 0)))
    first = min(int(series.times.searchsorted(since)), len(series) - 1)
    seconds = float(series.times[-1] - series.times[first])
    steps = float(series.steps[-1] - series.steps[first])
    return steps / seconds if seconds > 0 and steps > 0 else None


def _elapsed(record: Record, now: Status) -> float | None:
    began = record.latest.get("started", {}).get("time")
    if began is None:
        return None
    waits = now.is_over or now.detail == "paused"
    until = max(event["time"] for event in record.latest.values()) if waits else time.time()
    return max(0.0, float(until - began))


def _best(record: Record) -> tuple[str, float, int] | None:
    """Of the present phase's validation loss, "loss" or else the first one: another phase minimises another."""
    first = record.phases[-1].first if record.phases else -1.0
    found = {
        curve.name: series
        for curve, series in record.curves.items()
        if curve.split == "validation" and len(series) and series.steps[-1] > first
    }
    name = "loss" if "loss" in found else next(iter(found), "")
    series = found.get(name, Series())
    begin = int(series.steps.searchsorted(first, side="right"))
    values = series.values[begin:]
    if not np.isfinite(values).any():
        return None
    row = int(np.nanargmin(np.where(np.isfinite(values), values, np.nan)))
    return name, float(values[row]), int(series.steps[begin + row])
