"""The recipes that can be launched from here: shipped ones, files around, and those of recent runs as they ran."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aekit.errors import AekitError
from aekit.plugins import short_path
from aekit.recipe import shipped_recipes
from aekit.recipe.find import ENDINGS, describe_file
from aekit.recipe.reader import read_file
from aekit.run import RunDirectory

FOLDER_VARIABLE = "AEKIT_RECIPES"
#: The recipe that needs no data but what is installed, and seconds to train.
DEMO = "digits"
MOST_FILES = 200
MOST_RUNS = 20
#: What tells a recipe from the other YAML files of a folder.
_RECIPE = re.compile(r"^(data|extends|encoder|decoder|latent|trainer|stages|losses)[ \t]*:", re.MULTILINE)
_DESCRIPTION = re.compile(r"description:[ \t]*(.*)")
_HEAD = re.compile(r"(?:#.*\n?)+")


@dataclass(frozen=True)
class Source:
    """A recipe in the list.

    Args:
        kind: "shipped", "file" or "run".
        name: as the list shows it.
        path: its file.
        about: its description; why it cannot be read, where `broken`.
        stamp: of a run, when it began.
    """

    kind: str
    name: str
    path: Path
    about: str = ""
    broken: bool = False
    stamp: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.path}"

    @property
    def recipe(self) -> str:
        """The name that its runs bear."""
        return self.name if self.kind == "run" else self.path.stem

    @property
    def origin(self) -> str:
        """Where it comes from, in a few words."""
        if self.kind == "run":
            return f"run {self.stamp[5:10]} {self.stamp[11:13]}:{self.stamp[13:15]}"
        return "with aekit" if self.kind == "shipped" else "file"


def find_sources(runs: Sequence[RunDirectory] = ()) -> list[Source]:
    """Every recipe, the demo first, then the other shipped ones, files, and runs, newest first."""
    shipped = [Source("shipped", each.name, each.path, each.description) for each in shipped_recipes()]
    shipped.sort(key=lambda source: (source.name != DEMO, source.name))
    known = {source.path.resolve() for source in shipped}
    files = [source for path in _files(known) if (source := _of_file(path))]
    return [*shipped, *files, *(_of_run(run) for run in list(runs)[:MOST_RUNS] if run.exists)]


def _files(known: set[Path]) -> Iterator[Path]:
    """YAML files of this folder, of its `recipes` folder, and of $AEKIT_RECIPES, each once."""
    given = os.environ.get(FOLDER_VARIABLE)
    folders = [Path(), Path("recipes"), *([Path(given).expanduser()] if given else [])]
    for folder in folders:
        for path in _yaml_in(folder):
            if path.resolve() not in known and len(known) < MOST_FILES:
                known.add(path.resolve())
                yield path.absolute()


def _yaml_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in ENDINGS)
    except OSError:
        return []


def _of_file(path: Path) -> Source | None:
    """A file as a recipe; None where it is another kind of YAML."""
    name = short_path(path)
    try:
        content = read_file(path).content
    except AekitError as error:
        return Source("file", name, path, str(error), broken=True)
    return Source("file", name, path, describe_file(path)) if _RECIPE.search(content) else None


def _of_run(run: RunDirectory) -> Source:
    return Source("run", run.title, run.recipe, _described(run.recipe), stamp=run.stamp or "")


def _described(path: Path) -> str:
    """What a run's recipe says of itself in its first line; the whole file is not read for it."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            first = file.readline(400).strip()
    except OSError:
        return ""
    found = _DESCRIPTION.match(first)
    return found[1].strip("\"'") if found else first.lstrip("# ") if first.startswith("#") else ""


def read_text(path: Path) -> str:
    """A recipe's text, its lines ended by newlines alone.

    Raises:
        RecipeError: it cannot be read.
    """
    return read_file(path).content.replace("\r\n", "\n").replace("\r", "\n")


def head_notes(text: str) -> str:
    """The comment at a recipe's head, without its signs."""
    found = _HEAD.match(text)
    lines = found[0].splitlines() if found else []
    return "\n".join(line.lstrip("#").removeprefix(" ").rstrip() for line in lines)


def matching(sources: Iterable[Source], words: str) -> list[Source]:
    """Those that hold every word."""
    wanted = words.lower().split()
    return [s for s in sources if all(word in f"{s.name} {s.origin} {s.about}".lower() for word in wanted)]
