"""The end of a run: saved models, measures, and the event that says so."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aekit import registry
from aekit.errors import AekitError
from aekit.measure import Measure
from aekit.recipe import Entry
from aekit.run.files import write_whole
from aekit.training.exports import export_models
from aekit.training.faults import fault, first_line
from aekit.training.figures import Figures
from aekit.training.model import Model
from aekit.training.stopping import Stopped
from aekit.training.telling import Telling

if TYPE_CHECKING:
    from aekit.training.session import Session

SPLITS = ("validation", "test")
FORMAT = 1


def finish(session: Session) -> dict[str, Any]:
    """Export the networks, measure them on validation and test data, and write the last event."""
    run, prepared = session.run, session.prepared
    export_models(prepared.networks, run.models)
    figures = Figures(run.figures, session.progress.total, session.previewer if session.recipe.previews else None)
    entries = session.recipe.metrics
    measures = measure(_model(session), entries, figures, session.interrupt_if_asked, SPLITS, session.log.write)
    write_measures(run.metrics, session.progress.total, measures)
    session.log.write(
        "finished", step=session.progress.total, seconds=round(session.clock.seconds(), 3), measures=measures
    )
    return measures


def measure_stage(session: Session) -> None:
    """Put on record what a stage with others after it has reached, on validation data: test data is for the end."""
    stage = session.stage_run
    if stage.stage.metrics:
        entries, look = stage.stage.metrics, session.interrupt_if_asked
        measures = measure(_model(session), entries, None, look, SPLITS[:1], session.log.write)
        session.log.write("measured", step=session.progress.total, stage=stage.stage.name, measures=measures)


def _model(session: Session) -> Model:
    prepared = session.prepared
    return Model(prepared.networks, session.recipe, prepared.data.example_shape, lambda: prepared.data)


def measure(
    model: Model,
    entries: Sequence[Entry],
    figures: Figures | None = None,
    before_each: Any = lambda: None,
    splits: tuple[str, ...] = SPLITS,
    tell: Callable[..., Any] = lambda event_type, **fields: None,
) -> dict[str, Any]:
    """{metric: {split: {"value": ..., "n": ..., "standard_error": ..., "unit": ..., "direction": ...}}}.

    A metric that returns several measures gives them as "metric.name", and that of the name "" as "metric".

    Args:
        figures: where metrics may leave pictures; each is given those under its own key.
        before_each: called before each metric and split, and whenever a metric says how far it is.
        splits: on which data.
        tell: given the `measuring` events of metrics that take long.
    """
    measures: dict[str, Any] = {}
    telling = Telling(tell, before_each)
    for entry in entries:
        for split in splits:
            before_each()
            with telling.of(entry.key, split):
                found = _named(entry, _call(entry, model, split, figures))
            for name, value in found.items():
                measures.setdefault(name, {})[split] = value.as_dict()
    return measures


def write_measures(path: Path, step: int, measures: dict[str, Any]) -> None:
    content = {"format": FORMAT, "step": step, "measures": measures}
    write_whole(path, json.dumps(content, indent=2) + "\n")


def _call(entry: Entry, model: Model, split: str, figures: Figures | None) -> Any:
    make = registry.find("metric", entry.type).make
    draws = "figures" in inspect.signature(make).parameters
    try:
        return make(model, split, *([figures and figures.of(entry.key)] if draws else []), **entry.options)
    except (AekitError, Stopped):
        raise
    except Exception as error:
        raise fault(entry, f"failed: {first_line(error)}") from error


def _named(entry: Entry, result: Any) -> dict[str, Measure]:
    parts = result if isinstance(result, dict) else {"": result}
    named = {f"{entry.key}.{name}" if name else entry.key: value for name, value in parts.items()}
    for value in named.values():
        if not isinstance(value, Measure):
            raise fault(entry, f"must return aekit.Measure or a dict of them, received {type(value).__name__}")
    return named
