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
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from aekit.errors import NonFiniteError
from aekit.recipe import Recipe
from aekit.run import EventLog, RunDirectory
from aekit.training.checkpoints import Checkpoint, CheckpointFolder, read_checkpoint
from aekit.training.clock import Clock
from aekit.training.finishing import finish
from aekit.training.forking import begin_fork, is_first_start
from aekit.training.previews import Previewer
from aekit.training.progress import Progress
from aekit.training.record import Record, Written
from aekit.training.requests import Requests
from aekit.training.seeds import set_seeds
from aekit.training.setup import Prepared, prepare
from aekit.training.stages import StageRun
from aekit.training.state import read_state, write_networks, write_state


class Stopped(Exception):
    """The run was asked to stop; it is checkpointed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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
        self.requests = Requests(self)
        self.prepared: Prepared
        self.stage_run: StageRun
        self.previewer: Previewer | None = None
        self._best: Checkpoint | None = None
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="checkpoint")
        self._writing: Future[list[Written]] | None = None

    def execute(self, resume: bool = False) -> dict[str, Any]:
        """Train to the end and return the measures.

        Raises:
            Stopped: asked to; a checkpoint is written.
            AekitError: what went wrong, in words.
        """
        self.prepared = prepare(self.recipe)
        self.previewer = Previewer(self.run, self.prepared.data, self._probe_count(), self.log.write)
        found = self._newest() if resume else None
        if found:
            self.progress = Progress.from_dict(found.progress)
            self.forking = is_first_start(self.run, self.recipe, found)
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
        progress = self.progress
        if found is None:
            progress.enter(index, 0)
        set_seeds(self.recipe.seed + index)
        self.stage_run = stage = StageRun(self.prepared, index)
        if self.recipe.compile != stage.compile:
            self.recipe = dataclasses.replace(self.recipe, compile=stage.compile)
            self.prepared = dataclasses.replace(self.prepared, recipe=self.recipe)
            self.record.compile(self.recipe)
        if found and self.forking:
            begin_fork(stage, found.tensors, progress)
        elif found:
            write_state(stage.trainer, found.tensors)
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
                    raise self._non_finite(call.broken)
                if self.clock.report_due():
                    self.record.step(stage, progress)
            self._at_boundary(stage)
            self._serve(stage)

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
            self._validate(stage)
        if over:
            progress.ended = True

    def _validate(self, stage: StageRun) -> None:
        progress = self.progress
        if progress.step >= stage.steps and self.clock.unreported(progress):
            self.record.step(stage, progress)
        values = stage.validate()
        self.record.epoch(stage, progress, values)
        progress.sums, progress.summed = {}, 0
        stage.engine.restore_totals({})
        self.clock.begin(progress)
        self._judge(stage, values)

    def _judge(self, stage: StageRun, values: dict[str, float]) -> None:
        stopping, progress = self.recipe.early_stopping, self.progress
        measure = stopping.measure if stopping else self.recipe.best
        if measure is None or measure not in values:
            return
        if progress.judge(values[measure], stopping.minimum_change if stopping else 0.0):
            # Kept in memory until the next checkpoint: a run that improves at every pass would do nothing but write.
            self._best = self._snapshot()
        elif stopping and progress.waited >= stopping.patience:
            progress.ended = True

    def _end_stage(self, stage: StageRun) -> None:
        """The stage's best networks come back, and the end of the stage is on disk."""
        self._collect(wait=True)
        if self.progress.best:
            best = self._best if self._best else self._best_on_disk()
            write_networks(self.prepared.networks, best.tensors)
        self.checkpoint("end of stage")
        if self.recipe.previews:
            self.preview()

    def _best_on_disk(self) -> Checkpoint:
        assert self.progress.best is not None
        return read_checkpoint(self.folder.best_path(self.progress.stage, self.progress.best.step))

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
        self._collect(wait=False)

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
        self._collect(wait=True)
        step, best, snapshot = self.progress.total, self._best, self._snapshot()
        self._best = None
        self._writing = self._writer.submit(self._write, step, reason, snapshot, best)
        self._collect(wait)
        return self.folder.path_of(step).name

    def _write(self, step: int, reason: str, snapshot: Checkpoint, best: Checkpoint | None) -> list[Written]:
        written = []
        if best is not None:
            at = Progress.from_dict(best.progress)
            path, digest = self.folder.write_best(at.stage, at.total, best)
            written.append(Written(path, digest, at.total, "best validation", best=True))
        path, digest = self.folder.write(step, snapshot)
        return [*written, Written(path, digest, step, reason)]

    def _collect(self, wait: bool) -> None:
        """Put on record what the thread has written; what went wrong there is raised here."""
        if self._writing is None or not (wait or self._writing.done()):
            return
        writing, self._writing = self._writing, None
        for written in writing.result():
            self.record.checkpoint(written)

    def _snapshot(self) -> Checkpoint:
        data = self.prepared.data
        about = {
            "example_shape": data.example_shape,
            "value_range": data.value_range,
            "display_range": data.shown_range,
            "seconds": round(self.clock.seconds(), 3),
        }
        return Checkpoint(read_state(self.stage_run.trainer), self.progress.as_dict(), about)

    def _non_finite(self, names: tuple[str, ...]) -> NonFiniteError:
        self._collect(wait=True)
        last = self.folder.regular()[-1:]
        kept = f"the last good checkpoint is {last[0].name}" if last else "there is no checkpoint yet"
        return NonFiniteError(
            f"{', '.join(names)} became NaN or infinite at step {self.progress.total}; {kept}. "
            "A lower learning rate or clipnorm on the optimizer often helps"
        )
