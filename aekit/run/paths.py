"""Where a run's files lie, and where runs lie: the one place that knows these names."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

RUNS_VARIABLE = "AEKIT_RUNS"
DEFAULT_ROOT = Path("runs")
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{6}")


@dataclass(frozen=True)
class RunDirectory:
    """One run's directory; nothing needs to exist yet.

    ```
    recipe.yaml  run.json  events.jsonl  output.txt  metrics.json
    checkpoints/  previews/  figures/  models/  control/  plugins/
    ```
    """

    path: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", absolute(self.path))

    @property
    def id(self) -> str:
        """The folder's name, e.g. "2026-11-22T061031-deep-faces"."""
        return self.path.name

    @property
    def title(self) -> str:
        """The id without its time: the recipe's name."""
        return _STAMP.sub("", self.id, count=1).lstrip("-") or self.id

    @property
    def stamp(self) -> str | None:
        """The UTC time in the id, "2026-11-22T061031", which sorts as text."""
        found = _STAMP.match(self.id)
        return found[0] if found else None

    @property
    def recipe(self) -> Path:
        """The complete recipe; its presence is what makes a folder a run."""
        return self.path / "recipe.yaml"

    @property
    def info(self) -> Path:
        return self.path / "run.json"

    @property
    def events(self) -> Path:
        return self.path / "events.jsonl"

    @property
    def output(self) -> Path:
        """stdout and stderr of the run's process."""
        return self.path / "output.txt"

    @property
    def checkpoints(self) -> Path:
        return self.path / "checkpoints"

    @property
    def origin(self) -> Path:
        """The end of another run's stage, where this one begins after it."""
        return self.checkpoints / "origin.h5"

    @property
    def previews(self) -> Path:
        return self.path / "previews"

    @property
    def figures(self) -> Path:
        """Pictures that metrics have left beside their measures."""
        return self.path / "figures"

    @property
    def models(self) -> Path:
        return self.path / "models"

    @property
    def metrics(self) -> Path:
        return self.path / "metrics.json"

    @property
    def control(self) -> Path:
        """Requests to the run's process, one file each."""
        return self.path / "control"

    @property
    def plugins(self) -> Path:
        """Copies of the local plugin files that the run was made with."""
        return self.path / "plugins"

    @property
    def exists(self) -> bool:
        return self.recipe.is_file()

    def __str__(self) -> str:
        return shown(self.path)


def runs_root(given: str | Path | None = None) -> Path:
    """The folder of run directories: `given`, else $AEKIT_RUNS, else ./runs."""
    return Path(given or os.environ.get(RUNS_VARIABLE) or DEFAULT_ROOT).expanduser()


def absolute(path: str | Path) -> Path:
    """A full path with its symbolic links left in place, as the user wrote them."""
    path = Path(path).absolute()
    return path.resolve() if ".." in path.parts else path


def shown(path: Path) -> str:
    """A path as people write it: relative when it lies under the current folder."""
    full, here = absolute(path), Path.cwd()
    return str(full.relative_to(here)) if full.is_relative_to(here) else str(full)
