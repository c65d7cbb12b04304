"""The figure of a comparison: validation against what was seen, and the final figures of every seed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aekit.report.chart import COLOURS, MARKS, new_figure, save_figure
from aekit.report.comparison import Comparison, Result
from aekit.report.presentations import curve_name, validation_curve

#: The vertical axis is logarithmic where the highest value is so many times the lowest.
WIDE = 5.0


def draw_comparison(comparison: Comparison, path: Path) -> Path:
    """Left: each arm's validation curve, its mean over seeds with a band from lowest to highest. Right: test values."""
    plan = comparison.plan
    figure = new_figure(11, 4.6)
    left, right = figure.subplots(1, 2, width_ratios=(2, 1))
    drawn = [value for number, result in enumerate(comparison.results) for value in _curve(left, number, result, plan)]
    shown = curve_name(comparison.results[0].runs[0], plan.measure)
    left.set_xlabel("examples presented, pretraining included")
    left.set_ylabel(f"{shown} on validation data" + ("" if shown == plan.measure else f", stage {plan.last.name}"))
    left.set_xlim(left=0)
    left.xaxis.set_major_formatter("{x:,.0f}")
    if drawn and min(drawn) > 0 and max(drawn) > WIDE * min(drawn):
        left.set_yscale("log")
        left.yaxis.set_major_formatter("{x:g}")
        left.yaxis.set_minor_formatter("{x:g}")
    left.legend(frameon=False, fontsize=9)
    for number, result in enumerate(comparison.results):
        _dots(right, number, result)
    right.set_xticks(range(len(comparison.results)), [result.arm.title for result in comparison.results])
    right.set_xlim(-0.6, len(comparison.results) - 0.4)
    right.set_ylabel(f"{plan.measure} on test data, each seed and the mean")
    for axes in (left, right):
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
    seeds = f"{len(plan.seeds)} seeds" if len(plan.seeds) > 1 else "one seed"
    figure.suptitle(f"{plan.title}: did pretraining help? {seeds}", fontsize=11)
    return save_figure(figure, path)


def _curve(axes: Any, number: int, result: Result, plan: Any) -> list[float]:
    """Draw an arm's curve where every seed has a point; the values drawn."""
    curves = [validation_curve(run, plan.measure) for run in result.runs]
    places = sorted(set.intersection(*(set(curve) for curve in curves)))
    values = [[curve[place] for curve in curves] for place in places]
    colour = COLOURS[number % len(COLOURS)]
    label = f"{result.arm.title}, rate {result.rate:g}"
    axes.plot(places, [sum(v) / len(v) for v in values], ".-", color=colour, linewidth=1.4, markersize=4, label=label)
    axes.fill_between(places, [min(v) for v in values], [max(v) for v in values], color=colour, alpha=0.2, linewidth=0)
    return [value for at in values for value in at]


def _dots(axes: Any, number: int, result: Result) -> None:
    colour, mark = COLOURS[number % len(COLOURS)], MARKS[number % len(MARKS)]
    axes.plot([number] * len(result.test), result.test, mark, color=colour, markersize=5, alpha=0.7)
    mean = sum(result.test) / len(result.test)
    axes.plot([number - 0.2, number + 0.2], [mean, mean], color=colour, linewidth=2)
