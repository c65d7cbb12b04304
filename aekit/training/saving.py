"""A session's checkpoints: written beside training, from copies of the state."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from aekit.training.checkpoints import Checkpoint, CheckpointFolder, read_checkpoint
from aekit.training.progress import Progress
from aekit.training.record import Record, Written


class Saver:
    """Writes checkpoints in a thread and puts them on record; at most one is being written at a time.

    Args:
        folder: where to.
        record: of the run.
    """

    def __init__(self, folder: CheckpointFolder, record: Record) -> None:
        self.folder, self.record = folder, record
        self._best: Checkpoint | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="checkpoint")
        self._writing: Future[list[Written]] | None = None

    def keep_best(self, snapshot: Checkpoint) -> None:
        """Keep the best state so far in memory until the next `write`: one for every new best would cost too much."""
        self._best = snapshot

    def best(self, progress: Progress) -> Checkpoint:
        """The best state of the present phase, which `progress` must know of."""
        assert progress.best is not None
        self.collect(wait=True)
        return self._best or read_checkpoint(self.folder.best_path(progress.stage, progress.best.step))

    def good(self, stage: int) -> Checkpoint:
        """The last state of a stage that was written while training went well."""
        self.collect(wait=True)
        return read_checkpoint(self.folder.good_path(stage))

    def write(self, reason: str, snapshot: Checkpoint, wait: bool) -> str:
        """Write a state, and the best one where it is newer than its file; returns the file's name.

        Without `wait` training goes on meanwhile, and `collect` tells when it is done.
        """
        self.collect(wait=True)
        best, self._best = self._best, None
        self._writing = self._thread.submit(self._write, reason, snapshot, best)
        self.collect(wait)
        return self.folder.path_of(_step(snapshot)).name

    def collect(self, wait: bool) -> None:
        """Put on record what the thread has written; what went wrong there is raised here."""
        if self._writing is None or not (wait or self._writing.done()):
            return
        writing, self._writing = self._writing, None
        for written in writing.result():
            self.record.checkpoint(written)

    def last_kept(self) -> str:
        """What there is to go back to, in words."""
        self.collect(wait=True)
        last = self.folder.regular()[-1:]
        return f"the last good checkpoint is {last[0].name}" if last else "there is no checkpoint yet"

    def _write(self, reason: str, snapshot: Checkpoint, best: Checkpoint | None) -> list[Written]:
        written = []
        if best is not None:
            path, digest = self.folder.write_best(best.progress["stage"], _step(best), best)
            written.append(Written(path, digest, _step(best), "best validation", best=True))
        path, digest = self.folder.write(_step(snapshot), snapshot)
        if snapshot.about.get("good"):
            self.folder.keep_good(snapshot.progress["stage"], _step(snapshot))
        return [*written, Written(path, digest, _step(snapshot), reason)]


def _step(snapshot: Checkpoint) -> int:
    """The run's step that a state is of."""
    return int(snapshot.progress["total"])
