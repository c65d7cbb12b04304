"""The table of measures: each metric beside its baselines, with what is needed to trust it."""

from __future__ import annotations

import math
from typing import Any

from aekit.cli.output import figure, new_table, print_table, say
from aekit.run import RunDirectory
from aekit.run.files import read_object
from aekit.run.reading import mapping, number


def read_measures(run: RunDirectory) -> dict[str, Any]:
    """metrics.json's measures by name and split; empty when there are none."""
    return mapping((read_object(run.metrics) or {}).get("measures"))


def print_measures(measures: dict[str, Any]) -> None:
    """Measures by name and split as a table on stdout."""
    if not measures:
        say("no measures: the recipe names no metrics")
        return
    table = new_table("metric", "split", "value", "", "n", "unit", right=("value", "n"))
    for name in in_order(measures):
        for split, measure in mapping(measures[name]).items():
            table.add_row(*_row(name, split, mapping(measure)), style="dim" if "." in name else None)
    print_table(table)


def in_order(measures: dict[str, Any]) -> list[str]:
    """Each metric, directly followed by its baselines ("pca_baseline.squared_error" after "squared_error")."""
    plain = [name for name in measures if name.rpartition(".")[2] not in measures or "." not in name]
    baselines = [name for name in measures if name not in plain]
    return [n for name in plain for n in (name, *(b for b in baselines if b.rpartition(".")[2] == name))]


def _row(name: str, split: str, measure: dict[str, Any]) -> list[str]:
    value, error = number(measure.get("value")), number(measure.get("standard_error"))
    figures = ("not finite", "") if value is None else with_error(value, error)
    return [name, split, *figures, figure(measure.get("n")), str(measure.get("unit") or "")]


def with_error(value: float, error: float | None) -> tuple[str, str]:
    """A value and "± error", both to the error's second digit: 0.8252, 0.03306 -> "0.825", "± 0.033"."""
    if not error or error < 0:
        return figure(value), ""
    digits = max(0, 1 - math.floor(math.log10(error)))
    return f"{value:,.{digits}f}", f"± {error:,.{digits}f}"
