"""The front end's side of a standby worker: a process with TensorFlow imported that waits to become a run."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Condition, Thread
from typing import IO, TYPE_CHECKING, Any

from aekit.run.files import parse_object, plain
from aekit.run.paths import RunDirectory
from aekit.run.process import start_worker

if TYPE_CHECKING:
    import numpy as np

STANDBY = "aekit.training.standby"
Answer = dict[str, Any]


class Standby:
    """A standby worker and what was asked of it; every `ask` gets one answer, also from a worker that died.

    ```
    standby = Standby.start()
    number = standby.ask("check", source="digits")
    ... standby.poll() -> [{"id": number, "ok": True, "message": "", "shapes": ..., ...}]
    process = standby.train(run)
    ```

    Attributes:
        process: the worker.
        seconds: that it took to get ready, None before.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.seconds: float | None = None
        self._numbers = itertools.count(1)
        self._open: dict[int, str] = {}
        self._answers: dict[int, Answer] = {}
        self._over = self._handed_over = False
        self._changed = Condition()
        Thread(target=self._read, name="standby", daemon=True).start()

    @classmethod
    def start(
        cls, environ: Mapping[str, str] | None = None, module: str | None = None, errors: IO[bytes] | int | None = None
    ) -> Standby:
        """Start a worker, in a session of its own; it ends with this process unless it has become a run.

        Args:
            environ: its environment; this process' where None.
            module: what to run, `STANDBY` unless said otherwise.
            errors: a file for what it prints; nowhere where None.
        """
        return cls(
            subprocess.Popen(
                [sys.executable, "-P", "-m", module or STANDBY],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL if errors is None else errors,
                start_new_session=True,
                env={**(os.environ if environ is None else environ), "PYTHONUNBUFFERED": "1"},
            )
        )

    @property
    def alive(self) -> bool:
        """Whether it still serves: it has not ended, and is no run."""
        return not self._over and not self._handed_over and self.process.poll() is None

    @property
    def ready(self) -> bool:
        """Whether it has imported everything, so that an answer comes at once."""
        return self.seconds is not None and self.alive

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._open)

    def ask(self, verb: str, **arguments: Any) -> int:
        """Send a request without waiting; returns its number, the `id` of its answer."""
        number = next(self._numbers)
        line = json.dumps({"id": number, "verb": verb, "arguments": plain(arguments)}).encode() + b"\n"
        with self._changed:
            self._open[number] = verb
            try:
                assert self.process.stdin is not None
                self.process.stdin.write(line)
                self.process.stdin.flush()
            except (OSError, ValueError):
                self._give_up()
            else:
                if self._over:
                    self._give_up()
        return number

    def poll(self) -> list[Answer]:
        """The answers that came since the last call, in the order of their coming; never waits."""
        with self._changed:
            answers, self._answers = list(self._answers.values()), {}
        return answers

    def wait(self, number: int, timeout: float | None = None) -> Answer | None:
        """The answer to one request, which `poll` then does not give; None where none came in `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: number in self._answers or number not in self._open, timeout)
            return self._answers.pop(number, None)

    def train(self, run: RunDirectory, resume: bool = False, timeout: float = 60.0) -> subprocess.Popen[bytes]:
        """Make the worker the process of a run, and return that; start an ordinary worker where it cannot be.

        It waits for the worker's word: some milliseconds where it is idle, the rest of the import where it is not
        ready, the rest of a check that is being made. Afterwards this object serves no more.
        """
        answer = None
        if self.alive:
            answer = self.wait(self.ask("train", run=str(run.path), resume=resume), timeout)
        if not answer or not answer.get("ok"):
            self.close()
            return start_worker(run, resume)
        self._handed_over = True
        self._let_go()
        return self.process

    def close(self) -> None:
        """End the worker, unless it has become a run."""
        if self._handed_over:
            return
        self.process.kill()
        self.process.wait()
        self._let_go()

    def _let_go(self) -> None:
        with contextlib.suppress(OSError):
            assert self.process.stdin is not None
            self.process.stdin.close()

    def _read(self) -> None:
        """In a thread: take answers until the worker closes its end."""
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._take(parse_object(line) or {})
        with self._changed:
            self._over = True
            self._give_up()

    def _take(self, answer: Answer) -> None:
        with self._changed:
            number = answer.get("id")
            if answer.get("ready") is True:
                self.seconds = float(answer.get("seconds", 0.0))
            elif isinstance(number, int) and self._open.pop(number, ""):
                self._answers[number] = answer
            self._changed.notify_all()

    def _give_up(self) -> None:
        """Answer what is open in the place of a worker that cannot."""
        for number, verb in self._open.items():
            message = "the standby worker has ended"
            self._answers[number] = {"id": number, "ok": False, "message": message, "verb": verb, "ended": True}
        self._open.clear()
        self._changed.notify_all()


def enough_memory(needed: float = 4e9) -> bool:
    """Whether the machine has so many bytes free for a standby worker; True where it does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError, IndexError):
        return True
    return free >= needed


def decode_array(value: Mapping[str, Any]) -> np.ndarray:
    """The array that {"shape": [...], "float32": base64} stands for."""
    import numpy as np

    return np.frombuffer(base64.b64decode(value["float32"]), "<f4").reshape(value["shape"])
