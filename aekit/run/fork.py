"""Forking: a new run that goes on from a checkpoint of another one, with other values in its recipe."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from aekit.errors import RunError
from aekit.run.create import create_run
from aekit.run.info import add_info
from aekit.run.paths import RunDirectory, runs_root

if TYPE_CHECKING:
    from aekit.recipe import Recipe

_STEP = re.compile(r"(?:step|best-\d+)-(\d+)\.h5")


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
