"""The table of measures: each metric beside its baselines, with what is needed to trust it."""

from __future__ import annotations

from typing import Any

from aekit.cli.output import figure, new_table, print_table, say
from aekit.run import RunDirectory
from aekit.run.files import read_object
from aekit.run.paths import shown
from aekit.run.reading import mapping


def read_measures(run: RunDirectory) -> dict[str, Any]:
    """metrics.json's measures by name and split; empty when there are none."""
    return mapping((read_object(run.metrics) or {}).get("measures"))


def print_measures(run: RunDirectory) -> None:
    """The run's measures as a table on stdout."""
    measures = read_measures(run)
    if not measures:
        say(f"no measures in {shown(run.metrics)}: the recipe names no metrics")
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
    error = measure.get("standard_error")
    spread = f"± {figure(error)}" if error is not None else ""
    value = figure(measure.get("value")) or "not finite"
    return [name, split, value, spread, figure(measure.get("n")), str(measure.get("unit") or "")]
