"""Where a walk through the latent space begins: an example and its reconstruction, or samples of the walk's ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..pixels.grid import sheet, to_bytes
from ..store.walk import Walk
from ..widgets.pixels import Pixels

Range = tuple[float, float]


class Ends(Pixels):
    """Pictures side by side.

    Attributes:
        samples: of codes that were drawn, by their place; each (*example_shape).
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.samples: dict[int, np.ndarray] = {}

    def unknown(self, walk: Walk) -> list[int]:
        """The ends whose samples are still to be decoded; none of a walk between examples."""
        return [index for index in walk.ends if index not in self.samples] if walk.drawn else []

    def learn(self, samples: Mapping[int, np.ndarray]) -> None:
        self.samples.update(samples)

    def show_example(self, rows: np.ndarray, caption: str, shown: Range) -> None:
        """Input and output, (2, *example_shape)."""
        self._show(rows, caption, shown)

    def show_samples(self, walk: Walk, shown: Range) -> None:
        """The samples that the walk begins and ends at, once they are known."""
        if walk.drawn and walk.ends and not self.unknown(walk):
            rows = np.stack([self.samples[index] for index in walk.ends])
            self._show(rows, ", ".join(walk.label(index) for index in walk.ends), shown)

    def _show(self, rows: Sequence[np.ndarray] | np.ndarray, caption: str, shown: Range) -> None:
        self.show(sheet(to_bytes(np.asarray(rows), shown), len(rows)), caption, tiles=(1, len(rows)))
