"""A value that changes in the course of training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keras import ops


@dataclass(frozen=True)
class Ramp:
    """Goes linearly from `start` to `end` over the first steps or epochs and stays there."""

    start: float
    end: float
    steps: int | None = None
    epochs: float | None = None

    @classmethod
    def from_recipe(cls, ramp: Mapping[str, Any]) -> Ramp:
        """Of {"from", "to", "steps" | "epochs"}."""
        return cls(float(ramp["from"]), float(ramp["to"]), ramp.get("steps"), ramp.get("epochs"))

    def at(self, step: Any, steps_per_epoch: int | None) -> Any:
        length = self.steps or (self.epochs or 0) * (steps_per_epoch or 1)
        share = ops.minimum(ops.cast(step, "float32") / float(max(1, length)), 1.0)
        return self.start + (self.end - self.start) * share
