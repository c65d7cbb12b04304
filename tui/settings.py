"""What the UI remembers from one time to the next: theme, marks, the last run and how its charts were looked at."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from aekit.run.files import read_object, write_whole

AXES = ("step", "epoch", "time")
SMOOTHING = (0.0, 0.6, 0.9, 0.97)


@dataclass
class Settings:
    """Remembered choices.

    Args:
        theme: name of a theme.
        axis, log_y, smoothing: of all charts.
        marks: ids of marked runs.
        last_run: id of the run that screen 2 shows.
        tab: of screen 2.
        image_mode: what the images tab shows.
        standby: whether a worker stands by.
    """

    theme: str = "aekit-dark"
    axis: str = "step"
    log_y: bool = False
    smoothing: float = 0.0
    marks: list[str] = field(default_factory=list)
    last_run: str = ""
    tab: str = "charts"
    image_mode: str = ""
    standby: bool = True

    @classmethod
    def load(cls, path: Path) -> Settings:
        """What was remembered; what cannot be read, or is of another type, is as new."""
        found = read_object(path) or {}
        new = cls()
        for known in fields(cls):
            value = found.get(known.name)
            if type(value) is type(getattr(new, known.name)) and _fits(known.name, value):
                setattr(new, known.name, value)
        return new

    def save(self, path: Path) -> None:
        """Remember; a folder that cannot be written is no reason to complain."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, json.dumps(asdict(self), indent=2) + "\n", durable=False)
        except OSError:
            return


def _fits(name: str, value: Any) -> bool:
    if name == "axis":
        return value in AXES
    if name == "smoothing":
        return 0 <= value < 1
    return name != "marks" or all(isinstance(item, str) for item in value)
