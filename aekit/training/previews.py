"""Previews: what the trainer shows of the probes, as a picture, as arrays, and in the event log.

Probes are the first validation examples and codes drawn with a fixed seed: the same for every run on the same data.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from aekit.dataset import Data
from aekit.run import RunDirectory
from aekit.run.files import write_whole
from aekit.training import pictures
from aekit.training.networks import Networks
from aekit.training.sampling import unfitted_codes
from aekit.training.trainer import Trainer

#: The kind of preview that is a grid of generated examples, one for each fixed code.
SAMPLES = "samples"


#: Of the fixed codes. Sample grids have GRID rows and columns.
SEED, GRID = 2014, 8


class Previewer:
    """Writes previews of the same probes: the first `count` validation examples, and GRID x GRID fixed codes.

    Args:
        run: whose previews/ they go to.
        data: the probes' origin, and how to display them.
        networks: that turn codes into examples.
        count: how many examples.
        emit: `emit("preview", **fields)` puts the event on record.
    """

    def __init__(self, run: RunDirectory, data: Data, networks: Networks, count: int, emit: Callable[..., Any]) -> None:
        self.run, self.data, self.emit = run, data, emit
        codes = unfitted_codes(networks, GRID**2, SEED)
        self.probes = {"x": tf.constant(data.first("validation", count)), "z": tf.constant(codes)}
        self.fingerprint = data.fingerprint()
        self._preview: Any = None
        self._of: tuple[Trainer, str] | None = None

    def write(self, trainer: Trainer, step: int) -> None:
        """Compute, draw and announce all pictures of the trainer's present state."""
        if self._of != (trainer, trainer.phase):
            self._of = (trainer, trainer.phase)
            self._preview = tf.function(partial(_shown, trainer), autograph=False)
        kinds, bits = self._preview(self.probes)
        for kind, rows in kinds.items():
            rates = {} if bits is None or kind != "reconstruction" else {"bits_per_pixel": np.round(bits, 6)}
            arrays = [np.asarray(row) for row in rows]
            self.write_rows(kind, step, in_grid(arrays[0]) if kind == SAMPLES else arrays, **rates)

    def write_rows(self, kind: str, step: int, rows: list[np.ndarray], **fields: Any) -> None:
        """Write rows of examples as previews/KIND-STEP.png and .npy, and the event with their errors and `fields`."""
        name = f"{kind}-{step:06d}" if "index" not in fields else f"{kind}-{step:06d}-{fields['index']}"
        picture, arrays = (self.run.previews / f"{name}{ending}" for ending in (".png", ".npy"))
        pictures.save(pictures.strip(rows, self.data.shown_range), picture)
        content = io.BytesIO()
        np.save(content, np.stack(rows).astype("float32"))
        write_whole(arrays, content.getbuffer(), durable=False)
        compared = len(rows) > 1 and kind != SAMPLES
        errors = per_example_error(rows[0], rows[1]).round(6).tolist() if compared else []
        self.emit(
            "preview",
            step=step,
            kind=kind,
            file=str(picture.relative_to(self.run.path)),
            arrays=str(arrays.relative_to(self.run.path)),
            grid=[len(rows), len(rows[0])],
            errors=errors,
            range=self.data.shown_range,
            data=self.fingerprint,
            **fields,
        )


def _shown(trainer: Trainer, probes: dict[str, Any]) -> tuple[dict[str, list[Any]], Any]:
    """The trainer's pictures, and the bits per pixel of each example's code where the latent gives them."""
    return trainer.preview(probes), trainer.networks.bits_per_pixel(probes["x"])


def in_grid(samples: np.ndarray, whole: bool = False) -> list[np.ndarray]:
    """Samples as the rows of a grid that is as square as can be; a last row that is not full only where `whole`."""
    columns = max(1, math.ceil(math.sqrt(len(samples))))
    end = len(samples) if whole else len(samples) - columns + 1
    return [samples[start : start + columns] for start in range(0, end, columns)]


def per_example_error(x: np.ndarray, x_hat: np.ndarray) -> np.ndarray:
    """Sum over an example's values of (x - x_hat)^2, shape (n,)."""
    return np.square(x - x_hat).reshape(len(x), -1).sum(axis=1)
