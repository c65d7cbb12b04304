"""Reading a recipe: find, read, extend, override, check, and write every default in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence as ListOf
from dataclasses import replace
from pathlib import Path
from typing import Any

from aekit.catalog import Catalog, read_catalog
from aekit.errors import PluginError, did_you_mean
from aekit.plugins import short_path
from aekit.recipe import settings
from aekit.recipe.components import check_entry
from aekit.recipe.find import absolute, find_recipe
from aekit.recipe.merge import read_recipe
from aekit.recipe.nodes import Mapping, Node, Scalar, Sequence, is_null, is_removed, plain
from aekit.recipe.options import Checking
from aekit.recipe.overrides import apply_overrides
from aekit.recipe.places import Text
from aekit.recipe.problems import Problem, Problems, RecipeError
from aekit.recipe.reader import read_file, text_at
from aekit.recipe.recipe import ROLES, Entry, PluginRef, Recipe, Stage
from aekit.recipe.scalars import show
from aekit.recipe.stages import SHARED, check_stages

#: Every key that a recipe may have, in the order in which people write them.
KEYS = (
    "description", "extends", "plugins", "seed", "data", *ROLES, *SHARED, "stages", "output", "compile", "device",
    "precision", "memory", "validate", "early_stopping", "on_collapse", "best", "checkpoints", "previews",
)  # fmt: skip
PLUGIN_KEYS = ("path", "sha256", "copy")
TOTAL = "loss"


def load_recipe(source: str | Path, overrides: ListOf[str] = (), plugins: ListOf[str | Path] = ()) -> Recipe:
    """Read and check a recipe.

    Args:
        source: a shipped recipe's name, or a path to YAML.
        overrides: `key.sub=value`, applied after `extends`.
        plugins: folders or files of plugins, beside those that the recipe names.

    Raises:
        RecipeError: with every problem that it has.
    """
    path = find_recipe(source)
    return _load(read_file(path), path, overrides, plugins)


def load_recipe_text(
    content: str, path: str | Path, overrides: ListOf[str] = (), plugins: ListOf[str | Path] = ()
) -> Recipe:
    """Read and check the text of a recipe that need not be a file yet; all else as in `load_recipe`.

    Args:
        content: YAML.
        path: where it stands or would: it gives the recipe its name, and relative paths their folder.

    Raises:
        RecipeError: with every problem that it has.
    """
    path = absolute(path, Path.cwd())
    return _load(text_at(content, path), path, overrides, plugins)


def _load(text: Text, path: Path, overrides: ListOf[str], plugins: ListOf[str | Path]) -> Recipe:
    root, description = read_recipe(text, path)
    problems = Problems()
    root = apply_overrides(root, overrides, problems)
    refs = _plugin_refs(root.get("plugins"), problems)
    catalog = _catalog([*(place for place, _ in refs), *(Path(p) for p in plugins)], problems)
    checking = Checking(catalog, problems)
    recipe = _check(checking, root, path, description, refs)
    problems.raise_any()
    assert recipe is not None
    return recipe


def _catalog(folders: list[Path], problems: Problems) -> Catalog:
    try:
        return read_catalog(folders)
    except PluginError as error:
        problems.found.append(Problem("plugins", 0, 0, 0, str(error)))
        raise RecipeError(problems.found) from error


def _check(
    checking: Checking, root: Mapping, path: Path, description: str, refs: list[tuple[Path, PluginRef]]
) -> Recipe | None:
    """The recipe, or None where problems left too little of it."""
    _check_keys(checking, root)
    values = settings.check_values(checking, root)
    data = _check_data(checking, root)
    networks = _check_networks(checking, root)
    stages = check_stages(checking, root, tuple(_given_networks(root)))
    early_stopping = settings.check_early_stopping(checking, root.get("early_stopping"))
    _check_measures(checking, root, stages)
    more: dict[str, Any] = {
        "memory": settings.check_memory(checking, root.get("memory")),
        "validate": settings.check_validate(checking, root.get("validate")),
        "early_stopping": early_stopping,
        "on_collapse": settings.check_on_collapse(checking, root.get("on_collapse")),
        "checkpoints": settings.check_checkpoints(checking, root.get("checkpoints")),
        "previews": settings.check_previews(checking, root.get("previews")),
    }
    if checking.problems.found or data is None:
        return None
    values["description"] = values["description"] or description
    compiled = values.pop("compile")
    stages = tuple(replace(stage, compile=stage.compile or compiled) for stage in stages)
    recipe = Recipe(
        name=path.stem, path=path, data=data, networks=networks, stages=stages, plugins=(),
        notes=tuple(dict.fromkeys(checking.notes)), catalog=checking.catalog, **values, **more,
    )  # fmt: skip
    return _with_plugins(recipe, refs)


def _check_keys(checking: Checking, root: Mapping) -> None:
    for key, place, _ in root.items():
        if key not in KEYS:
            message = f"a recipe has no key '{key}'.{did_you_mean(key, KEYS)}".removesuffix(".")
            checking.problems.add(place, message, [f"keys: {', '.join(KEYS)}"])
        elif key == "extends":
            checking.problems.add(place, "'extends' cannot be overridden; write a recipe that extends another")


def _check_data(checking: Checking, root: Mapping) -> Entry | None:
    node = root.get("data")
    if node is None or is_removed(node):
        types = ", ".join(component.name for component in checking.catalog.of_kind("data"))
        checking.problems.add(root.place, "a recipe needs data", [f"data types: {types or 'none'}"])
        return None
    return check_entry(checking, "data", "data", root.keys["data"], node)


def _given_networks(root: Mapping) -> dict[str, Node]:
    return {role: root.values[role] for role in ROLES if role in root.values and not is_removed(root.values[role])}


def _check_networks(checking: Checking, root: Mapping) -> dict[str, Entry]:
    given = _given_networks(root)
    if not given:
        message = "a recipe needs networks, at least one of these"
        checking.problems.add(root.place, message, [f"networks: {', '.join(ROLES)}"])
    entries = {role: check_entry(checking, ROLES[role], role, root.keys[role], node) for role, node in given.items()}
    return {role: entry for role, entry in entries.items() if entry}


def _check_measures(checking: Checking, root: Mapping, stages: tuple[Stage, ...]) -> None:
    """`early_stopping.measure` and `best` name a loss of some stage, or the weighted sum "loss"."""
    names = list(dict.fromkeys([TOTAL, *(entry.key for stage in stages for entry in stage.losses)]))
    early_stopping = root.get("early_stopping")
    early = early_stopping.get("measure") if isinstance(early_stopping, Mapping) else None
    best = root.get("best")
    if early and best and plain(best) is not None and plain(early) != plain(best):
        message = "best and early_stopping name different measures; leave best out, early stopping keeps the best too"
        checking.problems.add(best.place, message)
    for node in (early, best):
        name = plain(node) if node else None
        if node and isinstance(name, str) and name not in names:
            message = f"there is no measure '{name}'.{did_you_mean(name, names)}".removesuffix(".")
            checking.problems.add(node.place, message, [f"measures: {', '.join(names)}"])


def _plugin_refs(node: Node | None, problems: Problems) -> list[tuple[Path, PluginRef]]:
    """Where each entry of `plugins:` is read from, and what it said."""
    if node is None or is_null(node):
        return []
    if not isinstance(node, Sequence):
        problems.add(node.place, f"plugins: expected a list of folders and files, received {show(plain(node))}")
        return []
    found = (_plugin_ref(item, problems) for item in node.items)
    return [ref for ref in found if ref]


def _plugin_ref(node: Node, problems: Problems) -> tuple[Path, PluginRef] | None:
    path_node = node.get("path") if isinstance(node, Mapping) else node
    if not isinstance(path_node, Scalar) or not isinstance(path_node.value, str):
        problems.add(node.place, f"plugins: expected a folder or a file, received {show(plain(node))}")
        return None
    known: dict[str, str] = {}
    if isinstance(node, Mapping):
        for key, place, value in node.items():
            if key not in PLUGIN_KEYS:
                problems.add(place, f"a plugin has no key '{key}'", [f"keys: {', '.join(PLUGIN_KEYS)}"])
            elif key != "path" and isinstance(value, Scalar) and isinstance(value.value, str):
                known[key] = value.value
    folder = node.place.text.folder
    path = absolute(path_node.value, folder)
    ref = PluginRef(path, **known)
    for found in [path, *([absolute(ref.copy, folder)] if ref.copy else [])]:
        if found.exists() and (ref.sha256 is None or file_hash(found) == ref.sha256):
            return found, ref
    if path.exists():
        message = f"the plugin {short_path(path)} has changed since this recipe was written, and there is no copy of it"
    else:
        message = f"there is no plugin folder or file {path_node.value}"
    problems.add(path_node.place, message)
    return None


def file_hash(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes() if path.is_file() else b"").hexdigest()


def _with_plugins(recipe: Recipe, refs: list[tuple[Path, PluginRef]]) -> Recipe:
    """The recipe with the local files that its components come from, as far as it uses them."""
    from dataclasses import replace

    used: dict[Path, PluginRef] = {}
    said = dict(refs)
    for kind, name in recipe.wanted:
        component = recipe.catalog.find(kind, name)
        if component and component.plugin.is_local:
            used[component.file] = said.get(component.file, PluginRef(component.file))
    return replace(recipe, plugins=tuple(used[path] for path in sorted(used)))
