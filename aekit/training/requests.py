"""Answers to the control requests that other processes leave in a run's directory."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from aekit.errors import AekitError, InputError
from aekit.run import Request, done, pending
from aekit.training.asking import Asking

if TYPE_CHECKING:
    from aekit.training.session import Session

#: Seconds between two looks into the folder.
EVERY = 0.05
#: Codes in one answer: they go into the event log as text.
MOST_CODES = 1000


class Requests:
    """Serves what other processes ask between two engine calls, and while the run is paused."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._looked = 0.0
        self._answers: dict[str, Callable[..., dict[str, Any]]] = {
            "stop": self._stop,
            "pause": self._pause,
            "continue": self._continue,
            "checkpoint": self._checkpoint,
            "sample": self._sample,
            "reconstruct": self._reconstruct,
            "encode": self._encode,
            "codes": self._codes,
            "decode": self._decode,
        }

    def serve(self) -> None:
        """Answer whatever waits; a request that fails is answered with its reason and harms nothing."""
        if time.monotonic() - self._looked < EVERY:
            return
        self._looked = time.monotonic()
        for request in pending(self.session.run):
            ok, message, fields = self._answer(request)
            self.session.log.write("answer", request=request.id, verb=request.verb, ok=ok, message=message, **fields)
            done(request)

    def _answer(self, request: Request) -> tuple[bool, str, dict[str, Any]]:
        answer = self._answers.get(request.verb)
        if answer is None:
            return False, f"no answer to '{request.verb}'; known are {', '.join(self._answers)}", {}
        try:
            fields = answer(**request.arguments)
        except (AekitError, TypeError, ValueError, IndexError) as error:
            return False, str(error), {}
        return True, fields.pop("message", ""), fields

    def _stop(self, reason: str = "stop request") -> dict[str, Any]:
        self.session.stop_reason = reason
        return {"message": "stopping after a checkpoint"}

    def _pause(self) -> dict[str, Any]:
        self.session.paused = True
        return {"message": f"paused at step {self.session.progress.total}"}

    def _continue(self) -> dict[str, Any]:
        self.session.paused = False
        return {"message": f"going on from step {self.session.progress.total}"}

    def _checkpoint(self) -> dict[str, Any]:
        return {"file": f"checkpoints/{self.session.checkpoint('request')}"}

    def _sample(self) -> dict[str, Any]:
        self.session.preview()
        return {"step": self.session.progress.total}

    def _reconstruct(self, index: int) -> dict[str, Any]:
        if not isinstance(index, int):
            raise InputError(f"index: expected the number of one validation example, received {index!r}")
        found, session = self._ask(self.asking.reconstruct, index), self.session
        assert session.previewer is not None
        rows = [found["x"], found["x_hat"]]
        rates = {name: found[name] for name in ("bits_per_pixel",) if name in found}
        session.previewer.write_rows("reconstruction", session.progress.total, rows, index=index, **rates)
        return {"index": index}

    def _encode(self, index: int | list[int]) -> dict[str, Any]:
        if isinstance(index, list) and len(index) > MOST_CODES:
            raise InputError(f"index: at most {MOST_CODES} examples at once, received {len(index)}")
        return self._listed(self.asking.encode, index)

    def _codes(self, count: int) -> dict[str, Any]:
        return self._listed(self.asking.codes, min(count, MOST_CODES))

    def _decode(self, z: list[Any]) -> dict[str, Any]:
        return self._listed(self.asking.decode, z)

    @property
    def asking(self) -> Asking:
        return self.session.stage_run.asking

    def _ask(self, question: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
        """An answer in arrays; training goes on with the same random numbers as without it."""
        with self.session.stage_run.randomness_kept():
            return question(*arguments)

    def _listed(self, question: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
        """An answer for the event log, which need not hold every digit."""
        found = self._ask(question, *arguments)
        return {name: value.round(4) if is_floating(value) else value for name, value in found.items()}


def is_floating(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"
