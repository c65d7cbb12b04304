"""The phases of a run's stages: which steps each of them took, and the curves of those steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeVar

from aekit.run import Event
from aekit.run.reading import number

from .series import Series

Key = tuple[int, str]
Which = TypeVar("Which")


@dataclass(frozen=True)
class Phase:
    """What is trained in turn within a stage; a stage that does not say so has one.

    Args:
        index, stage: the stage's place in the recipe, and its name.
        name: its own.
        names: all of the stage's phases, as far as they are known.
        first: the step that it begins after.
        end: the last of its steps; None for the newest one.
        epochs: how many the phases before it took; they are counted anew in each.
    """

    index: int
    stage: str
    name: str
    names: tuple[str, ...]
    first: float
    end: float | None
    epochs: float

    @property
    def key(self) -> Key:
        """What tells it from the others, also in another run of the recipe."""
        return self.index, self.name

    @property
    def title(self) -> str:
        return phase_title(self.stage, self.name)

    def holds(self, step: float) -> bool:
        """Whether it is one of its steps."""
        return self.first < step and (self.end is None or step <= self.end)


def phase_title(stage: object, phase: object) -> str:
    """A phase in words: "pretrain layer 1, 784-1000"; a stage's only one goes by the stage's name."""
    return " ".join(str(word) for word in (stage, phase if phase not in ("train", stage) else "") if word)


def phases_of(stages: Sequence[Event]) -> list[Phase]:
    """The phases that have begun, oldest first; one that a resume began anew stands there once."""
    told = {_key(event): event for event in stages}
    keys = sorted(told, key=lambda key: number(told[key].get("first_step"), 0))
    ends = [number(told[key].get("first_step"), 0) for key in keys[1:]]
    found, epochs = [], 0.0
    for key, end in zip_longest(keys, ends):
        event = told[key]
        first, each = number(event.get("first_step"), 0), number(event.get("steps_per_epoch"), 0)
        name = str(event.get("name") or "stage")
        found.append(Phase(key[0], name, key[1], _names(told, key[0]), first, end, epochs))
        epochs += (end - first) / each if end is not None and each > 0 else 0.0
    return found


def _key(event: Event) -> Key:
    return int(number(event.get("index"), 0)), str(event.get("phase") or "train")


def _names(told: Mapping[Key, Event], index: int) -> tuple[str, ...]:
    """The phases of a stage: all of them where its events list them, else those that have begun."""
    own = {name: event.get("phases") for (at, name), event in told.items() if at == index}
    listed = (str(name) for names in own.values() if isinstance(names, list) for name in names)
    return tuple(dict.fromkeys([*listed, *own]))


class Excerpt:
    """The rows of a phase out of a run's curves; it follows them by new rows only."""

    def __init__(self) -> None:
        self._curves: dict[object, Series] = {}

    def of(self, curves: Mapping[Which, Series], phase: Phase) -> dict[Which, Series]:
        """Series of the phase's steps, with its own epochs, for the curves that have any."""
        found = {}
        for curve, whole in curves.items():
            start = int(whole.steps.searchsorted(phase.first, side="right"))
            stop = len(whole) if phase.end is None else int(whole.steps.searchsorted(phase.end, side="right"))
            if start < stop:
                found[curve] = self._follow(curve, whole, start, stop, phase.epochs)
        return found

    def _follow(self, curve: object, whole: Series, start: int, stop: int, epochs: float) -> Series:
        series = self._curves.setdefault(curve, Series())
        if len(series) > stop - start:
            series = self._curves[curve] = Series()
        new = slice(start + len(series), stop)
        series.extend(whole.steps[new], whole.epochs[new] - epochs, whole.times[new], whole.values[new])
        return series
