"""The table of measures: each metric beside its baselines, with what is needed to trust it."""

from __future__ import annotations

from typing import Any

from aekit.cli.output import figure, new_table, print_table, say
from aekit.run import RunDirectory
from aekit.run.files import read_object
from aekit.run.reading import mapping
from aekit.run.wording import computed_on, in_order, measured


def read_measures(run: RunDirectory) -> dict[str, Any]:
    """metrics.json's measures by name and split; empty when there are none."""
    return mapping((read_object(run.metrics) or {}).get("measures"))


def print_measures(measures: dict[str, Any]) -> None:
    """Measures by name and split as a table on stdout."""
    if not measures:
        say("no measures: the recipe names no metrics")
        return
    rows = [(n, s, mapping(m)) for n in in_order(measures) for s, m in mapping(measures[n]).items()]
    told = any(computed_on(measure) for _, _, measure in rows)
    table = new_table("metric", "split", "value", "", "n", "unit", *["on"] * told, right=("value", "n"))
    for name, split, measure in rows:
        cells = [*_row(name, split, measure), *[computed_on(measure)] * told]
        table.add_row(*cells, style="dim" if "." in name else None)
    print_table(table)


def _row(name: str, split: str, measure: dict[str, Any]) -> list[str]:
    return [name, split, *measured(measure), figure(measure.get("n")), str(measure.get("unit") or "")]
