"""Steering the run that a screen is about: stop, pause, go on, resume, fork, mark."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from aekit.run import Event, RunDirectory, Status, hostname, request, status

from ..aside import aside
from ..store.health import sound_checkpoint, told_of
from .page import Page

#: Values that a fork may be given; a run's own recipe has its optimizer's options written out.
EXAMPLE = "epochs=80 trainer.optimizer.learning_rate=1e-4"


class Steering(Page):
    """Actions for a screen whose `target` is a run."""

    def __init__(self) -> None:
        super().__init__()
        #: Values for a fork that were not taken, to be mended when it is asked for again.
        self._refused: dict[RunDirectory, str] = {}

    @property
    def target(self) -> RunDirectory | None:
        raise NotImplementedError

    def _now(self) -> tuple[RunDirectory, Status] | None:
        """The run and its state; None where there is none, and it is said."""
        if self.target is None:
            self.aekit.notify("no run is chosen", severity="warning")
            return None
        return self.target, status(self.target)

    def _refuse(self, run: RunDirectory, now: Status, what: str) -> None:
        self.aekit.notify(f"{run.title} is {now.state}: {what}", severity="warning")

    def ask(self, verb: str, done: str, **arguments: Any) -> None:
        """Leave a request with the running target, and say `done` when it is answered."""
        found = self._now()
        if found is None:
            return
        run, now = found
        if now.is_over:
            self._refuse(run, now, f"nobody is there to {verb}")
            return
        self.aekit.ask(run, verb, lambda answer: self.answered(answer, done), **arguments)

    def answered(self, answer: Event, done: str) -> None:
        """A run's answer to a request."""
        if answer.get("ok"):
            self.aekit.notify(str(answer.get("message") or done), timeout=3)
        else:
            self.aekit.tell(str(answer.get("message") or f"the run refused to {answer.get('verb')}"))

    # ------------------------------------------------------------------ keys

    def action_stop(self) -> None:
        found = self._now()
        if found is None:
            return
        run, now = found
        if now.is_over:
            self._refuse(run, now, "there is nothing to stop")
            return
        from ..modals.confirm import Confirm

        text = f"Stop {run.id}?\n\nIt finishes its step and writes a checkpoint; r goes on from there."
        self.aekit.push_screen(Confirm(text, "stop"), lambda yes: self._stop(run) if yes else None)

    def _stop(self, run: RunDirectory) -> None:
        from aekit.run import stop

        now = status(run)
        if now.is_over:
            self._refuse(run, now, "it has ended by itself")
        elif now.host == hostname() and now.pid is not None:
            stop(run)
            self.aekit.notify(f"{run.title} stops after a checkpoint")
        else:
            request(run, "stop")
            self.aekit.notify(f"{run.title} on {now.host} was asked to stop")

    def action_pause(self) -> None:
        found = self._now()
        if found:
            paused = found[1].detail == "paused"
            self.ask("continue" if paused else "pause", "goes on" if paused else "paused")

    def action_resume(self) -> None:
        found = self._now()
        if found is None:
            return
        run, now = found
        if run in self.aekit.launcher.starting:
            self.aekit.notify(f"{run.title} is starting already", severity="warning")
        elif now.state == "running":
            self._refuse(run, now, "p pauses it, s stops it")
        elif now.state == "finished":
            self._refuse(run, now, "f forks it, with more epochs for example")
        else:
            self.aekit.launcher.start(run, resume=True)
            newest = _newest(run)
            self.aekit.notify(f"{run.title} goes on from {newest.name if newest else 'its beginning'}")
            self.aekit.looker.look_now()
            self.rows_changed()

    def action_fork(self) -> None:
        found = self._now()
        if found is None:
            return
        run, now = found
        newest = _newest(run)
        if newest is None:
            self._refuse(run, now, "it has no checkpoint to fork from")
        elif now.health in (None, "ok"):
            self._ask_fork(run, newest, None)
        else:
            self.run_worker(self._find_sound(run, now, newest), exit_on_error=False)

    async def _find_sound(self, run: RunDirectory, now: Status, newest: Path) -> None:
        """Ask for a fork from before training went wrong; from the newest checkpoint where none is left from then."""
        found = sound_checkpoint(await asyncio.to_thread(told_of, run))
        if found is None:
            self._ask_fork(run, newest, None, f", which is {now.health} too: no checkpoint is left from before that")
        else:
            name = Path(str(found["file"]))
            self._ask_fork(run, name, int(found["step"]), f", the last one from before it was {now.health}")

    def _ask_fork(self, run: RunDirectory, checkpoint: Path, step: int | None, note: str = "") -> None:
        from ..modals.ask import Ask

        text = f"Fork {run.id} from {checkpoint.name}{note}\n\nwith other values, e.g. {EXAMPLE}"
        ask = Ask(text, self._refused.get(run, ""), "key=value ...")
        self.aekit.push_screen(ask, lambda words: self._fork(run, words, step))

    def _fork(self, run: RunDirectory, words: str | None, step: int | None) -> None:
        if words is not None:
            self._refused[run] = words
            self.run_worker(self._fork_with(run, _split(words), step), exit_on_error=False)

    async def _fork_with(self, run: RunDirectory, overrides: list[str], step: int | None) -> None:
        made = await aside(_forked, run, overrides, self.aekit.root, step)
        self._refused.pop(run, None)
        self.aekit.launcher.start(made, resume=True)
        self.aekit.looker.look_now()
        self.aekit.show_run(made)

    def action_mark(self) -> None:
        if self.target is None:
            return
        marks = self.aekit.settings.marks
        if self.target.id in marks:
            marks.remove(self.target.id)
        else:
            marks.append(self.target.id)


def _newest(run: RunDirectory) -> Path | None:
    """The checkpoint that a resume and a fork go on from, whether or not its own log tells of it."""
    from aekit.run.fork import checkpoints_of

    return next(reversed(checkpoints_of(run).values()), None)


def _forked(run: RunDirectory, overrides: list[str], root: Path, step: int | None) -> RunDirectory:
    """A run made from a checkpoint of another, not started yet; reads plugins, and so takes a moment."""
    from aekit.recipe import load_recipe
    from aekit.run import fork_run

    return fork_run(run, load_recipe(run.recipe, overrides), step, root, ["aekit", "tui"])


def _split(words: str) -> list[str]:
    """Overrides as a shell would split them."""
    import shlex

    from aekit.errors import InputError

    try:
        return shlex.split(words)
    except ValueError as error:
        raise InputError(f"{words}: {error}") from error
