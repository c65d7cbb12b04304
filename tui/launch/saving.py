"""Saving a recipe under a name: where it may go."""

from __future__ import annotations

from pathlib import Path

from aekit.errors import InputError
from aekit.recipe.find import ENDINGS, absolute, shipped_folder
from aekit.run.files import write_whole

from .sources import Source


def proposed(source: Source) -> str:
    """The name that is proposed for saving: a file's own; a new one in this folder for all else."""
    return source.name if source.kind == "file" else f"{source.recipe}.yaml"


def target(name: str) -> Path:
    """The file that a name means.

    Raises:
        InputError: nothing may be written there.
    """
    name = name.strip()
    if not name or name.endswith("/"):
        raise InputError("a file needs a name")
    path = absolute(name, Path.cwd())
    if path.suffix not in ENDINGS:
        path = path.with_name(f"{path.name}.yaml")
    if path.is_relative_to(shipped_folder().resolve()):
        raise InputError(f"{path.name}: the recipes that come with aekit stay as they are; choose another folder")
    if path.is_dir():
        raise InputError(f"{path} is a folder")
    if not path.parent.is_dir():
        raise InputError(f"there is no folder {path.parent}")
    return path


def save(path: Path, text: str) -> None:
    """Write a recipe, its last line ended.

    Raises:
        OSError: it cannot be written.
    """
    write_whole(path, text if text.endswith("\n") else f"{text}\n")
