"""Questions to a run's model: by requests while it runs, to a worker that has opened it afterwards."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from aekit.run import Event, RunDirectory, Standby, decode_array, status

from .store.pictures import Picture, Pictures, told_range

if TYPE_CHECKING:
    from .app import AekitApp

Fields = dict[str, Any]
Answered = Callable[[Fields], None]
#: Takes input and output of an example, (2, *example_shape), or None where they are not known, and a caption.
Shown = Callable[[np.ndarray | None, str], None]


class Questions:
    """Asks a model; of every verb at most one question is under way, and of those put meanwhile the newest follows.

    Args:
        failed: told what goes wrong, in a sentence.

    Attributes:
        about: where the model is from.
        range: what its data's black and white are, in data units; None while that is not known.
    """

    #: Codes that are asked for, and numbers in all of them.
    MOST = (1000, 500_000)

    def __init__(self, failed: Callable[[str], None]) -> None:
        self.failed = failed
        self.about = ""
        self.range: tuple[float, float] | None = None
        self._under_way: dict[str, tuple[float, Answered]] = {}
        self._next: dict[str, tuple[Answered, Fields]] = {}

    @property
    def waiting(self) -> float:
        """Seconds that the oldest question has been under way; 0 where there is none."""
        return max((time.monotonic() - since for since, _ in self._under_way.values()), default=0.0)

    @property
    def waits_for(self) -> str:
        """What takes its time, in words."""
        return ""

    def ask(self, verb: str, then: Answered, **arguments: Any) -> None:
        """Put a question; `then` gets a good answer's fields, on the UI's thread.

        Raises:
            RunError: a live run's folder cannot be written.
        """
        if verb in self._under_way:
            self._next[verb] = (then, arguments)
            return
        self._under_way[verb] = (time.monotonic(), then)
        try:
            self._send(verb, arguments)
        except BaseException:
            self._under_way.pop(verb, None)
            raise

    def codes(self, then: Answered) -> None:
        """`z` and, with labels, `y` of as many of the first validation examples as can well be shown.

        Without an encoder `source` is "prior", and they are drawn from it.
        """
        raise NotImplementedError

    def example(self, index: int, then: Shown) -> None:
        """A validation example and its reconstruction."""
        raise NotImplementedError

    def look(self) -> None:
        """Hand out answers that have come; to be called a few times a second."""

    def close(self) -> None:
        """No more answers are wanted."""
        self._under_way, self._next = {}, {}

    def _send(self, verb: str, arguments: Fields) -> None:
        raise NotImplementedError

    def _take(self, verb: str, answer: Fields) -> None:
        """An answer has come: the next question goes out before it is looked at."""
        _, then = self._under_way.pop(verb, (0.0, None))
        if then is None:
            return
        if verb in self._next:
            following, arguments = self._next.pop(verb)
            self.ask(verb, following, **arguments)
        if answer.get("ok"):
            then(answer)
        else:
            self.failed(str(answer.get("message") or f"no answer to '{verb}'"))

    def _count(self, shape: tuple[int, ...]) -> int:
        most, numbers = self.MOST
        return max(2, min(most, numbers // max(1, math.prod(shape))))


class LiveModel(Questions):
    """The model of a run that is training; its answers are lines of text in the run's log, so they are kept short."""

    MOST = (300, 20_000)

    def __init__(self, app: AekitApp, run: RunDirectory, failed: Callable[[str], None]) -> None:
        super().__init__(failed)
        self._app, self._run = app, run
        self.about = "as it trains"
        self.pictures = Pictures(app.store.open(run))

    @property
    def waits_for(self) -> str:
        return "waiting for the run: it answers between two steps"

    def codes(self, then: Answered) -> None:
        self.ask("codes", partial(self._sized, then), count=1)

    def _sized(self, then: Answered, answer: Fields) -> None:
        self.range = next((shown for event in self.pictures.newest() if (shown := told_range(event))), self.range)
        z = array_of(answer.get("z"))
        if z is None:
            then(answer)
        else:
            self.ask("codes", then, count=self._count(z.shape[1:]))

    def example(self, index: int, then: Shown) -> None:
        """From the run's previews, which hold its first examples."""
        self._app.run_worker(self._preview(index, then), exit_on_error=False)

    async def _preview(self, index: int, then: Shown) -> None:
        events = self.pictures.events("reconstruction")
        found = await asyncio.to_thread(self.pictures.load, events[-1]) if events else None
        if isinstance(found, Picture) and found.is_pair and index < found.count:
            self.range = found.range
            then(found.rows[:2, index], f"input, output at step {found.step:,}")
        else:
            then(None, "")

    def _send(self, verb: str, arguments: Fields) -> None:
        self._app.ask(self._run, verb, partial(self._answered, verb), **arguments)

    def _answered(self, verb: str, answer: Event) -> None:
        self._take(verb, answer)


class OpenedModel(Questions):
    """The model of a run that is over.

    Args:
        standby: a worker, which opens the model at once; `close` ends it.
        run: whose model.
    """

    def __init__(self, standby: Standby, run: RunDirectory, failed: Callable[[str], None]) -> None:
        super().__init__(failed)
        self.standby = standby
        self.about = "from its last checkpoint"
        self._verbs: dict[int, str] = {}
        self._run = run

    @property
    def waits_for(self) -> str:
        return "waiting for the worker" if self.standby.ready else "the worker is warming up"

    def codes(self, then: Answered) -> None:
        self.ask("open", partial(self._opened, then), run=str(self._run.path))

    def _opened(self, then: Answered, answer: Fields) -> None:
        ends = array_of(answer.get("range"))
        if ends is not None and ends.shape == (2,) and ends[0] < ends[1]:
            self.range = (float(ends[0]), float(ends[1]))
        self.about = f"step {answer.get('step')}, from its last checkpoint"
        self.ask("codes", then, count=self._count(tuple(answer.get("code_shape") or ())))

    def example(self, index: int, then: Shown) -> None:
        self.ask("reconstruct", partial(self._reconstructed, then), index=index)

    def _reconstructed(self, then: Shown, answer: Fields) -> None:
        x, x_hat = array_of(answer.get("x")), array_of(answer.get("x_hat"))
        if x is None or x_hat is None or x.shape != x_hat.shape or not x.size:
            then(None, "")
        else:
            then(np.concatenate([x[:1], x_hat[:1]]), "input, output")

    def look(self) -> None:
        for answer in self.standby.poll():
            self._take(self._verbs.pop(int(answer["id"]), ""), answer)

    def close(self) -> None:
        super().close()
        self.standby.close()

    def _send(self, verb: str, arguments: Fields) -> None:
        self._verbs[self.standby.ask(verb, **arguments)] = verb


def connect(app: AekitApp, run: RunDirectory, failed: Callable[[str], None]) -> Questions:
    """Who answers for a run's model: the run itself, or a worker that opens what it left.

    Raises:
        RunError: there is no memory for a worker.
    """
    if status(run).is_over:
        return OpenedModel(app.launcher.serve(), run, failed)
    return LiveModel(app, run, failed)


def array_of(value: Any) -> np.ndarray | None:
    """The float array in an answer, as nested lists or packed; None where it is no array."""
    try:
        return decode_array(value) if isinstance(value, dict) else np.asarray(value, "float32")
    except (KeyError, TypeError, ValueError):
        return None
