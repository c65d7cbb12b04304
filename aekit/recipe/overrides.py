"""Overrides from the command line: `encoder.units=[256, 64]`, `stages.finetune.epochs=3`."""

from __future__ import annotations

from collections.abc import Sequence as ListOf
from dataclasses import dataclass, replace

from aekit.errors import did_you_mean
from aekit.recipe.merge import EXCLUSIVE, MAY_BE_EXCLUSIVE, type_of
from aekit.recipe.nodes import Mapping, Node, Scalar, Sequence, is_null
from aekit.recipe.places import COMMAND_LINE, Place, Text
from aekit.recipe.problems import Problem, Problems, RecipeError
from aekit.recipe.reader import read_node

#: Settings that may be set in part where the recipe says nothing of them.
SETTINGS = ("early_stopping", "on_collapse", "validate", "checkpoints", "previews", "losses", "metrics")


@dataclass(frozen=True)
class Override:
    """One `key.sub=value`; `places` tells where each part of the key stands."""

    keys: tuple[str, ...]
    places: tuple[Place, ...]
    value: Node


class NamesNothing(Exception):
    """A key that leads nowhere: which part, and what stands there."""

    def __init__(self, depth: int, exists: ListOf[str]) -> None:
        self.depth = depth
        self.exists = exists


def apply_overrides(root: Mapping, overrides: ListOf[str], problems: Problems) -> Mapping:
    """The recipe with the overrides applied, new types first, so that their order does not matter."""
    parsed = _parse(overrides, problems)
    for override in sorted(parsed, key=lambda each: each.keys[-1] != "type"):
        try:
            changed = _set(root, override, 0, "")
            assert isinstance(changed, Mapping)
            root = changed
        except NamesNothing as error:
            _report(override, error, problems)
    return root


def _report(override: Override, error: NamesNothing, problems: Problems) -> None:
    key = override.keys[error.depth]
    above = ".".join(override.keys[: error.depth])
    holder = f"'{above}'" if above else "this recipe"
    message = f"'{key}' names nothing in {holder}.{did_you_mean(key, error.exists)}".removesuffix(".")
    notes = [f"there are: {', '.join(error.exists)}"] if error.exists else [f"'{above}' holds nothing to override"]
    problems.add(override.places[error.depth], message, notes)


def _parse(overrides: ListOf[str], problems: Problems) -> list[Override]:
    single = [" ".join(override.splitlines()) for override in overrides]
    text = Text(COMMAND_LINE, "\n".join(single))
    parsed = []
    start = 0
    for override in single:
        try:
            parsed.append(_parse_one(text, start, override))
        except RecipeError as error:
            problems.found += error.problems
        start += len(override) + 1
    return parsed


def _parse_one(text: Text, start: int, override: str) -> Override:
    key, equals, _ = override.partition("=")
    whole = text.place(start, start + len(override))
    parts = tuple(key.split("."))
    if not equals or not all(part.strip() for part in parts):
        message = f"expected key=value, received '{override}'"
        raise RecipeError([Problem.at(whole, message, ["such as epochs=3 or encoder.units=[256]"])])
    places = []
    position = start
    for part in parts:
        places.append(text.place(position, position + len(part)))
        position += len(part) + 1
    end = start + len(override)
    value = read_node(text, position, end)
    if value is None:
        raise RecipeError([Problem.at(whole, f"'{key}' is given no value", ["null removes what it names"])])
    return Override(tuple(part.strip() for part in parts), tuple(places), value)


def _set(node: Node | None, override: Override, depth: int, above: str) -> Node:
    """The node with the rest of the override's key set in it."""
    if depth == len(override.keys):
        value = override.value
        return replace(value, removes=True) if isinstance(value, Scalar) and is_null(value) and node else value
    key = override.keys[depth]
    if isinstance(node, Sequence):
        position = _position(node, key, depth)
        items = list(node.items)
        items[position] = _set(items[position], override, depth + 1, "")
        return Sequence(node.place, tuple(items))
    if isinstance(node, Scalar) and isinstance(node.value, str) and above == "optimizer":
        node = Mapping(node.place, {"type": node}, {"type": node.place})
    if node is None or is_null(node):
        node = Mapping(override.places[depth], {}, {})
    if not isinstance(node, Mapping):
        raise NamesNothing(depth, ())
    return _set_key(node, override, depth, above)


def _set_key(node: Mapping, override: Override, depth: int, above: str) -> Mapping:
    key, place = override.keys[depth], override.places[depth]
    last = depth + 1 == len(override.keys)
    exists = key in node.values and not is_null(node.get(key))
    if not last and not exists and not (depth == 0 and key in SETTINGS):
        raise NamesNothing(depth, list(node.values))
    if depth == 1 and not last and above in ("losses", "metrics") and not exists:
        raise NamesNothing(depth, list(node.values))
    value = _set(node.get(key), override, depth + 1, key)
    if key == "type" and last and isinstance(value, Scalar) and value.value != type_of(node, above):
        node = Mapping(node.place, {}, {})
    if key in EXCLUSIVE and last and above in (*MAY_BE_EXCLUSIVE, "stages") and not is_null(value):
        node = node.without(*(other for other in EXCLUSIVE if other != key))
    return node.but(key, place, value)


def _position(stages: Sequence, key: str, depth: int) -> int:
    """The item that a key names: by its number from 0, or by its `name`."""
    names = [_name(item) for item in stages.items]
    if key in names:
        return names.index(key)
    if key.isascii() and key.isdigit() and len(key) < 6 and int(key) < len(names):
        return int(key)
    raise NamesNothing(depth, [name or str(position) for position, name in enumerate(names)])


def _name(item: Node) -> str | None:
    name = item.get("name") if isinstance(item, Mapping) else None
    return name.value if isinstance(name, Scalar) and isinstance(name.value, str) else None
