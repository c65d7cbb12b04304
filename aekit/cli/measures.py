"""The table of measures: each metric beside its baselines, with what is needed to trust it."""

from __future__ import annotations

from typing import Any

from aekit.cli.output import figure, new_table, print_table, say
from aekit.run import RunDirectory
from aekit.run.files import read_object
from aekit.run.reading import mapping
from aekit.run.wording import in_order, measured


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


def _row(name: str, split: str, measure: dict[str, Any]) -> list[str]:
    return [name, split, *measured(measure), figure(measure.get("n")), str(measure.get("unit") or "")]
