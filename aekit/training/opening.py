"""From Python: train a recipe, open a run."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aekit.errors import RunError
from aekit.recipe import load_recipe
from aekit.run import EventLog, RunDirectory, create_run, find_run, history, read_events, runs_root
from aekit.training.building import build_networks
from aekit.training.checkpoints import CheckpointFolder
from aekit.training.model import Model
from aekit.training.setup import load_data, prepare_components
from aekit.training.state import averaged, write_networks


class RunModel(Model):
    """The model of a run, with the run's record.

    Attributes:
        path: the run directory.
        step: of the checkpoint that the networks are from.
        shown_range: the fixed range in which its data is displayed.
        measures: {metric: {split: {"value": ..., "n": ..., ...}}}; empty before the run has finished.
        history: a dict for every step event, {"step": ..., name: value}.
    """

    path: Path
    step: int
    shown_range: tuple[float, float]
    measures: Mapping[str, Any]
    history: list[dict[str, Any]]


def open_run(path: str | Path) -> RunModel:
    """The model of a run: of its end where it finished, else of its newest checkpoint.

    Args:
        path: a run directory, or under the runs folder an id, a unique prefix of one, or "last".

    Raises:
        RunError: no such run, or it has no checkpoint yet.
        CheckpointError: its checkpoints are damaged or do not fit.
    """
    run = find_run(str(path))
    recipe = load_recipe(run.recipe)
    found = CheckpointFolder(run.checkpoints).last_good()
    if found is None:
        raise RunError(f"{run.id} has no checkpoint yet, so there is no model to open")
    checkpoint = found[1]
    prepare_components(recipe)
    about = checkpoint.about
    shape, value_range = about["example_shape"], about["value_range"]
    limits = tuple(value_range) if value_range else None
    networks = build_networks(recipe, tuple(shape), limits, about.get("classes"))
    write_networks(networks, averaged(checkpoint.tensors))
    model = RunModel(networks, recipe, tuple(shape), lambda: load_data(recipe))
    model.path, model.step = run.path, checkpoint.progress["total"]
    model.shown_range = tuple(about["display_range"])
    model.measures = read_measures(run)
    model.history = history(read_events(run.events))
    return model


def train(recipe: str | Path, *, runs: str | Path | None = None, **overrides: Any) -> RunModel:
    """Train a recipe in this process and open the run that it made.

    Args:
        recipe: a shipped recipe's name, or a path.
        runs: the folder for the run directory; $AEKIT_RUNS or ./runs by default.
        overrides: values for keys, e.g. epochs=3; for nested ones **{"encoder.units": [64]}.

    Raises:
        AekitError: what went wrong; the run directory says the same in its last event.
    """
    from aekit.run import write_info
    from aekit.training.session import Session
    from aekit.training.worker import record_start

    words = [f"{key}={json.dumps(value)}" for key, value in overrides.items()]
    loaded = load_recipe(recipe, words)
    run = create_run(loaded, sys.argv, runs_root(runs))
    write_info(run)
    with EventLog(run.events) as log:
        record_start(log, resumed_from=None)
        session = Session(load_recipe(run.recipe), run, log)
        try:
            session.execute()
        except Exception as error:
            log.write(
                "failed", step=session.progress.total, error=type(error).__name__, message=str(error), checkpoint=None
            )
            raise
    return open_run(run.path)


def read_measures(run: RunDirectory) -> dict[str, Any]:
    """The contents of metrics.json, empty where there is none."""
    if not run.metrics.exists():
        return {}
    return dict(json.loads(run.metrics.read_text(encoding="utf-8"))["measures"])
