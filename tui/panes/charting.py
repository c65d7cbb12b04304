"""Which charts a run has, and which curves and marks are in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aekit.run import RunDirectory
from aekit.run.reading import number

from ..store.health import standing_alerts
from ..store.phases import Phase
from ..store.record import GAUGE, Record, losses_of
from ..store.record import Curve as Quantity
from ..store.series import Series
from ..themes import curve_color
from ..widgets.plot import Curve, Mark

TITLES = {"learning_rate": "learning rate", "rate": "examples/s"}
#: Quantities that are looked at together, by the name of their chart, with what each is called in it.
GROUPS: dict[str, dict[str, str]] = {
    "players": {"discriminator": "discriminator", "generator": "generator"},
    "scores": {"real_score": "real", "fake_score": "fake"},
    "samples": {"diversity": "diversity", "coverage": "coverage"},
}
#: Over charts of gauges, which have scales of their own.
GAUGE_TITLES = {"scores": "D on real, fake", "samples": "diversity, coverage", "gradient_ratio": "gradient ratio"}
#: Of groups, over the chart itself, where each curve has its name.
SHORT_TITLES = {"players": "", "scores": "D", "samples": ""}
#: Gauges that are ratios, and so are drawn logarithmically.
RATIOS = ("gradient_ratio",)


@dataclass(frozen=True)
class Shown:
    """A run in the charts.

    Args:
        curves: what is drawn of it.
        began: when, seconds since 1970.
        label: its name in the legends; empty where it is the only run.
        colors: of its curves, those of a second quantity in the same chart too.
    """

    curves: Mapping[Quantity, Series]
    began: float
    label: str
    colors: tuple[str, str]


def shown_runs(record: Record, others: Sequence[Record], theme: str, phase: Phase | None = None) -> list[Shown]:
    """The run itself first, then the others, each in a colour of its own.

    Args:
        phase: of the run; of the others the one of the same stage and name.
    """
    records = [record, *(other for other in others if other is not record)]
    labels = run_labels([each.run for each in records]) if len(records) > 1 else [""]
    return [
        Shown(_curves(each, phase), each.began, label, _colors(theme, place, len(records)))
        for place, (each, label) in enumerate(zip(records, labels, strict=True))
    ]


def _colors(theme: str, place: int, runs: int) -> tuple[str, str]:
    return curve_color(theme, place), curve_color(theme, runs + place)


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
    """The charts: those of losses, "loss" first, of gauges, and of the figures of the training.

    In a game of two players their sum tells little: the players come first, then how they stand.
    """
    losses, gauges = losses_of(curves), _gauge_charts(curves)
    if all(Quantity(name) in curves for name in GROUPS["players"]):
        rest = [name for name in losses if name not in GROUPS["players"] and name != "loss"]
        return ["players", *gauges, *rest, *(["loss"] if "loss" in losses else []), *_figures(curves)]
    parts = [name for name in losses if name != "loss"]
    if len(parts) < len(losses) and not (len(parts) == 1 and _same(curves, parts[0])):
        parts.insert(0, "loss")
    elif "loss" in losses:
        parts = ["loss"]
    return [*parts, *gauges, *_figures(curves)]


def _figures(curves: Mapping[Quantity, Series]) -> list[str]:
    return [name for name in TITLES if Quantity(name) in curves]


def _gauge_charts(curves: Mapping[Quantity, Series]) -> list[str]:
    """Gauges by the group that they are in, or by themselves."""
    gauges = [curve.name for curve in curves if curve.split == GAUGE]
    groups = {name: chart for chart, members in GROUPS.items() for name in members}
    found = dict.fromkeys(groups.get(name, name) for name in gauges)
    return sorted(found, key=lambda chart: chart not in GROUPS)


def title_of(name: str) -> str:
    return TITLES.get(name, GAUGE_TITLES.get(name, name))


def heading_of(name: str) -> str:
    """What stands over a chart."""
    return SHORT_TITLES.get(name, title_of(name))


def is_log(name: str, curves: Mapping[Quantity, Series], wanted: bool) -> bool:
    """Whether a chart's values are drawn logarithmically: losses where it is `wanted`, ratios always."""
    if name in RATIOS:
        return True
    is_gauge = any(Quantity(member, GAUGE) in curves for member in GROUPS.get(name, (name,)))
    return wanted and name != "rate" and not is_gauge


def chart_curves(name: str, runs: Sequence[Shown]) -> list[Curve]:
    """The curves of a chart's quantities, training solid and validation dotted, of each run."""
    members = GROUPS.get(name, {name: ""})
    curves = []
    for shown in runs:
        for place, (member, called) in enumerate(members.items()):
            for split in ("train", "validation", GAUGE):
                series = shown.curves.get(Quantity(member, split))
                if series is not None:
                    said = (shown.label, called, _said(member, split, bool(shown.label or called)))
                    label = " ".join(filter(None, said))
                    color = shown.colors[place % len(shown.colors)]
                    curves.append(Curve(label, series, color, split == "validation", shown.began))
    return curves


def _said(name: str, split: str, short: bool) -> str:
    """What a legend says of a split: nothing of training where the curve has another name already."""
    if split == GAUGE or name in TITLES or (split == "train" and short):
        return ""
    return "val" if split == "validation" and short else split


def chart_marks(record: Record, within: Phase | None = None) -> list[Mark]:
    """Where stages begin, the run went on, its health changed, and it failed; of a phase, what is within it."""
    begun = [phase for phase in record.phases if phase.first > 0 and within is None]
    marks = [Mark(int(p.first), p.name if p.name != "train" else p.stage) for p in begun]
    for event in record.log:
        if event["type"] == "started" and number(event.get("resumed_from")) is not None:
            marks.append(Mark(int(event["resumed_from"]), "resumed"))
        elif event["type"] == "rollback" and number(event.get("resumed_from")) is not None:
            marks.append(Mark(int(event["resumed_from"]), "rolled back"))
    marks += [Mark(int(number(alert["step"])), str(alert.get("state"))) for alert in standing_alerts(record)]
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
