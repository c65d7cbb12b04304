"""Back to the last good checkpoint after a collapse, with lower learning rates and another seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aekit.recipe import Recipe, Stage
from aekit.recipe.keras_names import OPTIMIZERS
from aekit.recipe.optimizers import RATE
from aekit.training.checkpoints import Checkpoint
from aekit.training.forking import adopted
from aekit.training.progress import Progress
from aekit.training.state import randomness_of, write_state
from aekit.training.stopping import Stopped

if TYPE_CHECKING:
    from aekit.training.session import Session
    from aekit.training.stages import StageRun

#: Seeds after a rollback are so far from those before it.
STRIDE = 104_729
#: Options of learning-rate schedules that are rates.
RATES = ("initial_learning_rate", "warmup_target", "end_learning_rate", "values")


class Collapsed(Exception):
    """Training has collapsed, and the recipe wants to go back.

    Args:
        reasons: why, in words.
        error: what ends the run where it may not go back any more; None stops it.
    """

    def __init__(self, reasons: tuple[str, ...], error: Exception | None = None) -> None:
        super().__init__("; ".join(reasons))
        self.error = error


def rolls_back(recipe: Recipe) -> bool:
    return recipe.on_collapse.action == "rollback"


def go_back(session: Session, collapse: Collapsed) -> Checkpoint:
    """Set the session's counters back to the last good checkpoint, which is returned, and put it on record.

    Raises:
        Stopped: the run has gone back as often as its recipe allows.
    """
    done, wanted = session.progress.rollbacks, session.recipe.on_collapse
    if done >= wanted.times:
        if collapse.error:
            raise collapse.error
        session.checkpoint("collapsed")
        raise Stopped(f"collapsed again after {done} rollbacks: {collapse}")
    found = session.saver.good(session.progress.stage)
    left = session.progress.total
    session.progress = Progress.from_dict(found.progress)
    session.progress.rollbacks = done + 1
    session.log.write(
        "rollback",
        step=left,
        resumed_from=session.progress.total,
        rollbacks=done + 1,
        rate=wanted.rate ** (done + 1),
        message=f"back to step {session.progress.total}, rollback {done + 1} of at most {wanted.times}: {collapse}",
    )
    return found


def begin_again(stage: StageRun, found: Checkpoint, rollbacks: int) -> None:
    """Put a good state into a new trainer, which keeps its own rates and draws other random numbers."""
    write_state(stage.trainer, adopted(stage.trainer, found.tensors))
    for variable in randomness_of(stage.trainer):
        key, count = (int(number) for number in variable.numpy())
        variable.assign([(key + STRIDE * rollbacks) % 2**31, count])


def gentler(stage: Stage, factor: float) -> Stage:
    """The stage with all learning rates of its trainer's optimizers multiplied by `factor`."""
    if factor == 1:
        return stage
    options = dict(stage.trainer.options)
    for name, value in options.items():
        if isinstance(value, Mapping) and value.get("type") in OPTIMIZERS:
            rate = value.get(RATE, OPTIMIZERS[value["type"]][RATE][1])
            options[name] = {**value, RATE: _times(rate, factor)}
    return replace(stage, trainer=replace(stage.trainer, options=options))


def _times(rate: Any, factor: float) -> Any:
    if isinstance(rate, Mapping):
        return {key: _times(value, factor) if key in RATES else value for key, value in rate.items()}
    if isinstance(rate, list | tuple):
        return [_times(each, factor) for each in rate]
    return None if rate is None else rate * factor
