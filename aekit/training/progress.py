"""How far a run is: the counters that a checkpoint keeps beside the tensors."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Best:
    """The best validation so far of a phase: its value and the run's step."""

    value: float
    step: int


@dataclass
class Health:
    """How training goes, as its trainer judges it after each validation pass.

    Attributes:
        state: "ok", "warning" or "collapsed".
        verdict, times: the last judgement, and how often it has been the same in a row.
        seen: how many there were.
        proven: whether one was good, or so many have passed that one should have been.
    """

    state: str = "ok"
    verdict: str = "ok"
    times: int = 0
    seen: int = 0
    proven: bool = False

    @property
    def is_good(self) -> bool:
        """Whether nothing speaks against the present state."""
        return self.state == self.verdict == "ok"


@dataclass
class Progress:
    """Counters of a run.

    Attributes:
        stage, phase: which of the recipe's stages, and which of its trainer's phases.
        step: steps done in this phase; with the seed it is also the position in the data.
        total: steps done in the run.
        sums, summed: the losses' sums since the last validation pass, and over how many steps.
        best, waited: the best validation of this phase, and how many passes brought none better.
        health: of this phase.
        rollbacks: how often the run went back after a collapse.
        ended: the phase is over, at its last step or by early stopping.
    """

    stage: int = 0
    phase: int = 0
    step: int = 0
    total: int = 0
    sums: dict[str, float] = field(default_factory=dict)
    summed: int = 0
    best: Best | None = None
    waited: int = 0
    health: Health = field(default_factory=Health)
    rollbacks: int = 0
    ended: bool = False

    def advance(self, steps: int, sums: dict[str, float]) -> None:
        self.step += steps
        self.total += steps
        self.summed += steps
        self.sums = sums

    def means(self) -> dict[str, float]:
        """The losses' means since the last validation pass."""
        return {name: value / max(1, self.summed) for name, value in self.sums.items()}

    def enter(self, stage: int, phase: int) -> None:
        """Begin a phase, with nothing counted in it."""
        self.best, self.waited = None, 0
        self.stage, self.phase, self.step, self.ended = stage, phase, 0, False
        self.sums, self.summed = {}, 0
        self.health = Health()

    def judge(self, value: float, minimum_change: float = 0.0) -> bool:
        """Take note of a validation pass; True where it is the best so far (lower is better)."""
        if self.best is None or value < self.best.value - minimum_change:
            self.best, self.waited = Best(value, self.total), 0
            return True
        self.waited += 1
        return False

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Progress:
        best, health = values["best"], values.get("health", {})
        return cls(**{**values, "best": None if best is None else Best(**best), "health": Health(**health)})
