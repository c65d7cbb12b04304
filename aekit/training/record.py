"""What a session puts on record: its events, and the compile mode in the run's recipe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aekit.recipe import Recipe
from aekit.run import EventLog, RunDirectory
from aekit.run.files import write_whole
from aekit.training.clock import Clock
from aekit.training.progress import Progress
from aekit.training.stages import StageRun


@dataclass(frozen=True)
class Written:
    """A checkpoint file: of which step, and why it was written."""

    path: Path
    digest: str
    step: int
    reason: str
    best: bool = False


class Record:
    """Writes a session's progress into the run's events.

    Args:
        run: the directory.
        log: its events.
        clock: when a step event is due, and over what it reports.
    """

    def __init__(self, run: RunDirectory, log: EventLog, clock: Clock) -> None:
        self.run, self.log, self.clock = run, log, clock

    def compile(self, recipe: Recipe) -> None:
        """The run's recipe says how its steps are compiled, so that a resume computes the same bits."""
        write_whole(self.run.recipe, recipe.dump())

    def stage(self, stage: StageRun, phase: str, progress: Progress) -> None:
        """A phase begins; its first call is about to be traced."""
        self.log.write(
            "stage",
            name=stage.stage.name,
            index=stage.index,
            phase=phase,
            phases=list(stage.trainer.phases),
            steps=stage.steps,
            first_step=progress.total - progress.step,
            total_stages=len(stage.recipe.stages),
            steps_per_epoch=stage.steps_per_epoch,
            batch_size=stage.batch_size,
            parameters=stage.networks.parameters(),
            compile=stage.compile,
            status="tracing",
        )

    def step(self, stage: StageRun, progress: Progress) -> None:
        """The losses' means and the speed since the last step event."""
        means, rate = self.clock.report(progress, stage.batch_size * stage.trainer.batches_per_step)
        losses, gauges = stage.split(means)
        self.log.write(
            "step",
            step=progress.total,
            epoch=stage.epoch(progress.step),
            losses=losses,
            **gauges,
            rate=round(rate, 1),
            learning_rate=stage.learning_rate(),
        )

    def epoch(
        self, stage: StageRun, progress: Progress, validation: dict[str, float], examined: dict[str, float]
    ) -> None:
        """A validation pass, beside the training losses since the last one, and what the trainer examined."""
        (train, gauges), (tested, _) = stage.split(progress.means()), stage.split(validation)
        told: dict[str, Any] = dict(gauges)
        if examined:
            told = {"gauges": gauges.get("gauges", {}) | examined, "health": progress.health.state}
        epoch = stage.epoch(progress.step)
        self.log.write("epoch", step=progress.total, epoch=epoch, train=train, validation=tested, **told)

    def checkpoint(self, written: Written) -> None:
        """A checkpoint is on the disk, whole."""
        file = str(written.path.relative_to(self.run.path))
        about = {"sha256": written.digest, "best": written.best, "reason": written.reason}
        self.log.write("checkpoint", step=written.step, file=file, **about)
