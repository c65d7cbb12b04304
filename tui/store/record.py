"""One run as the screens see it: its curves, pictures, stages and log, grown from batches of events."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from aekit.run import ENDINGS, Event, RunDirectory
from aekit.run.reading import VOIDING, mapping, number
from aekit.run.state import health_of

from .phases import Excerpt, Key, Phase, phases_of
from .series import Series

#: Events that the log keeps; curves keep everything.
LOG_LENGTH = 5000
#: What the log keeps of an answer: the pictures and codes in it are for whoever asked.
ANSWER_KEYS = ("n", "time", "type", "request", "verb", "ok", "message")
#: Whole answers that are kept until they are asked for; a long walk with the joystick leaves thousands in a log.
ANSWERS = 100
_NAN = float("nan")


class Curve(NamedTuple):
    """Which quantity: a loss of the training or the validation split, another figure of the training, or a gauge."""

    name: str
    split: str = "train"

    def __str__(self) -> str:
        return self.name if self.split == "train" else f"{self.name} ({self.split})"


#: The split of what is no loss but tells how training stands.
GAUGE = "gauge"
#: Quantities of step events that are no losses.
FIGURES = ("rate", "learning_rate")


def losses_of(curves: Iterable[Curve]) -> list[str]:
    """The names of losses among curves, in order of appearance."""
    return list(dict.fromkeys(c.name for c in curves if c.name not in FIGURES and c.split != GAUGE))


class Record:
    """A run's events, sorted into what the screens draw. Knows no terminal; nothing in a log makes it raise.

    Args:
        run: whose events they are.

    Attributes:
        curves: a series for each quantity, in order of appearance; its epochs are counted over all phases.
        stages, previews, checkpoints: the events of these types that hold, oldest first.
        alerts, rollbacks: all events of these types, also those that a later rollback or resume has voided.
        measured: the last such event of each stage.
        phases: of the stages, those that have begun, oldest first.
        log: the latest events that are no steps.
        answers: the latest ones by the id of the request.
        began: when the run's first process started, seconds since 1970; 0 before.
        latest: the last event of each type.
        version: grows with every change.
    """

    def __init__(self, run: RunDirectory) -> None:
        self.run = run
        self.version = 0
        self._clear()

    def _clear(self) -> None:
        self.curves: dict[Curve, Series] = {}
        self.stages: list[Event] = []
        self.previews: list[Event] = []
        self.checkpoints: list[Event] = []
        self.alerts: list[Event] = []
        self.rollbacks: list[Event] = []
        self.measured: list[Event] = []
        self.phases: list[Phase] = []
        self._excerpts: dict[Key, Excerpt] = {}
        self.log: deque[Event] = deque(maxlen=LOG_LENGTH)
        self.answers: dict[str, Event] = {}
        self.latest: dict[str, Event] = {}
        self.began = 0.0

    def restart(self) -> None:
        """Another log stands in the place of the one read so far."""
        self._clear()
        self.version += 1

    @property
    def is_over(self) -> bool:
        """Whether the last word in the log is an ending."""
        ends = max((self.latest[name]["n"] for name in ENDINGS if name in self.latest), default=-1)
        return ends > max(
            (self.latest[name]["n"] for name in ("started", "stage", "step") if name in self.latest), default=-1
        )

    @property
    def losses(self) -> list[str]:
        """Names of the losses, in order of appearance."""
        return losses_of(self.curves)

    @property
    def gauges(self) -> dict[str, Series]:
        """What tells how training stands beside its losses, by name; empty for most trainers."""
        return {curve.name: series for curve, series in self.curves.items() if curve.split == GAUGE and len(series)}

    @property
    def health(self) -> str | None:
        """How training goes, as its trainer judges it."""
        return health_of(self.latest)

    @property
    def measures(self) -> dict[str, Any]:
        """The final measures, empty before the end."""
        return mapping(self.latest.get("finished", {}).get("measures"))

    def curves_of(self, phase: Phase | None) -> dict[Curve, Series]:
        """The curves of a phase, of steps that are its own; all curves, whole, for None."""
        return self._excerpts.setdefault(phase.key, Excerpt()).of(self.curves, phase) if phase else self.curves

    def find_phases(self) -> None:
        """See from `stages` anew which phases there are."""
        self.phases = phases_of(self.stages)
        self._excerpts.clear()

    def take(self, events: Sequence[Event]) -> None:
        """Add events, in the order of the log."""
        steps: list[Event] = []
        for event in events:
            kind = event["type"]
            if kind == "step":
                steps.append(event)
                continue
            self._take_steps(steps)
            steps = []
            self._take_other(kind, event)
        self._take_steps(steps)
        self.version += 1

    # ------------------------------------------------------------------ steps

    def _take_steps(self, events: list[Event]) -> None:
        """Step events, all at once: a log of hours is read in a blink."""
        events = [event for event in events if number(event.get("step")) is not None]
        if not events:
            return
        self.latest["step"] = events[-1]
        step = np.array([event["step"] for event in events], float)
        epoch = np.array([number(event.get("epoch"), _NAN) for event in events], float) + self._epochs_before
        time = np.array([event["time"] for event in events], float)
        for key, split in (("losses", "train"), ("gauges", GAUGE)):
            told = [mapping(event.get(key)) for event in events]
            for name in dict.fromkeys(name for values in told for name in values):
                values = [number(each.get(name), _NAN) for each in told]
                self._extend(Curve(str(name), split), step, epoch, time, values)
        for name in FIGURES:
            values = [number(event.get(name), _NAN) for event in events]
            if any(value == value for value in values):
                self._extend(Curve(name), step, epoch, time, values)

    def _extend(
        self, curve: Curve, step: np.ndarray, epoch: np.ndarray, time: np.ndarray, values: Iterable[Any]
    ) -> None:
        self.curves.setdefault(curve, Series()).extend(step, epoch, time, np.array(list(values), float))

    # ------------------------------------------------------------------ everything else

    def _take_other(self, kind: str, event: Event) -> None:
        if kind == "answer":
            self.answers[str(event.get("request"))] = event
            if len(self.answers) > ANSWERS:
                del self.answers[next(iter(self.answers))]
            event = {key: event[key] for key in ANSWER_KEYS if key in event}
        self.latest[kind] = event
        self.began = self.began or float(event["time"])
        self.log.append(event)
        if kind == "rollback":
            self.rollbacks.append(event)
        if kind in VOIDING:
            self._void_beyond(number(event.get("resumed_from"), 0))
        elif kind == "epoch":
            self._take_epoch(event)
        elif kind == "stage":
            self.stages.append(event)
            self.find_phases()
        elif kind == "measured":
            self.measured = [other for other in self.measured if other.get("stage") != event.get("stage")] + [event]
        elif kind == "preview":
            self._take_preview(event)
        elif kind == "checkpoint":
            self.checkpoints.append(event)
        elif kind == "alert":
            self.alerts.append(event)

    def _take_epoch(self, event: Event) -> None:
        step = number(event.get("step"))
        if step is None:
            return
        epoch = number(event.get("epoch"), _NAN) + self._epochs_before
        at = tuple(np.array([v], float) for v in (step, epoch, event["time"]))
        for name, value in mapping(event.get("validation")).items():
            self._extend(Curve(str(name), "validation"), at[0], at[1], at[2], [number(value, _NAN)])
        of_steps = mapping(self.latest.get("step", {}).get("gauges"))
        for name, value in mapping(event.get("gauges")).items():
            if name not in of_steps:  # those are told more finely already
                self._extend(Curve(str(name), GAUGE), at[0], at[1], at[2], [number(value, _NAN)])

    def _take_preview(self, event: Event) -> None:
        if number(event.get("step")) is not None and isinstance(event.get("kind"), str):
            self.previews.append(event)

    def _void_beyond(self, step: float) -> None:
        """A resume repeats the steps after its checkpoint: what the log told of them is void."""
        for series in self.curves.values():
            series.truncate(step)
        for events in (self.previews, self.checkpoints, self.measured):
            events[:] = [event for event in events if number(event.get("step"), 0) <= step]
        self.stages = [event for event in self.stages if number(event.get("first_step"), 0) <= step]
        self.find_phases()

    @property
    def _epochs_before(self) -> float:
        """How many the phases before the present one took."""
        return self.phases[-1].epochs if self.phases else 0.0
