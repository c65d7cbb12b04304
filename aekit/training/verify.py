"""The proof of exact resume: a run without a break against one interrupted at a random step."""

from __future__ import annotations

import contextlib
import random
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from aekit.recipe import Recipe, load_recipe
from aekit.run import EventLog, RunDirectory, create_run
from aekit.training.checkpoints import Checkpoint, CheckpointFolder
from aekit.training.session import Session, Stopped


@dataclass(frozen=True)
class VerifyReport:
    """What came out.

    Attributes:
        steps: of both runs.
        interrupted_at: after which step the second run was stopped, and begun anew from its checkpoint.
        straight, resumed: SHA-256 of the whole state at the end.
        differing: keys whose bits differ, and "progress" where the counters do.
    """

    steps: int
    interrupted_at: int
    straight: str
    resumed: str
    differing: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        return self.straight == self.resumed


def verify_resume(recipe: Recipe, steps: int = 200, at: int | None = None) -> VerifyReport:
    """Train `steps` steps straight and `steps` steps in two parts, and compare every bit of the state.

    Args:
        recipe: any; it is trained in a temporary folder.
        steps: how many, at least 2.
        at: where the second run is interrupted; a random step where None.
    """
    at = random.randint(1, steps - 1) if at is None else at
    with tempfile.TemporaryDirectory(prefix="aekit-verify-") as folder:
        quiet = replace(recipe, checkpoints=None, previews=None)
        straight = _train(create_run(quiet, ["verify-resume"], Path(folder)), [steps])
        resumed = _train(create_run(quiet, ["verify-resume"], Path(folder)), [at, steps])
    return VerifyReport(steps, at, straight.digest, resumed.digest, _differing(straight, resumed))


def _train(run: RunDirectory, stops: list[int]) -> Checkpoint:
    for number, stop in enumerate(stops):
        with EventLog(run.events) as log:
            session = Session(load_recipe(run.recipe), run, log, until=stop)
            with contextlib.suppress(Stopped):
                session.execute(resume=number > 0)
    found = CheckpointFolder(run.checkpoints).last_good()
    assert found is not None, "a session ended without a checkpoint"
    return found[1]


def _differing(one: Checkpoint, other: Checkpoint) -> tuple[str, ...]:
    keys = sorted(one.tensors.keys() | other.tensors.keys())
    found = [key for key in keys if not _same(one, other, key)]
    return (*found, *(["progress"] if one.progress != other.progress else []))


def _same(one: Checkpoint, other: Checkpoint, key: str) -> bool:
    first, second = one.tensors.get(key), other.tensors.get(key)
    return first is not None and second is not None and first.value.tobytes() == second.value.tobytes()
