"""Making a run directory: its folder, its complete recipe, and copies of the plugin files that it needs."""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from aekit.errors import RunError
from aekit.run.files import write_whole
from aekit.run.info import begin_info
from aekit.run.paths import RunDirectory, absolute

if TYPE_CHECKING:
    from aekit.recipe import Recipe
    from aekit.recipe.recipe import PluginRef


def create_run(recipe: Recipe, command: list[str], root: str | Path, now: datetime | None = None) -> RunDirectory:
    """Make `ROOT/<UTC time>-<recipe name>` with recipe.yaml, run.json and copies of the local plugin files.

    Args:
        command: the command line that asked for it, kept in run.json.
        now: when, the present unless said otherwise.

    Raises:
        RunError: the folder cannot be made, or a plugin file cannot be read.
    """
    run = _make_folder(Path(root), title_of(recipe), now or datetime.now(UTC))
    try:
        sources = [_source(recipe, ref) for ref in recipe.plugins]
        copies = _copy_plugins(run, [file for source in sources for file in with_helpers(source)])
        begin_info(run, command, recipe.seed, dict(copies.values()))
        refs = tuple(_recorded(source, *copies[source]) for source in sources)
        write_whole(run.recipe, dataclasses.replace(recipe, plugins=refs).dump())
    except OSError as error:
        shutil.rmtree(run.path, ignore_errors=True)
        raise RunError(f"{run}: the run could not be made: {error}") from error
    return run


def _source(recipe: Recipe, ref: PluginRef) -> Path:
    """The file that the recipe was checked with: another run's copy, where the original is gone or has changed."""
    path = absolute(ref.path)
    if ref.sha256 is None or ref.copy is None:
        return path
    same = path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == ref.sha256
    return path if same else absolute(recipe.path.parent / ref.copy)


def with_helpers(path: Path) -> list[Path]:
    """A plugin file and what it imports relatively, and so on; absolute, each once."""
    found = [absolute(path)]
    for file in found:
        found += [helper for helper in _relative_imports(file) if helper not in found]
    return found


def _relative_imports(file: Path) -> list[Path]:
    """The files beside `file`, or in folders beside it, that it imports by `from .name import ...`."""
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):
        return []
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    names = {
        name.partition(".")[0]
        for node in imports
        for name in ([node.module] if node.module else [alias.name for alias in node.names])
    }
    files = [file.with_name(f"{name}.py") for name in sorted(names)]
    folders = [found for name in sorted(names) for found in sorted((file.parent / name).rglob("*.py"))]
    return [path for path in [*files, *folders] if path.is_file()]


def _make_folder(root: Path, name: str, now: datetime) -> RunDirectory:
    stem = f"{now.astimezone(UTC):%Y-%m-%dT%H%M%S}-{_tame(name)}"
    try:
        root.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, 10_000):
            folder = root / (stem if attempt == 1 else f"{stem}-{attempt}")
            try:
                folder.mkdir()
            except FileExistsError:
                continue
            return RunDirectory(folder)
    except OSError as error:
        raise RunError(f"{root}: no run can be made here ({error.strerror}); --runs DIR puts runs elsewhere") from error
    raise RunError(f"{root}: there are thousands of runs called {stem}")


def title_of(recipe: Recipe) -> str:
    """The recipe's name; that of the run, where the recipe is a run's own and has been given no other."""
    beside = RunDirectory(recipe.path.parent)
    own = recipe.path == beside.recipe and beside.info.exists() and recipe.name == recipe.path.stem
    return beside.title if own else recipe.name


def _tame(name: str) -> str:
    """A recipe's name as part of a folder's name."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")[:80] or "recipe"


def _copy_plugins(run: RunDirectory, sources: list[Path]) -> dict[Path, tuple[str, str]]:
    """Copy each file into the run; gives path of the copy within plugins/ and its sha256, by source."""
    copies: dict[Path, tuple[str, str]] = {}
    folders: dict[Path, str] = {}
    for source in dict.fromkeys(sources):
        above = next((parent for parent in source.parents if parent in folders), source.parent)
        folder = folders.setdefault(above, f"{len(folders) + 1}-{above.name}")
        copy = f"{folder}/{source.relative_to(above)}"
        (run.plugins / copy).parent.mkdir(parents=True, exist_ok=True)
        content = source.read_bytes()
        (run.plugins / copy).write_bytes(content)
        copies[source] = copy, hashlib.sha256(content).hexdigest()
    return copies


def _recorded(source: Path, copy: str, digest: str) -> PluginRef:
    from aekit.recipe import PluginRef

    return PluginRef(source, sha256=digest, copy=f"plugins/{copy}")
