"""Answers to the control requests that other processes leave in a run's directory."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from aekit.errors import AekitError, InputError
from aekit.run import Request, done, pending

if TYPE_CHECKING:
    from aekit.training.session import Session

#: Seconds between two looks into the folder.
EVERY = 0.05


class Requests:
    """Serves stop, pause, continue, checkpoint, reconstruct and decode between two engine calls."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._looked = 0.0
        self._answers: dict[str, Callable[..., dict[str, Any]]] = {
            "stop": self._stop,
            "pause": self._pause,
            "continue": self._continue,
            "checkpoint": self._checkpoint,
            "reconstruct": self._reconstruct,
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

    def _reconstruct(self, index: int) -> dict[str, Any]:
        data, step = self.session.prepared.data, self.session.progress.total
        if not 0 <= index < len(data.validation):
            raise InputError(f"there is no validation example {index}; they are 0 to {len(data.validation) - 1}")
        x = data.to_float(data.validation.read(np.array([index])))
        with self.session.stage_run.randomness_kept():
            networks = self.session.prepared.networks
            x_hat = networks.decode(networks.encode(tf.constant(x))["z"])["x_hat"].numpy()
        assert self.session.previewer is not None
        self.session.previewer.write_rows("reconstruction", step, [x, x_hat], index=index)
        return {"index": index}

    def _decode(self, z: list[Any]) -> dict[str, Any]:
        networks = self.session.prepared.networks
        codes = np.asarray(z, "float32")
        wanted = tuple(networks.decoder.input_shape[1:])
        if codes.shape[1:] != wanted:
            raise InputError(f"a code has the shape {wanted}, received {codes.shape[1:]}")
        with self.session.stage_run.randomness_kept():
            x_hat = networks.decode(tf.constant(codes))["x_hat"].numpy()
        return {"x_hat": x_hat.round(4)}
