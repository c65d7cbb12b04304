"""What measures of samples compare: samples of a model beside as many real examples, as pixels or as features."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

import aekit
from aekit.errors import DataError

from ._psnr import value_width

PIXELS = "pixels"
#: Numbers of an example, above which its pixels are no longer compared.
MOST_PIXELS = 4096


@dataclass(frozen=True)
class Sets:
    """Samples of a model and as many real examples: of the split, and of the training data.

    Args:
        model, split: as a metric is given them.
        features: whose features are compared, as for `aekit.feature_net`; "pixels" for none.
        n: of each, at most: as many as the split has, and the training data where they can be counted.
        seed: of the samples.
        density: where their codes come from, as for `sample`.
    """

    model: Any
    split: str
    features: str | None
    n: int
    seed: int
    density: str | None

    @cached_property
    def count(self) -> int:
        """How many there are of each."""
        splits = self.model.data.splits
        return min(self.n, *(len(splits[name]) for name in {self.split, "train"} & set(splits)))

    @cached_property
    def net(self) -> Any:
        """The feature net; None for pixels."""
        return None if self.features == PIXELS else aekit.feature_net(self.features, self.model.data)

    @property
    def on(self) -> str:
        """What is compared, in the words of `Measure.on`; how many there are counts, as many measures depend on it."""
        return f"{self.net.on if self.net else PIXELS}, {self.count:,} of each"

    @property
    def samples(self) -> np.ndarray:
        """(count, size)."""
        return self._mapped("samples", lambda: samples(self.model, self.count, self.seed, self.density))

    @property
    def real(self) -> np.ndarray:
        """(count, size), drawn from the split."""
        return self._mapped(self.split, lambda: drawn(self.model.data, self.split, self.count))

    @property
    def train(self) -> np.ndarray | None:
        """(count, size), drawn from the training data; None where those have no end."""
        if "train" not in self.model.data.splits:
            return None
        return self._mapped("train", lambda: drawn(self.model.data, "train", self.count))

    def measure(
        self, value: float, error: float, unit: str, direction: str, sampled: bool = True, n: int | None = None
    ) -> Any:
        """A Measure of these sets.

        Args:
            sampled: whether samples take part in it.
            n: where it is not a mean over as many as there are of each.
        """
        seed = self.seed if sampled else None
        return aekit.Measure(float(value), n or self.count, float(error), unit, direction, None, self.on, seed)

    def _mapped(self, name: str, load: Callable[[], np.ndarray]) -> np.ndarray:
        data = self.model.data
        if self.net is None:
            return pixels(data, load()).reshape(self.count, -1)
        about = (self.seed, self.density) if name == "samples" else ()
        key = (self.net.hash, name, self.count, *about)
        return kept(self.model, key, lambda: self.net.features(load(), data.value_range))


def check_features(data: aekit.Data, *, features: str | None = None, **_: Any) -> None:
    """Raise AekitError where there is no such feature net, or none for this data: better before the training."""
    if features != PIXELS:
        aekit.feature_source(features, data)


def samples(model, n: int, seed: int, density: str | None) -> np.ndarray:
    """n samples in data units, (n, *example_shape)."""

    def draw() -> np.ndarray:
        found = np.asarray(model.sample(n, seed, **({} if density is None else {"density": density})))
        if not np.isfinite(found).all():
            raise DataError("the model's samples hold NaN or infinity")
        return found

    return kept(model, ("samples", n, seed, density), draw)


def drawn(data: aekit.Data, split: str, n: int) -> np.ndarray:
    """n examples of a split in data units, always the same ones: a draw without repeats, in order of the split."""
    part = data.splits[split]
    rows = np.sort(np.random.default_rng(0).permutation(len(part))[:n])
    return data.to_float(part.read(rows))


def pixels(data: aekit.Data, x: np.ndarray) -> np.ndarray:
    """Examples with values in [0, 1] whatever the data's range; those of data without one as they are.

    Raises:
        DataError: so many numbers that distances between pixels say little, and take long.
    """
    size = int(np.prod(data.example_shape))
    if size > MOST_PIXELS:
        raise DataError(f"an example has {size:,} numbers; of more than {MOST_PIXELS:,}, features are compared instead")
    if data.value_range is None:
        return x
    return (x - np.float32(data.value_range[0])) / np.float32(value_width(data, PIXELS))


def kept(model, key: Any, make: Callable[[], np.ndarray]) -> np.ndarray:
    """make(), once for this model and key: metrics of one model share its samples and features."""
    found = vars(model).setdefault("_samples_of_metrics", {})
    if key not in found:
        found[key] = make()
    return found[key]


def share(flags: np.ndarray) -> tuple[float, float]:
    """How many flags are set, of one, and the standard error of that."""
    value = float(np.mean(flags))
    return value, float(np.sqrt(value * (1 - value) / len(flags)))
