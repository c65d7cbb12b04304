"""Building on another recipe: `extends` merges deeply, and what the new one says wins."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from aekit.recipe.find import find_recipe_path
from aekit.recipe.nodes import Mapping, Node, Scalar, is_null
from aekit.recipe.places import Text
from aekit.recipe.problems import Problem, RecipeError
from aekit.recipe.reader import read_file, read_mapping

#: Two ways to say how long: giving one drops the other where these stand.
EXCLUSIVE = ("epochs", "steps")
MAY_BE_EXCLUSIVE = ("", "validate", "weight")
LONGEST_CHAIN = 20


def read_recipe(text: Text, path: Path) -> tuple[Mapping, str]:
    """A recipe's text with everything that it extends merged in, and its description.

    Args:
        path: where the text stands, or would.

    Raises:
        RecipeError: it is no YAML; or a file of the chain cannot be read, does not exist, or extends itself.
    """
    return _read(text, path, ())


def _read(text: Text, path: Path, children: tuple[Path, ...]) -> tuple[Mapping, str]:
    root = read_mapping(text)
    description = head_comment(text.content)
    extends = root.get("extends")
    if extends is None:
        return root, description
    parent = _parent_path(extends, path)
    if parent in (*children, path) or len(children) > LONGEST_CHAIN:
        raise RecipeError([Problem.at(extends.place, "the recipe extends itself")])
    inherited, earlier = _read(read_file(parent), parent, (*children, path))
    if not description and root.get("description") is None:
        description = earlier
    elif root.get("description") is None:
        inherited = inherited.without("description")
    return merge(inherited.without("extends"), root.without("extends")), description


def _parent_path(extends: Node, path: Path) -> Path:
    if not isinstance(extends, Scalar) or not isinstance(extends.value, str):
        message = "expected the name or the file of one recipe"
        raise RecipeError([Problem.at(extends.place, message)])
    return find_recipe_path(extends.value, path.parent, extends.place)


def head_comment(content: str) -> str:
    """The first line of the comment at a file's head."""
    for line in content.splitlines():
        if line.strip("# \t"):
            return line.lstrip("# \t").rstrip() if line.startswith("#") else ""
        if line and not line.startswith("#"):
            return ""
    return ""


def merge(inherited: Mapping, new: Mapping, key: str = "") -> Mapping:
    """`new` over `inherited`: mappings merge, all else replaces, and null removes.

    Args:
        key: under which both stand; "" for whole recipes.
    """
    if _changes_type(inherited, new, key):
        return new
    if key in MAY_BE_EXCLUSIVE:
        inherited = inherited.without(*(old for old in EXCLUSIVE if old not in new.values and _says_how_long(new)))
    merged = Mapping(new.place, dict(inherited.values), inherited.keys | new.keys)
    for name, _, value in new.items():
        old = merged.values.get(name)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            value = merge(old, value, name)
        elif isinstance(value, Scalar) and is_null(value) and name in merged.values:
            value = replace(value, removes=True)
        merged.values[name] = value
    return merged


def _says_how_long(new: Mapping) -> bool:
    return any(name in new.values and not is_null(new.get(name)) for name in EXCLUSIVE)


def _changes_type(inherited: Mapping, new: Mapping, key: str) -> bool:
    """Whether `new` names another component than `inherited`, whose options mean nothing to it."""
    if "type" not in new.values:
        return False
    return type_of(new, key) != type_of(inherited, key)


def type_of(mapping: Mapping, key: str) -> object:
    node = mapping.get("type")
    return node.value if isinstance(node, Scalar) else key
