"""The runs of a comparison: each is made once, found again by what it trains, and brought to its end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aekit.errors import InputError, RunFailed
from aekit.recipe import Recipe
from aekit.recipe.load import file_hash
from aekit.run import RunDirectory, create_run, latest_events, list_runs, read_info, run_after, stages_of, status
from aekit.run.files import read_object
from aekit.run.info import add_info
from aekit.run.reading import mapping, number

#: Trains a run until it ends: (run, resume, what it is); the run's state tells how it ended.
Train = Callable[[RunDirectory, bool, str], None]
#: The error of a run whose rate was too high.
DIVERGED = "NonFiniteError"


@dataclass
class Trials:
    """The runs of one comparison, in a folder of runs.

    Args:
        total: how many there will be.
        train: brings a run to its end; called for one after another.
    """

    root: Path
    command: list[str]
    total: int
    train: Train
    done: int = 0

    def run(self, recipe: Recipe, title: str, beside: RunDirectory | None = None) -> RunDirectory:
        """A run of this recipe that is over: finished, or failed because a loss was not finite.

        Args:
            recipe: with its own name.
            beside: a run that differs in the last stage alone; what comes before is taken from it.

        Raises:
            RunFailed: it failed for another reason, or was killed.
        """
        self.done += 1
        digest = digest_of(recipe)
        found = find_trial(self.root, digest)
        run = found or self._make(recipe, digest, beside)
        if is_over(run):
            return run
        self.train(run, found is not None, f"{self.done} of {self.total}: {title}")
        if not is_over(run):
            now = status(run)
            raise RunFailed(f"{run.id} {now.state}{f': {now.detail}' if now.detail else ''}; see {run.output}")
        return run

    def _make(self, recipe: Recipe, digest: str, beside: RunDirectory | None) -> RunDirectory:
        before = recipe.stages[-2].name if beside and len(recipe.stages) > 1 else None
        if beside and before in stages_of(beside):
            run = run_after(beside, before, recipe, self.root, self.command)
        else:
            run = create_run(recipe, self.command, self.root)
        add_info(run, trial=digest)
        return run


def digest_of(recipe: Recipe) -> str:
    """What a run of this recipe computes: the recipe, complete, and the local plugin files that it uses."""
    plugins = [file_hash(ref.path) for ref in recipe.plugins]
    return hashlib.sha256("\n".join([recipe.dump(), *plugins]).encode()).hexdigest()


def find_trial(root: Path, digest: str) -> RunDirectory | None:
    """The newest run that was made for this."""
    return next((run for run in reversed(list_runs(root)) if read_info(run).get("trial") == digest), None)


def is_over(run: RunDirectory) -> bool:
    """Whether nothing is left to do: it is finished, or diverged."""
    return status(run).state == "finished" or diverged(run)


def diverged(run: RunDirectory) -> bool:
    """Whether a loss was not finite."""
    return status(run).state == "failed" and latest_events(run.events).get("failed", {}).get("error") == DIVERGED


def measured(run: RunDirectory, name: str, split: str) -> float | None:
    """A final measure's value; None where the run diverged or the value is not finite."""
    return number(measure_of(run, name, split).get("value")) if not diverged(run) else None


def measure_of(run: RunDirectory, name: str, split: str) -> dict[str, Any]:
    """A final measure as metrics.json has it.

    Raises:
        InputError: the run has no such measure.
    """
    measures = mapping((read_object(run.metrics) or {}).get("measures"))
    found = mapping(measures.get(name)).get(split)
    if not isinstance(found, dict):
        raise InputError(f"{run.id} has no measure '{name}' on {split} data; it has {', '.join(measures) or 'none'}")
    return found
