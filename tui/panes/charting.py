"""Which charts a run has, and which curves and marks are in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aekit.run import RunDirectory
from aekit.run.reading import number

from ..store.phases import Phase
from ..store.record import Curve as Quantity
from ..store.record import Record, losses_of
from ..store.series import Series
from ..themes import curve_color
from ..widgets.plot import Curve, Mark

TITLES = {"learning_rate": "learning rate", "rate": "examples/s"}


@dataclass(frozen=True)
class Shown:
    """A run in the charts.

    Args:
        curves: what is drawn of it.
        began: when, seconds since 1970.
        label: its name in the legends; empty where it is the only run.
        color: of its curves.
    """

    curves: Mapping[Quantity, Series]
    began: float
    label: str
    color: str


def shown_runs(record: Record, others: Sequence[Record], theme: str, phase: Phase | None = None) -> list[Shown]:
    """The run itself first, then the others, each in a colour of its own.

    Args:
        phase: of the run; of the others the one of the same stage and name.
    """
    records = [record, *(other for other in others if other is not record)]
    labels = run_labels([each.run for each in records]) if len(records) > 1 else [""]
    return [
        Shown(_curves(each, phase), each.began, label, curve_color(theme, place))
        for place, (each, label) in enumerate(zip(records, labels, strict=True))
    ]


def _curves(record: Record, phase: Phase | None) -> Mapping[Quantity, Series]:
    if phase is None:
        return record.curves
    own = next((own for own in record.phases if own.key == phase.key), None)
    return record.curves_of(own) if own else {}


def run_labels(runs: Sequence[RunDirectory]) -> list[str]:
    """Titles, with the time of the day (UTC) where several runs have the same."""
    titles = [run.title for run in runs]
    return [f"{run.title} {_clock(run)}".strip() if titles.count(run.title) > 1 else run.title for run in runs]


def chart_names(curves: Mapping[Quantity, Series]) -> list[str]:
    """The quantities that have charts of their own: the losses, "loss" first, then the figures of the training."""
    losses = losses_of(curves)
    parts = [name for name in losses if name != "loss"]
    if len(parts) < len(losses) and not (len(parts) == 1 and _same(curves, parts[0])):
        parts.insert(0, "loss")
    elif "loss" in losses:
        parts = ["loss"]
    return parts + [name for name in TITLES if Quantity(name) in curves]


def is_loss(name: str) -> bool:
    return name not in TITLES


def title_of(name: str) -> str:
    return TITLES.get(name, name)


def chart_curves(name: str, runs: Sequence[Shown]) -> list[Curve]:
    """A quantity's curves, training solid and validation dotted, of each run."""
    curves = []
    for shown in runs:
        for split, word in (("train", "train"), ("validation", "val" if shown.label else "validation")):
            series = shown.curves.get(Quantity(name, split))
            if series is None:
                continue
            said = word if is_loss(name) and not (shown.label and split == "train") else ""
            label = " ".join(filter(None, (shown.label, said)))
            curves.append(Curve(label, series, shown.color, split != "train", shown.began))
    return curves


def chart_marks(record: Record, within: Phase | None = None) -> list[Mark]:
    """Where later stages begin, where the run was resumed, and where it failed; of a phase, what is within it."""
    begun = [phase for phase in record.phases if phase.first > 0 and within is None]
    marks = [Mark(int(p.first), p.name if p.name != "train" else p.stage) for p in begun]
    for event in record.log:
        if event["type"] == "started" and number(event.get("resumed_from")) is not None:
            marks.append(Mark(int(event["resumed_from"]), "resumed"))
    failed = record.latest.get("failed", {})
    if record.is_over and number(failed.get("step")) is not None:
        marks.append(Mark(int(failed["step"]), "failed"))
    return [mark for mark in marks if within is None or within.holds(mark.x_step)]


def _same(curves: Mapping[Quantity, Series], name: str) -> bool:
    """Whether a single loss is all that the total is made of."""
    one, total = curves.get(Quantity(name)), curves.get(Quantity("loss"))
    return one is not None and total is not None and np.array_equal(one.values, total.values, equal_nan=True)


def _clock(run: RunDirectory) -> str:
    stamp = run.stamp or ""
    return f"{stamp[11:13]}:{stamp[13:15]}:{stamp[15:17]}"
