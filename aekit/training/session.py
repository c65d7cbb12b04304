"""A session: one process's share of a run, from its start or a checkpoint to its end or a stop.

```
for each stage, for each phase:
    engine call ─ step event ─ [validation: epoch event, best, early stopping] ─ requests ─ [preview] ─ [checkpoint]
then: models/, measures, finished
```
"""

from __future__ import annotations

import dataclasses
import time
from typing import Any

from aekit.errors import NonFiniteError
from aekit.recipe import Recipe
from aekit.run import EventLog, RunDirectory
from aekit.training.checkpoints import Checkpoint, CheckpointFolder
from aekit.training.clock import Clock
from aekit.training.finishing import finish, measure_stage
from aekit.training.forking import begin_fork, first_stage, is_first_start
from aekit.training.previews import Previewer
from aekit.training.progress import Progress
from aekit.training.record import Record
from aekit.training.requests import Requests
from aekit.training.rollback import STRIDE, Collapsed, begin_again, go_back, rolls_back
from aekit.training.saving import Saver
from aekit.training.seeds import set_seeds
from aekit.training.setup import Prepared, prepare
from aekit.training.stages import StageRun
from aekit.training.state import read_state, write_networks, write_state
from aekit.training.stopping import Stopped as Stopped
from aekit.training.validation import Validation


def compiled(recipe: Recipe, index: int, mode: str) -> Recipe:
    """The recipe with what `compile: auto` of a stage has become."""
    stages = list(recipe.stages)
    stages[index] = dataclasses.replace(stages[index], compile=mode)
    return dataclasses.replace(recipe, stages=tuple(stages))


