"""A measured figure with what is needed to trust it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Measure:
    """One figure of a metric.

    Args:
        value: the figure, in `unit`.
        n: how many examples it was computed on.
        standard_error: of `value`, in `unit`; None where it has none.
        unit: as people write it, e.g. "squared error per image", "dB".
        direction: which way is better.
    """

    value: float
    n: int
    standard_error: float | None = None
    unit: str = ""
    direction: Literal["lower", "higher"] = "lower"

    @classmethod
    def mean(cls, per_example: Any, unit: str, direction: Literal["lower", "higher"] = "lower") -> Measure:
        """The mean of one value per example, shape (n,), with its standard error."""
        import numpy as np

        values = np.asarray(per_example, "float64")
        error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None
        return cls(float(values.mean()), len(values), error, unit, direction)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
