"""Runs that begin with another one's checkpoint: forks, with other values, and runs after one of its stages."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from aekit.errors import RunError, did_you_mean
from aekit.run.create import create_run
from aekit.run.info import add_info
from aekit.run.paths import RunDirectory, runs_root

if TYPE_CHECKING:
    from aekit.recipe import Recipe

_STEP = re.compile(r"(?:step|best-\d+)-(\d+)\.h5")
_STAGE = re.compile(r"stage-\d+-(.+)\.h5")


def fork_run(
    run: RunDirectory,
    recipe: Recipe,
    step: int | None = None,
    root: str | Path | None = None,
    command: list[str] | None = None,
) -> RunDirectory:
    """Make a run that `start_worker(made, resume=True)` continues from a checkpoint of `run`.

    Args:
        run: the parent, in whatever state; it is only read.
        recipe: the parent's own, with overrides.
        step: of the checkpoint; the newest where None.
        root: the folder of runs, as for `runs_root`.
        command: the command line that asked for it; this process' where None.

    Raises:
        RunError: the parent has no such checkpoint, or the folder cannot be made.
    """
    step, checkpoint = _choose(run, step)
    made = create_run(recipe, sys.argv if command is None else command, runs_root(root))
    try:
        made.checkpoints.mkdir()
        _copy(checkpoint, made.checkpoints / f"step-{step:06d}.h5")
        add_info(made, forked_from={"run": run.id, "step": step})
    except OSError as error:
        shutil.rmtree(made.path, ignore_errors=True)
        raise RunError(f"{checkpoint}: the checkpoint could not be copied ({error.strerror or error})") from error
    return made


def run_after(
    run: RunDirectory,
    stage: str | None,
    recipe: Recipe,
    root: str | Path | None = None,
    command: list[str] | None = None,
) -> RunDirectory:
    """Make a run of `recipe` whose networks begin as a stage of `run` has left them.

    It begins with the stage after that of this name, or with its first where it has none of this name.

    Args:
        run: with the stage finished, in whatever state; it is only read.
        stage: its name; the last finished one where None.
        root, command: as for `fork_run`.

    Raises:
        RunError: there is no such finished stage, the recipe has none after it, or the folder cannot be made.
    """
    stage = _finished(run, stage)
    names = [item.name for item in recipe.stages]
    if stage == names[-1]:
        raise RunError(f"nothing is left to train: '{stage}' is the last stage of {recipe.name}")
    made = create_run(recipe, sys.argv if command is None else command, runs_root(root))
    try:
        made.checkpoints.mkdir()
        _copy(stages_of(run)[stage], made.origin)
        first = names.index(stage) + 1 if stage in names else 0
        add_info(made, started_from={"run": run.id, "stage": stage, "first_stage": first})
    except OSError as error:
        shutil.rmtree(made.path, ignore_errors=True)
        raise RunError(f"{run.id}: the stage could not be copied ({error.strerror or error})") from error
    return made


def stages_of(run: RunDirectory) -> dict[str, Path]:
    """The file with the end of each finished stage, by the stage's name, in order."""
    found = ((_STAGE.fullmatch(path.name), path) for path in sorted(run.checkpoints.glob("stage-*.h5")))
    return {match[1]: path for match, path in found if match}


def _finished(run: RunDirectory, stage: str | None) -> str:
    known = list(stages_of(run))
    if not known:
        raise RunError(f"{run.id} has finished no stage yet, so there is nothing to begin after")
    if stage is not None and stage not in known:
        hint = did_you_mean(stage, known)
        raise RunError(f"{run.id} has no finished stage '{stage}'.{hint} Finished: {', '.join(known)}")
    return stage or known[-1]


def checkpoints_of(run: RunDirectory) -> dict[int, Path]:
    """A run's checkpoint files by step, in order; the regular one where a best one is of the same step."""
    found = ((_STEP.fullmatch(path.name), path) for path in sorted(run.checkpoints.glob("*.h5")))
    by_step = {int(match[1]): path for match, path in found if match}
    return dict(sorted(by_step.items()))


def _choose(run: RunDirectory, step: int | None) -> tuple[int, Path]:
    known = checkpoints_of(run)
    if not known:
        raise RunError(f"{run.id} has no checkpoint yet, so there is nothing to go on from")
    chosen = max(known) if step is None else step
    if chosen not in known:
        steps = ", ".join(map(str, known))
        raise RunError(f"{run.id} has no checkpoint of step {chosen}; there are those of the steps {steps}")
    return chosen, known[chosen]


def _copy(source: Path, target: Path) -> None:
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    shutil.copyfile(source, aside)
    aside.replace(target)
