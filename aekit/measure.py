"""A measured figure with what is needed to trust it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

#: dB of an image without an error, whose ratio is infinite.
BEST_PSNR = 100.0


@dataclass(frozen=True)
class Measure:
    """One figure of a metric.

    Args:
        value: the figure, in `unit`.
        n: how many examples it was computed on.
        standard_error: of `value`, in `unit`; None where it has none.
        unit: as people write it, e.g. "squared error per image", "dB".
        direction: which way is better.
        interval: the lowest and highest value of a 95 % confidence interval, in `unit`; None where it has none.
        on: what it was computed on beside the split, e.g. "features digits-features 3fa9c2"; measures with unlike
            words here are not compared.
        seed: of the random numbers that went into it; None where there are none.
    """

    value: float
    n: int
    standard_error: float | None = None
    unit: str = ""
    direction: Literal["lower", "higher"] = "lower"
    interval: tuple[float, float] | None = None
    on: str = ""
    seed: int | None = None

    @classmethod
    def mean(cls, per_example: Any, unit: str, direction: Literal["lower", "higher"] = "lower") -> Measure:
        """The mean of one value per example, shape (n,), with its standard error."""
        import numpy as np

        values = np.asarray(per_example, "float64")
        error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None
        return cls(float(values.mean()), len(values), error, unit, direction)

    def as_dict(self) -> dict[str, Any]:
        """As metrics.json has it: `interval`, `on` and `seed` only where there is one."""
        left_out = {"interval": None, "on": "", "seed": None}
        return {name: value for name, value in asdict(self).items() if (name, value) not in left_out.items()}


def comparable(measures: Sequence[Mapping[str, Any]]) -> bool:
    """Whether measures, as metrics.json has them, were computed on the same; absent ones are left out of account."""
    return len({measure.get("on", "") for measure in measures if measure}) <= 1


def psnr(mean_squared_error: Any, peak: float) -> Any:
    """10 log10(peak^2 / mean squared error) in dB, at most `BEST_PSNR`.

    Args:
        mean_squared_error: of an image, or an array with that of each.
        peak: the width of the range of values, in the image's units.
    """
    import numpy as np

    return -10 * np.log10(np.maximum(mean_squared_error / peak**2, 10 ** (-BEST_PSNR / 10)))


def bits_per_pixel(bits: Any, shape: Sequence[int]) -> Any:
    """Bits of an example's code by its pixels, whatever the channels; by its values where it is a vector.

    Args:
        bits: of one example, or an array or tensor with those of each.
        shape: of an example, (height, width, channels) or (size,).
    """
    return bits / math.prod(shape[:2])
