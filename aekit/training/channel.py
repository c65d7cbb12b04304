"""JSON lines between the standby worker and the process that started it."""

from __future__ import annotations

import base64
import contextlib
import json
import os
from collections import deque
from threading import Condition, Event, Thread
from typing import Any

from aekit.run.files import parse_object, plain

HANDOVER = "train"


class Channel:
    """Requests on what was stdin, answers on what was stdout, which nothing else can write to any more.

    The end of the requests ends this process at once, whatever it is doing: it must not outlive who started it. A
    handover goes before all that waits, and from its arrival on that end means nothing, unless it is refused.
    """

    def __init__(self) -> None:
        self._requests, self._answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
        with open(os.devnull, "rb") as nothing:  # noqa: PTH123
            os.dup2(nothing.fileno(), 0)
        os.dup2(2, 1)
        self._waiting: deque[dict[str, Any]] = deque()
        self._come = Condition()
        self._decided, self._released = Event(), False
        self._reader = Thread(target=self._read, name="requests", daemon=True)
        self._reader.start()

    @property
    def is_waited_for(self) -> bool:
        """Whether a handover waits for what is being done."""
        with self._come:
            return bool(self._waiting) and self._waiting[0].get("verb") == HANDOVER

    @property
    def is_quiet(self) -> bool:
        with self._come:
            return not self._waiting

    def next(self) -> dict[str, Any]:
        """The next request, once there is one; {} for a line that is no JSON object."""
        with self._come:
            self._come.wait_for(lambda: self._waiting)
            return self._waiting.popleft()

    def answer(self, **fields: Any) -> None:
        """Write one line; float arrays as {"shape": [...], "float32": base64}, all else in JSON's own types.

        That nobody reads is left to the end of the requests to tell: a handover goes on without a reader.
        """
        text = json.dumps(plain({name: encode_array(value) for name, value in fields.items()}), allow_nan=False)
        line = memoryview(text.encode() + b"\n")
        with contextlib.suppress(BrokenPipeError):
            while line:
                line = line[self._answers.write(line) :]

    def refuse_handover(self) -> None:
        """Go on reading; the end of the requests counts again."""
        self._decided.set()

    def release(self) -> None:
        """Let go of both pipes: this process is a run's now."""
        self._released = True
        self._decided.set()
        self._reader.join()
        self._requests.close()
        self._answers.close()

    def _read(self) -> None:
        for line in self._requests:
            request = parse_object(line) or {}
            handover = request.get("verb") == HANDOVER
            with self._come:
                (self._waiting.appendleft if handover else self._waiting.append)(request)
                self._come.notify()
            if handover:
                self._decided.wait()
                self._decided.clear()
                if self._released:
                    return
        os._exit(0)


def encode_array(value: Any) -> Any:
    """A float array as {"shape": [...], "float32": base64 of its little-endian bytes}; anything else as it is."""
    if getattr(getattr(value, "dtype", None), "kind", "") != "f" or not hasattr(value, "astype"):
        return value
    return {"shape": list(value.shape), "float32": base64.b64encode(value.astype("<f4").tobytes()).decode()}
