"""What a metric may leave in a run beside its measures: pictures, and rows of the probes for the previews."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from aekit.training import pictures
from aekit.training.previews import Previewer


@dataclass(frozen=True)
class Figures:
    """A run's pictures as one metric is given them.

    Args:
        folder: of the run's figures.
        step: that the networks are from.
        previewer: writes rows of examples; None where the run is over or its recipe wants no previews.
        name: the metric's key in the recipe.
    """

    folder: Path
    step: int
    previewer: Previewer | None = None
    name: str = ""

    def of(self, name: str) -> Figures:
        """The same for the metric of this name."""
        return dataclasses.replace(self, name=name)

    @property
    def probes(self) -> np.ndarray | None:
        """The examples that every preview shows, (n, *example_shape) in data units; None without previews."""
        return None if self.previewer is None else np.asarray(self.previewer.probes["x"])

    def rows(self, rows: Sequence[np.ndarray]) -> None:
        """Show rows of examples, the probes first, as a preview of the metric's name."""
        if self.previewer is not None:
            self.previewer.write_rows(self.name, self.step, list(rows))

    def picture(self, name: str, pixels: np.ndarray) -> Path:
        """Write bytes (height, width) or (height, width, 3) as FOLDER/METRIC-NAME.png."""
        path = self.folder / f"{self.name}-{name}.png"
        pictures.save(Image.fromarray(pixels), path)
        return path