class Session:
    """Trains a recipe into a run directory.

    Args:
        recipe: what to train.
        run: where to write.
        log: the run's events.
        until: stop, with a checkpoint, once the run has made so many steps.
    """

    def __init__(self, recipe: Recipe, run: RunDirectory, log: EventLog, until: int | None = None) -> None:
        self.recipe, self.run, self.log, self.until = recipe, run, log, until
        self.folder = CheckpointFolder(run.checkpoints, recipe.checkpoints.keep if recipe.checkpoints else 1)
        self.progress = Progress()
        self.stop_reason: str | None = None
        self.paused = False
        self.forking = False
        self.clock = Clock(recipe)
        self.record = Record(run, log, self.clock)
        self.saver = Saver(self.folder, self.record)
        self.requests = Requests(self)
        self.prepared: Prepared
        self.stage_run: StageRun
        self.previewer: Previewer | None = None
        self.validation: Validation

    def execute(self, resume: bool = False) -> dict[str, Any]:
        """Train to the end and return the measures.

        Raises:
            Stopped: asked to; a checkpoint is written.
            AekitError: what went wrong, in words.
        """
        self.prepared = prepare(self.recipe)
        self.previewer = Previewer(
            self.run, self.prepared.data, self.prepared.networks, self._probe_count(), self.log.write
        )
        self.validation = Validation(self)
        found = self._newest() if resume else None
        if found:
            self.progress = Progress.from_dict(found.progress)
            self.forking = is_first_start(self.run, self.recipe, found)
        else:
            self.progress.stage = first_stage(self.run, self.prepared.networks)
        for index in range(self.progress.stage, len(self.recipe.stages)):
            self._train_stage(index, found if index == self.progress.stage else None)
            found = None
        return finish(self)

    def _newest(self) -> Checkpoint | None:
        found = self.folder.last_good()
        if found is None:
            self.log.write("warning", message="there is no checkpoint: the run starts from its beginning")
            return None
        for complaint in found[2]:
            self.log.write("warning", message=f"skipped: {complaint}")
        return found[1]

    def _probe_count(self) -> int:
        return self.recipe.previews.count if self.recipe.previews else 1

    # ------------------------------------------------------------------ a stage

    def _train_stage(self, index: int, found: Checkpoint | None) -> None:
        """Train a stage to its end, from its beginning or from a checkpoint, and from a good one after a collapse."""
        if found is None:
            self.progress.enter(index, 0)
        again = False
        while True:
            try:
                return self._try_stage(index, found, again)
            except Collapsed as collapse:
                found, again = go_back(self, collapse), True

    def _try_stage(self, index: int, found: Checkpoint | None, again: bool) -> None:
        progress = self.progress
        set_seeds(self.recipe.seed + index + STRIDE * progress.rollbacks)
        self.stage_run = stage = StageRun(self.prepared, index, progress.rollbacks)
        if stage.stage.compile != stage.compile:
            self.recipe = compiled(self.recipe, index, stage.compile)
            self.prepared = dataclasses.replace(self.prepared, recipe=self.recipe)
            self.record.compile(self.recipe)
        if found and again:
            begin_again(stage, found, progress.rollbacks)
        elif found and self.forking:
            begin_fork(stage, found.tensors, progress)
        elif found:
            write_state(stage.trainer, found.tensors)
        elif rolls_back(self.recipe):
            self.checkpoint("start of stage")
        try:
            for phase in range(progress.phase, len(stage.trainer.phases)):
                if phase != progress.phase:
                    progress.enter(index, phase)
                self._train_phase(stage, stage.trainer.phases[phase])
            self._end_stage(stage)
        finally:
            stage.close()

    def _train_phase(self, stage: StageRun, phase: str) -> None:
        progress = self.progress
        stage.enter_phase(phase)
        self.record.stage(stage, phase, progress)
        stage.engine.restore_totals(progress.sums)
        self.clock.restart(progress)
        while not progress.ended:
            limit = self._limit(stage)
            if limit:
                call = stage.engine.call(progress.step, limit)
                progress.advance(call.steps, call.totals)
                if call.broken:
                    error = self._non_finite(call.broken)
                    raise Collapsed((str(error),), error) if rolls_back(self.recipe) else error
                if self.clock.report_due():
                    self.record.step(stage, progress)
            self._at_boundary(stage)
            self._serve(stage)
        self._end_phase(stage)

    def _limit(self, stage: StageRun) -> int:
        """Steps to the nearest of: the phase's end, the next validation pass, `until`."""
        step = self.progress.step
        to_test = stage.test_every - step % stage.test_every
        to_stop = stage.steps if self.until is None else max(0, self.until - self.progress.total)
        return min(stage.steps - step, to_test, to_stop)

    def _at_boundary(self, stage: StageRun) -> None:
        progress = self.progress
        over = progress.step >= stage.steps
        if progress.summed and (over or progress.step % stage.test_every == 0):
            self.validation.run(stage)
        if over:
            progress.ended = True

    def _end_phase(self, stage: StageRun) -> None:
        """The phase's best networks come back, and the trainer leaves them as the next one shall find them."""
        if self.progress.best:
            write_networks(self.prepared.networks, self.saver.best(self.progress).tensors)
        stage.trainer.end_phase()
        if self.recipe.previews and self.progress.phase + 1 < len(stage.trainer.phases):
            self.preview()

    def _end_stage(self, stage: StageRun) -> None:
        """The end of the stage is on disk, shown, and measured where another stage follows."""
        self.checkpoint("end of stage")
        self.folder.keep_stage(stage.index, stage.stage.name, self.progress.total)
        if self.recipe.previews:
            self.preview()
        if stage.index + 1 < len(self.recipe.stages):
            measure_stage(self)

    # ------------------------------------------------------------------ between two calls

    def _serve(self, stage: StageRun) -> None:
        self.requests.serve()
        while self.paused and self.stop_reason is None:
            time.sleep(0.05)
            self.log.touch()
            self.requests.serve()
        if self.until is not None and self.progress.total >= self.until:
            self.stop_reason = f"step {self.until} is reached"
        if self.stop_reason is not None:
            self.checkpoint("stop")
            raise Stopped(self.stop_reason)
        if self.recipe.previews and self.clock.preview_due():
            self.preview()
        if self.recipe.checkpoints and self.clock.checkpoint_due():
            self.checkpoint("interval", wait=False)
        self.saver.collect(wait=False)

    def interrupt_if_asked(self) -> None:
        """Give way to a stop request once everything is on disk: a resume measures again."""
        self.requests.serve()
        if self.stop_reason is not None:
            raise Stopped(self.stop_reason)

    def preview(self) -> None:
        """Write previews of the present state; training goes on with the same random numbers as without it."""
        assert self.previewer is not None
        with self.stage_run.randomness_kept():
            self.previewer.write(self.stage_run.trainer, self.progress.total)

    def checkpoint(self, reason: str, wait: bool = True) -> str:
        """Write the state, and the best one where it is newer than its file; returns the file's name.

        Without `wait` a thread writes while training goes on, from a copy of the state made now.
        """
        return self.saver.write(reason, self.snapshot(), wait)

    def snapshot(self) -> Checkpoint:
        """A copy of the whole state."""
        data = self.prepared.data
        about = {
            "example_shape": data.example_shape,
            "value_range": data.value_range,
            "display_range": data.shown_range,
            "classes": self.prepared.networks.classes,
            "seconds": round(self.clock.seconds(), 3),
            "good": rolls_back(self.recipe) and self.progress.health.is_good,
        }
        return Checkpoint(read_state(self.stage_run.trainer), self.progress.as_dict(), about)

    def _non_finite(self, names: tuple[str, ...]) -> NonFiniteError:
        return NonFiniteError(
            f"{', '.join(names)} became NaN or infinite at step {self.progress.total}; {self.saver.last_kept()}. "
            "A lower learning rate or clipnorm on the optimizer often helps"
        )
