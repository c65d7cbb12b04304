"""Checking a recipe that is being written: in a thread, with the messages of `aekit check`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aekit.catalog import Catalog, read_catalog
from aekit.errors import AekitError
from aekit.recipe import Entry, Problem, Recipe, RecipeError, load_recipe_text
from aekit.recipe.nodes import Mapping, Sequence, plain
from aekit.recipe.reader import read_mapping, text_at
from aekit.recipe.scalars import show

from .meanings import prepare


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    Args:
        text, path: what was checked.
        problems: empty where the recipe can be run.
        recipe: the checked recipe, None with problems.
        catalog: what recipes can name here, None where plugin folders are missing.
    """

    text: str
    path: Path
    problems: tuple[Problem, ...] = ()
    recipe: Recipe | None = None
    catalog: Catalog | None = None


def check_text(text: str, path: Path) -> Verdict:
    """Check a recipe's text as if it stood at `path`; what is wrong is told, never raised."""
    try:
        recipe = load_recipe_text(text, path)
    except RecipeError as error:
        return Verdict(text, path, tuple(error.problems), catalog=_catalog(text, path))
    except AekitError as error:
        return Verdict(text, path, (Problem(path.name, 0, 0, 0, str(error)),), catalog=_catalog(text, path))
    prepare(recipe.catalog)
    return Verdict(text, path, recipe=recipe, catalog=recipe.catalog)


def _catalog(text: str, path: Path) -> Catalog | None:
    """The catalog with the plugin folders that a faulty recipe names, as far as these are there."""
    try:
        catalog = read_catalog([folder for folder in _plugin_folders(text, path) if folder.exists()])
    except AekitError:
        return None
    prepare(catalog)
    return catalog


def _plugin_folders(text: str, path: Path) -> Iterator[Path]:
    try:
        root: Mapping | None = read_mapping(text_at(text, path))
    except RecipeError:
        return
    named = root.get("plugins") if root else None
    for item in named.items if isinstance(named, Sequence) else ():
        value = plain(item)
        value = value.get("path") if isinstance(value, dict) else value
        if isinstance(value, str):
            yield path.parent / Path(value).expanduser()


def here(problem: Problem, verdict: Verdict) -> bool:
    """Whether a problem lies in the checked text itself, and not in what it extends."""
    from aekit.plugins import short_path

    return problem.line > 0 and problem.file == short_path(verdict.path)


def parts(recipe: Recipe) -> str:
    """The recipe in a few lines: data, networks, and what each stage trains and for how long; defaults are left out."""
    lines = [_entry(recipe, entry) for entry in (recipe.data, *recipe.networks.values())]
    for stage in recipe.stages:
        losses = " + ".join(entry.key for entry in stage.losses) or "no losses"
        length = f"{stage.steps:,} steps" if stage.epochs is None else f"{stage.epochs:,} epochs"
        name = "train" if len(recipe.stages) == 1 else stage.name
        lines.append(f"{name}  {stage.trainer.type} on {losses}, {length} in batches of {stage.batch_size:,}")
    return "\n".join(lines)


def _entry(recipe: Recipe, entry: Entry) -> str:
    """ "encoder  mlp units=[256, 128]"."""
    component = recipe.catalog.find(entry.kind, entry.type)
    usual = {each.name: show(each.default, 40) for each in component.parameters.values()} if component else {}
    shown = {name: show(value, 40) for name, value in entry.options.items()}
    told = [f"{name}={value}" for name, value in shown.items() if value != usual.get(name)]
    return f"{entry.key}  {' '.join([entry.type, *told])}"
