"""Measures of a run that has been trained before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from aekit.errors import InputError, did_you_mean
from aekit.plugins import load_components
from aekit.recipe import Entry
from aekit.run import RunDirectory
from aekit.training.figures import Figures
from aekit.training.finishing import measure, write_measures
from aekit.training.opening import open_run, read_measures


def measure_run(
    path: str | Path,
    metrics: Sequence[str] | None = None,
    tell: Callable[..., Any] = lambda event_type, **fields: None,
) -> dict[str, Any]:
    """Measure a run's newest checkpoint and bring its metrics.json up to date.

    Args:
        path: the run, as for `open_run`.
        metrics: keys of the recipe's metrics, or types of others (with their default options); all of the recipe's
            where None.
        tell: given the `measuring` events of metrics that take long, `tell(type, **fields)`.

    Raises:
        InputError: no such metric.
    """
    model = open_run(path)
    known = {entry.key: entry for entry in model.recipe.metrics}
    entries = (
        list(known.values())
        if not metrics
        else [known.get(name) or _by_type(model.recipe.catalog, name) for name in metrics]
    )
    load_components(model.recipe.catalog, [(entry.kind, entry.type) for entry in entries])
    run = RunDirectory(model.path)
    measures = measure(model, entries, Figures(run.figures, model.step), tell=tell)
    write_measures(run.metrics, model.step, read_measures(run) | measures)
    return measures


def _by_type(catalog: Any, name: str) -> Entry:
    types = sorted(component.name for component in catalog.of_kind("metric"))
    if name not in types:
        raise InputError(f"there is no metric '{name}'.{did_you_mean(name, types)} Known are {', '.join(types)}")
    needed = [p.name for p in catalog.find("metric", name).parameters.values() if p.required]
    if needed:
        raise InputError(f"metric '{name}' needs {', '.join(needed)}: name it in the recipe's metrics")
    return Entry("metric", name, name, {})
