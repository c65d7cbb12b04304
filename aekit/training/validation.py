"""What follows a validation pass: its record, the best state, early stopping, and the trainer's own judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aekit.training.health import Watch
from aekit.training.rollback import Collapsed, rolls_back
from aekit.training.stages import StageRun
from aekit.training.stopping import Stopped

if TYPE_CHECKING:
    from aekit.training.session import Session


class Validation:
    """Validates a session's stages and acts on what it finds."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.watch = Watch(session.prepared.data, session.prepared.networks, session.log)

    def run(self, stage: StageRun) -> None:
        """One validation pass.

        Raises:
            Collapsed: the trainer finds that training has collapsed, and the recipe rolls back.
            Stopped: it has collapsed, and the recipe stops; a checkpoint is written.
        """
        session, progress = self.session, self.session.progress
        if progress.step >= stage.steps and session.clock.unreported(progress):
            session.record.step(stage, progress)
        values, examined = stage.validate(), self.watch.figures(stage)
        means = progress.means()
        collapse = self.watch.judge(stage, progress.health, means | examined, progress.total) if examined else ()
        session.record.epoch(stage, progress, values, examined)
        progress.sums, progress.summed = {}, 0
        stage.engine.restore_totals({})
        session.clock.begin(progress)
        self._compare(values)
        if collapse:
            self._act(collapse)

    def _compare(self, values: dict[str, float]) -> None:
        """Keep the best state; end the stage where none has come for as long as the recipe waits."""
        session, progress = self.session, self.session.progress
        stopping = session.recipe.early_stopping
        measure = stopping.measure if stopping else session.recipe.best
        if measure is None or measure not in values:
            return
        if progress.judge(values[measure], stopping.minimum_change if stopping else 0.0):
            session.saver.keep_best(session.snapshot())
        elif stopping and progress.waited >= stopping.patience:
            progress.ended = True

    def _act(self, collapse: tuple[str, ...]) -> None:
        """Do what the recipe wants where training has just collapsed, for these reasons."""
        if rolls_back(self.session.recipe):
            raise Collapsed(collapse)
        if self.session.recipe.on_collapse.action == "stop":
            self.session.checkpoint("collapsed")
            raise Stopped(f"collapsed: {'; '.join(collapse)}")
