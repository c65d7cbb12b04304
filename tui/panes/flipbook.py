"""A run's pictures through its steps as a GIF."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from aekit.errors import RunError
from aekit.run import Event

from ..pixels.grid import compose_rows, sheet
from ..store.pictures import Picture, Pictures
from .views import View, rows_of

#: Seconds that a step is shown, on the screen and in a GIF.
BEAT = 0.25
#: A GIF's longer side in pixels, about.
SIDE = 640


def write_gif(pictures: Pictures, events: Sequence[Event], view: View, order: np.ndarray) -> str:
    """Write `RUN-VIEW.gif` into the current folder, and say so. Takes its time: not for the UI's thread.

    Args:
        order: of the examples.

    Raises:
        RunError: it cannot be written, or there is nothing to write.
    """
    from ..pixels.export import save_gif

    name = re.sub(r"[^\w.-]+", "-", f"{pictures.record.run.id}-{view}")
    path = Path.cwd() / f"{name}.gif"
    loaded = (pictures.load(event) for event in events)
    drawn = frames([picture for picture in loaded if isinstance(picture, Picture)], view.part, order)
    if not drawn:
        raise RunError(f"{path.name}: none of the {len(events)} pictures can be read")
    try:
        save_gif(drawn, path, BEAT)
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: cannot be written ({error})") from error
    return f"{path}: {len(drawn)} steps"


def frames(found: Sequence[Picture], part: str, order: np.ndarray) -> list[np.ndarray]:
    """Pictures of several steps as frames of one size, enlarged by a whole number; those of another shape are left out.

    Args:
        order: of the examples, as in the last picture.
    """
    alike = [picture for picture in found if picture.rows.shape == found[-1].rows.shape and picture.count == len(order)]
    drawn = [_frame(rows_of(picture, part, order)) for picture in alike]
    scale = max(1, round(SIDE / max(drawn[-1].shape[:2]))) if drawn else 1
    return [frame.repeat(scale, axis=0).repeat(scale, axis=1) for frame in drawn]


def _frame(rows: tuple[np.ndarray, ...]) -> np.ndarray:
    """As long a line as there are examples for a reconstruction, a square for a single row."""
    return compose_rows(rows) if len(rows) > 1 else sheet(rows[0])
