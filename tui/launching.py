"""Starting runs from the UI: through a worker that stands by with TensorFlow loaded, or a fresh one."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from aekit.errors import RunError
from aekit.run import RunDirectory, Status, hostname

from .store.listing import Row

if TYPE_CHECKING:
    from aekit.recipe import Recipe
    from aekit.run import Standby


class Launcher:
    """Keeps a worker standing by, and starts runs.

    Args:
        root: the folder of runs.
        wanted: whether a worker stands by at all.
    """

    def __init__(self, root: Path, wanted: bool = True) -> None:
        self.root, self.wanted = root, wanted
        self.standby: Standby | None = None
        self._children: list[subprocess.Popen[bytes]] = []
        #: Of runs started from here: bytes of their logs then, and the process once there is one.
        self._begun: dict[RunDirectory, tuple[int, subprocess.Popen[bytes] | None]] = {}
        self._handing_over: list[Thread] = []
        self._serving: Standby | None = None

    @property
    def note(self) -> str:
        """One word on the worker that stands by, for the top line."""
        if self.standby is None or not self.standby.alive:
            return ""
        return "ready" if self.standby.ready else "warming up"

    def stand_by(self, rows: Sequence[Row]) -> None:
        """Start a worker to stand by, unless there is one, memory is short, or a run here needs the processors."""
        if not self.wanted:
            return
        from aekit.run.standby import Standby, enough_memory

        if self.standby is not None and not self.standby.alive:
            self.standby.close()
            self.standby = None
        busy = self._children or self._handing_over or _busy(rows)
        if self.standby is None and not self._is_serving and not busy and enough_memory():
            self.standby = Standby.start()

    def look_after(self, rows: Sequence[Row]) -> None:
        """Let ended runs go, and see to the worker that stands by; called every second."""
        self._handing_over = [thread for thread in self._handing_over if thread.is_alive()]
        for child in [child for child in self._children if child.poll() is not None]:
            self._children.remove(child)  # in place: a thread that hands over may be adding one
        self.stand_by(rows)

    def launch(self, recipe: Recipe) -> RunDirectory:
        """Make a run of a checked recipe and start it; it outlives the UI.

        Raises:
            RunError: its directory cannot be made.
        """
        from aekit.run import create_run

        run = create_run(recipe, ["aekit", "tui"], self.root)
        self.start(run)
        return run

    def start(self, run: RunDirectory, resume: bool = False) -> None:
        """Start the process of a run that exists; the worker that stands by may take a moment, and nobody waits."""
        from aekit.run import start_worker

        standby, self.standby = self.standby, None
        length = _length(run)
        if standby is None or not standby.alive:
            self._took(run, length, start_worker(run, resume))
            return
        self._begun[run] = (length, None)
        thread = Thread(target=self._hand_over, args=(standby, run, length, resume), name="hand over", daemon=True)
        self._handing_over.append(thread)
        thread.start()

    def _hand_over(self, standby: Standby, run: RunDirectory, length: int, resume: bool) -> None:
        try:
            self._took(run, length, standby.train(run, resume))
        except BaseException:
            self._begun.pop(run, None)
            raise

    def _took(self, run: RunDirectory, length: int, child: subprocess.Popen[bytes]) -> None:
        self._children.append(child)
        self._begun[run] = (length, child)

    @property
    def starting(self) -> list[RunDirectory]:
        """The runs started from here whose processes live and have not written a word yet."""
        for run, (length, child) in list(self._begun.items()):
            if length != _length(run) or (child is not None and child.poll() is not None):
                self._begun.pop(run, None)
        return list(self._begun)

    def state(self, run: RunDirectory, now: Status) -> Status:
        """A run's state; its log tells of the end before, while a process that goes on with it starts."""
        return replace(now, state="running", detail="starting") if now.is_over and run in self.starting else now

    def serve(self) -> Standby:
        """A worker to look into a model with: the one that stands by, or a new one. Who takes it closes it.

        Until then no other one stands by: each holds some 450 MB.

        Raises:
            RunError: there is no memory for a new one.
        """
        from aekit.run.standby import Standby, enough_memory

        standby, self.standby = self.standby, None
        if standby is None or not standby.alive:
            if not enough_memory():
                raise RunError(
                    "less than 4 GB of memory are free: a model needs a process of its own to be looked into"
                )
            standby = Standby.start()
        self._serving = standby
        return standby

    @property
    def _is_serving(self) -> bool:
        return self._serving is not None and self._serving.alive

    def close(self) -> None:
        """The UI ends: the worker that stands by goes with it, runs do not."""
        if self.standby is not None:
            self.standby.close()
        for child in self._children:
            child.returncode = 0  # left to itself: Python must not warn that nobody waited for it


def _length(run: RunDirectory) -> int:
    """Bytes of a run's log."""
    try:
        return run.events.stat().st_size
    except OSError:
        return 0


def _busy(rows: Sequence[Row]) -> bool:
    """Whether a run on this machine is training: loading TensorFlow beside it would slow it down."""
    here = hostname()
    return any(row.status.state == "running" and row.status.host in (None, here) for row in rows)
