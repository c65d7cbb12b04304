"""Finding recipes: the shipped ones by name, others by path."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

from aekit.errors import near_miss
from aekit.plugins import short_path
from aekit.recipe.places import Place
from aekit.recipe.problems import Problem, RecipeError

SHIPPED_PACKAGE = "aekit_recipes"
ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True)
class ShippedRecipe:
    """A recipe that comes with aekit."""

    name: str
    path: Path
    description: str


def shipped_folder() -> Path:
    """Where the shipped recipes are; their package is not imported."""
    spec = importlib.util.find_spec(SHIPPED_PACKAGE)
    locations = spec.submodule_search_locations if spec else None
    return Path(next(iter(locations))) if locations else Path(__file__).parents[2] / "recipes"


def shipped_recipes() -> list[ShippedRecipe]:
    """Every shipped recipe by name, with its description."""
    return [ShippedRecipe(path.stem, path, describe_file(path)) for path in sorted(shipped_folder().glob("*.yaml"))]


def describe_file(path: Path) -> str:
    """A recipe's description: its `description:` key, or else the first line of its head comment."""
    from aekit.recipe.merge import head_comment
    from aekit.recipe.nodes import Scalar
    from aekit.recipe.reader import read_file, read_mapping

    try:
        text = read_file(path)
        if re.search(r"^(description|\"description\"|'description')\s*:", text.content, re.MULTILINE):
            described = read_mapping(text).get("description")
            if isinstance(described, Scalar) and described.value is not None:
                return str(described.value)
        return head_comment(text.content)
    except RecipeError:
        return ""


def find_recipe(source: str | Path) -> Path:
    """The file of a recipe.

    Args:
        source: a shipped recipe's name, or a path.

    Raises:
        RecipeError: there is none, with the near miss among shipped recipes and the files around.
    """
    return find_recipe_path(source, Path.cwd(), None)


def absolute(source: str | Path, folder: Path) -> Path:
    """The absolute path that is meant by `source` in a folder; where none can be, one that does not exist."""
    try:
        path = (folder / Path(source).expanduser()).resolve()
        path.exists()
    except (OSError, ValueError, RuntimeError):
        return folder / "\N{REPLACEMENT CHARACTER}"
    return path


def find_recipe_path(source: str | Path, folder: Path, where: Place | None) -> Path:
    """The file of a recipe that is named from a folder, or from a place in another recipe."""
    path = absolute(source, folder)
    shipped = {found.stem: found for found in sorted(shipped_folder().glob("*.yaml"))}
    if path.is_file():
        return path
    if str(source) in shipped:
        return shipped[str(source)]
    for ending in ENDINGS:
        if Path(f"{path}{ending}").is_file():
            return Path(f"{path}{ending}")
    raise RecipeError([_not_found(str(source), path, list(shipped), where)])


def _not_found(source: str, path: Path, shipped: list[str], where: Place | None) -> Problem:
    what = "it is a folder" if path.is_dir() else ""
    message = f"there is no recipe '{source}'{what and ': ' + what}"
    files = [short_path(file) for file in _files_beside(path)]
    match = near_miss(source, [*shipped, *files]) or near_miss(path.name, [Path(file).name for file in files])
    if match:
        message += f". Did you mean '{match}'?"
    notes = [f"shipped recipes: {', '.join(shipped) or 'none'}"]
    if files:
        notes.append(f"files: {', '.join(files[:10])}")
    if where:
        return Problem.at(where, message, notes)
    return Problem("recipe", 0, 0, 0, message, tuple(notes))


def _files_beside(path: Path) -> list[Path]:
    folder = path if path.is_dir() else path.parent
    if not folder.is_dir():
        return []
    return sorted(file for ending in ENDINGS for file in folder.glob(f"*{ending}"))
